/**
 * PairQueue: pairs of numbers by a rising number, an id or a time, in columns that are used again. What comes late is put
 * in its place.
 */

const CAPACITY_MIN = 64;

/** A bounded queue. Places count from the least, 0. */
export class PairQueue {
  readonly #max: number;
  /** Places, a power of two: the one of an entry is found by a mask. */
  #places = CAPACITY_MIN;
  #at = new Float64Array(CAPACITY_MIN);
  #first = new Float64Array(CAPACITY_MIN);
  #second = new Float64Array(CAPACITY_MIN);
  #begin = 0;
  #count = 0;

  /** `max`: entries that it holds, a power of two from 64 on. It grows up to them, and keeps what it has grown to. */
  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  /** What an entry is ordered by; `NaN`: there is none at that place. */
  at(place: number): number {
    return place < this.#count ? this.#at[this.#placeOf(place)] ?? NaN : NaN;
  }

  first(place: number): number {
    return this.#first[this.#placeOf(place)] ?? NaN;
  }

  second(place: number): number {
    return this.#second[this.#placeOf(place)] ?? NaN;
  }

  /** Adds an entry, behind those that are equal. `false`: it is full. O(entries behind it). */
  add(at: number, first: number, second: number): boolean {
    if (this.#count === this.#places && !this.#grow()) return false;
    let place = this.#count;
    for (; place > 0; place--) {
      const before = this.#placeOf(place - 1);
      if ((this.#at[before] ?? NaN) <= at) break;
      const to = this.#placeOf(place);
      this.#at[to] = this.#at[before] ?? NaN;
      this.#first[to] = this.#first[before] ?? NaN;
      this.#second[to] = this.#second[before] ?? NaN;
    }
    const to = this.#placeOf(place);
    this.#at[to] = at;
    this.#first[to] = first;
    this.#second[to] = second;
    this.#count += 1;
    return true;
  }

  /** Removes the first. */
  drop(): void {
    this.#begin = (this.#begin + 1) & (this.#places - 1);
    this.#count -= 1;
  }

  /** Multiplies every pair. */
  multiply(first: number, second: number): void {
    for (let place = 0; place < this.#count; place++) {
      const at = this.#placeOf(place);
      this.#first[at] = (this.#first[at] ?? NaN) * first;
      this.#second[at] = (this.#second[at] ?? NaN) * second;
    }
  }

  clear(): void {
    this.#begin = 0;
    this.#count = 0;
  }

  #placeOf(place: number): number {
    return (this.#begin + place) & (this.#places - 1);
  }

  #grow(): boolean {
    if (2 * this.#places > this.#max) return false;
    const grown = (column: Float64Array) => {
      const wider = new Float64Array(2 * this.#places);
      for (let place = 0; place < this.#count; place++) {
        wider[place] = column[this.#placeOf(place)] ?? NaN;
      }
      return wider;
    };
    this.#at = grown(this.#at);
    this.#first = grown(this.#first);
    this.#second = grown(this.#second);
    this.#places *= 2;
    this.#begin = 0;
    return true;
  }
}
