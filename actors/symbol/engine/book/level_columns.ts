/** Levels of one side in a message, in the two forms in which they come. */
import { type DecimalUnit, unitOf } from "./decimal_unit.ts";

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

/** What the columns of scanned levels count in. */
export class LevelUnits {
  readonly price: DecimalUnit;
  readonly qty: DecimalUnit;

  /** Decimals of a tick and of a lot, 0 to 8. */
  constructor(priceDecimals: number, qtyDecimals: number) {
    this.price = unitOf(priceDecimals);
    this.qty = unitOf(qtyDecimals);
  }

  /** The same but for one column. */
  with(column: "price" | "qty", decimals: number): LevelUnits {
    return column === "price"
      ? new LevelUnits(decimals, this.qty.decimals)
      : new LevelUnits(this.price.decimals, decimals);
  }
}

/**
 * Levels as the scanner writes them, in columns that are used again from frame to frame: prices in
 * whole ticks, quantities in whole lots. The columns are public for the two loops that a frame's time
 * goes to, the scanner's and the book's.
 */
export class ScannedLevels implements LevelColumns {
  /** Number of levels: what the columns hold beyond it is old. */
  count = 0;
  ticks: Int32Array;
  lots: Float64Array;
  /** Digits of the last level's whole parts: the next ones mostly have as many. */
  priceDigits = 1;
  qtyDigits = 1;
  /** To be changed while there are no levels. */
  units: LevelUnits;
  /** The units that a refused list needed; `null`: it was refused for another reason, or taken. */
  needed: LevelUnits | null = null;

  constructor(units: LevelUnits, capacity: number = INITIAL_CAPACITY) {
    this.units = units;
    this.ticks = new Int32Array(capacity);
    this.lots = new Float64Array(capacity);
  }

  price(index: number): number {
    return index < this.count ? (this.ticks[index] ?? NaN) / this.units.price.perWhole : NaN;
  }

  qty(index: number): number {
    return index < this.count ? (this.lots[index] ?? NaN) / this.units.qty.perWhole : NaN;
  }

  copy(): ScannedLevels {
    const copy = new ScannedLevels(this.units, 0);
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
