import { assert, assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { FrameDecoder } from "../../../../actors/venue/binance_spot/decode.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import {
  isSameTop,
  PENDING_MAX,
  Proof,
  topOfBook,
} from "../../../../actors/symbol/engine/book/proof.ts";
import type { Level } from "../../../../shared/market.ts";
import { bookTicker, depthSnapshot } from "../market.ts";

const BID: Level = [99, 1];
const ASK: Level = [101, 2];

/** A proof with the book held fixed, and short names for what happens to it. */
class Scene {
  readonly proof = new Proof();
  readonly book = new OrderBook();

  constructor(bids: readonly Level[] = [BID], asks: readonly Level[] = [ASK]) {
    this.book.apply(Levels.of(bids), Levels.of(asks));
  }

  updated(id: number): this {
    this.proof.book(topOfBook(this.book, id), 1_000 + id);
    return this;
  }

  ticker(id: number, bid = BID, ask = ASK): this {
    this.proof.ticker(bookTicker(id, bid, ask), 1_000 + id);
    return this;
  }

  /** [exact checked, exact mismatched, carried checked, carried mismatched, carried healed] */
  counts(): number[] {
    const { exact, carried } = this.proof.counts;
    return [
      exact.checked,
      exact.mismatched,
      carried.checked,
      carried.mismatched,
      carried.healed,
    ];
  }
}

Deno.test("Proof compares exactly where a ticker has the update's own id", () => {
  assertEquals(new Scene().updated(10).ticker(10).ticker(11).counts(), [1, 0, 1, 0, 0]);
  assertEquals(new Scene().ticker(10).ticker(11).updated(10).counts(), [1, 0, 1, 0, 0]);
});

for (
  const [name, bid, ask] of [
    ["bid price", [98, 1], ASK],
    ["bid quantity", [99, 1.1], ASK],
    ["ask price", BID, [102, 2]],
    ["ask quantity", BID, [101, 2.1]],
  ] as const
) {
  Deno.test(`Proof counts an exact mismatch of the ${name}`, () => {
    assertEquals(new Scene().updated(10).ticker(10, bid, ask).ticker(11).counts(), [1, 1, 1, 1, 0]);
  });
}

Deno.test("Proof compares nothing until a ticker beyond the update proves which was the last", () => {
  const scene = new Scene().ticker(8).updated(10);
  assertEquals(scene.counts(), [0, 0, 0, 0, 0]);
  scene.ticker(10);
  assertEquals(scene.counts(), [0, 0, 0, 0, 0], "one more with this id may follow");
  scene.ticker(12);
  assertEquals(scene.counts(), [1, 0, 1, 0, 0]);
});

Deno.test("Proof carries the last ticker by id, not by arrival", () => {
  const wrong: Level = [50, 1];
  assertEquals(new Scene().ticker(9).ticker(7, wrong).updated(10).ticker(12).counts(), [
    0,
    0,
    1,
    0,
    0,
  ]);
  assertEquals(
    new Scene().ticker(7, wrong).ticker(12).updated(10).counts(),
    [0, 0, 1, 1, 0],
    "without the ticker at 9 the one at 7 is carried",
  );
});

Deno.test("Proof compares nothing with a ticker inside U to u that is not the last", () => {
  const inside: Level = [50, 1];
  assertEquals(new Scene().ticker(5).ticker(8, inside).ticker(9).updated(10).ticker(12).counts(), [
    0,
    0,
    1,
    0,
    0,
  ]);
});

Deno.test("Proof cannot carry when no ticker at or below the update is known", () => {
  assertEquals(new Scene().updated(10).ticker(12).counts(), [0, 0, 0, 0, 0]);
});

Deno.test("Proof carries one ticker to several updates, each judged by its own book", () => {
  const scene = new Scene().ticker(9).updated(10).updated(11).updated(12).ticker(13);
  assertEquals(scene.counts(), [0, 0, 3, 0, 0]);
});

Deno.test("Proof counts a carried mismatch that heals with the next update apart, within the total", () => {
  const scene = new Scene().ticker(9, [98, 1]).updated(10).ticker(11).updated(12).ticker(13);
  assertEquals(scene.counts(), [0, 0, 2, 1, 1]);
});

Deno.test("Proof does not call a mismatch healed that the next update still shows", () => {
  const scene = new Scene().ticker(9, [98, 1]).updated(10).updated(12).ticker(13);
  assertEquals(scene.counts(), [0, 0, 2, 2, 0]);
  assertEquals(scene.updated(14).ticker(15).counts(), [0, 0, 3, 2, 1], "its successor heals");
});

Deno.test("Proof takes an empty side to equal the exchange's price and quantity 0", () => {
  const none: Level = [0, 0];
  assertEquals(
    new Scene([], [ASK]).ticker(10, none).updated(10).ticker(11, none).counts(),
    [1, 0, 1, 0, 0],
  );
  assertEquals(
    new Scene([BID], []).ticker(10, BID, none).updated(10).ticker(11).counts(),
    [1, 0, 1, 0, 0],
  );
  assertEquals(new Scene([], [ASK]).ticker(10).updated(10).ticker(11).counts(), [1, 1, 1, 1, 0]);
});

Deno.test("Proof.resync() forgets the books that wait and keeps the tickers", () => {
  const scene = new Scene().ticker(9).updated(10);
  scene.proof.resync();
  assertEquals(scene.ticker(12).counts(), [0, 0, 0, 0, 0]);
  assertEquals(scene.updated(13).ticker(14).counts(), [0, 0, 1, 0, 0], "12 is carried to 13");
});

