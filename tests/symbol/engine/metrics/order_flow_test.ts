import { assertAlmostEquals, assertEquals } from "@std/assert";
import { LEVEL_FLOW } from "../../../../actors/symbol/engine/metrics/level_flow.ts";
import { LEVEL_ORDER_FLOW } from "../../../../actors/symbol/engine/metrics/level_order_flow.ts";
import { ORDER_FLOW } from "../../../../actors/symbol/engine/metrics/order_flow.ts";
import type { Level } from "../../../../shared/market.ts";
import { bookTicker, type Sides, trade } from "../market.ts";
import { FamilyRun } from "./family_run.ts";
import byHand from "../../../fixtures/reference/by_hand.json" with { type: "json" };
import { numberOf } from "./by_hand.ts";

const { sequences: { ofi: BY_HAND } } = byHand;

/** A run of 1 s windows: an update at 0, and whatever follows. */
function tickersRun(): FamilyRun {
  const run = new FamilyRun(ORDER_FLOW, { bids: [[99, 1]], asks: [[101, 1]] });
  run.update(0, 10);
  return run;
}

/** The tickers of the sequence that was worked by hand, with ids from one on. */
function tickByHand(run: FamilyRun, fromId: number): void {
  BY_HAND.states.forEach(([bid = NaN, bidQty = NaN, ask = NaN, askQty = NaN], i) =>
    run.family.ticker?.(bookTicker(fromId + i, [bid, bidQty], [ask, askQty]))
  );
}

Deno.test("Order flow imbalance of the sequence that was worked by hand is 8, and 20/9 queues", () => {
  const run = tickersRun();
  // The first state is what the first event changes: it lies before the window.
  tickByHand(run, 10);
  run.update(1_000, 20);
  const { ofi1s, ofiNormalised1s, ofi10s } = run.values();
  assertEquals([ofi1s, ofi10s], [BY_HAND.sum, null]);
  assertAlmostEquals(ofiNormalised1s ?? NaN, numberOf(BY_HAND.normalised) ?? NaN, 1e-12);
});

Deno.test("Order flow imbalance counts a ticker with the update that covers its id, and none of the window's begin", () => {
  const run = tickersRun();
  tickByHand(run, 10);
  // 2 belongs to an update at 500, what is left to the one after it.
  run.update(500, 11);
  run.update(1_000, 14);
  assertEquals(run.values().ofi1s, 2 + 6 + 3 - 2);
  run.update(1_500, 14);
  assertEquals(run.values().ofi1s, 6 + 3 - 2);
  run.update(1_501, 15);
  assertEquals(run.values().ofi1s, 6 + 3 - 2 - 1);
  // One that comes after its update counts with it all the same.
  run.family.ticker?.(bookTicker(16, [100, 4], [101, 5]));
  run.update(2_000, 17);
  assertEquals(run.values().ofi1s, -1 - 4);
  run.family.ticker?.(bookTicker(17, [100, 5], [101, 5]));
  assertEquals(run.values().ofi1s, -1 - 4 + 1);
});

Deno.test("Order flow imbalance of a window without tickers is 0, and no queue", () => {
  const run = tickersRun();
  run.update(1_000, 11);
  assertEquals([run.values().ofi1s, run.values().ofiNormalised1s], [0, 0]);
});

Deno.test("Order flow imbalance takes an empty side as one that is beyond every price", () => {
  const run = tickersRun();
  run.family.ticker?.(bookTicker(10, [100, 1], [101, 7]));
  run.family.ticker?.(bookTicker(11, [100, 1], [0, 0]));
  run.family.ticker?.(bookTicker(12, [100, 1], [102, 3]));
  run.update(1_000, 11);
  assertEquals(run.values().ofi1s, 7);
  run.update(1_001, 12);
  assertEquals(run.values().ofi1s, 7 - 3);
});

Deno.test("Order flow imbalance is not known where a ticker's change is not", () => {
  const run = tickersRun();
  // Nobody knows what was before the first one.
  run.family.ticker?.(bookTicker(11, [100, 1], [101, 7]));
  run.update(1_000, 11);
  assertEquals(run.values().ofi1s, null);
  run.update(2_000, 12);
  assertEquals(run.values().ofi1s, 0);
  // One from between two that were compared with each other: windows begin anew, behind what was heard.
  run.family.ticker?.(bookTicker(14, [100, 1], [101, 7]));
  run.family.ticker?.(bookTicker(13, [100, 2], [101, 7]));
  run.update(2_500, 13);
  run.update(3_500, 14);
  assertEquals(run.values().ofi1s, null);
  run.update(4_500, 15);
  assertEquals(run.values().ofi1s, 0);
});

Deno.test("Order flow imbalance begins anew with another book, after the tickers of the old one", () => {
  const run = tickersRun();
  tickByHand(run, 10);
  run.family.reset?.();
  run.update(500, 12);
  run.update(1_500, 15);
  assertEquals(run.values().ofi1s, null, "tickers that the first update had to come after");
  run.update(2_500, 16);
  assertEquals(run.values().ofi1s, 0);
});

Deno.test("Order flow imbalance is not known when more tickers come between two updates than are kept", () => {
  const run = tickersRun();
  for (let id = 11; id <= 11 + 1_024; id++) {
    run.family.ticker?.(bookTicker(id, [100, id], [101, 1]));
  }
  run.update(1_000, 100);
  run.update(2_000, 2_000);
  assertEquals(run.values().ofi1s, null);
  run.update(3_000, 2_001);
  assertEquals(run.values().ofi1s, 0);
});

/** So many levels of 1 each, from the best outwards. */
function ladder(best: number, step: 1 | -1, count = 10): Level[] {
  return Array.from({ length: count }, (_, i) => [best + i * step, 1]);
}

