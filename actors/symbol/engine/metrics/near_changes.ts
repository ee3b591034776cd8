/**
 * NearChanges: which levels near mid an update changes on one side, with what rested there before it. They are looked up in
 * the book before it is applied, and only those: the book itself does no more for it.
 */
import type { BookSide } from "../book/book_side.ts";
import { type LevelColumns, TickLevels } from "../book/level_columns.ts";
import { PriceScale } from "../book/price_scale.ts";

const CAPACITY = 256;

/**
 * The levels of one update between two ticks, each once: keys as in `PriceWindow`, and lots before and after it. The columns
 * are public for the loop over them.
 */
export class NearChanges {
  count = 0;
  keys = new Float64Array(CAPACITY);
  before = new Float64Array(CAPACITY);
  after = new Float64Array(CAPACITY);
  #scale = new PriceScale(0, 0);

  /** Finds them, in the book before the update; both ticks included. O(levels of the update). */
  find(
    { sign, levels }: BookSide,
    scale: PriceScale,
    changes: LevelColumns,
    low: number,
    high: number,
  ): void {
    this.#scale = scale;
    this.count = 0;
    const isInTicks = changes instanceof TickLevels &&
      changes.scale.priceDecimals === scale.priceDecimals;
    const ticks = isInTicks ? changes.ticks : null;
    const { count } = changes;
    let last = Infinity;
    for (let i = 0; i < count; i++) {
      // Not whole where the book knows no such price yet: its ticks will be finer then.
      const tick = ticks === null ? scale.tick(changes.price(i)) : ticks[i] ?? NaN;
      if (!(tick >= low && tick <= high)) continue;
      const key = sign * tick;
      // The exchange sends the best first, each once. One that it sent twice is one change all the same.
      if (key >= last && this.#has(key)) continue;
      last = key;
      if (this.count === this.keys.length) this.#grow();
      this.keys[this.count] = key;
      this.count += 1;
    }
    levels.readLots(this.keys, this.count, this.before);
  }

  /** Looks up what has become of them, in the book after the update: everything is in its ticks and lots then. */
  settle({ levels }: BookSide, scale: PriceScale): void {
    const ticks = 10 ** (scale.priceDecimals - this.#scale.priceDecimals);
    const lots = 10 ** (scale.qtyDecimals - this.#scale.qtyDecimals);
    if (ticks !== 1 || lots !== 1) this.#rescale(ticks, lots);
    levels.readLots(this.keys, this.count, this.after);
  }

  #rescale(ticks: number, lots: number): void {
    for (let i = 0; i < this.count; i++) {
      this.keys[i] = Math.round((this.keys[i] ?? NaN) * ticks);
      this.before[i] = (this.before[i] ?? NaN) * lots;
    }
  }

  #has(key: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.keys[i] === key) return true;
    return false;
  }

  #grow(): void {
    const keys = this.keys;
    this.keys = new Float64Array(2 * keys.length);
    this.keys.set(keys);
    this.before = new Float64Array(2 * keys.length);
    this.after = new Float64Array(2 * keys.length);
  }
}
