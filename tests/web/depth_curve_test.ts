import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { depthCurve } from "../../web/page/depth_curve.ts";
import { depthAfter } from "../../web/page/depth_moment.ts";
import {
  depthScale,
  movedCursor,
  signed,
  spotAt,
  sumWithin,
  ticksTo,
} from "../../web/page/depth_view.ts";
import { depthReading, depthSummary } from "../../web/page/depth_text.ts";
import { bookFrame, depthProfile } from "../support/outputs.ts";

/** Mid is 10,000: a price of 1 is a bps. */
const book = bookFrame({ bids: [[9_999, 2], [9_997, 1]], asks: [[10_001, 1], [10_003, 3]] });
const buckets = (first: readonly number[]) => Array.from({ length: 100 }, (_, i) => first[i] ?? 0);
const profile = depthProfile({
  mid: 10_000,
  bids: buckets([2, 1, 0, 5]),
  asks: buckets([1, 4, 0, 0, 0, 10]),
  bidCoveredBps: 7,
  askCoveredBps: null,
});
const curve = depthCurve({ book, profile });
const alone = depthCurve({ book, profile: null });
assert(curve !== null && alone !== null);

Deno.test("depthCurve() adds up levels, and from the last of them on the buckets of the same book", () => {
  const rows = curve.asks.points.map(({ price, bps, qty, sum, kind }) => [
    price,
    Math.round(bps),
    qty,
    sum,
    kind,
  ]);
  assertEquals(rows, [
    [10_001, 1, 1, 1, "level"],
    [10_003, 3, 3, 4, "level"],
    // The bucket that the last level is in has one more.
    [10_004, 4, 1, 5, "bucket"],
    [10_012, 12, 10, 15, "bucket"],
  ]);
  assertEquals(curve.bids.points.map(({ sum }) => sum), [2, 3, 8]);
});

Deno.test("depthCurve() tells what an order would pay: exactly along levels, within a span along buckets", () => {
  const slippages = curve.asks.points.map(({ slippageBps }) => slippageBps);
  const expected = [[1, 1], [2.5, 2.5], [2.6, 2.8], [(13 + 100) / 15, (14 + 120) / 15]] as const;
  assertEquals(slippages.length, expected.length);
  expected.forEach(([least, most], i) => {
    assertAlmostEquals(slippages[i]?.[0] ?? NaN, least, 1e-9);
    assertAlmostEquals(slippages[i]?.[1] ?? NaN, most, 1e-9);
  });
});

Deno.test("depthCurve() takes nothing for known beyond the edge of the book, or beyond what was told of it", () => {
  assertEquals(curve.bids.points.map(({ isLowerBound }) => isLowerBound), [false, false, true]);
  assertEquals([curve.bids.knownBps, curve.bids.toldBps], [7, 200]);
  assertEquals([curve.asks.knownBps, curve.asks.toldBps], [null, 200]);
  assertAlmostEquals(alone.asks.knownBps ?? NaN, 3, 1e-9);
  assertAlmostEquals(alone.asks.toldBps, 3, 1e-9);
  assert(alone.asks.points.every(({ isLowerBound }) => !isLowerBound));
  assertEquals(depthCurve({ book: { ...book, bids: [] }, profile: null }), null, "there is no mid");
});

Deno.test("depthAfter() shows levels and profile of one book, and levels alone when no profile comes", () => {
  const next = { ...book, bookUpdateId: 101, timeMs: book.timeMs + 100 };
  const late = { ...next, timeMs: book.timeMs + 2_001 };
  const pair = depthAfter(null, book, profile);
  assertEquals(pair, { book, profile });
  assertEquals(depthAfter(pair, next, profile), pair, "the next profile is on its way");
  assertEquals(depthAfter(pair, late, profile), { book: late, profile: null });
  assertEquals(depthAfter(null, next, profile), { book: next, profile: null });
  assertEquals(depthAfter(pair, null, profile), null, "the book is lost");
});

