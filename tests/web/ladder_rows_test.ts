import { assertEquals } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import type { Level } from "../../shared/market.ts";
import { choiceOf } from "../../web/page/choice.ts";
import { ladderRows, tickOf } from "../../web/page/ladder_rows.ts";
import { noBookText } from "../../web/page/no_book.ts";

const bids: readonly Level[] = [[100.02, 1], [100.01, 2], [100, 4], [99.97, 8], [99.91, 16]];
const asks: readonly Level[] = [[100.03, 1], [100.05, 2], [100.1, 4]];

Deno.test("ladderRows() shows each level with what rests up to it, and no more rows than are wanted", () => {
  const rows = ladderRows({ bids, asks }, null, 3);
  assertEquals(rows.bids.map(({ price, qty, sum }) => [price, qty, sum]), [
    [100.02, 1, 1],
    [100.01, 2, 3],
    [100, 4, 7],
  ]);
  assertEquals(rows.asks.map(({ sum }) => sum), [1, 3, 7]);
  assertEquals(rows.bids.every(({ isLowerBound }) => !isLowerBound), true);
});

Deno.test("ladderRows() puts prices together by steps, named after their end away from mid", () => {
  const rows = ladderRows({ bids, asks }, 0.05, 10);
  assertEquals(
    rows.bids.map(({ price, qty, sum, isLowerBound }) => [price, qty, sum, isLowerBound]),
    [
      [100, 7, 7, false],
      [99.95, 8, 15, false],
      // Below 99.91 nothing is told, and 99.90 may have more.
      [99.9, 16, 31, true],
    ],
  );
  assertEquals(rows.asks.map(({ price, qty, isLowerBound }) => [price, qty, isLowerBound]), [
    [100.05, 3, false],
    [100.1, 4, false],
  ]);
  assertEquals(ladderRows({ bids, asks }, 0.05, 2).bids.map(({ sum }) => sum), [7, 15]);
  assertEquals(ladderRows({ bids, asks }, 0.05, 1).bids.map(({ sum }) => sum), [7]);
});

Deno.test("ladderRows() puts tiny prices together as exactly", () => {
  const tiny: readonly Level[] = [[0.00000842, 5], [0.00000841, 6], [0.0000084, 7], [
    0.00000839,
    8,
  ]];
  const { bids: rows } = ladderRows({ bids: tiny, asks: [] }, 2e-8, 10);
  assertEquals(rows.map(({ price, qty }) => [price, qty]), [
    [0.00000842, 5],
    [0.0000084, 13],
    [0.00000838, 8],
  ]);
});

Deno.test("ladderRows() marks what holds a large part of its side, and one huge order flattens nothing", () => {
  const even: Level[] = Array.from({ length: 20 }, (_, i) => [100 - i, 1]);
  const marked = (levels: readonly Level[]) =>
    ladderRows({ bids: levels, asks: [] }, null, 20).bids.flatMap(({ isWall }, i) =>
      isWall ? [i] : []
    );
  assertEquals(marked(even), []);
  even[7] = [93, 6];
  assertEquals(marked(even), [7]);
  assertEquals(marked(even.slice(5, 10)), [], "among few rows each holds much");
  even[7] = [93, 900];
  const { bids: rows } = ladderRows({ bids: even, asks: [] }, null, 20);
  assertEquals([rows[6]?.share, rows[7]?.share], [0.25, 225]);
  assertEquals(ladderRows({ bids: [], asks: [] }, null, 20), { bids: [], asks: [] });
});

Deno.test("tickOf() is what the spread says, and the last decimal while there is none", () => {
  const values = { ...UNKNOWN_VALUES, spread: 1.5, spreadTicks: 3 };
  assertEquals(tickOf(values, 1), 0.5);
  assertEquals([tickOf(UNKNOWN_VALUES, 2), tickOf(null, 8)], [0.01, 1e-8]);
});

Deno.test("noBookText() tells loading from lost, and of a live book what it lacks", () => {
  const say = (word: string, reason: string | null, why = "") => noBookText({ word, reason }, why);
  assertEquals(say("waiting", null), "Waiting for the order book.");
  assertEquals(say("live", null), "Waiting for the first levels.");
  assertEquals(say("live", null, "One side is empty."), "One side is empty.");
  assertEquals(say("stale", "A gap."), "No order book: stale. A gap.");
});

Deno.test("choiceOf() is what was kept, and the fallback where that is nothing to choose any more", () => {
  const of = (kept: string | null) => choiceOf(kept, [10, 20], 20);
  assertEquals([of("10"), of("30"), of("1e1"), of(null)], [10, 20, 20, 20]);
});
