/**
 * BookSide: one side of a book in whole ticks and lots, so that sums never drift.
 *
 * Levels near the best lie in a window addressed directly by price; the few far ones in a table, kept
 * exactly. When the best leaves the window's middle, the window is moved, both ways.
 */
import type { Level } from "../../../shared/market.ts";
import { decay } from "./decay.ts";
import { DepthBands } from "./depth_bands.ts";
import { FarLevels } from "./far_levels.ts";
import { DECIMALS_MAX, type Grid } from "./grid.ts";
import type { ScannedLevels } from "./levels.ts";
import { PriceWindow, WINDOW_MIN, WORD } from "./price_window.ts";

/** Far levels a side; beyond it the worst ones are dropped, so that memory is bounded for ever. */
export const FAR_LEVELS_MAX = 50_000;
/** The window spans this share of the best price, where its greatest size allows. */
const WINDOW_SPAN = 0.025;
const WINDOW_MAX = 1 << 17;
/** Where in the window the best stands after a move: most levels lie on its worse side. */
const BEST_AT = 0.75;
/** The window moves when the best has fallen below this share of it. */
const BEST_MIN = 0.375;

/** Finer units in a coarser one, by the decimals between them. */
const POWERS = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10 ** decimals);

/** One side. Ranks count from the best, 0. */
export class BookSide {
  /** +1 for bids, −1 for asks: a higher key is a better price. */
  readonly sign: 1 | -1;
  readonly bands: DepthBands = new DepthBands();
  #grid: Grid;
  #window = new PriceWindow(WINDOW_MIN);
  readonly #far = new FarLevels();
  readonly #decays = new Float64Array(WORD);
  #droppedLevels = 0;

  constructor(side: "bid" | "ask", grid: Grid) {
    this.sign = side === "bid" ? 1 : -1;
    this.#grid = grid;
  }

  /** Whether there is no level. */
  get isEmpty(): boolean {
    return this.#window.bestSlot < 0;
  }

  /** Number of levels. O(size of the window / 32). */
  get size(): number {
    return this.#window.count + this.#far.size;
  }

  /** Far levels that were dropped to stay within `FAR_LEVELS_MAX`. */
  get droppedLevels(): number {
    return this.#droppedLevels;
  }

  /** Best price in ticks; `NaN`: the side is empty. */
  get bestTick(): number {
    return this.sign * this.#window.bestKey;
  }

  /** Best price; `NaN`: the side is empty. */
  get bestPrice(): number {
    return this.#grid.price(this.bestTick);
  }

  /** Quantity at the best price; `NaN`: the side is empty. */
  get bestQty(): number {
    return this.#grid.qty(this.#window.bestLots);
  }

  /** Sets the absolute quantity at a tick, in lots; 0 removes the level. */
  set(tick: number, lots: number): void {
    const key = this.sign * tick;
    const window = this.#window;
    const slot = key - window.base;
    if (!(slot >= 0 && slot < window.size)) return this.#setFar(key, lots);
    this.bands.change(key, window.setSlot(slot, lots), lots);
    this.#follow();
  }

  /**
   * Sets levels from the one at `from` on, as long as they need no more than a multiplication to be whole
   * ticks and lots of the grid. It answers with the place of the first that does, or with their count.
   */
  setScanned({ ticks, lots, count, units: { price, qty } }: ScannedLevels, from: number): number {
    const { priceDecimals, qtyDecimals } = this.#grid;
    const ticksPerUnit = POWERS[priceDecimals - price.decimals] ?? NaN;
    const lotsPerUnit = POWERS[qtyDecimals - qty.decimals] ?? NaN;
    for (let i = from; i < count; i++) {
      if (ticksPerUnit === 1 && lotsPerUnit >= 1) {
        i = this.#window.setRun(ticks, lots, i, count, this.sign, lotsPerUnit, this.bands);
        this.#follow();
        if (i === count) return count;
      }
      const tick = (ticks[i] ?? NaN) * ticksPerUnit;
      const gridLots = (lots[i] ?? NaN) * lotsPerUnit;
      if (!(Math.abs(tick) + gridLots <= Number.MAX_SAFE_INTEGER)) return i;
      this.set(tick, gridLots);
    }
    return count;
  }

  /** Removes every level. */
  clear(): void {
    this.#window.clear(0);
    this.#far.clear();
    this.bands.clear();
  }

  /** Changes ticks and lots: levels are kept, in the new units. */
  regrid(grid: Grid): void {
    const levels = this.top(Infinity);
    this.#grid = grid;
    this.clear();
    for (const [price, qty] of levels) this.set(grid.exactTick(price), grid.exactLots(qty));
  }

