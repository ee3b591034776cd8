import { assert, assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { BANDS_BPS } from "../../../../actors/symbol/engine/book/depth_bands.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { Level } from "../../../../shared/market.ts";
import { seeded } from "../market.ts";
import { bandsOf } from "./bands.ts";

/** Edges of a band in whole ticks, in integers of any size: the worst bid and ask within it. */
function edges(bid: number, ask: number, bps: number): [bid: number, ask: number] {
  const twiceMid = BigInt(bid) + BigInt(ask);
  const unit = 20_000n;
  const low = twiceMid * (10_000n - BigInt(bps));
  const high = twiceMid * (10_000n + BigInt(bps));
  return [Number((low + unit - 1n) / unit), Number(high / unit)];
}

Deno.test("OrderBook.readBands() holds the edge's level and not the next, at any size of prices", () => {
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
    const sums = [book.bids, book.asks].map((side) => bandsOf(book, side).qty);
    assertEquals(sums, [[11, 121, 231], [11, 121, 231]], `seed ${seed}: ${bid}, ${ask}`);
  }
});

Deno.test("OrderBook.readBands() is exact again after sums beyond 2^53 lots", () => {
  const book = new OrderBook();
  const apply = (bids: Level[]) => {
    book.apply(Levels.of(bids), Levels.of([]));
    book.moveBands();
    return bandsOf(book, book.bids).qty[2];
  };
  book.apply(Levels.of([[99.99, 1e-7]]), Levels.of([[100.01, 1]]));
  const huge: Level[] = [99.98, 99.97, 99.96, 99.95].map((price) => [price, 900_000_000]);
  assertEquals(apply(huge), 3.6e9);
  assertEquals(apply(huge.map(([price]) => [price, 0])), 1e-7);
  // Within one frame, too.
  assertEquals(apply([...huge, ...huge.map(([price]): Level => [price, 0])]), 1e-7);
});

Deno.test("OrderBook.readBands() follows changes of levels and moves of mid: it is that of a book made anew", () => {
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
      const sums = (book: OrderBook) => [book.bids, book.asks].map((side) => bandsOf(book, side));
      assertEquals(sums(followed), sums(anew), `seed ${seed}, step ${step}`);
    }
  }
});

Deno.test("OrderBook.readBands() tells notional that is Σ p·q, whatever the ticks and lots are and however mid moves", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed);
    const tick = 10 ** -Math.floor(random() * 9);
    const lot = 10 ** -Math.floor(random() * 9);
    const book = new OrderBook();
    const levels = { bids: new Map<number, number>(), asks: new Map<number, number>() };
    let mid = Math.floor(1e4 + random() * 1e6);
    for (let step = 0; step < 20; step++) {
      // Now and then by more than the bands are wide.
      mid += Math.floor((random() - 0.5) * mid * (step % 5 === 0 ? 0.05 : 1e-4));
      for (const price of levels.bids.keys()) if (price >= mid) levels.bids.set(price, 0);
      for (const price of levels.asks.keys()) if (price <= mid) levels.asks.set(price, 0);
      for (let i = 0; i < 20; i++) {
        const away = i === 0 ? 1 : 1 + Math.floor(random() * mid * 0.012);
        levels.bids.set(mid - away, Math.ceil(random() * 1e6));
        levels.asks.set(mid + away, Math.ceil(random() * 1e6));
      }
      const told = (side: ReadonlyMap<number, number>) =>
        [...side].map(([price, qty]): Level => [asDecimal(price, tick), asDecimal(qty, lot)]);
      book.apply(Levels.of(told(levels.bids)), Levels.of(told(levels.asks)));
      book.moveBands();
      for (const side of ["bids", "asks"] as const) {
        const there = [...levels[side]].filter(([, qty]) => qty > 0);
        const best = (prices: readonly number[], sign: number) =>
          prices.reduce((a, b) => sign * b > sign * a ? b : a);
        const bid = best([...levels.bids].filter(([, q]) => q > 0).map(([p]) => p), 1);
        const ask = best([...levels.asks].filter(([, q]) => q > 0).map(([p]) => p), -1);
        BANDS_BPS.forEach((bps, index) => {
          const [low, high] = edges(bid, ask, bps);
          const expected = there.filter(([price]) => price >= low && price <= high)
            .reduce((sum, [price, qty]) => sum + price * tick * (qty * lot), 0);
          const notional = bandsOf(book, book[side]).notional[index] ?? NaN;
          const isClose = Math.abs(notional - expected) <= 1e-12 * expected;
          assert(isClose, `seed ${seed}, step ${step}, ${bps} bps: ${notional}, not ${expected}`);
        });
      }
    }
  }
});

/** So many units of a power of ten, as the double that the exchange's decimal is. */
function asDecimal(units: number, unit: number): number {
  return Number(`${units}e${Math.round(Math.log10(unit))}`);
}
