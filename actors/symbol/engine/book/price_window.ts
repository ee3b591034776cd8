/**
 * PriceWindow: quantities addressed directly by price. `lots[key - base]` is the quantity at a price, a
 * bitmap tells which prices have one, and a summary bitmap which words of that are not empty, so the
 * next level down is found with two or three bit scans, whatever the size of the book.
 *
 * Keys are ticks with the sign of the side: a higher key is a better price on both sides.
 */
import { decay } from "./decay.ts";
import { type DepthBands, FROM, LOTS, MOMENT, ORIGIN, TO } from "./depth_bands.ts";

/** Bits of a bitmap word, and words of a summary word. */
export const WORD = 32;
/** The smallest window; also the least that two bitmap levels can address evenly. */
export const WINDOW_MIN = WORD * WORD;
/** A quarter of a megabyte: the quantities of a larger window do not stay in the cache from frame to frame. */
const CACHED_SLOTS = 1 << 15;
/** Where what was fetched goes: what goes nowhere V8 does not read. */
const fetchedInto = new Int32Array(1);

/**
 * What is asked for when lots are weighed and what is answered, in one column, as in `LotsSource`: where weights begin to
 * fall and how fast, the key of the last level, and the sum.
 */
export const [MID_KEY, PER_TICK, FROM_KEY, WEIGHTED_LOTS] = [0, 1, 2, 3] as const;
/** … and how long it is. */
export const WEIGHING = 4;

/** Quantities of the keys in `[base, base + size)`. All operations O(1), or O(words skipped / 32). */
export class PriceWindow {
  /** A power of two, at least `WINDOW_MIN`. */
  readonly size: number;
  readonly #lots: Float64Array;
  /** The same memory in words of 32 bits. */
  readonly #halves: Int32Array;
  readonly #words: Int32Array;
  readonly #summary: Int32Array;
  /** Key of the first slot. */
  #base = 0;
  /** Slot of the best level; -1: none. */
  #best = -1;
  #changed = 0;

  constructor(size: number) {
    this.size = size;
    this.#lots = new Float64Array(size);
    this.#halves = new Int32Array(this.#lots.buffer);
    this.#words = new Int32Array(size / WORD);
    this.#summary = new Int32Array(size / WORD / WORD);
  }

