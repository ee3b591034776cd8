/**
 * TickPlan: when the engine of one symbol is to be told next that time passes. At once after its book has changed, so that
 * what has changed waits for no clock; each 100 ms while it does not. Over time that is no more than ten a second, however
 * often the book changes. Pure: whoever drives an engine asks for `dueMs`.
 */
import { TICK_MS } from "./engine/event.ts";

/** Between two ticks: updates that are read together make one, and sooner the web server would not send what they say. */
export const TICK_FLOOR_MS = 20;
/**
 * So long after a change the next one is waited for. The exchange sends one each 100 ms: one that is late, or left out, costs no
 * tick, and the next tick is between two of its moments.
 */
export const TICK_PATIENCE_MS = 2.5 * TICK_MS;

/** In any time there may be so many more ticks than at one each 100 ms: what comes late has the next one soon after it. */
const SPARE_TICKS = 2;

/** The first tick after `nowMs` of those each 100 ms, if `dueMs` was one; more than one that was missed is one. */
export function nextTickMs(dueMs: number, nowMs: number): number {
  const ticks = Math.floor((nowMs - dueMs) / TICK_MS) + 1;
  return dueMs + Math.max(1, ticks) * TICK_MS;
}

/** The ticks of one engine; all times are of one clock that never goes back. */
export class TickPlan {
  #dueMs: number;
  #lastMs = -Infinity;
  /** Each tick takes 100 ms: from when it was due, or from where those before it end. */
  #takenUntilMs = -Infinity;
  #bookUpdateId: number | null = null;
  #hasChanged = false;

  /** `firstMs`: when the first tick is due. */
  constructor(firstMs: number) {
    this.#dueMs = firstMs;
  }

  /** When the next tick is due. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** The book is at this update, at `nowMs`. */
  saw(bookUpdateId: number | null, nowMs: number): void {
    if (bookUpdateId === this.#bookUpdateId) return;
    this.#bookUpdateId = bookUpdateId;
    this.#hasChanged = true;
    const spareMs = this.#takenUntilMs - SPARE_TICKS * TICK_MS;
    const soonestMs = Math.max(nowMs, this.#lastMs + TICK_FLOOR_MS, spareMs);
    this.#dueMs = Math.min(this.#dueMs, soonestMs);
  }

  /** The engine is told at `nowMs`, which may be later than it was due. */
  ticked(nowMs: number): void {
    // By when it was due: one that comes late makes none later.
    this.#takenUntilMs = Math.max(this.#takenUntilMs, this.#dueMs) + TICK_MS;
    this.#dueMs = this.#hasChanged ? nowMs + TICK_PATIENCE_MS : nextTickMs(this.#dueMs, nowMs);
    this.#hasChanged = false;
    this.#lastMs = nowMs;
  }
}
