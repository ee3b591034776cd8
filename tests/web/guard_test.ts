import { assertEquals } from "@std/assert";
import { ALL_ROUTES, routesAt } from "../../shared/catalogue/routes.ts";
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
    // Another program of this machine, on a port of its own.
    ["https://127.0.0.1:8000", 403],
    ["http://127.0.0.1", 403],
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

/** A path of the table of routes with its names filled in. */
const askedOf = (path: string) => path.replace(/:\w+(\{[^}]*\})?/g, "SOLUSDT");

Deno.test("A write from another site is 403 even when it claims to be opened by a person", async () => {
  const { ask } = setUp();
  const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  const writes = ALL_ROUTES.filter(({ need, method }) => need === "operate" && method !== "GET");
  for (const { method, path } of writes) {
    const response = await ask(askedOf(path), { method, headers });
    assertEquals(response.status, 403, `${method} ${path}`);
    await response.body?.cancel();
  }
});

Deno.test("PUT /api/symbols is 405 and names GET, HEAD, POST", async () => {
  const response = await setUp().ask("/api/symbols", { method: "PUT" });
  assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD, POST"]);
  const { error } = await response.json();
  assertEquals(error, "PUT is not possible here, only GET, HEAD, POST");
});

Deno.test("A method that a path does not have is 405 and names those that it has", async () => {
  const { ask } = setUp();
  for (const path of new Set(ALL_ROUTES.map((route) => route.path))) {
    // What follows the id of an alert could be a part of it: that is read by another route.
    const methods = routesAt(askedOf(path))
      .flatMap(({ method }) => method === "GET" ? ["GET", "HEAD"] : [method]);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]) {
      if (methods.includes(method)) continue;
      const response = await ask(askedOf(path), { method });
      assertEquals(response.status, 405, `${method} ${path}`);
      assertEquals(response.headers.get("allow"), methods.join(", "));
      await response.body?.cancel();
    }
  }
});

for (
  const path of ["/livez/", "/api", "/api/", "/api/symbols/", "/api/symbols/A/B", "/api/metrics/"]
) {
  Deno.test(`${path} is 404 by any method: the table has no such route`, async () => {
    const { ask } = setUp();
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await ask(path, { method });
      assertEquals(response.status, 404, method);
      assertEquals((await response.json()).error, `There is nothing at ${path}`);
    }
  });
}

// -- PUBLIC_URL: by which name and path browsers come, apart from the address listened on --

const PUBLIC_URL = "https://desk.example.org:8443/books";

for (
  const [host, origin, status] of [
    // As Caddy, Traefik and others pass it on.
    ["desk.example.org:8443", "https://desk.example.org:8443", 200],
    ["DESK.example.org", undefined, 200],
    // As nginx does by itself.
    ["127.0.0.1:8000", "https://desk.example.org:8443", 200],
    // Who is on this machine needs no proxy.
    ["127.0.0.1:8000", "http://127.0.0.1:8000", 200],
    ["127.0.0.1:8000", "http://desk.example.org:8443", 403],
    ["127.0.0.1:8000", "https://desk.example.org", 403],
    ["127.0.0.1:8000", "https://evil.example", 403],
    ["evil.example", "https://desk.example.org:8443", 403],
    ["www.desk.example.org", undefined, 403],
  ] as const
) {
  Deno.test(`With PUBLIC_URL, Host ${host} and Origin ${origin} are answered with ${status}`, async () => {
    const { ask } = setUp({ publicUrl: PUBLIC_URL });
    const headers = { host, ...origin === undefined ? {} : { origin } };
    const response = await ask("/api/symbols", { headers });
    assertEquals(response.status, status);
    await response.body?.cancel();
  });
}

for (
  const [path, status, location] of [
    ["/books/", 200, null],
    ["/", 200, null],
    ["/books/api/symbols", 200, null],
    ["/api/symbols", 200, null],
    ["/books", 308, "/books/"],
    ["/books/books/", 404, null],
    ["/bookshop/", 404, null],
    ["/books/nothing", 404, null],
  ] as const
) {
  Deno.test(`Under a PUBLIC_URL with the path /books, ${path} is ${status}`, async () => {
    const { ask } = setUp({ publicUrl: PUBLIC_URL });
    const response = await ask(path);
    assertEquals([response.status, response.headers.get("location")], [status, location]);
    await response.body?.cancel();
  });
}

for (
  const [prefix, paths] of [
    ["/b%C3%BCcher", ["/b%C3%BCcher", "/b%c3%bccher", "/bücher"]],
    ["/a%20b/~me", ["/a%20b/~me", "/%61%20b/%7Eme"]],
    ["/@me", ["/@me", "/%40me"]],
  ] as const
) {
  for (const path of paths) {
    Deno.test(`Under a PUBLIC_URL with the path ${prefix}, ${path} is the same however it is escaped`, async () => {
      const { ask } = setUp({ publicUrl: `https://desk.example.org${prefix}` });
      for (
        const [below, status, location] of [
          ["/", 200, null],
          ["/api/symbols", 200, null],
          ["", 308, `${prefix}/`],
          ["/nothing", 404, null],
        ] as const
      ) {
        const response = await ask(path + below);
        assertEquals([response.status, response.headers.get("location")], [status, location]);
        await response.body?.cancel();
      }
    });
  }
}
