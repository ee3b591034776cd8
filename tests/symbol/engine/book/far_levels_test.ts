import { assertAlmostEquals, assertEquals } from "@std/assert";
import { DepthBands } from "../../../../actors/symbol/engine/book/depth_bands.ts";
import { FarLevels } from "../../../../actors/symbol/engine/book/far_levels.ts";
import { PriceWindow, WINDOW_MIN } from "../../../../actors/symbol/engine/book/price_window.ts";
import { seeded } from "../market.ts";

/** Keys of different kinds: neighbours, those that share their lower bits, and any. */
const KEYS: readonly (readonly [name: string, keyOf: (i: number) => number])[] = [
  ["neighbours", (i) => -6_000_000 + i],
  ["keys that share their lower 20 bits", (i) => i * 2 ** 20],
  ["keys that share their lower 32 bits", (i) => 2 ** 52 - i * 2 ** 32],
  ["keys beyond 2^32", (i) => (i % 2 === 0 ? 1 : -1) * (4e11 + i * 977)],
];

for (const [name, keyOf] of KEYS) {
  Deno.test(`FarLevels of ${name} equal a plain map after any changes`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      const far = new FarLevels();
      const naive = new Map<number, number>();
      // From few to many and back, so that the table grows and nearly empties.
      for (const share of [0.3, 0.8, 0.1]) {
        for (let step = 0; step < 600; step++) {
          const key = keyOf(Math.floor(random() * 400));
          const lots = random() < share ? Math.ceil(random() * 1e6) : 0;
          assertEquals(far.set(key, lots), naive.get(key) ?? 0);
          if (lots === 0) naive.delete(key);
          else naive.set(key, lots);
          assertEquals([far.size, far.lotsAt(key)], [naive.size, lots]);
        }
        const sorted = [...naive.keys()].sort((a, b) => b - a);
        assertEquals([...far.keys()], sorted);
        assertEquals(sorted.map((key) => far.lotsAt(key)), sorted.map((key) => naive.get(key)));
        const [high = 0, low = 0] = [sorted[20], sorted[60]];
        // A short span is looked up key by key, a long one is searched for.
        for (const from of [low, high - 5, high, -Infinity]) {
          const between = [...naive].filter(([key]) => key >= from && key < high);
          const span = new Float64Array([from, high, high, 1, 2]);
          far.addBetween(span);
          const lots = between.reduce((sum, [, some]) => sum + some, 0);
          const moment = between.reduce((sum, [key, some]) => sum + some * (key - high), 0);
          assertEquals(span[3], 1 + lots);
          // Beyond 2^53 each product is rounded, and each sum in its own order.
          assertAlmostEquals(span[4] ?? NaN, 2 + moment, 1e-12 * Math.abs(moment));
        }
        assertEquals(far.keyBelow(high), sorted[21] ?? NaN);
      }
      far.clear();
      assertEquals([far.size, far.keys().length, far.lotsAt(keyOf(1))], [0, 0, 0]);
      assertEquals(far.keyBelow(Infinity), NaN);
    }
  });
}

Deno.test("FarLevels.setRun() sets levels outside a window, up to one inside, one without exact lots, or one too many", () => {
  const window = new PriceWindow(WINDOW_MIN);
  window.clear(1_000);
  window.set(1_500, 1);
  const far = new FarLevels();
  const run = (levels: readonly (readonly [tick: number, qty: number])[], max = 100): number => {
    const ticks = Int32Array.from(levels, ([tick]) => tick);
    const qtys = Float64Array.from(levels, ([, qty]) => qty);
    return far.setRun(ticks, qtys, 1, ticks.length, -1, 10, window, new DepthBands(), max);
  };
  // Of asks: keys are ticks negated. The first is not of the run.
  const inside = -1_500;
  assertEquals(
    run([[5, 1], [-900, 2], [-800, 3], [-700, 0], [-900, 4], [inside, 5], [-600, 6]]),
    5,
  );
  assertEquals([far.lotsAt(900), far.lotsAt(800), far.lotsAt(600), far.size], [40, 30, 0, 2]);
  assertEquals([far.changed, far.raised], [3, 0]);
  // Twice the same is one change; a level above the best, but none that goes, is to draw the window up.
  const above = -(1_000 + WINDOW_MIN);
  assertEquals(run([[5, 1], [-900, 4], [above, 0], [above, 7], [-600, 2 ** 53]]), 4);
  assertEquals([far.changed, far.raised, far.raisedKey], [1, 1, -above]);
  assertEquals(run([[5, 1], [-600, 1], [-500, 1]], 3), 2);
  assertEquals([far.size, far.lotsAt(600), far.lotsAt(500)], [4, 10, 0]);
});