Deno.test("Order flow imbalance of ten levels is of ranks, in typical queues of one of them", () => {
  const run = new FamilyRun(LEVEL_ORDER_FLOW, { bids: ladder(99, -1), asks: ladder(101, 1) });
  run.update(0, 1);
  // 1 more at the best bid: +1 of 20 levels that hold 21.
  run.update(600, 2, { bids: [[99, 2]] });
  // The tenth ask goes, and another one is the tenth: its price is up, so the queue of before is gone.
  run.update(1_000, 3, { asks: [[110, 0], [112, 5]] });
  // Levels 21 and 25 of two updates: a mean queue of 46/40.
  assertAlmostEquals(run.values().ofiMultiLevel1s ?? NaN, (1 + 1) / 10 / (46 / 40), 1e-12);
  // A new best bid of 3: each rank has a better price, and counts with all that is there.
  run.update(1_700, 4, { bids: [[100, 3]] });
  assertAlmostEquals(run.values().ofiMultiLevel1s ?? NaN, (1 + 13) / 10 / (52 / 40), 1e-12);
  run.update(1_701, 5, { bids: [[100, 0], [99, 0]] });
  assertEquals(run.values().ofiMultiLevel1s, null, "nine levels");
  assertEquals(run.why("ofiMultiLevel1s"), "too_thin");
  assertEquals(run.why("ofiMultiLevel10s"), "warming_up");
});

// -- Level flow --

const SIDES: Sides = { bids: [[9_999, 4], [9_980, 4]], asks: [[10_001, 4], [10_020, 4]] };

function levelsRun(): FamilyRun {
  const run = new FamilyRun(LEVEL_FLOW, SIDES);
  run.update(0, 1);
  return run;
}

function levels(run: FamilyRun): readonly (number | null)[] {
  const { addedNotional10s, cancelledNotional10s, levelFlowImbalance10s } = run.values();
  return [addedNotional10s, cancelledNotional10s, levelFlowImbalance10s];
}

Deno.test("Level flow is what came and went within 10 bps of the mid before each update, over ten seconds", () => {
  const run = levelsRun();
  // 9,990 and 10,010 are the edge, and in; what lies beyond it, and what stays as it was, does not count.
  run.update(100, 2, { bids: [[9_990, 2], [9_980, 9], [9_999, 4]], asks: [[10_010, 1]] });
  assertEquals(levels(run), [null, null, null]);
  run.update(10_000, 3, { bids: [[9_990, 1]] });
  const added = 9_990 * 2 + 10_010;
  const gone = 9_990;
  const signed = 9_990 * 2 - 10_010 - 9_990;
  assertEquals(levels(run), [added, gone, signed / (added + gone)]);
  // The start is out.
  run.update(10_100, 4);
  assertEquals(levels(run), [0, gone, -1]);
  run.update(20_001, 5);
  assertEquals(levels(run), [0, 0, null]);
  assertEquals(run.why("levelFlowImbalance10s"), "too_thin");
});

Deno.test("Level flow takes the mid before an update, and a level that it names twice as one change", () => {
  const run = levelsRun();
  // Mid goes to 9,990: 9,981 was 19 bps away before.
  run.update(100, 2, { bids: [[9_999, 0]], asks: [[10_000, 1], [10_001, 0], [10_001, 3]] });
  run.update(10_000, 3, { bids: [[9_981, 1]] });
  assertEquals(levels(run)[0], 10_000 + 9_981);
  assertEquals(levels(run)[1], 9_999 * 4 + 10_001);
});

Deno.test("Level flow does not call cancelled what was traded there, at most what went", () => {
  const run = levelsRun();
  const hear = (price: number, qty: number, side: "buy" | "sell", tradeMs: number) =>
    run.family.trade?.(trade({ price, qty, side, tradeMs }));
  // Who sells takes bids: 2 of the 3 that went. A buyer at that price took none of them.
  hear(9_999, 2, "sell", 100);
  hear(9_999, 1, "buy", 100);
  run.update(200, 2, { bids: [[9_999, 1]], asks: [[10_001, 3]] });
  run.update(10_000, 3);
  assertEquals(levels(run)[1], 9_999 + 10_001);
  // More than went, and too late for its update.
  hear(10_001, 7, "buy", 150);
  assertEquals(levels(run)[1], 9_999);
  // One of after the newest update waits for its own.
  hear(9_999, 1, "sell", 10_050);
  assertEquals(levels(run)[1], 9_999);
  run.update(10_100, 4);
  assertEquals(levels(run)[1], 0);
  run.update(10_200, 5, { bids: [[9_999, 0]] });
  // What went first is out of the window now, and its trades are.
  assertEquals(levels(run)[1], 0);
  // The window begins at an update: the one at 10,000, and then the one at 10,100.
  run.update(20_099, 6);
  assertEquals(levels(run)[1], 0);
  run.update(20_100, 7);
  assertEquals(levels(run)[1], 9_999);
  // What went before the window is not what is traded in it.
  run.update(20_201, 8, { bids: [[9_999, 1]] });
  run.update(20_300, 9, { asks: [[10_001, 0]] });
  hear(9_999, 5, "sell", 20_300);
  assertEquals(levels(run)[1], 10_001 * 3);
});

Deno.test("Level flow goes on when levels show that lots are finer than was thought", () => {
  const run = levelsRun();
  run.family.trade?.(trade({ price: 9_999, qty: 1, side: "sell", tradeMs: 50 }));
  run.update(100, 2, { bids: [[9_999, 2]] });
  run.update(10_000, 3, { bids: [[9_999, 1.5], [9_998.5, 0.25]] });
  assertEquals(levels(run).slice(0, 2), [9_998.5 * 0.25, 9_999 * 1.5]);
});
