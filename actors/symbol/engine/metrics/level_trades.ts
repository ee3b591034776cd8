/**
 * LevelTrades: how much of what went from levels may have been traded there: at each price no more than was, and no more
 * than went. Sums by key in a hash table of columns with linear probing; a `Map` would put every number into an object.
 */

const PLACES_MIN = 256;

/** By place, a power of two of them. */
interface Columns {
  /** `NaN`: the place is free. */
  readonly keys: Float64Array;
  readonly gone: Float64Array;
  readonly traded: Float64Array;
}
/** 2^32 over the golden ratio spreads neighbouring keys. */
const SPREAD = 0x9e3779b1;

/** Keys as in `PriceWindow`. What is 0 again is forgotten when room is made. */
export class LevelTrades {
  // As in `Columns`.
  #keys: Float64Array = new Float64Array(PLACES_MIN).fill(NaN);
  #gone: Float64Array = new Float64Array(PLACES_MIN);
  #traded: Float64Array = new Float64Array(PLACES_MIN);
  /** Those that room was made in last, to be used again. */
  #left: Columns = { keys: this.#keys, gone: this.#gone, traded: this.#traded };
  #used = 0;
  #common = 0;

  /** Σ ticks · lots of what went and was traded. */
  get common(): number {
    return this.#common;
  }

  /** So many lots at a key went, or were traded (`sign` −1: they count no more). Numbers stand in columns at `at`. */
  count(
    what: "gone" | "traded",
    keys: Float64Array,
    lots: Float64Array,
    at: number,
    sign: 1 | -1,
  ): void {
    const place = this.#placeOf(keys, at);
    const gone = this.#gone[place] ?? 0;
    const traded = this.#traded[place] ?? 0;
    const more = sign * (lots[at] ?? NaN);
    const goneNow = what === "gone" ? gone + more : gone;
    const tradedNow = what === "traded" ? traded + more : traded;
    this.#gone[place] = goneNow;
    this.#traded[place] = tradedNow;
    this.#common += Math.abs(keys[at] ?? NaN) *
      (Math.min(goneNow, tradedNow) - Math.min(gone, traded));
  }

  clear(): void {
    this.#keys.fill(NaN);
    this.#gone.fill(0);
    this.#traded.fill(0);
    this.#used = 0;
    this.#common = 0;
  }

  /** Where the sums of a key are: it has them from now on. */
  #placeOf(keys: Float64Array, at: number): number {
    let place = this.#find(keys, at);
    if (this.#keys[place] === keys[at]) return place;
    if (2 * this.#used >= this.#keys.length) {
      this.#makeRoom();
      place = this.#find(keys, at);
    }
    this.#keys[place] = keys[at] ?? NaN;
    this.#used += 1;
    return place;
  }

  /** Where a key is, or else the free place where it belongs. */
  #find(keys: Float64Array, at: number): number {
    const own = this.#keys;
    const key = keys[at] ?? NaN;
    const mask = own.length - 1;
    const spread = Math.imul(key | 0, SPREAD);
    let place = (spread ^ spread >>> 15) & mask;
    for (;;) {
      const there = own[place] ?? NaN;
      if (there === key || there !== there) return place;
      place = (place + 1) & mask;
    }
  }

  /** Forgets the keys of nothing; where more than a quarter is left there are twice as many places. */
  #makeRoom(): void {
    const keys = this.#keys;
    const gone = this.#gone;
    const traded = this.#traded;
    let kept = 0;
    for (let i = 0; i < keys.length; i++) if (gone[i] !== 0 || traded[i] !== 0) kept += 1;
    const places = 4 * kept > keys.length ? 2 * keys.length : keys.length;
    const isRoom = this.#left.keys !== keys && this.#left.keys.length === places;
    const room = isRoom ? this.#left : columnsOf(places);
    this.#left = { keys, gone, traded };
    this.#keys = room.keys.fill(NaN);
    this.#gone = room.gone.fill(0);
    this.#traded = room.traded.fill(0);
    this.#used = kept;
    for (let i = 0; i < keys.length; i++) {
      if (gone[i] === 0 && traded[i] === 0) continue;
      const place = this.#find(keys, i);
      this.#keys[place] = keys[i] ?? NaN;
      this.#gone[place] = gone[i] ?? 0;
      this.#traded[place] = traded[i] ?? 0;
    }
  }
}

function columnsOf(places: number): Columns {
  return {
    keys: new Float64Array(places),
    gone: new Float64Array(places),
    traded: new Float64Array(places),
  };
}
