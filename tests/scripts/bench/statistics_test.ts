import { assert, assertEquals } from "@std/assert";
import { agrees, median, percentile, ratio, summarize } from "../../../scripts/bench/statistics.ts";

Deno.test("percentile() is the nearest rank and leaves its samples as they are", () => {
  const samples = [5, 1, 4, 2, 3];
  assertEquals([0, 0.5, 0.8, 0.99, 1].map((share) => percentile(samples, share)), [1, 3, 4, 5, 5]);
  assertEquals(samples, [5, 1, 4, 2, 3]);
  const thousand = Array.from({ length: 1_000 }, (_, i) => i + 1);
  assertEquals([percentile(thousand, 0.99), percentile(thousand, 0.999)], [990, 999]);
  assert(Number.isNaN(percentile([], 0.5)));
});

Deno.test("median() is the middle sample, or the mean of the two in the middle", () => {
  assertEquals([median([9, 1, 2]), median([4, 1, 2, 100]), median([7])], [2, 3, 7]);
  assert(Number.isNaN(median([])));
});

Deno.test("summarize() tells the median with the extremes", () => {
  assertEquals(summarize([3, 1, 8]), { median: 3, min: 1, max: 8 });
});

Deno.test("ratio() divides the medians, and for the extremes round by round", () => {
  assertEquals(ratio([20, 60, 30], [2, 3, 3]), { median: 10, min: 10, max: 20 });
});

Deno.test("agrees() is relative above 1, absolute below, and takes two unknowns for equal", () => {
  assert(agrees(1e6, 1e6 + 1e-4, 1e-9));
  assert(!agrees(1e6, 1e6 + 1e-2, 1e-9));
  assert(agrees(0, 1e-10, 1e-9));
  assert(!agrees(0, 1e-8, 1e-9));
  assert(agrees(NaN, NaN, 1e-9));
  assert(!agrees(NaN, 0, 1e-9) && !agrees(0, NaN, 1e-9));
});
