import { assert, assertEquals } from "@std/assert";
import type { BenchedBook } from "../../../scripts/bench/books/book.ts";
import { MEASURES, SideSums, TOP_MEASURES } from "../../../scripts/bench/books/measures.ts";
import { NaiveBook } from "../../../scripts/bench/books/naive.ts";
import { ObmBook } from "../../../scripts/bench/books/obm.ts";
import { firstDifference } from "../../../scripts/bench/agreement.ts";
import { deepen, loadFrames } from "../../../scripts/bench/frames.ts";

const FIXTURE = decodeURIComponent(
  new URL("../../fixtures/simulated_btcusdt.gz", import.meta.url).pathname,
);
const SET = await loadFrames(FIXTURE);

/** Every result after every frame. */
function resultsOf<P>(book: BenchedBook<P>, snapshot: string, isPrepared: boolean): Float64Array {
  const results = new Float64Array(SET.frames.length * MEASURES.length);
  book.reset(snapshot, SET.symbol);
  const updates = isPrepared ? SET.frames.map((text) => book.prepare(text)) : null;
  SET.frames.forEach((text, i) => {
    const update = updates?.[i];
    if (update === undefined) book.accept(text);
    else book.apply(update);
    book.measure(results.subarray(i * MEASURES.length, (i + 1) * MEASURES.length), true);
  });
  return results;
}

for (const isPrepared of [false, true]) {
  const way = isPrepared ? "applied pre-parsed" : "parsed and applied";
  Deno.test(`ObmBook says what NaiveBook says after every frame, ${way}, and again after reset`, () => {
    const expected = resultsOf(new NaiveBook(), SET.snapshot, isPrepared);
    assert(expected.every((value) => Number.isFinite(value)));
    const book = new ObmBook();
    for (let time = 0; time < 2; time++) {
      assertEquals(firstDifference(resultsOf(book, SET.snapshot, isPrepared), expected), null);
    }
  });
}

Deno.test("ObmBook says what NaiveBook says from a book of 5,000 levels a side", () => {
  const snapshot = deepen(SET.snapshot, 5_000);
  const expected = resultsOf(new NaiveBook(), snapshot, false);
  assertEquals(firstDifference(resultsOf(new ObmBook(), snapshot, false), expected), null);
});

Deno.test("A book measures the ten best levels alone when no bands are asked for", () => {
  for (const book of [new NaiveBook(), new ObmBook()]) {
    const out = new Float64Array(MEASURES.length).fill(-1);
    book.reset(SET.snapshot);
    book.measure(out, false);
    assert(out.subarray(0, TOP_MEASURES).every((value) => Number.isFinite(value) && value !== -1));
    assertEquals([...out.subarray(TOP_MEASURES)], [-1, -1, -1, -1, -1, -1]);
  }
});

Deno.test("A book that lacks a side has no metrics", () => {
  const snapshot = JSON.stringify({ lastUpdateId: 1, bids: [["1.00", "2.0"]], asks: [] });
  for (const book of [new NaiveBook(), new ObmBook()]) {
    const out = new Float64Array(MEASURES.length);
    book.reset(snapshot);
    book.measure(out, true);
    assert(out.every((value) => Number.isNaN(value)));
  }
});

Deno.test("SideSums.add() weighs rank r with 1/(r + 1), ten levels deep, and counts edges as inside", () => {
  const bids = new SideSums("bid");
  bids.start(1_000, true);
  // Exactly at 0.1 %, 0.5 % and 1 % below mid, and one tick beyond.
  for (const price of [999, 995, 990]) assert(bids.add(price, 6));
  assert(bids.add(989.99, 6), "a level beyond the bands still counts among the ten best");
  assertEquals([bids.depth10, bids.depth50, bids.depth100], [6, 12, 18]);
  assertEquals([bids.top, bids.weighted], [24, 6 + 3 + 2 + 1.5]);
  for (let rank = 4; rank < 9; rank++) assert(bids.add(980, 1));
  assertEquals(bids.add(970, 1), false, "no worse level can count");
  assertEquals(bids.top, 30);

  const asks = new SideSums("ask");
  asks.start(1_000, true);
  for (const price of [1_001, 1_005, 1_010, 1_010.01]) asks.add(price, 1);
  assertEquals([asks.depth10, asks.depth50, asks.depth100], [1, 2, 3]);
});
