import { assert, assertEquals } from "@std/assert";
import { Throttle } from "../../web/throttle.ts";

Deno.test("Throttle lets ten failures pass at once, then one each six seconds, however long", () => {
  const throttle = new Throttle();
  let failures = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    if (throttle.waitMs("192.0.2.1", nowMs) > 0) continue;
    throttle.failed("192.0.2.1", nowMs);
    failures += 1;
  }
  assertEquals(failures, 10 + 9);
  assertEquals(throttle.waitMs("192.0.2.1", 200_000), 0);
});

Deno.test("Throttle counts the addresses of one /64 as one, and no other", () => {
  const throttle = new Throttle();
  for (let n = 0; n < 10; n++) throttle.failed(`2001:db8::${n}`, 0);
  assert(throttle.waitMs("2001:db8::ffff", 0) > 0);
  assertEquals(throttle.waitMs("2001:db8:0:1::1", 0), 0);
});

Deno.test("Throttle remembers ten thousand addresses, the newest", () => {
  const throttle = new Throttle();
  for (let n = 0; n < 10; n++) throttle.failed("192.0.2.1", 0);
  for (let n = 0; n < 9_999; n++) throttle.failed(`10.0.${n >> 8}.${n & 255}`, 0);
  assert(throttle.waitMs("192.0.2.1", 0) > 0);
  throttle.failed("192.0.2.2", 0);
  assertEquals(throttle.waitMs("192.0.2.1", 0), 0);
});
