import { assert, assertEquals } from "@std/assert";
import { SlopeWindow } from "../../../../actors/symbol/engine/metrics/slope_window.ts";
import { seeded } from "../market.ts";

/** The textbook formula, n·Σxy − Σx·Σy over n·Σx² − (Σx)², in seconds. */
function naiveSlope(samples: readonly (readonly [ms: number, value: number])[]): number {
  const origin = samples[0]?.[0] ?? 0;
  let x = 0;
  let y = 0;
  let xy = 0;
  let xx = 0;
  for (const [ms, value] of samples) {
    const seconds = (ms - origin) / 1_000;
    x += seconds;
    y += value;
    xy += seconds * value;
    xx += seconds * seconds;
  }
  const count = samples.length;
  return (count * xy - x * y) / (count * xx - x * x);
}

Deno.test("SlopeWindow.slope() equals the textbook regression over the samples in the window", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seeded(seed);
    const window = new SlopeWindow(5_000);
    const samples: [number, number][] = [];
    let ms = 1_723_161_253_937;
    for (let i = 0; i < 400; i++) {
      ms += Math.floor(random() * 200);
      samples.push([ms, random() * 2 - 1]);
      window.add(ms, samples.at(-1)?.[1] ?? 0);
      const kept = samples.filter(([at]) => at >= ms - 5_000);
      const slope = window.slope(ms);
      if (kept.length < 3 || ms - (kept[0]?.[0] ?? 0) < 1_000) assertEquals(slope, null);
      else {
        const expected = naiveSlope(kept);
        const isClose = slope !== null &&
          Math.abs(slope - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
        assert(isClose, `seed ${seed}, sample ${i}: ${slope}, expected ${expected}`);
      }
    }
  }
});

Deno.test("SlopeWindow.slope() is in value per second: +0.2 each second is 0.2", () => {
  const window = new SlopeWindow(5_000);
  for (let second = 0; second <= 4; second++) window.add(second * 1_000, second / 5 - 0.4);
  assert(Math.abs((window.slope(4_000) ?? NaN) - 0.2) < 1e-12);
});

Deno.test("SlopeWindow.slope() is null with fewer than three samples or too short a span", () => {
  const window = new SlopeWindow(5_000);
  window.add(0, 0);
  window.add(2_000, 1);
  assertEquals(window.slope(2_000), null, "two samples");
  window.clear();
  for (const ms of [0, 400, 999]) window.add(ms, ms);
  assertEquals(window.slope(999), null, "less than a fifth of the window");
  window.add(1_000, 1_000);
  assert(window.slope(1_000) !== null);
});

Deno.test("SlopeWindow.slope() forgets samples as time passes, and everything on clear()", () => {
  const window = new SlopeWindow(5_000);
  for (let ms = 0; ms <= 3_000; ms += 500) window.add(ms, ms);
  assert(window.slope(5_000) !== null);
  assertEquals(window.slope(20_000), null);
  for (let ms = 20_000; ms <= 23_000; ms += 500) window.add(ms, ms);
  window.clear();
  assertEquals(window.slope(23_000), null);
});

Deno.test("SlopeWindow.slope() of one moment's samples is null: they have no trend", () => {
  const window = new SlopeWindow(0);
  for (let i = 0; i < 3; i++) window.add(1_000, i);
  assertEquals(window.slope(1_000), null);
});

Deno.test("SlopeWindow.add() keeps at most 512 samples of a short window, the newest", () => {
  const window = new SlopeWindow(5_000);
  // A jump long ago and a straight line since: only the line may count.
  for (let i = 0; i < 100; i++) window.add(i, 1e6);
  for (let i = 0; i < 512; i++) window.add(100 + i * 4, i * 4);
  const slope = window.slope(100 + 512 * 4);
  assert(slope !== null && Math.abs(slope - 1_000) < 1e-6, `${slope}`);
});

Deno.test("SlopeWindow.slope() is of the whole window, however long, at twenty samples a second", () => {
  const window = new SlopeWindow(50_000);
  // It falls in the first half and rises in the second: over all of it there is no trend.
  for (let i = 0; i <= 1_000; i++) window.add(i * 50, Math.abs(i - 500));
  const slope = window.slope(50_000);
  assert(slope !== null && Math.abs(slope) < 1e-9, `${slope}`);
});
