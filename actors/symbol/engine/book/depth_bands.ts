/**
 * DepthBands: the quantity resting within 0.1, 0.5 and 1 % of mid on one side, kept up to date with
 * each change instead of summed anew. In whole lots nothing drifts; a sum of more than 2^52 lots would,
 * and is taken anew whenever mid is looked at.
 */
import { HALF } from "./price_scale.ts";

/** Widths of the bands, bps of mid, narrow to wide. */
export const BANDS_BPS = [10, 50, 100] as const;

/** Sums below it are exact with the half that they carry. */
const EXACT_MAX = 2 ** 52;

/** Where the sums come from when mid moves. */
export interface LotsSource {
  /** Lots of all levels with `from <= key < to`. */
  lotsBetween(from: number, to: number): number;
}

/** Band sums of one side; keys as in `PriceWindow`, higher is better. */
export class DepthBands {
  /** Levels with a key at or above `#bounds[i]` are in band i; `Infinity`: the band is empty. */
  readonly #bounds = new Float64Array(BANDS_BPS.length).fill(Infinity);
  /** Sums, each with a half on top. */
  readonly #sums = new Float64Array(BANDS_BPS.length).fill(HALF);
  /** False when some sum has been too large for whole numbers and a half. */
  #isExact = true;

  /** False when the sums must be taken anew, whether mid has moved or not. */
  get isExact(): boolean {
    return this.#isExact;
  }

  /** Lots within band `index`. */
  lots(index: number): number {
    return Math.floor(this.#sums[index] ?? NaN);
  }

  /** A level's lots have changed. */
  change(key: number, before: number, after: number): void {
    for (let i = BANDS_BPS.length - 1; i >= 0; i--) {
      // The bands lie within each other: outside the wider is outside the narrower.
      if (!(key >= (this.#bounds[i] ?? Infinity))) return;
      const raised = (this.#sums[i] ?? 0) + after;
      if (raised > EXACT_MAX) this.#isExact = false;
      this.#sums[i] = raised - before;
    }
  }

  /** Mid has moved: adds or takes away what lies between the old bounds, the worst keys, and the new. */
  move(bounds: Float64Array, source: LotsSource): void {
    const wasExact = this.#isExact;
    this.#isExact = true;
    for (let i = 0; i < bounds.length; i++) {
      const old = this.#bounds[i] ?? NaN;
      const bound = bounds[i] ?? NaN;
      let sum = this.#sums[i] ?? NaN;
      if (!wasExact) sum = source.lotsBetween(bound, Infinity) + HALF;
      else if (bound < old) sum += source.lotsBetween(bound, old);
      else if (bound > old) sum -= source.lotsBetween(old, bound);
      this.#sums[i] = sum;
      if (sum > EXACT_MAX) this.#isExact = false;
    }
    this.#bounds.set(bounds);
  }

  /** The side is empty. */
  clear(): void {
    this.#bounds.fill(Infinity);
    this.#sums.fill(HALF);
    this.#isExact = true;
  }
}
