import { assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { BANDS_BPS } from "../../../../actors/symbol/engine/book/depth_bands.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { Level } from "../../../../shared/market.ts";
import { seeded } from "../market.ts";

/** Edges of a band in whole ticks, in integers of any size: the worst bid and ask within it. */
function edges(bid: number, ask: number, bps: number): [bid: number, ask: number] {
  const twiceMid = BigInt(bid) + BigInt(ask);
  const unit = 20_000n;
  const low = twiceMid * (10_000n - BigInt(bps));
  const high = twiceMid * (10_000n + BigInt(bps));
  return [Number((low + unit - 1n) / unit), Number(high / unit)];
}

Deno.test("OrderBook.bandQty() holds the edge's level and not the next, at any size of prices", () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const random = seeded(seed);
    // From prices of thousands of ticks to those that fill a double.
    const bid = Math.floor(10 ** (4 + random() * 11.5));
    const ask = bid + 1 + Math.floor(random() * 3);
    const bids: Level[] = [[bid, 1]];
    const asks: Level[] = [[ask, 1]];
    for (const bps of BANDS_BPS) {
      const [low, high] = edges(bid, ask, bps);
      bids.push([low, 10], [low - 1, 100]);
      asks.push([high, 10], [high + 1, 100]);
    }
    const book = new OrderBook();
    book.apply(Levels.of(bids), Levels.of(asks));
    book.moveBands();
    const sums = [book.bids, book.asks].map((side) =>
      BANDS_BPS.map((_, index) => book.bandQty(side, index))
    );
    assertEquals(sums, [[11, 121, 231], [11, 121, 231]], `seed ${seed}: ${bid}, ${ask}`);
  }
});

Deno.test("OrderBook.bandQty() is exact again after sums beyond 2^53 lots", () => {
  const book = new OrderBook();
  const apply = (bids: Level[]) => {
    book.apply(Levels.of(bids), Levels.of([]));
    book.moveBands();
    return book.bandQty(book.bids, 2);
  };
  book.apply(Levels.of([[99.99, 1e-7]]), Levels.of([[100.01, 1]]));
  const huge: Level[] = [99.98, 99.97, 99.96, 99.95].map((price) => [price, 900_000_000]);
  assertEquals(apply(huge), 3.6e9);
  assertEquals(apply(huge.map(([price]) => [price, 0])), 1e-7);
  // Within one frame, too.
  assertEquals(apply([...huge, ...huge.map(([price]): Level => [price, 0])]), 1e-7);
});

Deno.test("OrderBook.bandQty() follows changes of levels and moves of mid: it is that of a book made anew", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    const levels = { bids: new Map<number, number>(), asks: new Map<number, number>() };
    const followed = new OrderBook();
    let mid = 20_000;
    for (let step = 0; step < 200; step++) {
      const move = Math.floor(random() * 21) - 10;
      mid += move;
      const changed = { bids: new Map<number, number>(), asks: new Map<number, number>() };
      for (const price of levels.bids.keys()) if (price >= mid) changed.bids.set(price, 0);
      for (const price of levels.asks.keys()) if (price <= mid) changed.asks.set(price, 0);
      changed.bids.set(mid - 1, 1);
      changed.asks.set(mid + 1, 1);
      // At the very edges of the bands too: 20, 100 and 200 ticks from about here.
      for (const away of [20, 100, 200, 1 + Math.floor(random() * 250)]) {
        changed.bids.set(mid - away, Math.floor(random() * 4));
        changed.asks.set(mid + away, Math.floor(random() * 4));
      }
      for (const side of ["bids", "asks"] as const) {
        for (const [price, qty] of changed[side]) levels[side].set(price, qty);
      }
      followed.apply(Levels.of([...changed.bids]), Levels.of([...changed.asks]));
      followed.moveBands();
      const anew = new OrderBook();
      anew.apply(Levels.of([...levels.bids]), Levels.of([...levels.asks]));
      anew.moveBands();
      const sums = (book: OrderBook) =>
        [book.bids, book.asks].map((side) =>
          BANDS_BPS.map((_, index) => book.bandQty(side, index))
        );
      assertEquals(sums(followed), sums(anew), `seed ${seed}, step ${step}`);
    }
  }
});
