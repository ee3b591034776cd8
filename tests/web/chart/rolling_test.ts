import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rollingBand } from "../../../web/page/chart/rolling.ts";

const line = (values: readonly (number | null)[], over: { runs?: number[] } = {}) => ({
  xs: values.map((_, i) => 1_000 + i),
  lengths: values.map(() => 1),
  values,
  runs: over.runs ?? values.map(() => 0),
});

/** Looking at each window by itself. */
function slowly(values: readonly (number | null)[], window: number) {
  return values.map((value, i) => {
    const known = values.slice(Math.max(0, i - window + 1), i + 1).filter((one) => one !== null);
    if (value === null || known.length < Math.max(3, window / 2)) return null;
    const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
    const variance = known.reduce((sum, one) => sum + (one - mean) ** 2, 0) / known.length;
    return [mean, mean + 2 * Math.sqrt(variance), mean - 2 * Math.sqrt(variance)] as const;
  });
}

Deno.test("rollingBand() is the mean of the window before each point, with two standard deviations around it", () => {
  const values = Array.from(
    { length: 400 },
    (_, i) => i % 17 === 3 ? null : 65_000 + Math.sin(i / 9) * 0.02 + (i % 5) * 0.01,
  );
  for (const window of [3, 10, 60]) {
    const { mean, high, low } = rollingBand(line(values), window);
    slowly(values, window).forEach((expected, i) => {
      const found = [mean[i] ?? null, high[i] ?? null, low[i] ?? null];
      if (expected === null) return assertEquals(found, [null, null, null], `${window} at ${i}`);
      expected.forEach((value, k) => assertAlmostEquals(found[k] ?? NaN, value, 1e-6));
    });
  }
});

Deno.test("rollingBand() averages nothing over a change of settings", () => {
  const runs = [0, 0, 0, 0, 1, 1, 1, 1];
  const { mean } = rollingBand(line([1, 1, 1, 1, 9, 9, 9, 9], { runs }), 4);
  assertEquals(mean, [null, null, 1, 1, null, null, 9, 9]);
});

Deno.test("rollingBand() weighs each value by its time", () => {
  const { mean } = rollingBand(
    { xs: [10, 20, 21, 22], lengths: [10, 10, 1, 1], values: [1, 1, 5, 5], runs: [0, 0, 0, 0] },
    30,
  );
  assertAlmostEquals(mean[3] ?? NaN, (20 + 10) / 22, 1e-9);
});

Deno.test("rollingBand() knows no average where less than half of its window is known", () => {
  const values = [1, 1, 1, ...Array(30).fill(null), 1, 1, 1, 1, 1, 1];
  assertEquals(rollingBand(line(values), 10).mean.slice(-3), [null, 1, 1]);
  assertEquals(rollingBand(line([]), 10), { mean: [], high: [], low: [] });
});
