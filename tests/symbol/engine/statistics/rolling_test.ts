/** The rolling statistics beside naive ones: plain arrays, sorted anew for each sample. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Ewma } from "../../../../actors/symbol/engine/statistics/ewma.ts";
import { RollingOrder } from "../../../../actors/symbol/engine/statistics/rolling_order.ts";
import { seeded } from "../market.ts";

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

function close(actual: number, expected: number, what: string): void {
  const isClose = Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert(isClose, `${what}: ${actual}, expected ${expected}`);
}

/** Series that are hard in ways of their own. */
const SERIES: Readonly<Record<string, (random: () => number, i: number) => number>> = {
  noise: (random) => random() * 2 - 1,
  "few values, many of them equal": (random) => Math.floor(random() * 3),
  rising: (random, i) => i + random(),
  falling: (_random, i) => -i,
  constant: () => 0.1,
  "large and small": (random) => (random() - 0.5) * 10 ** Math.floor(random() * 12),
};

Deno.test("RollingOrder equals arrays that are sorted anew, whatever the series", () => {
  for (const [name, next] of Object.entries(SERIES)) {
    for (const capacity of [1, 2, 7, 64, 301]) {
      const random = seeded(capacity);
      const rolling = new RollingOrder(capacity);
      const all: number[] = [];
      for (let i = 0; i < 700; i++) {
        all.push(next(random, i));
        rolling.add(all.at(-1) ?? NaN);
        // Each sample while there are few, and then some.
        if (i > 20 && i % 7 > 0) continue;
        const kept = all.slice(-capacity);
        const sorted = [...kept].sort((a, b) => a - b);
        const what = `${name}, the last ${capacity} of ${i + 1}`;
        assertEquals(rolling.size, kept.length, what);
        const ranks = [0, kept.length >> 1, kept.length - 1];
        assertEquals(
          ranks.map((rank) => rolling.at(rank)),
          ranks.map((rank) => sorted[rank]),
          what,
        );
        const median = medianOf(kept);
        assertEquals(rolling.median, median, what);
        close(rolling.medianDeviation, medianOf(kept.map((x) => Math.abs(x - median))), what);
        // The sums of large numbers have less of the small ones.
        const size = Math.max(1, ...kept.map(Math.abs));
        const mean = kept.reduce((sum, x) => sum + Math.abs(x - median), 0) / kept.length;
        close(rolling.meanDeviation / size, mean / size, what);
        const part = Math.floor(random() * kept.length);
        const sum = sorted.slice(0, part).reduce((total, x) => total + x, 0);
        close(rolling.sumOf(part) / size, sum / size, what);
      }
    }
  }
});

Deno.test("RollingOrder.quantile() lies between ranks in proportion", () => {
  const rolling = new RollingOrder(10);
  for (const sample of [40, 10, 30, 20, 50]) rolling.add(sample);
  const shares = [0, 0.25, 0.5, 0.6, 0.95, 1];
  assertEquals(shares.map((share) => rolling.quantile(share)), [10, 20, 30, 34, 48, 50]);
});

Deno.test("RollingOrder knows nothing of no samples, and refuses what is no number", () => {
  const rolling = new RollingOrder(3);
  const { median, medianDeviation, meanDeviation } = rolling;
  assertEquals([median, medianDeviation, meanDeviation, rolling.quantile(0.5), rolling.at(0)], [
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
  for (const wrong of [NaN, Infinity]) assertThrows(() => rolling.add(wrong), RangeError);
  for (const wrong of [0, 0.5, 70_000]) assertThrows(() => new RollingOrder(wrong), RangeError);
  rolling.add(1);
  rolling.clear();
  rolling.add(7);
  assertEquals([rolling.size, rolling.median], [1, 7]);
});

Deno.test("RollingOrder is a few dozen nodes deep with 20,000 samples, in whatever order they come", () => {
  for (const name of ["rising", "falling", "constant", "noise"]) {
    const random = seeded(1);
    const rolling = new RollingOrder(20_000);
    for (let i = 0; i < 30_000; i++) rolling.add(SERIES[name]?.(random, i) ?? NaN);
    assert(rolling.depth < 60, `${name}: ${rolling.depth} deep`);
  }
});

Deno.test("Ewma equals the sum of all samples, each with its weight by time", () => {
  const random = seeded(5);
  const tauMs = 2_000;
  const ewma = new Ewma(tauMs);
  const samples: { ms: number; value: number }[] = [];
  let ms = 1_723_161_253_937;
  for (let i = 0; i < 300; i++) {
    samples.push({ ms, value: random() * 2 - 1 });
    ewma.add(ms, samples.at(-1)?.value ?? NaN);
    // A sample has the share that it was given, less what those after it took away.
    let expected = 0;
    for (const [at, sample] of samples.entries()) {
      const before = samples[at - 1];
      const own = before === undefined ? 1 : 1 - Math.exp(-(sample.ms - before.ms) / tauMs);
      expected += sample.value * own * Math.exp(-(ms - sample.ms) / tauMs);
    }
    close(ewma.value, expected, `sample ${i}`);
    ms += Math.floor(random() * 500);
  }
});

Deno.test("Ewma has gone 1 − 1/e of the way after τ, however many samples there were", () => {
  for (const stepMs of [10, 100, 1_000]) {
    const ewma = new Ewma(1_000);
    ewma.add(0, 0);
    for (let ms = stepMs; ms <= 1_000; ms += stepMs) ewma.add(ms, 1);
    close(ewma.value, 1 - 1 / Math.E, `${stepMs} ms`);
  }
});

Deno.test("Ewma begins with the first sample, takes none for a time that has been, and forgets", () => {
  const ewma = new Ewma(1_000);
  assertEquals(ewma.value, NaN);
  assertEquals(ewma.add(500, 3), 3);
  assertEquals([ewma.add(500, 9), ewma.add(400, 9)], [3, 3]);
  assertEquals(new Ewma(1_000).remember(0), null);
  const next = new Ewma(1_000);
  assertEquals(next.recall(ewma.remember(700), 10_700), true);
  close(next.add(11_500, 9), 3 + 6 * (1 - 1 / Math.E), "a second after the last sample");
  assertEquals(next.recall({ mean: 1 }, 0), false);
  const plain = new Ewma(0);
  plain.add(0, 1);
  assertEquals(plain.add(1, 2), 2);
});
