import { assertEquals } from "@std/assert";
import { Backoff } from "../../shared/backoff.ts";

const LIMITS = { firstMs: 250, capMs: 30_000 };

const delays = (random: () => number, count: number) => {
  const backoff = new Backoff(LIMITS, random);
  return Array.from({ length: count }, () => backoff.next());
};

Deno.test("Backoff.next() doubles up to its cap; jitter takes at most half away", () => {
  const full = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  assertEquals(delays(() => 0, 9), full.map((delay) => delay / 2));
  const almost = delays(() => 1 - 2 ** -53, 9);
  assertEquals(almost, full);
});

Deno.test("Backoff.next() stays at the cap for ever", () => {
  assertEquals(delays(() => 0.999999999, 5_000).at(-1), 30_000);
});

Deno.test("Backoff.reset() starts from the first delay again", () => {
  const backoff = new Backoff(LIMITS, () => 0);
  for (let failure = 0; failure < 5; failure++) backoff.next();
  backoff.reset();
  assertEquals([backoff.next(), backoff.next()], [125, 250]);
});
