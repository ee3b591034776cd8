/**
 * FarLevels: the levels of a side that lie outside its window, kept exactly. They are changed often
 * and read in order seldom, so they are sorted only when somebody wants to know. A hash table of two
 * columns with linear probing: a Map would put every number into an object of its own.
 */
import { decay } from "./decay.ts";
import { type DepthBands, FROM, LOTS, MOMENT, ORIGIN, TO } from "./depth_bands.ts";
import {
  FROM_KEY,
  MID_KEY,
  PER_TICK,
  type PriceWindow,
  WEIGHTED_LOTS,
  WORD,
} from "./price_window.ts";

const CAPACITY_MIN = 256;
/** 2^32 over the golden ratio spreads neighbouring keys. */
const SPREAD = 0x9e3779b1;
/** To look a key up takes as long as to pass so many places in their order. */
const PLACES_PER_LOOK = 8;

/** Quantities by key; keys as in `PriceWindow`, higher is better. */
export class FarLevels {
  /** Key of each place that has lots; places are a power of two, at most half of them taken. */
  #keys = new Float64Array(CAPACITY_MIN);
  /** Lots of each place; 0: it is free. */
  #lots = new Float64Array(CAPACITY_MIN);
  #size = 0;
  /** Keys, best first; `null`: to be sorted anew. */
  #sorted: Float64Array | null = null;
  /** Where they are sorted: the same room each time. */
  #room = new Float64Array(CAPACITY_MIN);
  #changed = 0;
  #raised = 0;
  #raisedKey = NaN;

  /** Number of levels. */
  get size(): number {
    return this.#size;
  }

  /** Lots at a key; 0: no level. */
  lotsAt(key: number): number {
    return this.#lots[this.#placeOf(key)] ?? 0;
  }

