/** DepthProfiler: how much rests at which distance from mid, in buckets of equal width. */
import { PROFILE_BUCKET_BPS, PROFILE_BUCKETS } from "../../../../shared/output.ts";
import type { BookSide } from "../book/book_side.ts";
import type { OrderBook } from "../book/order_book.ts";

/** Where each bucket ends, bps of mid; the end belongs to it. */
const ENDS_BPS = Array.from({ length: PROFILE_BUCKETS }, (_, i) => (i + 1) * PROFILE_BUCKET_BPS);
/** What an answer begins as: a list of doubles of just the right length, which one that grows never is. */
const EMPTY: readonly number[] = ENDS_BPS.map(() => 0.5);
/** Room for as many levels as most books have there; it grows. */
const CAPACITY = 1_024;

/** The buckets of one book; its columns are used again. */
export class DepthProfiler {
  #keys = new Float64Array(CAPACITY);
  #lots = new Float64Array(CAPACITY);
  /** Key of the worst level in each bucket, as in `PriceWindow`. */
  readonly #bounds = new Float64Array(PROFILE_BUCKETS);

  /** Quantity in each bucket of one side, the nearest first, of a book with two sides. O(levels within its reach). */
  bucketsOf(book: OrderBook, side: BookSide): readonly number[] {
    book.worstKeys(side, ENDS_BPS, this.#bounds);
    const count = this.#read(side, this.#bounds[PROFILE_BUCKETS - 1] ?? NaN);
    const buckets = EMPTY.slice();
    let level = 0;
    for (let bucket = 0; bucket < PROFILE_BUCKETS; bucket++) {
      const bound = this.#bounds[bucket] ?? NaN;
      let lots = 0;
      for (; level < count && (this.#keys[level] ?? NaN) >= bound; level++) {
        lots += this.#lots[level] ?? 0;
      }
      buckets[bucket] = book.scale.qty(lots);
    }
    return buckets;
  }

  /** Copies the levels down to a key, best first, and returns how many there are. */
  #read(side: BookSide, from: number): number {
    for (;;) {
      const count = side.levels.copyBetween(this.#keys, this.#lots, 0, from, Infinity);
      if (count < this.#keys.length) return count;
      this.#keys = new Float64Array(2 * count);
      this.#lots = new Float64Array(2 * count);
    }
  }
}
