/**
 * DepthBands: the quantity resting within 0.1, 0.5 and 1 % of mid on one side and what it is worth, kept up to date
 * with each change instead of summed anew. In whole lots nothing drifts; a sum of more than 2^52 lots would,
 * and is taken anew whenever mid is looked at.
 *
 * What levels are worth is kept as their moment, Σ lots · (key − origin): the origin lies near mid, so that it stays
 * a whole number that a double holds where Σ lots · ticks would not.
 */
import { HALF } from "./price_scale.ts";

/** Widths of the bands, bps of mid, narrow to wide. */
export const BANDS_BPS = [10, 50, 100] as const;

/** Sums below it are exact with the half that they carry, three of them together too. */
const EXACT_MAX = 2 ** 50;

/**
 * What is asked of a source of lots and what it answers, in one column: numbers that are handed from function to
 * function would each be an object. The levels with `FROM <= key < TO`, an origin; the sum of their lots, their moment.
 */
export const [FROM, TO, ORIGIN, LOTS, MOMENT] = [0, 1, 2, 3, 4] as const;
const SPAN_LENGTH = 5;

/** Where the sums come from when mid moves. */
export interface LotsSource {
  /** Answers into `span`. */
  sumBetween(span: Float64Array): void;
}

/** What a level is in that is in no band: beyond the widest. */
const BEYOND = BANDS_BPS.length;

/**
 * Band sums of one side; keys as in `PriceWindow`, higher is better. Each level counts in one ring, what a band has more
 * than the next narrower one, so that a change is one addition.
 */
export class DepthBands {
  /** Levels with a key at or above `#bounds[i]` are in band i; `Infinity`: the band is empty. All are beyond nothing. */
  readonly #bounds = new Float64Array(BEYOND + 1).fill(Infinity).fill(-Infinity, BEYOND);
  /** Of each ring the sum of lots, and its moment about `#origin`, each with a half on top. */
  readonly #sums = new Float64Array(BEYOND + 1).fill(HALF);
  readonly #moments = new Float64Array(BEYOND + 1).fill(HALF);
  /** Key; `NaN`: there is none until mid is known. */
  #origin = NaN;
  readonly #span = new Float64Array(SPAN_LENGTH);
  /** False when some sum has been too large for whole numbers and a half. */
  #isExact = true;

  /** False when the sums must be taken anew, whether mid has moved or not. */
  get isExact(): boolean {
    return this.#isExact;
  }

  /**
   * Writes the lots within each band into one column, and Σ lots · key into another: that is rounded once where a
   * double does not hold it.
   */
  read(lotsInto: Float64Array, lotKeysInto: Float64Array): void {
    let lots = 0;
    let moment = 0;
    for (let ring = 0; ring < BEYOND; ring++) {
      lots += Math.floor(this.#sums[ring] ?? NaN);
      moment += Math.floor(this.#moments[ring] ?? NaN);
      lotsInto[ring] = lots;
      lotKeysInto[ring] = lots === 0 ? 0 : this.#origin * lots + moment;
    }
  }

  /** A level's lots have changed. In the hottest loop: small enough to become part of it. */
  change(key: number, before: number, after: number): void {
    const bounds = this.#bounds;
    let ring = 0;
    while (!(key >= (bounds[ring] ?? 0))) ring += 1;
    if (ring === BEYOND) return;
    const raised = (this.#sums[ring] ?? 0) + after;
    const moment = (this.#moments[ring] ?? 0) + (after - before) * (key - this.#origin);
    if (raised > EXACT_MAX || Math.abs(moment) > EXACT_MAX) this.#isExact = false;
    this.#sums[ring] = raised - before;
    this.#moments[ring] = moment;
  }

  /** Mid has moved: what lies between the old bounds, the worst keys, and the new goes from ring to ring. */
  move(bounds: Float64Array, source: LotsSource): void {
    const span = this.#span;
    if (!this.#isExact || Number.isNaN(this.#origin)) {
      this.clear();
      this.#origin = bounds[0] ?? NaN;
    }
    span[ORIGIN] = this.#origin;
    for (let i = 0; i < bounds.length; i++) {
      const old = this.#bounds[i] ?? NaN;
      const bound = bounds[i] ?? NaN;
      if (bound === old) continue;
      const isWider = bound < old;
      span[FROM] = isWider ? bound : old;
      span[TO] = isWider ? old : bound;
      source.sumBetween(span);
      this.#add(i, isWider ? 1 : -1);
      this.#add(i + 1, isWider ? -1 : 1);
      this.#bounds[i] = bound;
    }
  }

  /** Adds what was summed to a ring, or takes it away. */
  #add(ring: number, sign: 1 | -1): void {
    const sum = (this.#sums[ring] ?? NaN) + sign * (this.#span[LOTS] ?? NaN);
    const moment = (this.#moments[ring] ?? NaN) + sign * (this.#span[MOMENT] ?? NaN);
    this.#sums[ring] = sum;
    this.#moments[ring] = moment;
    if (ring === BEYOND) return;
    if (Math.abs(sum) > EXACT_MAX || Math.abs(moment) > EXACT_MAX) this.#isExact = false;
  }

  /** The side is empty. */
  clear(): void {
    this.#bounds.fill(Infinity, 0, BEYOND);
    this.#sums.fill(HALF);
    this.#moments.fill(HALF);
    this.#origin = NaN;
    this.#isExact = true;
  }
}
