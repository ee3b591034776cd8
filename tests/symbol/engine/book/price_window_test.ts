import { assert, assertEquals } from "@std/assert";
import { decay } from "../../../../actors/symbol/engine/book/decay.ts";
import { PriceWindow, WINDOW_MIN } from "../../../../actors/symbol/engine/book/price_window.ts";
import { seeded } from "../market.ts";

/** Keys and lots from the best down. */
function walk(window: PriceWindow): [key: number, lots: number][] {
  const levels: [number, number][] = [];
  for (let key = window.bestKey; key === key; key = window.keyBelow(key)) {
    levels.push([key, window.lotsAt(key)]);
  }
  return levels;
}

for (const size of [WINDOW_MIN, WINDOW_MIN * 8]) {
  for (const base of [0, -5_000_000, 2 ** 40]) {
    Deno.test(`PriceWindow of ${size} from ${base} equals a plain map after any changes`, () => {
      const random = seeded(size + base);
      const window = new PriceWindow(size);
      window.clear(base);
      const naive = new Map<number, number>();
      // From crowded to sparse: words and whole groups of words are empty between levels.
      for (const reach of [40, size / 8, size]) {
        for (let step = 0; step < 300; step++) {
          const key = base + size - 1 - Math.floor(random() * reach);
          const lots = random() < 0.5 ? 0 : Math.ceil(random() * 100);
          assertEquals(window.set(key, lots), naive.get(key) ?? 0);
          if (lots === 0) naive.delete(key);
          else naive.set(key, lots);
          assertEquals(walk(window), [...naive].sort((a, b) => b[0] - a[0]));
          assertEquals(window.count, naive.size);
        }
      }
      window.clear(base + 7);
      assertEquals([walk(window), window.count, window.base], [[], 0, base + 7]);
      assertEquals(window.set(base + 8, 5), 0, "what was there is gone");
    });
  }
}

Deno.test("PriceWindow covers its first and its last key, and finds both", () => {
  const window = new PriceWindow(WINDOW_MIN);
  const last = 100 + WINDOW_MIN - 1;
  window.clear(100);
  assertEquals([99, 100, last, last + 1].map((key) => window.covers(key)), [
    false,
    true,
    true,
    false,
  ]);
  window.set(100, 1);
  window.set(last, 2);
  assertEquals(walk(window), [[last, 2], [100, 1]]);
  assertEquals([window.keyBelow(Infinity), window.keyBelow(100), window.keyBelow(-9)], [
    last,
    NaN,
    NaN,
  ]);
  assertEquals(window.bestLots, 2);
});

Deno.test("PriceWindow has no best when it is empty", () => {
  const window = new PriceWindow(WINDOW_MIN);
  assertEquals([window.bestKey, window.bestLots, window.keyBelow(5)], [NaN, NaN, NaN]);
});

Deno.test("decay() equals Math.exp to a part in 10^12, and is 0 where that says nothing", () => {
  for (let i = 0; i <= 30_000; i++) {
    const x = i / 1_000 - 1e-9 * (i % 3);
    const exact = Math.exp(-Math.max(0, x));
    const isClose = Math.abs(decay(Math.max(0, x)) - exact) <= 1e-12 * exact;
    assert(isClose || x >= 30, `${x}`);
  }
  assertEquals([decay(0), decay(30), decay(1e9), decay(Infinity), decay(NaN)], [1, 0, 0, 0, 0]);
});
