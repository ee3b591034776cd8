/**
 * SideLevels: the levels of one side, quantities in whole lots by key; a higher key is a better price.
 *
 * Levels near the best lie in a window addressed directly by price; the few far ones in a table, kept
 * exactly. When the best leaves the window's middle, the window is moved, both ways.
 */
import { decay } from "./decay.ts";
import { DepthBands, FROM } from "./depth_bands.ts";
import { FarLevels } from "./far_levels.ts";
import { FROM_KEY, PER_TICK, PriceWindow, WINDOW_MIN, WORD } from "./price_window.ts";

/** Far levels a side; beyond it the worst ones are dropped, so that memory is bounded for ever. */
export const FAR_LEVELS_MAX = 50_000;
/** The window spans this share of the best price, where its greatest size allows. */
const WINDOW_SPAN = 0.025;
const WINDOW_MAX = 1 << 17;
/** Where in the window the best stands after a move: most levels lie on its worse side. */
const BEST_AT = 0.75;
/** The window moves when the best has fallen below this share of it. */
const BEST_MIN = 0.375;

/** Room for the levels of a side that move, used again by whichever side moves next. */
let room = { keys: new Float64Array(0), lots: new Float64Array(0) };

function roomFor(levels: number): typeof room {
  if (room.keys.length < levels) {
    const capacity = 2 ** Math.ceil(Math.log2(levels));
    room = { keys: new Float64Array(capacity), lots: new Float64Array(capacity) };
  }
  return room;
}

/** Lots by key. What is put takes its place at once; `settle` then moves the window after the best. */
export class SideLevels {
  readonly bands: DepthBands = new DepthBands();
  #window = new PriceWindow(WINDOW_MIN);
  readonly #far = new FarLevels();
  readonly #decays = new Float64Array(WORD);
  #droppedLevels = 0;
  #changes = 0;

  /** Whether there is no level. */
  get isEmpty(): boolean {
    return this.#window.bestSlot < 0;
  }

  /** Number of levels. O(size of the window / 32). */
  get size(): number {
    return this.#window.count + this.#far.size;
  }

  /** How often what was put has really changed a level. In other units the same levels change nothing. */
  get changes(): number {
    return this.#changes;
  }

  /** Far levels that were dropped to stay within `FAR_LEVELS_MAX`. */
  get droppedLevels(): number {
    return this.#droppedLevels;
  }

  /** Key of the best level; `NaN`: there is none. */
  get bestKey(): number {
    return this.#window.bestKey;
  }

  /** Lots of the best level; `NaN`: there is none. */
  get bestLots(): number {
    return this.#window.bestLots;
  }

  /** Sets the lots of a key, 0 removes it; to be followed by `settle`. */
  put(key: number, lots: number): void {
    const window = this.#window;
    if (window.covers(key)) return this.#changed(key, window.set(key, lots), lots);
    // A new best outside the window: the window will come to it.
    if (lots > 0 && !(key < window.bestKey)) this.#far.raise(key);
    this.#changed(key, this.#far.set(key, lots), lots);
    if (this.#far.size > FAR_LEVELS_MAX) this.#dropFar();
  }

  /** As `PriceWindow.readAhead`; to be followed by `putRun`. */
  readAhead(ticks: Int32Array, from: number, end: number, sign: 1 | -1): void {
    this.#window.readAhead(ticks, from, end, sign);
  }

  /** As `PriceWindow.setRun`: as many of a message's levels as have exact lots. */
  putRun(
    ticks: Int32Array,
    qtys: Float64Array,
    from: number,
    end: number,
    sign: 1 | -1,
    lotsPerUnit: number,
  ): number {
    const window = this.#window;
    const done = window.setRun(ticks, qtys, from, end, sign, lotsPerUnit, this.bands);
    this.#changes += window.changed;
    return done === end ? end : this.#putFarRun(ticks, qtys, done, end, sign, lotsPerUnit);
  }

  /** The same from a level that does not lie in the window. */
  #putFarRun(
    ticks: Int32Array,
    qtys: Float64Array,
    from: number,
    end: number,
    sign: 1 | -1,
    lotsPerUnit: number,
  ): number {
    const window = this.#window;
    const far = this.#far;
    const { bands } = this;
    for (let i = from;;) {
      const near = far.setRun(
        ticks,
        qtys,
        i,
        end,
        sign,
        lotsPerUnit,
        window,
        bands,
        FAR_LEVELS_MAX,
      );
      this.#changes += far.changed;
      if (far.size > FAR_LEVELS_MAX) this.#dropFar();
      if (near === i || near === end) return near;
      i = window.setRun(ticks, qtys, near, end, sign, lotsPerUnit, bands);
      this.#changes += window.changed;
      if (i === end) return end;
    }
  }

