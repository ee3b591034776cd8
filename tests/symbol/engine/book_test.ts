import { assert, assertEquals } from "@std/assert";
import { BookSide, OrderBook, SIDE_LEVELS_MAX } from "../../../actors/symbol/engine/book.ts";
import type { Level } from "../../../shared/market.ts";
import { depthSnapshot, seeded } from "./market.ts";

/** The obvious book: a map, sorted when it is read. */
class NaiveSide {
  readonly #levels = new Map<number, number>();
  constructor(readonly side: "bid" | "ask") {}

  set(price: number, qty: number): void {
    if (qty === 0) this.#levels.delete(price);
    else this.#levels.set(price, qty);
  }

  clear(): void {
    this.#levels.clear();
  }

  levels(): Level[] {
    const sign = this.side === "bid" ? -1 : 1;
    return [...this.#levels].sort((a, b) => sign * (a[0] - b[0]));
  }
}

function all(side: BookSide): Level[] {
  return side.top(Infinity);
}

for (const side of ["bid", "ask"] as const) {
  Deno.test(`BookSide of ${side}s equals a plain map after any sequence of changes`, () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seeded(seed);
      const real = new BookSide(side);
      const naive = new NaiveSide(side);
      // Few prices: many duplicates and removals, of known and of unknown levels.
      const prices = 2 + Math.floor(random() * 300);
      for (let step = 0; step < 1_500; step++) {
        const price = (1_000 + Math.floor(random() * prices)) / 100;
        const qty = random() < 0.45 ? 0 : Math.ceil(random() * 1e6) / 1e5;
        real.set(price, qty);
        naive.set(price, qty);
        if (random() < 0.001) {
          real.clear();
          naive.clear();
        }
        if (step % 100 === 0) assertEquals(all(real), naive.levels(), `seed ${seed}, step ${step}`);
      }
      assertEquals(all(real), naive.levels(), `seed ${seed}`);
    }
  });
}

Deno.test("BookSide.set() grows beyond its first capacity without losing a level", () => {
  const random = seeded(7);
  const real = new BookSide("bid");
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
  const side = new BookSide("ask");
  side.set(10, 1);
  side.set(10, 3);
  assertEquals(all(side), [[10, 3]]);
  side.set(10, 0);
  side.set(10, 0);
  assertEquals(side.size, 0);
});

Deno.test("BookSide.set() removes unknown levels at every place without a trace", () => {
  const side = new BookSide("bid");
  side.set(5, 0);
  for (const price of [10, 20, 30]) side.set(price, 1);
  for (const price of [5, 15, 25, 35]) side.set(price, 0);
  assertEquals(all(side), [[30, 1], [20, 1], [10, 1]]);
});

Deno.test("BookSide.price() and qty() count from the best and are NaN beyond the last", () => {
  const bids = new BookSide("bid");
  const asks = new BookSide("ask");
  for (const [price, qty] of [[10, 1], [30, 3], [20, 2]] as const) {
    bids.set(price, qty);
    asks.set(price, qty);
  }
  assertEquals([bids.price(0), bids.qty(0), bids.price(2)], [30, 3, 10]);
  assertEquals([asks.price(0), asks.qty(0), asks.price(2)], [10, 1, 30]);
  assertEquals([bids.price(3), bids.qty(3), new BookSide("ask").price(0)], [NaN, NaN, NaN]);
});

Deno.test("BookSide.price() is NaN beyond the last even after levels were removed", () => {
  const side = new BookSide("bid");
  for (let price = 1; price <= 10; price++) side.set(price, 1);
  for (let price = 1; price <= 9; price++) side.set(price, 0);
  assertEquals([side.price(0), side.price(1), side.qty(1)], [10, NaN, NaN]);
});

Deno.test("BookSide.top() gives at most as many levels as there are, best first", () => {
  const asks = new BookSide("ask");
  for (let price = 1; price <= 5; price++) asks.set(price, price * 10);
  assertEquals(asks.top(2), [[1, 10], [2, 20]]);
  assertEquals(asks.top(9).length, 5);
  assertEquals(asks.top(0), []);
});

for (const side of ["bid", "ask"] as const) {
  Deno.test(`BookSide of ${side}s drops and counts the worst level beyond SIDE_LEVELS_MAX`, () => {
    const sign = side === "bid" ? 1 : -1;
    const price = (goodness: number) => 100_000 + sign * goodness;
    const full = new BookSide(side);
    for (let goodness = 1; goodness <= SIDE_LEVELS_MAX; goodness++) full.set(price(goodness), 1);
    assertEquals([full.size, full.droppedLevels], [SIDE_LEVELS_MAX, 0]);
    full.set(price(0), 1);
    assertEquals([full.size, full.droppedLevels], [SIDE_LEVELS_MAX, 1]);
    assertEquals(full.price(SIDE_LEVELS_MAX - 1), price(1), "a new worst level is not taken");
    full.set(price(SIDE_LEVELS_MAX + 1), 2);
    assertEquals([full.size, full.droppedLevels], [SIDE_LEVELS_MAX, 2]);
    assertEquals([full.price(0), full.qty(0)], [price(SIDE_LEVELS_MAX + 1), 2]);
    assertEquals(full.price(SIDE_LEVELS_MAX - 1), price(2), "the old worst level has left");
    full.set(price(1_000.5), 3);
    assertEquals(full.price(SIDE_LEVELS_MAX - 1), price(3));
    full.set(price(3), 7);
    assertEquals([full.qty(SIDE_LEVELS_MAX - 1), full.droppedLevels], [7, 3], "known: no drop");
  });
}

Deno.test("OrderBook.reset() replaces everything and leaves quantity 0 out", () => {
  const book = new OrderBook();
  book.apply([[1, 1]], [[9, 1]]);
  book.reset(depthSnapshot(1, { bids: [[5, 2], [4, 0]], asks: [[6, 3]] }));
  assertEquals([all(book.bids), all(book.asks)], [[[5, 2]], [[6, 3]]]);
});

Deno.test("OrderBook.apply() takes the last of duplicate prices in one message, and empty sides", () => {
  const book = new OrderBook();
  book.apply([[5, 1], [5, 0], [4, 1], [4, 2]], []);
  assertEquals([all(book.bids), all(book.asks)], [[[4, 2]], []]);
  book.apply([], []);
  assertEquals(book.bids.size, 1);
});

Deno.test("OrderBook.isCrossed is true when the best bid reaches the best ask, never one-sided", () => {
  const book = new OrderBook();
  book.apply([[5, 1]], []);
  assertEquals(book.isCrossed, false);
  book.apply([], [[5.01, 1]]);
  assertEquals(book.isCrossed, false);
  book.apply([], [[5, 1]]);
  assertEquals(book.isCrossed, true, "locked counts as crossed");
  book.clear();
  assertEquals([book.isCrossed, book.bids.size, book.asks.size], [false, 0, 0]);
});
