import { assert, assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { BookSide } from "../../../../actors/symbol/engine/book/book_side.ts";
import { FAR_LEVELS_MAX } from "../../../../actors/symbol/engine/book/side_levels.ts";
import { PriceScale } from "../../../../actors/symbol/engine/book/price_scale.ts";
import { FrameDecoder } from "../../../../actors/venue/binance_spot/decode.ts";
import { Levels, TickLevels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { Level } from "../../../../shared/market.ts";
import { depthSnapshot, seeded } from "../market.ts";
import { NaiveSide } from "./naive_book.ts";

/** A side whose prices and quantities are whole: ticks and lots. */
function wholeSide(side: "bid" | "ask"): BookSide {
  return new BookSide(side, new PriceScale(0, 0));
}

function all(side: BookSide): Level[] {
  return side.top(Infinity);
}

function apply(book: OrderBook, bids: readonly Level[], asks: readonly Level[]): void {
  book.apply(Levels.of(bids), Levels.of(asks));
}

Deno.test("BookSide.set() keeps thousands of levels, near and far, without losing one", () => {
  const random = seeded(7);
  const real = wholeSide("bid");
  const naive = new NaiveSide("bid");
  for (let step = 0; step < 20_000; step++) {
    const price = Math.floor(random() * 6_000) + 1;
    const qty = random() < 0.2 ? 0 : step + 1;
    real.set(price, qty);
    naive.set(price, qty);
  }
  assert(real.size > 2_048, `only ${real.size} levels`);
  assertEquals(all(real), naive.levels());
});

Deno.test("BookSide.set() replaces the quantity of a price that comes twice", () => {
  const side = wholeSide("ask");
  side.set(10, 1);
  side.set(10, 3);
  assertEquals(all(side), [[10, 3]]);
  side.set(10, 0);
  side.set(10, 0);
  assertEquals(side.size, 0);
});

Deno.test("BookSide.set() removes unknown levels at every place without a trace", () => {
  const side = wholeSide("bid");
  side.set(5, 0);
  for (const price of [10, 20, 30]) side.set(price, 1);
  for (const price of [5, 15, 25, 35, 1_000_000]) side.set(price, 0);
  assertEquals(all(side), [[30, 1], [20, 1], [10, 1]]);
});

Deno.test("BookSide.price() and qty() count from the best and are NaN beyond the last", () => {
  const bids = wholeSide("bid");
  const asks = wholeSide("ask");
  for (const [price, qty] of [[10, 1], [30, 3], [20, 2]] as const) {
    bids.set(price, qty);
    asks.set(price, qty);
  }
  assertEquals([bids.price(0), bids.qty(0), bids.price(2)], [30, 3, 10]);
  assertEquals([asks.price(0), asks.qty(0), asks.price(2)], [10, 1, 30]);
  assertEquals([bids.price(3), bids.qty(3), wholeSide("ask").price(0)], [NaN, NaN, NaN]);
  assertEquals([bids.bestPrice, bids.bestQty, asks.bestPrice, asks.bestQty], [30, 3, 10, 1]);
  assertEquals([wholeSide("ask").bestPrice, wholeSide("bid").bestQty], [NaN, NaN]);
});

Deno.test("BookSide.top() gives at most as many levels as there are, best first", () => {
  const asks = wholeSide("ask");
  for (let price = 1; price <= 5; price++) asks.set(price, price * 10);
  assertEquals(asks.top(2), [[1, 10], [2, 20]]);
  assertEquals(asks.top(9).length, 5);
  assertEquals(asks.top(0), []);
});

Deno.test("BookSide.top() takes the very pairs that have not changed from those before, and no others", () => {
  for (const side of ["bid", "ask"] as const) {
    const levels = wholeSide(side);
    const set = (behind: number, qty: number) =>
      levels.set(side === "ask" ? 100 + behind : 100 - behind, qty);
    for (const behind of [0, 1, 3, 4]) set(behind, 5);
    const before = levels.top(4);
    set(-1, 5);
    set(1, 6);
    set(2, 5);
    set(3, 0);
    const after = levels.top(5, before);
    assertEquals(after, levels.top(5));
    assertEquals(after.map((pair) => before.indexOf(pair)), [-1, 0, -1, -1, 3]);
  }
});

Deno.test("SideLevels.keyBelow() and lotsAt() walk a band, from the window into the far levels", () => {
  const asks = wholeSide("ask");
  const prices = [10_000, 10_001, 10_040, 90_000, 2_000_000];
  for (const price of prices) asks.set(price, price + 1);
  const walked: Level[] = [];
  for (let key = asks.levels.bestKey; !Number.isNaN(key); key = asks.levels.keyBelow(key)) {
    walked.push([-key, asks.levels.lotsAt(key)]);
  }
  assertEquals(walked, prices.map((price) => [price, price + 1]));
});

Deno.test("BookSide.cumulate() fills a quantity from the best outwards, or what there is", () => {
  const asks = wholeSide("ask");
  for (const [price, qty] of [[100, 2], [101, 3], [5_000_000, 1]] as const) asks.set(price, qty);
  assertEquals(asks.cumulate(4), { filled: 4, notional: 2 * 100 + 2 * 101, price: 101 });
  assertEquals(asks.cumulate(2), { filled: 2, notional: 200, price: 100 });
  assertEquals(asks.cumulate(9), { filled: 6, notional: 200 + 303 + 5e6, price: 5e6 });
  assertEquals(wholeSide("bid").cumulate(1), { filled: 0, notional: 0, price: NaN });
});

for (const side of ["bid", "ask"] as const) {
  for (const order of ["best", "worst"] as const) {
    Deno.test(`BookSide of ${side}s sent ${order} first stays within FAR_LEVELS_MAX`, () => {
      const full = wholeSide(side);
      // A window has room for few of them: nearly all are far.
      const sign = side === "bid" ? 1 : -1;
      const most = 2 * FAR_LEVELS_MAX;
      const price = (rank: number) => 1e9 - sign * rank * 10_000;
      let count = 0;
      for (; full.levels.droppedLevels === 0 && count < most; count++) {
        full.set(price(order === "best" ? count : most - 1 - count), 1);
      }
      assert(count <= FAR_LEVELS_MAX + 100, `${count} levels before the first was dropped`);
      assertEquals(full.size + full.levels.droppedLevels, count, "what is dropped is counted");
      assert(full.size >= FAR_LEVELS_MAX / 2);
      const best = order === "best" ? 0 : most - count;
      const kept = Array.from({ length: full.size }, (_, i): Level => [price(best + i), 1]);
      assertEquals(all(full), kept, "the best are kept");
    });
  }
}

Deno.test("BookSide.setTicks() drops of far levels what the same levels do that are set one by one", () => {
  const scale = new PriceScale(0, 0);
  const columns = new TickLevels(scale, FAR_LEVELS_MAX + 100);
  const oneByOne = wholeSide("bid");
  // Each farther than the one before: which ones are dropped depends on when that is done.
  for (let i = 0; i < columns.ticks.length; i++) {
    const tick = i === 0 ? 1e9 : 1e8 - i * 1_000;
    columns.ticks[i] = tick;
    columns.lots[i] = 1;
    oneByOne.set(tick, 1);
  }
  columns.count = columns.ticks.length;
  const together = wholeSide("bid");
  together.set(1e9, 1);
  assertEquals(together.setTicks(columns, 1), columns.count);
  assert(oneByOne.levels.droppedLevels > 0);
  assertEquals(together.levels.droppedLevels, oneByOne.levels.droppedLevels);
  assertEquals(all(together), all(oneByOne));
});

Deno.test("BookSide.setTicks() reads each level of a message a few times, near and far by turns too", () => {
  const side = wholeSide("bid");
  // A price whose window is too large for the processor's cache.
  const best = 6_000_000;
  side.set(best, 1);
  for (const count of [100, 2_000]) {
    const columns = new TickLevels(new PriceScale(0, 0), count);
    for (let i = 0; i < count; i++) {
      columns.ticks[i] = i % 2 === 0 ? best - 1 - i : i;
      columns.lots[i] = 1;
    }
    columns.count = count;
    let reads = 0;
    columns.ticks = new Proxy(columns.ticks, {
      get(ticks, index) {
        reads += 1;
        return Reflect.get(ticks, index);
      },
    });
    assertEquals(side.setTicks(columns, 0), count);
    assertEquals(side.size, 1 + count);
    assert(reads <= 5 * count, `${reads} reads of ${count} levels`);
    side.clear();
    side.set(best, 1);
  }
});

Deno.test("OrderBook.reset() replaces everything and leaves quantity 0 out", () => {
  const book = new OrderBook();
  apply(book, [[1, 1]], [[9, 1]]);
  book.reset(depthSnapshot(1, { bids: [[5, 2], [4, 0]], asks: [[6, 3]] }));
  assertEquals([all(book.bids), all(book.asks)], [[[5, 2]], [[6, 3]]]);
});

Deno.test("OrderBook.apply() takes the last of duplicate prices in one message, and empty sides", () => {
  const book = new OrderBook();
  apply(book, [[5, 1], [5, 0], [4, 1], [4, 2]], []);
  assertEquals([all(book.bids), all(book.asks)], [[[4, 2]], []]);
  apply(book, [], []);
  assertEquals(book.bids.size, 1);
});

Deno.test("OrderBook.apply() keeps prices and quantities to the bit, whatever decimals they have", () => {
  const book = new OrderBook();
  const bids: Level[] = [[100, 5], [99.9, 1e-8], [0.00000001, 2.5], [88.12345678, 61.00001]];
  apply(book, bids, [[123_456.78, 9_999_999.25]]);
  assertEquals(all(book.bids), [...bids].sort((a, b) => b[0] - a[0]));
  assertEquals(all(book.asks), [[123_456.78, 9_999_999.25]]);
});

Deno.test("OrderBook.apply() takes what no scale can hold as the nearest, and goes on", () => {
  const book = new OrderBook();
  apply(book, [[100.5, 1]], [[101.5, 1], [1e20, 900_000_000.01]]);
  apply(book, [[99.123456789, 1]], []);
  for (let i = 1; i <= 3; i++) apply(book, [[98.123456789, i]], [[1e20, i]]);
  assertEquals(all(book.bids), [[100.5, 1], [99.12345679, 1], [98.12345679, 3]]);
  assertEquals(all(book.asks), [[101.5, 1], [1e20, 3]]);
});

Deno.test("OrderBook.prune() removes what lies outside two prices, and neither of them", () => {
  const book = new OrderBook();
  const bids: Level[] = [[100, 1], [99.5, 1], [99, 1], [5, 1]];
  const asks: Level[] = [[101, 1], [101.5, 1], [102, 1], [50_000, 1]];
  apply(book, bids, asks);
  book.prune(99.5, 101.5);
  assertEquals([all(book.bids), all(book.asks)], [bids.slice(0, 2), asks.slice(0, 2)]);
  book.prune(99.51, 101.49);
  assertEquals([all(book.bids), all(book.asks)], [bids.slice(0, 1), asks.slice(0, 1)]);
  book.prune(200, 300);
  assertEquals([book.bids.size, book.asks.size], [0, 0]);
});

Deno.test("OrderBook.isCrossed is true when the best bid reaches the best ask, never one-sided", () => {
  const book = new OrderBook();
  apply(book, [[5, 1]], []);
  assertEquals(book.isCrossed, false);
  apply(book, [], [[5.01, 1]]);
  assertEquals(book.isCrossed, false);
  apply(book, [], [[5, 1]]);
  assertEquals(book.isCrossed, true, "locked counts as crossed");
  book.clear();
  assertEquals([book.isCrossed, book.bids.size, book.asks.size], [false, 0, 0]);
});

Deno.test("OrderBook.weightedQty() is NaN for a book that lacks a side", () => {
  const book = new OrderBook();
  apply(book, [[5, 1]], []);
  assertEquals(book.weightedQty(book.bids, 5, 50), NaN);
});

Deno.test("OrderBook holds quantities of twenty digits beside others, and removes them", () => {
  const decoder = new FrameDecoder(null);
  for (const huge of ["22000000000.00000000", "99999999999999999999.00000000"]) {
    const book = new OrderBook({ tickSize: 0.01, stepSize: 1e-8 });
    const apply = (qty: string) => {
      const bids = `[["100.00000000","1.00000000"],["99.99000000","${qty}"]]`;
      const frame = decoder.frame(
        `{"e":"depthUpdate","E":1,"s":"X","U":1,"u":1,"b":${bids},"a":[]}`,
      );
      assert(frame.type === "depth_update");
      book.apply(frame.update.bids, frame.update.asks);
    };
    apply(huge);
    assertEquals([book.bids.size, book.bids.top(9)], [2, [[100, 1], [99.99, Number(huge)]]]);
    apply("0.00000000");
    assertEquals([book.bids.size, book.bids.top(9)], [1, [[100, 1]]]);
  }
});

Deno.test("OrderBook forgets finer ticks when it is emptied, and refines none to remove nothing", () => {
  const book = new OrderBook({ tickSize: 0.01, stepSize: 0.01 });
  book.apply(Levels.of([[1.12345678, 0]]), Levels.of([]));
  assertEquals(book.priceDecimals, 2);
  book.apply(Levels.of([[1.125, 1]]), Levels.of([]));
  assertEquals([book.priceDecimals, book.bids.top(9)], [3, [[1.125, 1]]]);
  book.clear();
  assertEquals([book.priceDecimals, book.bids.size], [2, 0]);
});
