/**
 * FarLevels: the levels of a side that lie outside its window, kept exactly. They are changed often
 * and read in order seldom, so they are sorted only when somebody wants to know.
 */

import { decay } from "./decay.ts";
import { WORD } from "./price_window.ts";

/** Quantities by key; keys as in `PriceWindow`, higher is better. */
export class FarLevels {
  readonly #lots = new Map<number, number>();
  /** Keys, best first; `null`: to be sorted anew. */
  #sorted: number[] | null = null;

  /** Number of levels. */
  get size(): number {
    return this.#lots.size;
  }

  /** Lots at a key; 0: no level. */
  lotsAt(key: number): number {
    return this.#lots.get(key) ?? 0;
  }

  /** Sets the lots at a key, 0 removes the level, and returns those that they replace. */
  set(key: number, lots: number): number {
    const before = this.#lots.get(key) ?? 0;
    if (before === lots) return before;
    if (lots === 0) this.#lots.delete(key);
    else this.#lots.set(key, lots);
    if (before === 0 || lots === 0) this.#sorted = null;
    return before;
  }

  /** Removes every level. */
  clear(): void {
    this.#lots.clear();
    this.#sorted = null;
  }

  /** All keys, best first. */
  keys(): readonly number[] {
    this.#sorted ??= [...this.#lots.keys()].sort((a, b) => b - a);
    return this.#sorted;
  }

  /** The best key below `key`; `NaN`: none. O(levels). */
  keyBelow(key: number): number {
    let best = -Infinity;
    for (const far of this.#lots.keys()) if (far < key && far > best) best = far;
    return best === -Infinity ? NaN : best;
  }

  /** As `PriceWindow.weightedLots`, word by word too. O(levels in reach) when they are sorted. */
  weightedLots(midKey: number, perTick: number, from: number, decays: Float64Array): number {
    let sum = 0;
    let part = 0;
    let top = NaN;
    for (const key of this.keys()) {
      if (key < from) break;
      if (Math.floor(key / WORD) !== Math.floor(top / WORD)) {
        if (part > 0) sum += part * decay((midKey - top) * perTick);
        part = 0;
        top = key;
      }
      part += this.lotsAt(key) * (decays[top - key] ?? 0);
    }
    return part > 0 ? sum + part * decay((midKey - top) * perTick) : sum;
  }

  /** Lots of all levels with `from <= key < to`. O(levels). */
  lotsBetween(from: number, to: number): number {
    let sum = 0;
    for (const [key, lots] of this.#lots) if (key >= from && key < to) sum += lots;
    return sum;
  }
}
