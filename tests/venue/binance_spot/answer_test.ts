import { assertEquals } from "@std/assert";
import { readAnswer } from "../../../actors/venue/binance_spot/answer.ts";

const read = (headers: Record<string, string>, status = 200) =>
  readAnswer({ status, headers: new Headers(headers) });

Deno.test("readAnswer() reads the used weight and the wait that an answer tells", () => {
  assertEquals(
    readAnswer({
      status: 418,
      headers: new Headers({ "X-MBX-USED-WEIGHT-1M": "6012", "Retry-After": "120" }),
    }),
    { status: 418, usedWeight: 6_012, retryAfterMs: 120_000 },
  );
});

Deno.test("readAnswer() knows nothing of what is not told, or is no number", () => {
  const nothing = { status: 200, usedWeight: null, retryAfterMs: null };
  assertEquals(read({}), nothing);
  for (const bad of ["", "soon", "-1", "1.5", "0x10", "Infinity", "1e300"]) {
    const headers = { "x-mbx-used-weight-1m": bad, "retry-after": bad };
    assertEquals(read(headers, 429), { ...nothing, status: 429 }, bad);
  }
  assertEquals(read({ "retry-after": "0" }, 429).retryAfterMs, null);
  assertEquals(read({ "x-mbx-used-weight-1m": "0" }).usedWeight, 0);
  assertEquals(read({ "x-mbx-used-weight-1m": "1000000" }).usedWeight, null);
});

Deno.test("readAnswer() takes Retry-After for an order only when it is about this address", () => {
  for (const status of [429, 418]) {
    assertEquals(read({ "retry-after": "60" }, status).retryAfterMs, 60_000);
  }
  for (const status of [200, 400, 403, 404, 451, 500, 503]) {
    assertEquals(read({ "retry-after": "60" }, status).retryAfterMs, null, `HTTP ${status}`);
  }
});

Deno.test("readAnswer() believes no wait beyond the longest ban", () => {
  assertEquals(read({ "retry-after": "9".repeat(400) }, 418).retryAfterMs, 3 * 86_400_000);
});