Deno.test("Proof.resync() heals nothing: the next book is another one", () => {
  const scene = new Scene().ticker(9, [98, 1]).updated(10).ticker(11);
  assertEquals(scene.counts(), [0, 0, 1, 1, 0]);
  scene.proof.resync();
  assertEquals(scene.updated(12).ticker(13).counts(), [0, 0, 2, 1, 0]);
});

Deno.test("Proof.disconnect() forgets the tickers too: some may have been missed", () => {
  const scene = new Scene().ticker(9);
  scene.proof.disconnect();
  assertEquals(scene.updated(10).ticker(12).counts(), [0, 0, 0, 0, 0]);
});

Deno.test("Proof.disconnect() forgets the books that wait: what is heard next is none of theirs", () => {
  const scene = new Scene().ticker(9).updated(10);
  scene.proof.disconnect();
  assertEquals(scene.ticker(8).ticker(12).counts(), [0, 0, 0, 0, 0]);
});

Deno.test("Proof compares what comes and goes for long, each with its own", () => {
  const scene = new Scene();
  for (let id = 1; id <= 1_000; id++) scene.updated(id).ticker(id, [99, id % 2]);
  assertEquals(scene.counts(), [999, 499, 999, 499, 499]);
});

Deno.test("Proof keeps at most PENDING_MAX updates that wait, the newest", () => {
  const scene = new Scene().ticker(0);
  for (let id = 1; id <= PENDING_MAX + 5; id++) scene.updated(id);
  assertEquals(scene.ticker(PENDING_MAX + 6).counts(), [0, 0, PENDING_MAX, 0, 0]);
});

Deno.test("Proof keeps at most PENDING_MAX tickers, and never carries across a forgotten one", () => {
  const scene = new Scene();
  for (let id = 1; id <= PENDING_MAX + 5; id++) scene.ticker(id * 10);
  assertEquals(scene.updated(55).counts(), [0, 0, 0, 0, 0], "the ticker at 50 has left");
  assertEquals(scene.updated(65).counts(), [0, 0, 1, 0, 0]);
});

Deno.test("Proof.counts.lastExactMs is when an exact check last agreed", () => {
  const scene = new Scene();
  assertEquals(scene.proof.counts.lastExactMs, null);
  scene.updated(10).ticker(10).ticker(11);
  assertEquals(scene.proof.counts.lastExactMs, 1_011);
  scene.updated(12).ticker(12, [1, 1]).ticker(13);
  assertEquals(scene.proof.counts.lastExactMs, 1_011);
});

Deno.test("Proof.ticker() keeps tickers as they were, though their decoder has gone on", () => {
  const decoder = new FrameDecoder(null);
  const scene = new Scene();
  for (const [id, qty] of [[7, 1], [9, 8]]) {
    const decoded = decoder.frame(
      `{"u":${id},"s":"BTCUSDT","b":"99.00000000","B":"${qty}.00000000",` +
        `"a":"101.00000000","A":"2.00000000"}`,
    );
    assert(decoded.type === "book_ticker");
    scene.proof.ticker(decoded.ticker, 1_000);
  }
  scene.updated(7);
  assertEquals(scene.proof.counts.exact, { checked: 1, mismatched: 0 });
});

Deno.test("Proof.ticker() takes each ticker once that two connections bring, late or in time", () => {
  const proof = new Proof();
  const book = new OrderBook();
  book.reset(depthSnapshot(100));
  const tell = (id: number) => proof.ticker(bookTicker(id, [99, 1], [101, 1]), 0);
  assertEquals([100, 100, 102, 101, 102, 101].map(tell), [true, false, true, true, false, false]);
  for (const id of [100, 101]) proof.book(topOfBook(book, id), 0);
  for (const id of [101, 102]) tell(id);
  const { exact, carried } = proof.counts;
  assertEquals([exact, carried.checked], [{ checked: 2, mismatched: 0 }, 2]);
});

Deno.test("Proof.isAheadOf() tells whether a ticker is newer than the book, until they are forgotten", () => {
  const proof = new Proof();
  assertEquals(proof.isAheadOf(1), false);
  proof.ticker(bookTicker(100, [99, 1], [101, 1]), 0);
  assertEquals([99, 100, null].map((id) => proof.isAheadOf(id)), [true, false, false]);
  proof.disconnect();
  assertEquals(proof.isAheadOf(1), false);
});

Deno.test("Proof.agrees() with what the newest ticker tells, if there is one", () => {
  const proof = new Proof();
  const best = (bidQty: number) => ({ bidPrice: 99, bidQty, askPrice: 101, askQty: 2 });
  assertEquals(proof.agrees(best(1)), false);
  proof.ticker(bookTicker(7, [99, 1], [101, 2]), 0);
  proof.ticker(bookTicker(8, [99, 3], [101, 2]), 0);
  assertEquals([1, 3].map((qty) => proof.agrees(best(qty))), [false, true]);
});

Deno.test("isSameTop() is true when prices and quantities are, on both sides", () => {
  const top = { bidPrice: 99, bidQty: 1, askPrice: 101, askQty: 2 };
  assert(isSameTop(top, { ...top }));
  for (const part of ["bidPrice", "bidQty", "askPrice", "askQty"] as const) {
    assert(!isSameTop(top, { ...top, [part]: 7 }), part);
  }
});
