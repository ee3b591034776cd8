/** LotsQueue: keys and lots, first in, first out, in columns that are used again. */

const PLACES_MIN = 256;

/** A bounded queue. The columns are public: a number that is handed on is an object. */
export class LotsQueue {
  readonly #max: number;
  keys: Float64Array = new Float64Array(PLACES_MIN);
  lots: Float64Array = new Float64Array(PLACES_MIN);
  #first = 0;
  #count = 0;

  /** `max`: entries that it holds, a power of two from 256 on. It grows up to them, and keeps what it has grown to. */
  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  /** Where the first entry is. */
  get first(): number {
    return this.#first;
  }

  /** A place behind all others, to be filled; -1: it is full. */
  add(): number {
    if (this.#count === this.keys.length) {
      if (2 * this.#count > this.#max) return -1;
      // Both first: places are found by the length of the one.
      const keys = this.#grown(this.keys);
      this.lots = this.#grown(this.lots);
      this.keys = keys;
      this.#first = 0;
    }
    this.#count += 1;
    return this.placeOf(this.#count - 1);
  }

  /** Removes the first. */
  drop(): void {
    this.#first = this.placeOf(1);
    this.#count -= 1;
  }

  /** Where an entry is, counted from the first. */
  placeOf(entry: number): number {
    return (this.#first + entry) & (this.keys.length - 1);
  }

  clear(): void {
    this.#first = 0;
    this.#count = 0;
  }

  #grown(column: Float64Array): Float64Array {
    const wider = new Float64Array(2 * column.length);
    for (let i = 0; i < this.#count; i++) wider[i] = column[this.placeOf(i)] ?? NaN;
    return wider;
  }
}
