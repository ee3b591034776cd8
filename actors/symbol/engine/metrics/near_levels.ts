/**
 * NearLevels: the levels of one side from the best outwards, in two columns, best first. Several metrics walk them:
 * they are read from the book once a change, as far as somebody asks, and into the same columns each time.
 */
import type { OrderBook } from "../book/order_book.ts";
import type { BookSide } from "../book/book_side.ts";

const CAPACITY = 512;
/** Widths of the narrow bands, bps of mid: 1 to so many, each a band. */
export const NEAR_BPS = 10;
const BPS = Array.from({ length: NEAR_BPS }, (_, i) => i + 1);
/** So many orders are priced at once. */
export const ORDERS = 3;

/** What one side offers near mid. */
export class NearLevels {
  /** Keys as in `PriceWindow`, and lots. */
  #keys = new Float64Array(CAPACITY);
  #lots = new Float64Array(CAPACITY);
  #count = 0;
  /** Key of the last level that was read, or of the bound that was read up to; `Infinity`: nothing was. */
  #readTo = Infinity;
  /** Σ p · q within 1, 2, … bps of mid. */
  readonly #worth = new Float64Array(NEAR_BPS);
  #isSummed = false;
  /** How many levels that is. */
  #nearCount = 0;
  /** Key of the worst level within each of `BPS`. */
  readonly #bounds = new Float64Array(NEAR_BPS);
  #areBoundsKnown = false;
  readonly #prices = new Float64Array(ORDERS);

  /** The book has changed. */
  forget(): void {
    this.#count = 0;
    this.#readTo = Infinity;
    this.#isSummed = false;
    this.#areBoundsKnown = false;
  }

  /** What rests within 1, 2, … bps of mid is worth, quote asset. O(levels), once a change. */
  notional(book: OrderBook, side: BookSide): Float64Array {
    if (!this.#isSummed) this.#sum(book, side);
    return this.#worth;
  }

  /** How many levels lie within 10 bps of mid: the first of `keys` and `lots`. */
  count(book: OrderBook, side: BookSide): number {
    if (!this.#isSummed) this.#sum(book, side);
    return this.#nearCount;
  }

  /** Of the levels that were read, as in `PriceWindow`, best first. */
  get keys(): Float64Array {
    return this.#keys;
  }

  get lots(): Float64Array {
    return this.#lots;
  }

  /**
   * The average prices of market orders that take so much of this side each, quote asset, the smallest first; `NaN`:
   * the levels up to `edge` do not suffice, `null`: to the last one. O(levels that the greatest takes). One column that is used again.
   */
  averagePrices(
    book: OrderBook,
    side: BookSide,
    sizes: Float64Array,
    edge: number | null,
  ): Float64Array {
    const { scale } = book;
    const { tickLotsPerUnit } = scale;
    const bound = edge === null ? -Infinity : side.sign * scale.exactTick(edge);
    this.#read(side, Math.max(bound, this.#widest(book, side)));
    this.#prices.fill(NaN);
    let order = 0;
    let wanted = (sizes[order] ?? NaN) * tickLotsPerUnit;
    let worth = 0;
    let lots = 0;
    for (let i = 0; order < sizes.length; i++) {
      // Beyond 10 bps an order goes rarely; what is known is read then, all of it.
      if (i === this.#count && this.#readTo > bound) this.#read(side, bound);
      const key = i < this.#count ? this.#keys[i] ?? NaN : -Infinity;
      if (key < bound || key === -Infinity) break;
      const tick = side.sign * key;
      const some = this.#lots[i] ?? NaN;
      while (worth + tick * some >= wanted) {
        this.#prices[order] = (sizes[order] ?? NaN) / scale.qty(lots + (wanted - worth) / tick);
        order += 1;
        wanted = order < sizes.length ? (sizes[order] ?? NaN) * tickLotsPerUnit : Infinity;
      }
      worth += tick * some;
      lots += some;
    }
    return this.#prices;
  }

  /** Reads the levels down to a key, where they have not been read yet. */
  #read(side: BookSide, from: number): void {
    if (from >= this.#readTo) return;
    for (;;) {
      const keys = this.#keys;
      const lots = this.#lots;
      this.#count = side.levels.copyBetween(keys, lots, this.#count, from, this.#readTo);
      if (this.#count < keys.length) break;
      this.#readTo = keys[this.#count - 1] ?? NaN;
      this.#grow();
    }
    this.#readTo = from;
  }

  #sum(book: OrderBook, side: BookSide): void {
    this.#isSummed = true;
    this.#read(side, this.#widest(book, side));
    const { tickLotsPerUnit } = book.scale;
    let worth = 0;
    let i = 0;
    for (let bps = 1; bps <= NEAR_BPS; bps++) {
      const bound = this.#bounds[bps - 1] ?? NaN;
      for (; i < this.#count; i++) {
        const key = this.#keys[i] ?? NaN;
        if (key < bound) break;
        worth += side.sign * key * (this.#lots[i] ?? NaN);
      }
      this.#worth[bps - 1] = worth / tickLotsPerUnit;
    }
    this.#nearCount = i;
  }

  /** Key of the worst level within 10 bps of mid. */
  #widest(book: OrderBook, side: BookSide): number {
    if (!this.#areBoundsKnown) book.worstKeys(side, BPS, this.#bounds);
    this.#areBoundsKnown = true;
    return this.#bounds[NEAR_BPS - 1] ?? NaN;
  }

  #grow(): void {
    const grown = (column: Float64Array) => {
      const wider = new Float64Array(2 * column.length);
      wider.set(column);
      return wider;
    };
    this.#keys = grown(this.#keys);
    this.#lots = grown(this.#lots);
  }
}
