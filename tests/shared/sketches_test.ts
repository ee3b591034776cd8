/** Sketches: what is read off them, how wrong that may be, and how few bytes they take. */
import { assert, assertEquals } from "@std/assert";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import {
  keyOf,
  quantileOf,
  readSketch,
  type Sketch,
  SKETCH_COLUMNS,
  SKETCH_ERROR,
  sketchErrorOf,
  valueOfKey,
} from "../../shared/catalogue/sketches.ts";
import { randomOf } from "../support/random.ts";

/** Of values, by a plain count. */
function sketchOf(metric: MetricName, values: readonly number[]): Sketch {
  const found = Map.groupBy(values.map((value) => keyOf(metric, value)), (key) => key);
  const keys = [...found.keys()].toSorted((a, b) => a - b);
  return { keys, counts: keys.map((key) => found.get(key)?.length ?? 0) };
}

/** Two of them, added. */
function merged(...sketches: readonly Sketch[]): Sketch {
  const counts = new Map<number, number>();
  for (const sketch of sketches) {
    sketch.keys.forEach((key, at) =>
      counts.set(key, (counts.get(key) ?? 0) + (sketch.counts[at] ?? 0))
    );
  }
  const keys = [...counts.keys()].toSorted((a, b) => a - b);
  return { keys, counts: keys.map((key) => counts.get(key) ?? 0) };
}

/** Values of many sizes, of both signs where there are such, some of them 0 or at an end. */
function chanceValues(metric: MetricName, random: () => number): number[] {
  const [min, max] = definitionOf(metric).range;
  return Array.from({ length: 2_000 }, () => {
    if (min !== null && max !== null) return min + Math.min(1, random() * 1.02) * (max - min);
    const size = random() < 0.02 ? 0 : 10 ** (random() * 8 - 5);
    return min === null && random() < 0.5 ? -size : size;
  });
}

Deno.test("sketches: of no values nothing is known", () => {
  assertEquals(quantileOf("spreadBps", { keys: [], counts: [] }, 0.5), null);
});

Deno.test("sketches: a share of the values is not above their quantile", () => {
  const sketch = { keys: [10, 20, 30], counts: [1, 2, 1] };
  const at = (share: number) => quantileOf("spreadBps", sketch, share);
  const value = (key: number) => valueOfKey("spreadBps", key);
  assertEquals([0, 0.25, 0.26, 0.75, 0.76, 1].map(at), [10, 10, 20, 20, 30, 30].map(value));
});

Deno.test("sketches: values grow with their keys, stay within bounds, and are 0 at 0 where there are none", () => {
  for (const { metric } of SKETCH_COLUMNS) {
    const [min, max] = definitionOf(metric).range;
    const isBound = min !== null && max !== null;
    const keys = Array.from({ length: 40 }, (_, key) => isBound ? key : 20 * (key - 20));
    const values = keys.map((key) => valueOfKey(metric, key));
    assert(values.every((value, at) => at === 0 || value > (values[at - 1] ?? NaN)), metric);
    if (isBound) assert(values.every((value) => value > min && value < max), metric);
    else assertEquals(values[20], 0, metric);
    assertEquals(values.map((value) => keyOf(metric, value)), keys, metric);
  }
});

Deno.test("sketches: every percentile is as right as is promised, of one interval and of several that are added", () => {
  const random = randomOf(3);
  for (const { metric } of SKETCH_COLUMNS) {
    const hours = Array.from({ length: 3 }, () => chanceValues(metric, random));
    const [first = []] = hours;
    const all = merged(...hours.map((values) => sketchOf(metric, values)));
    for (
      const [sketch, values] of [[sketchOf(metric, first), first], [all, hours.flat()]] as const
    ) {
      const sorted = values.toSorted((a, b) => a - b);
      for (let percent = 0; percent <= 100; percent++) {
        const was = sorted[Math.max(0, Math.ceil(percent / 100 * sorted.length) - 1)] ?? NaN;
        const told = quantileOf(metric, sketch, percent / 100) ?? NaN;
        const [min, max] = definitionOf(metric).range;
        const ofSize = min === null || max === null ? SKETCH_ERROR * Math.abs(was) : 0;
        const most = Math.max(ofSize, sketchErrorOf(metric)) * (1 + 1e-9);
        assert(Math.abs(told - was) <= most, `${metric} p${percent}: ${told}, was ${was}`);
      }
    }
  }
});

Deno.test("readSketch() reads what stands in a database: first keys, counts and gaps of one character and of more", () => {
  const texts = {
    "((": { keys: [], counts: [] },
    "*)": { keys: [1], counts: [1] },
    ")[": { keys: [-1], counts: [51] },
    // 52 is 22 and 1 · 30, 1,560 is 0 and 22 and 1 · 900 …
    "(s)": { keys: [0], counts: [52] },
    "(]s)*": { keys: [0, 1], counts: [1_560, 2] },
    "(^]])": { keys: [0], counts: [27_001] },
    // 415 is 25 and 13 · 30: key -208; then three keys without values.
    "v5)(+,": { keys: [-208, -204], counts: [1, 4] },
  };
  for (const [text, sketch] of Object.entries(texts)) assertEquals(readSketch(text), sketch, text);
});