  /**
   * Moves the window after the best, once for all levels of a message: a price that flickers far away
   * would move it each time.
   */
  settle(): void {
    const window = this.#window;
    const { raised, raisedKey } = this.#far;
    if (raised > 0) {
      this.#far.settle();
      const isOne = raised === 1 && this.#far.lotsAt(raisedKey) > 0;
      const best = isOne ? raisedKey : this.#far.keyBelow(Infinity);
      if (best > window.bestKey) return isOne ? this.#raise(best) : this.#recentre();
    }
    if (window.bestSlot < window.size * BEST_MIN && this.#far.size > 0) this.#recentre();
  }

  /** Levels that are put meanwhile are no changes: they have been there in other units. */
  restore(put: () => void): void {
    const changes = this.#changes;
    put();
    this.#changes = changes;
  }

  /** Removes every level. */
  clear(): void {
    this.#window.clear(0);
    this.#far.clear();
    this.bands.clear();
  }

  /** Removes the keys below `from` and above `to`. */
  prune(from: number, to: number): void {
    const { size } = this;
    const { keys } = roomFor(size);
    this.copyTopKeys(keys, size);
    for (let i = 0; i < size; i++) {
      const key = keys[i] ?? NaN;
      if (key < from || key > to) this.put(key, 0);
    }
    this.settle();
  }

  /** The next level's key below `key`, far ones included; `NaN`: none. O(far) beyond the window. */
  keyBelow(key: number): number {
    const near = this.#window.keyBelow(key);
    return near === near || this.#far.size === 0 ? near : this.#far.keyBelow(key);
  }

  /** Lots at a key; 0: no level. */
  lotsAt(key: number): number {
    return this.#window.covers(key) ? this.#window.lotsAt(key) : this.#far.lotsAt(key);
  }

  /** Writes the lots at so many keys into a column: handed on one by one, each would be an object. */
  readLots(keys: Float64Array, count: number, into: Float64Array): void {
    this.#window.readLots(keys, count, into);
    for (let i = 0; i < count; i++) {
      const lots = into[i] ?? NaN;
      if (lots !== lots) into[i] = this.#far.lotsAt(keys[i] ?? NaN);
    }
  }

  /** As `LotsSource.sumBetween`. */
  sumBetween(span: Float64Array): void {
    this.#window.sumBetween(span);
    const reachesFar = this.#far.size > 0 && (span[FROM] ?? NaN) < this.#window.base;
    if (reachesFar) this.#far.addBetween(span);
  }

  /** As `PriceWindow.copyBetween`, far levels included. */
  copyBetween(
    keys: Float64Array,
    lots: Float64Array,
    at: number,
    from: number,
    below: number,
  ): number {
    let copied = this.#window.copyBetween(keys, lots, at, from, below);
    const isFull = copied === keys.length;
    if (isFull || this.#far.size === 0 || from >= this.#window.base) return copied;
    const far = this.#far.keys();
    for (let i = 0; i < far.length; i++) {
      const key = far[i] ?? NaN;
      if (key >= below) continue;
      if (key < from || copied === keys.length) return copied;
      keys[copied] = key;
      lots[copied] = this.#far.lotsAt(key);
      copied += 1;
    }
    return copied;
  }

  /** Calls `visit` for each level from the best outwards until it answers `false`. */
  walk(visit: (key: number, lots: number) => boolean): void {
    const window = this.#window;
    for (let key = window.bestKey; key === key; key = window.keyBelow(key)) {
      if (!visit(key, window.lotsAt(key))) return;
    }
    for (const key of this.#far.keys()) if (!visit(key, this.#far.lotsAt(key))) return;
  }

  /** Copies the keys of the `count` best levels, best first, and returns how many there were. */
  copyTopKeys(into: Float64Array, count: number): number {
    const window = this.#window;
    let copied = 0;
    for (let key = window.bestKey; key === key; key = window.keyBelow(key)) {
      if (copied === count) return copied;
      into[copied] = key;
      copied += 1;
    }
    if (copied === count || this.#far.size === 0) return copied;
    const far = this.#far.keys();
    for (let i = 0; i < far.length && copied < count; i++, copied++) into[copied] = far[i] ?? NaN;
    return copied;
  }

  /** Copies the lots of the best levels from a key on, best first, and returns how many there were. */
  copyTop(into: Float64Array, from = -Infinity): number {
    let copied = this.#window.copyTop(into, from);
    if (copied === into.length || this.#far.size === 0) return copied;
    const far = this.#far.keys();
    for (let i = 0; i < far.length && copied < into.length; i++) {
      const key = far[i] ?? NaN;
      if (key < from) return copied;
      into[copied] = this.#far.lotsAt(key);
      copied += 1;
    }
    return copied;
  }

  /** As `PriceWindow.weightLots`, far levels included. */
  weightLots(weighing: Float64Array): void {
    const decays = this.#decays;
    const perTick = weighing[PER_TICK] ?? NaN;
    for (let i = 0; i < WORD; i++) decays[i] = decay(i * perTick);
    this.#window.weightLots(weighing, decays);
    const reachesFar = this.#far.size > 0 && (weighing[FROM_KEY] ?? NaN) < this.#window.base;
    if (reachesFar) this.#far.addWeighted(weighing, decays);
  }

  /**
   * Moves the window up to a new best. The other far levels lie below the window, so they stay far, and
   * this is O(levels in the window), however many a sparse side has.
   */
  #raise(key: number): void {
    const window = this.#window;
    if (!(key > window.base) || windowSize(Math.abs(key)) !== window.size) return this.#recentre();
    const { keys, lots } = roomFor(window.count);
    const count = window.copyBetween(keys, lots, 0, -Infinity, Infinity);
    const raised = this.#far.set(key, 0);
    window.clear(baseFor(key, window.size));
    window.set(key, raised);
    this.#place(keys, lots, count);
  }

  /** Moves the window so that the best stands at its place, and resizes it to the price. */
  #recentre(): void {
    const count = this.size;
    const { keys, lots } = roomFor(count);
    this.copyTopKeys(keys, count);
    this.readLots(keys, count, lots);
    let best = -Infinity;
    for (let i = 0; i < count; i++) best = Math.max(best, keys[i] ?? NaN);
    if (best === -Infinity) return;
    const size = windowSize(Math.abs(best));
    if (size !== this.#window.size) this.#window = new PriceWindow(size);
    this.#window.clear(baseFor(best, size));
    this.#far.clear();
    this.#place(keys, lots, count);
  }

  /** Puts levels where they belong now, which changes none of them. */
  #place(keys: Float64Array, lots: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const key = keys[i] ?? NaN;
      if (this.#window.covers(key)) this.#window.set(key, lots[i] ?? 0);
      else this.#far.set(key, lots[i] ?? 0);
    }
  }

  #changed(key: number, before: number, after: number): void {
    if (before !== after) this.#changes += 1;
    this.bands.change(key, before, after);
  }

  /** Drops the worst half of the far levels. */
  #dropFar(): void {
    const keys = this.#far.keys();
    for (const key of keys.slice(Math.floor(keys.length / 2))) {
      this.bands.change(key, this.#far.set(key, 0), 0);
      this.#droppedLevels += 1;
    }
  }
}

/** First key of a window for this best; its words begin at the same keys in every book. */
function baseFor(best: number, size: number): number {
  return Math.floor((best - size * BEST_AT) / WORD) * WORD;
}

/** A power of two that spans `WINDOW_SPAN` of a price. */
function windowSize(ticks: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, ticks * WINDOW_SPAN)));
  return Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, wanted));
}