  /** Key of the best level; `NaN`: the side is empty. */
  get bestKey(): number {
    return this.#window.bestKey;
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

  /** Lots of all levels with `from <= key < to`. */
  lotsBetween(from: number, to: number): number {
    const window = this.#window;
    const sum = window.lotsBetween(window.slotNear(from), window.slotNear(to));
    const reachesFar = this.#far.size > 0 && from < window.base;
    return reachesFar ? sum + this.#far.lotsBetween(from, to) : sum;
  }

  /** Calls `visit` for each level from the best outwards until it answers `false`. */
  walk(visit: (price: number, qty: number, rank: number) => boolean): void {
    let rank = 0;
    const grid = this.#grid;
    const window = this.#window;
    for (let key = window.bestKey; key === key; key = window.keyBelow(key)) {
      if (!visit(grid.price(this.sign * key), grid.qty(window.lotsAt(key)), rank++)) return;
    }
    for (const key of this.#far.keys()) {
      if (!visit(grid.price(this.sign * key), grid.qty(this.#far.lotsAt(key)), rank++)) return;
    }
  }

  /** Price at a rank; `NaN` beyond the last. O(rank). */
  price(rank: number): number {
    return this.top(rank + 1)[rank]?.[0] ?? NaN;
  }

  /** Quantity at a rank; `NaN` beyond the last. O(rank). */
  qty(rank: number): number {
    return this.top(rank + 1)[rank]?.[1] ?? NaN;
  }

  /** The best levels as pairs, best first. */
  top(count: number): Level[] {
    const levels: Level[] = [];
    if (count > 0) this.walk((price, qty) => levels.push([price, qty]) < count);
    return levels;
  }

  /** Copies the lots of the best levels, best first, and returns how many there were. */
  copyTopLots(into: Float64Array): number {
    let copied = this.#window.copyTop(into);
    if (copied === into.length || this.#far.size === 0) return copied;
    for (const key of this.#far.keys().slice(0, into.length - copied)) {
      into[copied] = this.#far.lotsAt(key);
      copied += 1;
    }
    return copied;
  }

  /** Lots weighted by exp(−`perTick` · distance from `midKey`), of the keys from `from` on. */
  weightedLots(midKey: number, perTick: number, from: number): number {
    const decays = this.#decays;
    for (let i = 0; i < WORD; i++) decays[i] = decay(i * perTick);
    const sum = this.#window.weightedLots(midKey, perTick, from, decays);
    if (from >= this.#window.base || this.#far.size === 0) return sum;
    return sum + this.#far.weightedLots(midKey, perTick, from, decays);
  }

  /** What a market order of `qty` would meet: quantity filled, notional, and the last price. */
  cumulate(
    qty: number,
  ): { readonly filled: number; readonly notional: number; readonly price: number } {
    let filled = 0;
    let notional = 0;
    let last = NaN;
    this.walk((price, available) => {
      const taken = Math.min(available, qty - filled);
      filled += taken;
      notional += taken * price;
      last = price;
      return filled < qty;
    });
    return { filled, notional, price: last };
  }

  /** Removes the levels outside `[lowTick, highTick]`. */
  prune(lowTick: number, highTick: number): void {
    const [from, to] = this.sign === 1 ? [lowTick, highTick] : [-highTick, -lowTick];
    for (const key of this.#keys()) if (key < from || key > to) this.set(this.sign * key, 0);
  }

  // -- Far levels --

  #setFar(key: number, lots: number): void {
    const isBetter = lots > 0 && !(key < this.#window.bestKey);
    this.bands.change(key, this.#far.set(key, lots), lots);
    // A new best outside the window: the window comes to it.
    if (isBetter) this.#raise(key, lots);
    if (this.#far.size > FAR_LEVELS_MAX) this.#dropFar();
  }

  /** Moves the window after a best that has fallen. */
  #follow(): void {
    const window = this.#window;
    if (window.bestSlot < window.size * BEST_MIN && this.#far.size > 0) this.#recentre();
  }

  /**
   * Moves the window up to a new best. Far levels lie below the window, so they stay far, and this is
   * O(levels in the window), however many a sparse side has.
   */
  #raise(key: number, lots: number): void {
    const window = this.#window;
    if (!(key > window.base) || windowSize(Math.abs(key)) !== window.size) return this.#recentre();
    const near = new Map<number, number>([[key, lots]]);
    for (let at = window.bestKey; at === at; at = window.keyBelow(at)) {
      near.set(at, window.lotsAt(at));
    }
    window.clear(baseFor(key, window.size));
    this.#far.set(key, 0);
    for (const [at, qty] of near) {
      if (window.covers(at)) window.set(at, qty);
      else this.#far.set(at, qty);
    }
  }

  /** Moves the window so that the best stands at its place, and resizes it to the price. */
  #recentre(): void {
    const keys = this.#keys();
    const best = keys.reduce((a, b) => Math.max(a, b), -Infinity);
    if (best === -Infinity) return;
    const lots = keys.map((key) => this.lotsAt(key));
    const size = windowSize(Math.abs(best));
    if (size !== this.#window.size) this.#window = new PriceWindow(size);
    this.#window.clear(baseFor(best, size));
    this.#far.clear();
    keys.forEach((key, i) => {
      if (this.#window.covers(key)) this.#window.set(key, lots[i] ?? 0);
      else this.#far.set(key, lots[i] ?? 0);
    });
  }

  /** Drops the worst half of the far levels. */
  #dropFar(): void {
    const keys = this.#far.keys();
    for (const key of keys.slice(Math.floor(keys.length / 2))) {
      this.bands.change(key, this.#far.set(key, 0), 0);
      this.#droppedLevels += 1;
    }
  }

  #keys(): number[] {
    const keys = [...this.#far.keys()];
    const window = this.#window;
    for (let key = window.bestKey; key === key; key = window.keyBelow(key)) keys.push(key);
    return keys;
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