  /** Sets the lots at a key, 0 removes the level, and returns those that they replace. */
  set(key: number, lots: number): number {
    const place = this.#placeOf(key);
    const before = this.#lots[place] ?? 0;
    if (lots !== 0) {
      this.#keys[place] = key;
      this.#lots[place] = lots;
      if (before !== 0) return before;
      this.#size += 1;
      if (2 * this.#size > this.#keys.length) this.#grow();
    } else if (before !== 0) this.#free(place);
    else return 0;
    this.#sorted = null;
    return before;
  }

  /**
   * As `PriceWindow.setRun`, of levels that lie outside a window: it answers with the first that does not, or whose lots
   * are not exact, or that finds more than `max` levels here.
   */
  setRun(
    ticks: Int32Array,
    qtys: Float64Array,
    from: number,
    end: number,
    sign: 1 | -1,
    lotsPerUnit: number,
    window: PriceWindow,
    bands: DepthBands,
    max: number,
  ): number {
    const { base, size, bestKey } = window;
    let changed = 0;
    let i = from;
    for (; i < end && this.#size <= max; i++) {
      const key = Math.imul(ticks[i] ?? 0, sign);
      const slot = key - base;
      const after = (qtys[i] ?? 0) * lotsPerUnit;
      if (slot >= 0 && slot < size || after > Number.MAX_SAFE_INTEGER) break;
      if (after > 0 && !(key < bestKey)) this.raise(key);
      const before = this.set(key, after);
      changed += +(before !== after);
      bands.change(key, before, after);
    }
    this.#changed = changed;
    return i;
  }

  /** How many quantities the last `setRun` has really changed. */
  get changed(): number {
    return this.#changed;
  }

  /** A level has been set above the window's best. */
  raise(key: number): void {
    this.#raised += 1;
    this.#raisedKey = key;
  }

  /** How many levels have been, since the window was last at its place. */
  get raised(): number {
    return this.#raised;
  }

  /** The last of them. */
  get raisedKey(): number {
    return this.#raisedKey;
  }

  /** The window is at its place. */
  settle(): void {
    this.#raised = 0;
  }

  /** Removes every level. */
  clear(): void {
    this.#raised = 0;
    this.#lots.fill(0);
    this.#size = 0;
    this.#sorted = null;
  }

  /** All keys, best first, as long as nothing is set. */
  keys(): Float64Array {
    return this.#sorted ??= this.#inOrder();
  }

  /** The best key below `key`; `NaN`: none. O(levels). */
  keyBelow(key: number): number {
    let best = -Infinity;
    for (let place = 0; place < this.#keys.length; place++) {
      const far = this.#keys[place] ?? NaN;
      if (far < key && far > best && this.#lots[place] !== 0) best = far;
    }
    return best === -Infinity ? NaN : best;
  }

  /** Adds to what a window has weighed, word by word too. O(levels in reach) when they are sorted. */
  addWeighted(weighing: Float64Array, decays: Float64Array): void {
    const midKey = weighing[MID_KEY] ?? NaN;
    const perTick = weighing[PER_TICK] ?? NaN;
    const from = weighing[FROM_KEY] ?? NaN;
    const keys = this.keys();
    let sum = 0;
    let part = 0;
    let top = NaN;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? NaN;
      if (key < from) break;
      if (Math.floor(key / WORD) !== Math.floor(top / WORD)) {
        if (part > 0) sum += part * decay((midKey - top) * perTick);
        part = 0;
        top = key;
      }
      part += this.lotsAt(key) * (decays[top - key] ?? 0);
    }
    if (part > 0) sum += part * decay((midKey - top) * perTick);
    weighing[WEIGHTED_LOTS] = (weighing[WEIGHTED_LOTS] ?? NaN) + sum;
  }

  /**
   * Adds to what a window has summed, as `LotsSource.sumBetween`. A bound moves by a few ticks at a time, and those are
   * looked up one by one: O(keys) of a short span, else O(levels).
   */
  addBetween(span: Float64Array): void {
    const from = span[FROM] ?? NaN;
    const to = span[TO] ?? NaN;
    const origin = span[ORIGIN] ?? NaN;
    let sum = 0;
    let moment = 0;
    if (to - from < this.#keys.length / PLACES_PER_LOOK) {
      for (let key = from; key < to; key++) {
        const some = this.#lots[this.#placeOf(key)] ?? 0;
        sum += some;
        moment += some * (key - origin);
      }
    } else {
      for (let place = 0; place < this.#keys.length; place++) {
        const key = this.#keys[place] ?? NaN;
        if (!(key >= from && key < to)) continue;
        const some = this.#lots[place] ?? 0;
        sum += some;
        moment += some * (key - origin);
      }
    }
    span[LOTS] = (span[LOTS] ?? 0) + sum;
    span[MOMENT] = (span[MOMENT] ?? 0) + moment;
  }

  #inOrder(): Float64Array {
    if (this.#room.length < this.#size) this.#room = new Float64Array(this.#keys.length);
    const keys = this.#room.subarray(0, this.#size);
    let found = 0;
    for (let place = 0; place < this.#keys.length; place++) {
      if (this.#lots[place] === 0) continue;
      keys[found] = this.#keys[place] ?? NaN;
      found += 1;
    }
    return keys.sort().reverse();
  }

  /** Where a key is, or else the free place where it belongs. */
  #placeOf(key: number): number {
    const mask = this.#keys.length - 1;
    let place = this.#homeOf(key);
    while (this.#lots[place] !== 0 && this.#keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  /** Where the search for a key begins. */
  #homeOf(key: number): number {
    const spread = Math.imul(key | 0, SPREAD);
    return (spread ^ spread >>> 15) & (this.#keys.length - 1);
  }

  /** Frees a place; the keys after it that it kept from their homes move up. */
  #free(place: number): void {
    const mask = this.#keys.length - 1;
    let free = place;
    for (let at = (place + 1) & mask; this.#lots[at] !== 0; at = (at + 1) & mask) {
      const home = this.#homeOf(this.#keys[at] ?? NaN);
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      this.#keys[free] = this.#keys[at] ?? NaN;
      this.#lots[free] = this.#lots[at] ?? 0;
      free = at;
    }
    this.#lots[free] = 0;
    this.#size -= 1;
  }

  #grow(): void {
    const keys = this.#keys;
    const lots = this.#lots;
    this.#keys = new Float64Array(2 * keys.length);
    this.#lots = new Float64Array(2 * keys.length);
    this.#size = 0;
    lots.forEach((some, place) => {
      if (some !== 0) this.set(keys[place] ?? NaN, some);
    });
  }
}
