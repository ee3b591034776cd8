/** Levels: one side's price levels as numbers in a row, reused from frame to frame. */
import { ATOMS_PER_UNIT } from "./grid.ts";

const INITIAL_CAPACITY = 512;

/**
 * Price and quantity of `count` levels, one after the other. The numbers are in units of the asset,
 * or, as the scanner writes them, in whole atoms of 1e-8: `perUnit` tells which. They are public for
 * the two loops that a frame's time goes to, the scanner's and the book's.
 */
export class Levels {
  /** What a number must be divided by: 1, or 1e8 for whole atoms. */
  readonly perUnit: number;
  /** Price of level i at 2i, its quantity after it; what lies beyond `count` levels is old. */
  numbers: Float64Array;
  /** Number of levels. */
  count = 0;

  private constructor(perUnit: number, numbers: Float64Array) {
    this.perUnit = perUnit;
    this.numbers = numbers;
  }

  /** No levels yet, to be written in whole atoms. */
  static ofAtoms(): Levels {
    return new Levels(ATOMS_PER_UNIT, new Float64Array(INITIAL_CAPACITY));
  }

  /** From pairs of price and quantity in units of the assets, best first or in any order. */
  static of(pairs: readonly (readonly [price: number, qty: number])[]): Levels {
    const levels = new Levels(1, Float64Array.from(pairs.flat()));
    levels.count = pairs.length;
    return levels;
  }

  /** Quote asset; `NaN` beyond the last. */
  price(index: number): number {
    return index < this.count ? (this.numbers[2 * index] ?? NaN) / this.perUnit : NaN;
  }

  /** Base asset, absolute; `NaN` beyond the last. */
  qty(index: number): number {
    return index < this.count ? (this.numbers[2 * index + 1] ?? NaN) / this.perUnit : NaN;
  }

  /** Makes room for so many levels more. It allocates rarely: the room is kept. */
  reserve(count: number): void {
    const wanted = 2 * (this.count + count);
    if (wanted <= this.numbers.length) return;
    const numbers = new Float64Array(2 ** Math.ceil(Math.log2(wanted)));
    numbers.set(this.numbers);
    this.numbers = numbers;
  }

  /** Forgets the levels and keeps the room. */
  clear(): void {
    this.count = 0;
  }

  /** The same levels in numbers of their own: for whoever keeps them beyond the next frame. */
  copy(): Levels {
    const copy = new Levels(this.perUnit, this.numbers.slice(0, 2 * this.count));
    copy.count = this.count;
    return copy;
  }
}
