import { assertEquals, assertMatch } from "@std/assert";
import { ProxyHints } from "../../web/proxy_hints.ts";
import { setUp } from "./app_stage.ts";

const isTrusted = (address: string) => address === "10.0.0.1";

function linesOf(
  requests:
    readonly (readonly [peer: string, forwardedFor?: string | undefined, forwarded?: string])[],
): (string | null)[] {
  const hints = new ProxyHints();
  return requests.map(([peer, forwardedFor, forwarded]) =>
    hints.of(peer, { forwardedFor, forwarded }, isTrusted)
  );
}

Deno.test("ProxyHints.of() names a proxy that is not trusted, once for each kind of address", () => {
  const [loopback, again, first, second, stranger, other] = linesOf([
    ["::ffff:127.0.0.1", "192.0.2.1"],
    ["::1", "192.0.2.1"],
    ["172.17.0.2", undefined, "for=192.0.2.1"],
    ["fd00::2", "192.0.2.1"],
    ["198.51.100.7", "192.0.2.1"],
    ["2001:db8::7", "192.0.2.1"],
  ]);
  assertEquals(
    loopback,
    "Requests come from 127.0.0.1 with X-Forwarded-For, which is not believed. If that is a proxy of " +
      "yours, name it in TRUSTED_PROXIES: until then all of its visitors count as one address",
  );
  assertMatch(first ?? "", /^Requests come from 172\.17\.0\.2 with Forwarded, which/);
  assertMatch(stranger ?? "", /^Requests come from 198\.51\.100\.7 /);
  assertEquals([again, second, other], [null, null, null]);
});

Deno.test("ProxyHints.of() says nothing of who forwards for nobody, nor of a proxy that is believed", () => {
  assertEquals(linesOf([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1", "192.0.2.1", "for=x"]]), [
    null,
    null,
    null,
  ]);
});

Deno.test("ProxyHints.of() asks a proxy that is trusted for the header that is read", () => {
  const [line, again] = linesOf([
    ["10.0.0.1", undefined, "for=192.0.2.1"],
    ["10.0.0.1", undefined, "for=192.0.2.1"],
  ]);
  assertMatch(line ?? "", /^The proxy 10\.0\.0\.1 says only in Forwarded .* X-Forwarded-For/);
  assertEquals(again, null);
});

Deno.test("A request by way of a proxy that is not named is answered, and the log says why limits are shared", async () => {
  const lines: string[] = [];
  const { ask } = setUp({ warn: (line) => lines.push(line) });
  for (const visitor of ["192.0.2.1", "192.0.2.2"]) {
    const response = await ask("/livez", { headers: { "x-forwarded-for": visitor } }, "172.17.0.2");
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  assertEquals(lines.map((line) => line.slice(0, 31)), ["Requests come from 172.17.0.2 w"]);
});