Deno.test("depthScale() is as high as the greater side, and one huge order is cut off instead of flattening the rest", () => {
  assertEquals(depthScale(curve, 200), { top: 15, cut: [] });
  assertEquals(depthScale(curve, 10), { top: 8, cut: [] });
  const even = buckets(Array.from({ length: 100 }, () => 1));
  const wall = even.map((qty, i) => i === 60 ? 5_000 : qty);
  const walled = depthCurve({ book, profile: { ...profile, bids: even, asks: wall } });
  assert(walled !== null);
  const { top, cut } = depthScale(walled, 200);
  assert(top < 150, String(top));
  assertEquals(cut, ["ask"]);
  assertEquals(sumWithin(walled.asks, 200), 5_099, "what is cut is not lost");
  assertEquals(depthScale(walled, 100).cut, []);
});

Deno.test("spotAt() is the nearest point of the side that a pointer is on, within reach", () => {
  const at = (bps: number, reachBps = 200) => spotAt(curve, bps, reachBps)?.price ?? null;
  assertEquals([at(1.4), at(2.6), at(9), at(150), at(150, 10)], [
    10_001,
    10_003,
    10_012,
    10_012,
    10_004,
  ]);
  assertEquals([at(-0.1), at(-100), at(-100, 0.5)], [9_999, 9_992, null]);
});

Deno.test("movedCursor() walks by price over both sides, from the best of the side that it is sent to", () => {
  const walk = (...keys: readonly string[]) => {
    let at: number | null = null;
    for (const key of keys) {
      const moved = movedCursor(curve, at, 200, key);
      if (moved === undefined) return undefined;
      at = moved;
    }
    return at === null ? null : Math.round(at);
  };
  assertEquals([walk("ArrowRight"), walk("ArrowLeft")], [1, -1]);
  assertEquals(walk("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"), -3);
  assertEquals([walk("Home"), walk("End"), walk("End", "ArrowRight")], [-8, 12, 12]);
  assertEquals([walk("End", "PageDown"), walk("End", "Escape")], [-8, null]);
  assertEquals(walk("Tab"), undefined, "keys of the page stay its own");
});

Deno.test("depthReading() says where more may rest, and where single prices are not told", () => {
  const reading = (bps: number) => {
    const spot = spotAt(curve, bps, 200);
    return spot === null ? null : depthReading(spot, 2);
  };
  assertEquals(reading(3), {
    price: "ask 10,003.00",
    size: "3.000",
    sum: "4.000",
    distance: "0.03 %",
    slippage: "2.50 bps",
  });
  assertEquals(reading(-8), {
    price: "bid to 9,992.00",
    size: "5.000",
    sum: "≥ 8.000",
    distance: "0.08 %",
    slippage: "≤ 5.62 bps",
  });
  assertEquals(reading(4)?.slippage, "2.60 to 2.80 bps");
  const spot = spotAt(curve, 1, 200);
  assertEquals(spot && signed(spot) > 0, true);
});

Deno.test("depthSummary() tells the picture in words, with what is known of each side", () => {
  assertEquals(
    depthSummary(curve, depthScale(curve, 50), 50, 2),
    "Mid 10,000.00. Bids: at least 8.000 within 0.1 %, at least 8.000 within 0.5 %; every level is known to 0.07 %. " +
      "Asks: 5.000 within 0.1 %, 15.00 within 0.5 %; every level is known.",
  );
  assertEquals(
    depthSummary(alone, { top: 1, cut: ["bid"] }, 50, 2),
    "Mid 10,000.00. Bids: 3.000 within 0.03 %; every level is known to 0.03 %; the picture is cut off above its scale. " +
      "Asks: 4.000 within 0.03 %; every level is known to 0.03 %.",
  );
});

Deno.test("ticksTo() marks an axis at round quantities", () => {
  assertEquals(ticksTo(15, 4), [5, 10, 15]);
  assertEquals(ticksTo(0.9, 3), [0.5]);
  assertEquals([ticksTo(0, 3), ticksTo(NaN, 3)], [[], []]);
});
