import { assertEquals } from "@std/assert";
import { readAnswer } from "../../../actors/venue/binance_spot/answer.ts";

const read = (headers: Record<string, string>) =>
  readAnswer({ status: 200, headers: new Headers(headers) });

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
  for (const bad of ["", "soon", "-1", "Infinity"]) {
    assertEquals(read({ "x-mbx-used-weight-1m": bad, "retry-after": bad }), nothing, bad);
  }
  assertEquals(read({ "retry-after": "0" }).retryAfterMs, null);
  assertEquals(read({ "x-mbx-used-weight-1m": "0" }).usedWeight, 0);
});
