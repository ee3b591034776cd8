import { assert, assertEquals } from "@std/assert";
import { cutsOf, fullBar, robustRange } from "../../web/page/robust_scale.ts";

/** A price that wanders within ±10 of 65,000. */
const calm = (length: number) =>
  Array.from({ length }, (_, i) => 65_000 + 7 * Math.sin(i / 9) + 3 * Math.sin(i / 2.3));

const extent = (values: readonly number[]) => ({
  min: Math.min(...values),
  max: Math.max(...values),
});

Deno.test("robustRange() spans all of what has no tails: a wave, a trend, a flat line, a step that stays", () => {
  const wave = calm(1_800);
  const trend = wave.map((value, i) => value + i / 3);
  const step = wave.map((value, i) => i < 1_500 ? value : value + 900);
  const flat = wave.map(() => 65_000);
  for (const values of [wave, trend, step, flat]) {
    assertEquals(robustRange(values, 0.01), extent(values));
  }
  const few = [1, 2, 3_000];
  assertEquals(robustRange(few, 0.01), extent(few), "of three nothing is an outlier");
  assertEquals(robustRange([null, null], 0.01), null);
});

Deno.test("robustRange() leaves a spike out to either side, and what is left has its moves", () => {
  for (const height of [-4_000, 4_000]) {
    const values: (number | null)[] = calm(1_800);
    values[700] = values[701] = 65_000 + height;
    values[900] = null;
    const { min = NaN, max = NaN } = robustRange(values, 0.01) ?? {};
    assert(min > 64_985 && max < 65_015, `${min} to ${max}`);
  }
});

Deno.test("robustRange() never cuts the newest: a move that has just begun is in sight", () => {
  const values = [...calm(1_800), 66_000, 66_500];
  assertEquals(robustRange(values, 0.01)?.max, 66_500);
  const { max = NaN } = robustRange([...values, 65_000], 0.01) ?? {};
  assert(max < 65_100, `${max} after it is over`);
});

Deno.test("robustRange() does not cut a tick of a line that is flat otherwise", () => {
  const values: (number | null)[] = calm(400).map(() => 0.5);
  values[100] = 0.5001;
  values[200] = 0.5004;
  assertEquals(robustRange(values, 0.0001), { min: 0.5, max: 0.5004 });
  values[300] = 0.6;
  assertEquals(robustRange(values, 0.0001), { min: 0.5, max: 0.5004 });
});

Deno.test("cutsOf() has one cut for each way out of the scale, at its farthest", () => {
  const values = [1, 50, 80, 60, 2, null, -9, -7, 99, 3];
  const xs = values.map((_, i) => i * 10);
  assertEquals(cutsOf(xs, values, { min: 0, max: 10 }), [
    { x: 20, value: 80, side: "above" },
    { x: 60, value: -9, side: "below" },
    { x: 80, value: 99, side: "above" },
  ]);
  assertEquals(cutsOf(xs, values, { min: -9, max: 99 }), []);
});

Deno.test("fullBar() is the greatest of what can be compared, and less where one order is beyond all others", () => {
  const usual = Array.from({ length: 39 }, (_, i) => 1 + (i % 5) / 4);
  assertEquals(fullBar(usual), 2);
  assertEquals(fullBar([...usual, 5]), 5);
  assertEquals(fullBar([...usual, 800]), 7);
  assertEquals(fullBar([1, 800]), 800, "of two neither is usual");
  assertEquals([fullBar([]), fullBar(Array.from({ length: 20 }, () => 0))], [0, 0]);
});
