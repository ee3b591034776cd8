import { assert, assertEquals } from "@std/assert";
import {
  Baseline,
  type BaselineOptions,
  SAMPLE_MS,
} from "../../../../actors/symbol/engine/statistics/baseline.ts";
import { seeded } from "../market.ts";

const OPTIONS: BaselineOptions = { window: 60, armedAfter: 20, floor: 0.5 };

/** Half a minute of a value, a look each 100 ms. */
function learn(baseline: Baseline, value: (i: number) => number, samples: number, fromMs = 0) {
  let nowMs = fromMs;
  for (let i = 0; i < samples * 10; i++) {
    baseline.learn({ nowMs }, { value: value(Math.floor(i / 10)) }, false);
    nowMs += SAMPLE_MS / 10;
  }
  return nowMs;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

Deno.test("Baseline equals median and scale of the clamped samples of the window, in plain arrays", () => {
  const random = seeded(11);
  const baseline = new Baseline(OPTIONS);
  const kept: number[] = [];
  let median = NaN;
  let scale = NaN;
  for (let i = 0; i < 500; i++) {
    const value = random() ** 4 * 100;
    const isArmed = Math.min(i, OPTIONS.window) >= OPTIONS.armedAfter;
    kept.push(
      isArmed ? Math.min(Math.max(value, median - 5 * scale), median + 5 * scale) : value,
    );
    if (kept.length > OPTIONS.window) kept.shift();
    median = medianOf(kept);
    const distances = kept.map((x) => Math.abs(x - median));
    const mean = distances.reduce((sum, x) => sum + x, 0) / kept.length;
    scale = Math.max(1.4826 * medianOf(distances), 1.2533 * mean, 0.5, 0.1 * Math.abs(median));
    assertEquals(baseline.isArmed, isArmed);
    baseline.learn({ nowMs: i * SAMPLE_MS }, { value }, false);
    assertEquals(baseline.samples, kept.length);
    assert(Math.abs(baseline.median - median) <= 1e-9 * Math.max(1, Math.abs(median)));
    assert(Math.abs(baseline.scale - scale) <= 1e-9 * Math.max(1, scale), `sample ${i}`);
  }
});

Deno.test("Baseline takes one sample a second, however often it is shown the value", () => {
  const baseline = new Baseline(OPTIONS);
  learn(baseline, (i) => i, 30);
  assertEquals([baseline.samples, baseline.median], [30, 14.5]);
  // A pause is not made up for.
  baseline.learn({ nowMs: 100_000 }, { value: 0 }, false);
  baseline.learn({ nowMs: 100_050 }, { value: 0 }, false);
  assertEquals(baseline.samples, 31);
});

Deno.test("Baseline has no scale of nothing: its floor, and a tenth of the median", () => {
  for (const [value, scale] of [[1, 0.5], [-20, 2]] as const) {
    const baseline = new Baseline(OPTIONS);
    learn(baseline, () => value, 30);
    assertEquals([baseline.median, baseline.scale], [value, scale]);
  }
});

Deno.test("Baseline is frozen for one window at most, and then learns a new regime", () => {
  const baseline = new Baseline(OPTIONS);
  let nowMs = learn(baseline, () => 1, 60);
  for (let i = 0; i < OPTIONS.window; i++) {
    baseline.learn({ nowMs }, { value: 100 }, true);
    nowMs += SAMPLE_MS;
  }
  assertEquals([baseline.median, baseline.scale], [1, 0.5], "one window");
  for (let i = 0; i < 3 * OPTIONS.window; i++) {
    baseline.learn({ nowMs }, { value: 100 }, true);
    nowMs += SAMPLE_MS;
  }
  assertEquals(baseline.median, 100, "a few windows later");
});

Deno.test("Baseline goes on from its sketch: as many samples, the same quantiles, leaving in turns", () => {
  const random = seeded(2);
  const baseline = new Baseline(OPTIONS);
  let nowMs = learn(baseline, () => random() * 10, 60);
  const sketch = JSON.parse(JSON.stringify(baseline.remember()));
  const next = new Baseline(OPTIONS);
  assert(next.recall(sketch));
  assertEquals(next.samples, 60);
  assert(Math.abs(next.median - baseline.median) < 0.2, `${next.median}, ${baseline.median}`);
  assert(Math.abs(next.scale - baseline.scale) < 0.2, `${next.scale}, ${baseline.scale}`);
  // Half a window later what is left of it has the same middle.
  nowMs = learn(next, () => next.median, 30, nowMs);
  assert(Math.abs(next.median - baseline.median) < 0.6, `${next.median}, ${baseline.median}`);
});

Deno.test("Baseline.remember() makes a sketch now and then, and none of nothing", () => {
  const baseline = new Baseline(OPTIONS);
  assertEquals(baseline.remember(), null);
  let nowMs = learn(baseline, () => 1, 10);
  const sketch = baseline.remember();
  nowMs = learn(baseline, () => 1, 10, nowMs);
  assertEquals(baseline.remember(), sketch);
  assert(baseline.remember() === sketch, "the same object");
  learn(baseline, () => 1, 30, nowMs);
  assertEquals(baseline.remember()?.samples, 50);
});

Deno.test("Baseline.recall() leaves what is no sketch", () => {
  const quantiles = Array.from({ length: 41 }, (_, i) => i);
  const wrong = [
    null,
    7,
    {},
    { samples: 0, quantiles },
    { samples: 1.5, quantiles },
    { samples: 5, quantiles: [] },
    { samples: 5, quantiles: [...quantiles.slice(1), null] },
  ];
  for (const one of wrong) assertEquals(new Baseline(OPTIONS).recall(one), false);
  assert(new Baseline(OPTIONS).recall({ samples: 1, quantiles }));
});
