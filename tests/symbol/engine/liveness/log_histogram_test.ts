import { assert, assertEquals } from "@std/assert";
import { LogHistogram } from "../../../../actors/symbol/engine/liveness/log_histogram.ts";
import { seeded } from "../market.ts";

function of(numbers: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const number of numbers) histogram.add(number);
  return histogram;
}

Deno.test("LogHistogram.percentile() is that of the numbers, up to 10.6 % of its size above, for any of them", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const scale = 10 ** (random() * 7);
    const negatives = random() < 0.5 ? 0 : random();
    const numbers = Array.from({ length: 1 + Math.floor(random() * 900) }, () => {
      const size = random() ** 3 * scale;
      return random() < negatives ? -size : size;
    });
    const sorted = numbers.toSorted((a, b) => b - a);
    const half = Math.floor(numbers.length / 2);
    for (const parts of [[of(numbers)], [of(numbers.slice(0, half)), of(numbers.slice(half))]]) {
      for (const percent of [50, 99]) {
        const exact = sorted[Math.floor(numbers.length * (100 - percent) / 100)] ?? NaN;
        const read = LogHistogram.percentile(parts, percent) ?? NaN;
        // Nearer to 0 than 1 is one class.
        const classWidth = Math.max(1, Math.abs(exact) * 0.106);
        const isWithin = read >= exact - 1e-6 * scale && read <= exact + classWidth;
        assert(isWithin, `seed ${seed}: the ${percent} % of ${exact} read as ${read}`);
      }
    }
  }
});

Deno.test("LogHistogram.percentile() is null of nothing, and keeps the sign of a small number", () => {
  assertEquals(LogHistogram.percentile([of([]), of([])], 99), null);
  assertEquals(LogHistogram.percentile([of([-0.4])], 50), 0);
  assertEquals(LogHistogram.percentile([of([0])], 50), 1);
  assert((LogHistogram.percentile([of([-3_000])], 50) ?? 0) < -2_700);
});

Deno.test("LogHistogram takes a number beyond its last class for one of that, and counts without end", () => {
  const histogram = of([Infinity, -Infinity, ...Array<number>(100_000).fill(5)]);
  assertEquals(histogram.count, 100_002);
  const [least, most] = [0.0001, 99.9999].map((at) => LogHistogram.percentile([histogram], at));
  assert((least ?? 0) < -4e9 && (most ?? 0) > 4e9, `${least} … ${most}`);
  const read = LogHistogram.percentile([histogram], 50) ?? 0;
  assert(read >= 5 && read < 5.6, `${read}`);
});

Deno.test("LogHistogram.halve() keeps the shares, clear() nothing", () => {
  const histogram = of([...Array<number>(90).fill(10), ...Array<number>(10).fill(1_000)]);
  const before = LogHistogram.percentile([histogram], 95);
  histogram.halve();
  assertEquals([histogram.count, LogHistogram.percentile([histogram], 95)], [50, before]);
  histogram.clear();
  assertEquals([histogram.count, LogHistogram.percentile([histogram], 50)], [0, null]);
});
