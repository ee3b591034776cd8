/** Levels of one side in a message, in the two forms in which they come. */
import type { PriceScale } from "./price_scale.ts";

const INITIAL_CAPACITY = 256;

/** Price levels in columns: `price(i)` and `qty(i)` for 0 <= i < `count`. */
export interface LevelColumns {
  readonly count: number;
  /** Quote asset; `NaN` beyond the last. */
  price(index: number): number;
  /** Base asset, absolute; `NaN` beyond the last. */
  qty(index: number): number;
  /** For whoever keeps the levels: a decoder uses its columns again for the next frame. */
  copy(): LevelColumns;
}

/** Levels as numbers in units of the assets: from JSON, and for tests. */
export class Levels implements LevelColumns {
  readonly #pairs: readonly (readonly [price: number, qty: number])[];

  private constructor(pairs: readonly (readonly [price: number, qty: number])[]) {
    this.#pairs = pairs;
  }

  /** From pairs of price and quantity, best first or in any order; they must not change. */
  static of(pairs: readonly (readonly [price: number, qty: number])[]): Levels {
    return new Levels(pairs);
  }

  get count(): number {
    return this.#pairs.length;
  }

  price(index: number): number {
    return this.#pairs[index]?.[0] ?? NaN;
  }

  qty(index: number): number {
    return this.#pairs[index]?.[1] ?? NaN;
  }

  copy(): Levels {
    return this;
  }
}

/**
 * Levels as a decoder writes them, in columns that may be used again from frame to frame: prices in whole
 * ticks, quantities in whole lots. The columns are public for the two loops that a frame's time goes to,
 * the decoder's and the book's.
 */
export class TickLevels implements LevelColumns {
  /** Number of levels: what the columns hold beyond it is old. */
  count = 0;
  ticks: Int32Array;
  lots: Float64Array;
  /** What a tick and a lot are; to be changed while there are no levels. */
  scale: PriceScale;

  constructor(scale: PriceScale, capacity: number = INITIAL_CAPACITY) {
    this.scale = scale;
    this.ticks = new Int32Array(capacity);
    this.lots = new Float64Array(capacity);
  }

  price(index: number): number {
    return index < this.count ? this.scale.price(this.ticks[index] ?? NaN) : NaN;
  }

  qty(index: number): number {
    return index < this.count ? this.scale.qty(this.lots[index] ?? NaN) : NaN;
  }

  copy(): TickLevels {
    const copy = new TickLevels(this.scale, 0);
    copy.ticks = this.ticks.slice(0, this.count);
    copy.lots = this.lots.slice(0, this.count);
    copy.count = this.count;
    return copy;
  }

  /** Makes room for so many levels in all, before there are any. It allocates rarely. */
  reserve(count: number): void {
    if (count <= this.ticks.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(count));
    this.ticks = new Int32Array(capacity);
    this.lots = new Float64Array(capacity);
  }
}
