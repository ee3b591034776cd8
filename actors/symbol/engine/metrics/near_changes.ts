/**
 * NearChanges: which levels near mid an update is about to change, with what rests there before it. They are looked up
 * in the book before it is applied, and only those: the book itself does no more for it.
 */
import type { BookSide } from "../book/book_side.ts";
import { type LevelColumns, TickLevels } from "../book/level_columns.ts";
import type { OrderBook } from "../book/order_book.ts";
import { PriceScale } from "../book/price_scale.ts";

const CAPACITY = 256;

/** The levels of one update within a distance of the mid before it, each once. Keys as in `PriceWindow`. */
export class NearChanges {
  readonly #bps: readonly [number];
  #keys = new Float64Array(CAPACITY);
  #before = new Float64Array(CAPACITY);
  #count = 0;
  #bids = 0;
  readonly #bound = new Float64Array(1);
  #scale = new PriceScale(0, 0);

  /** `bps`: the distance, the edge included. */
  constructor(bps: number) {
    this.#bps = [bps];
  }

  /** How many there are: bids first. */
  get count(): number {
    return this.#count;
  }

  /** How many of them are bids. */
  get bids(): number {
    return this.#bids;
  }

  /** What a tick and a lot of them are: those of the book before the update. */
  get scale(): PriceScale {
    return this.#scale;
  }

  /** Not whole where the book knows no such price yet: then its ticks will be finer. */
  key(place: number): number {
    return this.#keys[place] ?? NaN;
  }

  /** Lots before the update. */
  before(place: number): number {
    return this.#before[place] ?? NaN;
  }

  /** The levels of an update that the book has not had yet; none where it has no mid. O(levels). */
  read(book: OrderBook, bids: LevelColumns, asks: LevelColumns): void {
    this.#count = 0;
    this.#bids = 0;
    const { scale, twiceMid } = book;
    this.#scale = scale;
    if (Number.isNaN(twiceMid)) return;
    const bound = this.#bound;
    book.worstKeys(book.bids, this.#bps, bound);
    const low = bound[0] ?? NaN;
    book.worstKeys(book.asks, this.#bps, bound);
    const high = -(bound[0] ?? NaN);
    this.#readSide(book.bids, bids, scale, low, high);
    this.#bids = this.#count;
    this.#readSide(book.asks, asks, scale, low, high);
  }

  #readSide(
    { sign, levels }: BookSide,
    changes: LevelColumns,
    scale: PriceScale,
    low: number,
    high: number,
  ): void {
    const first = this.#count;
    const isInTicks = changes instanceof TickLevels &&
      changes.scale.priceDecimals === scale.priceDecimals;
    const ticks = isInTicks ? changes.ticks : null;
    const { count } = changes;
    let last = Infinity;
    for (let i = 0; i < count; i++) {
      const tick = ticks === null ? scale.tick(changes.price(i)) : ticks[i] ?? NaN;
      if (!(tick >= low && tick <= high)) continue;
      const key = sign * tick;
      // The exchange sends the best first, each once. One that it sent twice is one change all the same.
      if (key >= last && this.#has(key, first)) continue;
      last = key;
      if (this.#count === this.#keys.length) this.#grow();
      this.#keys[this.#count] = key;
      this.#before[this.#count] = levels.lotsAt(key);
      this.#count += 1;
    }
  }

  #has(key: number, first: number): boolean {
    for (let place = first; place < this.#count; place++) {
      if (this.#keys[place] === key) return true;
    }
    return false;
  }

  #grow(): void {
    const keys = this.#keys;
    const before = this.#before;
    this.#keys = new Float64Array(2 * keys.length);
    this.#before = new Float64Array(2 * keys.length);
    this.#keys.set(keys);
    this.#before.set(before);
  }
}
