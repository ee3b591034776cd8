/** Levels of one side in a message, in the two forms in which they come. */
import { ATOMS_PER_UNIT } from "./grid.ts";
import type { TickUnit } from "./tick_unit.ts";

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
 * Levels as the scanner writes them, in columns that are used again from frame to frame: prices in
 * whole ticks, quantities in whole atoms of 1e-8. The columns are public for the two loops that a
 * frame's time goes to, the scanner's and the book's.
 */
export class ScannedLevels implements LevelColumns {
  /** Number of levels: what the columns hold beyond it is old. */
  count = 0;
  ticks: Int32Array;
  atoms: Float64Array;
  /** What a tick is; to be changed while there are no levels. */
  unit: TickUnit;

  constructor(unit: TickUnit, capacity: number = INITIAL_CAPACITY) {
    this.unit = unit;
    this.ticks = new Int32Array(capacity);
    this.atoms = new Float64Array(capacity);
  }

  price(index: number): number {
    return index < this.count ? (this.ticks[index] ?? NaN) / this.unit.perPrice : NaN;
  }

  qty(index: number): number {
    return index < this.count ? (this.atoms[index] ?? NaN) / ATOMS_PER_UNIT : NaN;
  }

  copy(): ScannedLevels {
    const copy = new ScannedLevels(this.unit, 0);
    copy.ticks = this.ticks.slice(0, this.count);
    copy.atoms = this.atoms.slice(0, this.count);
    copy.count = this.count;
    return copy;
  }

  /** Makes room for so many levels in all, before there are any. It allocates rarely. */
  reserve(count: number): void {
    if (count <= this.ticks.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(count));
    this.ticks = new Int32Array(capacity);
    this.atoms = new Float64Array(capacity);
  }
}
