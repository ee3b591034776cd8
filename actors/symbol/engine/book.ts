/** OrderBook: two sides of absolute quantities, each sorted with its best level last. */
import type { DepthSnapshot, Level } from "../../../shared/market.ts";

/** Levels a side; beyond it the worst is dropped, so that memory is bounded for ever. */
export const SIDE_LEVELS_MAX = 50_000;
const INITIAL_CAPACITY = 1_024;

/**
 * One side of a book. Levels are addressed by rank: 0 is the best. They are stored worst first,
 * because most changes happen near the best and then move few entries.
 */
export class BookSide {
  /** +1 for bids, −1 for asks: `sign · price` grows towards the best. */
  readonly #sign: 1 | -1;
  #prices: Float64Array = new Float64Array(INITIAL_CAPACITY);
  #qtys: Float64Array = new Float64Array(INITIAL_CAPACITY);
  #size = 0;
  #droppedLevels = 0;

  constructor(side: "bid" | "ask") {
    this.#sign = side === "bid" ? 1 : -1;
  }

  /** Number of levels. */
  get size(): number {
    return this.#size;
  }

  /** Worst levels that were dropped to stay within `SIDE_LEVELS_MAX`. */
  get droppedLevels(): number {
    return this.#droppedLevels;
  }

  /** Price at a rank; `NaN` beyond the last. O(1). */
  price(rank: number): number {
    return this.#prices[this.#size - 1 - rank] ?? NaN;
  }

  /** Quantity at a rank; `NaN` beyond the last. O(1). */
  qty(rank: number): number {
    return this.#qtys[this.#size - 1 - rank] ?? NaN;
  }

  /** Sets the absolute quantity at a price; 0 removes the level. O(log n + levels better). */
  set(price: number, qty: number): void {
    const at = this.#search(price);
    if (at < this.#size && this.#prices[at] === price) {
      if (qty === 0) this.#remove(at);
      else this.#qtys[at] = qty;
    } else if (qty !== 0) this.#insert(at, price, qty);
  }

  /** Removes every level. */
  clear(): void {
    this.#size = 0;
  }

  /** The best levels as pairs, best first. */
  top(count: number): Level[] {
    const levels: Level[] = [];
    for (let rank = 0; rank < Math.min(count, this.#size); rank++) {
      levels.push([this.price(rank), this.qty(rank)]);
    }
    return levels;
  }

  /** Index of the first stored level that is not worse than `price`. */
  #search(price: number): number {
    const key = this.#sign * price;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sign * (this.#prices[middle] ?? NaN) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, price: number, qty: number): void {
    let index = at;
    if (this.#size >= SIDE_LEVELS_MAX) {
      this.#droppedLevels += 1;
      if (index === 0) return;
      this.#remove(0);
      index -= 1;
    }
    if (this.#size === this.#prices.length) this.#grow();
    this.#prices.copyWithin(index + 1, index, this.#size);
    this.#qtys.copyWithin(index + 1, index, this.#size);
    this.#prices[index] = price;
    this.#qtys[index] = qty;
    this.#size += 1;
  }

  #remove(at: number): void {
    this.#prices.copyWithin(at, at + 1, this.#size);
    this.#qtys.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  #grow(): void {
    const prices = new Float64Array(this.#prices.length * 2);
    const qtys = new Float64Array(this.#qtys.length * 2);
    prices.set(this.#prices);
    qtys.set(this.#qtys);
    this.#prices = prices;
    this.#qtys = qtys;
  }
}

/** Both sides of one symbol's book. It knows prices and quantities, nothing of ids or time. */
export class OrderBook {
  readonly bids: BookSide = new BookSide("bid");
  readonly asks: BookSide = new BookSide("ask");

  /** Replaces everything by a snapshot. */
  reset(snapshot: DepthSnapshot): void {
    this.clear();
    this.apply(snapshot.bids, snapshot.asks);
  }

  /** Sets the absolute quantities of one update. */
  apply(bids: readonly Level[], asks: readonly Level[]): void {
    for (const [price, qty] of bids) this.bids.set(price, qty);
    for (const [price, qty] of asks) this.asks.set(price, qty);
  }

  /** Empties the book. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** A best bid at or above the best ask cannot be: the book is wrong. */
  get isCrossed(): boolean {
    return this.bids.size > 0 && this.asks.size > 0 && this.bids.price(0) >= this.asks.price(0);
  }
}