  /** Levels in the window. O(size / 32). */
  get count(): number {
    let count = 0;
    for (let word = 0; word < this.#words.length; word++) {
      for (let bits = this.#words[word] ?? 0; bits !== 0; bits &= bits - 1) count += 1;
    }
    return count;
  }

  /** Key of the first slot. */
  get base(): number {
    return this.#base;
  }

  /** Best key; `NaN`: the window is empty. */
  get bestKey(): number {
    return this.#best < 0 ? NaN : this.#base + this.#best;
  }

  /** Quantity at the best key; `NaN`: the window is empty. */
  get bestLots(): number {
    return this.#best < 0 ? NaN : this.#lots[this.#best] ?? NaN;
  }

  /** Whether this key has a slot. */
  covers(key: number): boolean {
    const slot = key - this.#base;
    return slot >= 0 && slot < this.size;
  }

  /** Quantity at a covered key; 0: no level. */
  lotsAt(key: number): number {
    return this.#lots[key - this.#base] ?? 0;
  }

  /** Writes the quantities at so many keys into a column; `NaN`: a key has no slot. */
  readLots(keys: Float64Array, count: number, into: Float64Array): void {
    const lots = this.#lots;
    const base = this.#base;
    for (let i = 0; i < count; i++) {
      const slot = (keys[i] ?? NaN) - base;
      into[i] = slot >= 0 && slot < lots.length ? lots[slot] ?? 0 : NaN;
    }
  }

  /** Sets the quantity of a covered key and returns the one it replaces. */
  set(key: number, lots: number): number {
    const slot = (key - this.#base) | 0;
    const before = this.#lots[slot] ?? 0;
    this.#lots[slot] = lots;
    mark(this.#words, this.#summary, slot, oneIfAny(lots));
    this.#best = this.#slotBelow(Math.max(this.#best, slot) + 1);
    return before;
  }

  /** The slot of a key, or the end of the window that is nearest to it. */
  slotNear(key: number): number {
    return Math.max(0, Math.min(key - this.#base, this.size)) | 0;
  }

  /**
   * Sets the quantities `lotsPerUnit` · qtys[i] of the keys `sign` · ticks[i] for `from` <= i < `end`, and
   * answers with the first whose key has no slot or whose lots are not exact, or with `end`. Whether a
   * level comes, goes or changes cannot be foretold, so nothing here branches on it, and the best is
   * looked for at the end.
   */
  setRun(
    ticks: Int32Array,
    qtys: Float64Array,
    from: number,
    end: number,
    sign: 1 | -1,
    lotsPerUnit: number,
    bands: DepthBands,
  ): number {
    const lots = this.#lots;
    const words = this.#words;
    const summary = this.#summary;
    const base = this.#base;
    let best = this.#best;
    let changed = 0;
    let i = from;
    for (; i < end; i++) {
      const key = Math.imul(ticks[i] ?? 0, sign);
      const slot = key - base;
      const after = (qtys[i] ?? 0) * lotsPerUnit;
      if (slot < 0 || slot >= lots.length || after > Number.MAX_SAFE_INTEGER) break;
      const before = lots[slot] ?? 0;
      lots[slot] = after;
      changed += +(before !== after);
      const has = oneIfAny(after);
      mark(words, summary, slot, has);
      best = Math.max(best, slot | has - 1);
      bands.change(key, before, after);
    }
    this.#best = this.#slotBelow(best + 1);
    this.#changed = changed;
    return i;
  }

  /**
   * Reads the slots of a message, one right after the other: of those that are not in the cache the processor then awaits
   * many at a time, where `setRun` comes to the next too late for that. A key that has no slot reads another's. Once
   * before all of its runs, of which one whose levels lie in the window and outside by turns has as many as levels.
   */
  readAhead(ticks: Int32Array, from: number, end: number, sign: 1 | -1): void {
    if (this.size <= CACHED_SLOTS) return;
    const halves = this.#halves;
    const base = this.#base;
    const last = this.size - 1;
    let fetched = 0;
    for (let i = from; i < end; i++) {
      const slot = Math.imul(ticks[i] ?? 0, sign) - base & last;
      fetched |= halves[slot << 1] ?? 0;
    }
    fetchedInto[0] = fetched;
  }

  /** How many quantities the last `setRun` has really changed. */
  get changed(): number {
    return this.#changed;
  }

  /** Slot of the best level; -1: the window is empty. */
  get bestSlot(): number {
    return this.#best;
  }

  /** The next level's key below `key`; `NaN`: none in the window. */
  keyBelow(key: number): number {
    const slot = this.#slotBelow(this.slotNear(key));
    return slot < 0 ? NaN : this.#base + slot;
  }

  /** Copies the quantities of the best levels from a key on, best first, and returns how many there were. */
  copyTop(into: Float64Array, from: number): number {
    const lots = this.#lots;
    const first = this.slotNear(from);
    let copied = 0;
    for (let word = this.#best >> 5; word >= 0; word = this.#wordBelow(word)) {
      for (let bits = this.#words[word] ?? 0; bits !== 0;) {
        const bit = highestBit(bits);
        bits ^= 1 << bit;
        const slot = word << 5 | bit;
        if (slot < first) return copied;
        into[copied] = lots[slot] ?? 0;
        copied += 1;
        if (copied === into.length) return copied;
      }
    }
    return copied;
  }

  /** As `LotsSource.sumBetween`, of the levels in the window. */
  sumBetween(span: Float64Array): void {
    const lots = this.#lots;
    const base = this.#base;
    const size = this.size;
    // As `slotNear`, which would be given an object.
    const first = Math.max(0, Math.min((span[FROM] ?? NaN) - base, size)) | 0;
    const end = Math.max(0, Math.min((span[TO] ?? NaN) - base, size)) | 0;
    const offset = base - (span[ORIGIN] ?? NaN);
    span[LOTS] = 0;
    span[MOMENT] = 0;
    for (let slot = this.#slotBelow(end); slot >= first;) {
      const some = lots[slot] ?? 0;
      // Added up in their places: V8 makes an object of each step of a sum that is kept in a variable here.
      span[LOTS] = (span[LOTS] ?? 0) + some;
      span[MOMENT] = (span[MOMENT] ?? 0) + some * (slot + offset);
      slot = this.#slotBelow(slot);
    }
  }

  /**
   * Copies the levels with keys from one on and below another, best first, behind the first `at` entries, as long as
   * there is room; returns how many entries there are then.
   */
  copyBetween(
    keys: Float64Array,
    lotsInto: Float64Array,
    at: number,
    from: number,
    below: number,
  ): number {
    const lots = this.#lots;
    const base = this.#base;
    const first = this.slotNear(from);
    const last = Math.min(this.slotNear(below) - 1, this.#best);
    const firstWord = first >> 5;
    const lastWord = last >> 5;
    let copied = at;
    for (let word = lastWord; word >= firstWord; word = this.#wordBelow(word)) {
      let bits = this.#words[word] ?? 0;
      if (word === lastWord) bits &= -1 >>> (31 - (last & 31));
      if (word === firstWord) bits &= -1 << first;
      for (; bits !== 0; copied++) {
        if (copied === keys.length) return copied;
        const bit = highestBit(bits);
        bits ^= 1 << bit;
        const slot = word << 5 | bit;
        keys[copied] = base + slot;
        lotsInto[copied] = lots[slot] ?? 0;
      }
    }
    return copied;
  }

  /**
   * Writes the lots of the keys from one on, weighted by exp(−`PER_TICK` · distance from `MID_KEY`). `decays`
   * holds exp(−`PER_TICK` · i) for 0 <= i < `WORD`: within a word they take the place of a function.
   * With a base that is a multiple of `WORD` the same levels give the same bits.
   */
  weightLots(weighing: Float64Array, decays: Float64Array): void {
    const lots = this.#lots;
    const midKey = weighing[MID_KEY] ?? NaN;
    const perTick = weighing[PER_TICK] ?? NaN;
    const first = this.slotNear(weighing[FROM_KEY] ?? NaN);
    const firstWord = first >> 5;
    let sum = 0;
    for (let word = this.#best >> 5; word >= firstWord; word = this.#wordBelow(word)) {
      let bits = this.#words[word] ?? 0;
      if (word === firstWord) bits &= -1 << first;
      if (bits === 0) continue;
      const top = highestBit(bits);
      let part = 0;
      while (bits !== 0) {
        const bit = highestBit(bits);
        bits ^= 1 << bit;
        part += (lots[word << 5 | bit] ?? 0) * (decays[top - bit] ?? 0);
      }
      sum += part * decay((midKey - (this.#base + word * WORD + top)) * perTick);
    }
    weighing[WEIGHTED_LOTS] = sum;
  }

  /** Empties the window and moves it. */
  clear(base: number): void {
    for (let slot = this.#best; slot >= 0; slot = this.#slotBelow(slot)) this.#lots[slot] = 0;
    this.#words.fill(0);
    this.#summary.fill(0);
    this.#base = base;
    this.#best = -1;
  }

  /** The highest occupied slot below `slot`; -1: none. */
  #slotBelow(slot: number): number {
    if (slot <= 0) return -1;
    const from = slot - 1;
    const word = from >>> 5;
    // Bits up to and including `from` in its word.
    const bits = (this.#words[word] ?? 0) & (-1 >>> (31 - (from & 31)));
    if (bits !== 0) return word * WORD + highestBit(bits);
    const found = this.#wordBelow(word);
    return found < 0 ? -1 : found * WORD + highestBit(this.#words[found] ?? 0);
  }

  /** The highest word below `word` that is not empty; -1: none. */
  #wordBelow(word: number): number {
    let group = word >>> 5;
    let words = (this.#summary[group] ?? 0) & ~(-1 << (word & 31));
    while (words === 0) {
      group -= 1;
      if (group < 0) return -1;
      words = this.#summary[group] ?? 0;
    }
    return group * WORD + highestBit(words);
  }
}

/** Writes whether a slot has a level, and whether its word has any, without a branch. */
function mark(words: Int32Array, summary: Int32Array, slot: number, has: number): void {
  const word = slot >>> 5;
  const bits = (words[word] ?? 0) & ~(1 << slot) | has << slot;
  words[word] = bits;
  const group = word >>> 5;
  summary[group] = (summary[group] ?? 0) & ~(1 << word) | (bits | -bits) >>> 31 << word;
}

/** 0 for 0, else 1, without a branch. */
function oneIfAny(lots: number): number {
  return +(lots !== 0);
}

function highestBit(bits: number): number {
  return 31 - Math.clz32(bits);
}
