import { assertEquals } from "@std/assert";
import { setUp } from "./app_stage.ts";

for (
  const [listen, host, status] of [
    ["127.0.0.1", "127.0.0.1:8000", 200],
    ["127.0.0.1", "localhost:8000", 200],
    ["127.0.0.1", "LOCALHOST", 200],
    ["127.0.0.1", "[::1]:8000", 200],
    ["127.0.0.1", "evil.example:8000", 403],
    ["127.0.0.1", "192.168.1.5:8000", 403],
    ["127.0.0.1", "127.0.0.1.evil.example", 403],
    ["127.0.0.1", "127.0.0.1@evil.example", 403],
    ["127.0.0.1", "", 403],
    ["0.0.0.0", "192.168.1.5:8000", 200],
    ["0.0.0.0", "[fe80::1]:8000", 200],
    ["0.0.0.0", "evil.example", 403],
    ["monitor.lan", "monitor.lan:8000", 200],
    ["monitor.lan", "other.lan:8000", 403],
    ["::1", "[::1]:8000", 200],
    ["::1", "10.0.0.1", 403],
  ] as const
) {
  Deno.test(`Host "${host}" on a server at ${listen} is answered with ${status}`, async () => {
    const { ask } = setUp({ host: listen });
    const response = await ask("/", { headers: { host } });
    assertEquals(response.status, status);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    await response.body?.cancel();
  });
}

for (
  const [origin, status] of [
    ["http://127.0.0.1:8000", 200],
    ["http://127.0.0.1:9000", 403],
    ["https://evil.example", 403],
    ["null", 403],
  ] as const
) {
  Deno.test(`Origin "${origin}" is answered with ${status}`, async () => {
    const { ask } = setUp();
    const response = await ask("/api/symbols", { headers: { origin } });
    assertEquals(response.status, status);
    await response.body?.cancel();
  });
}

for (
  const [site, mode, status] of [
    ["cross-site", "no-cors", 403],
    ["same-site", "cors", 403],
    ["cross-site", "navigate", 200],
    ["same-origin", "cors", 200],
    ["none", "navigate", 200],
  ] as const
) {
  Deno.test(`A ${mode} request from ${site} is answered with ${status}`, async () => {
    const { ask } = setUp();
    const headers = { "sec-fetch-site": site, "sec-fetch-mode": mode };
    const response = await ask("/api/symbols", { headers });
    assertEquals(response.status, status);
    await response.body?.cancel();
  });
}

for (const method of ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"]) {
  Deno.test(`${method} is 405 and names GET`, async () => {
    const { ask } = setUp();
    const response = await ask("/events", { method });
    assertEquals(response.status, 405);
    assertEquals(response.headers.get("allow"), "GET");
    await response.body?.cancel();
  });
}
