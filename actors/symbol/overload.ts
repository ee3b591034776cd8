/**
 * Overload: whether the loop of a worker keeps up, by how late its timers come, and which level follows from that.
 *
 * Measured is how late the loop is, not how old messages are: their age knows the exchange's clock and the network,
 * and a loop that has messages to read for a second comes a second late to whatever waits for its turn. The lag is the
 * median of the last five looks, so that one long pause, of a collection or of a machine that was stopped, changes
 * nothing: what waited is read then, and the loop keeps up. It is up a level as soon as three of five looks are that
 * late, and each further one needs new looks, which show what the last one has helped. It is down a level after ten
 * seconds in which the loop was well within it. Where it is late by less than what entered the level, but not by much, it
 * may be so because of what is left undone, or whatever is done: after a minute it is tried, so that no loop that is always
 * a little late leaves things undone for ever. A level that was left too soon is kept twice as long the next time.
 */
import type { OverloadLevel } from "../../shared/overload.ts";

/** Between two looks, milliseconds. */
export const LOOK_MS = 500;

/** Looks that the lag is the median of. */
const LOOKS = 5;
/** From which lag on a level is entered: frames are 100 ms apart, a row is of a second. */
const ENTER_MS: readonly number[] = [250, 500, 1_000];
/** A level is left when the lag is no more than this share of what it was entered at. */
const LEAVE_SHARE = 0.4;
/** … for so long; each level that was left too soon doubles it. */
const CALM_MS = 10_000;
/** … or for so many times as long below what it was entered at. */
const BETTER_TIMES = 6;
const CALM_MAX_MS = 160_000;
/** A level that is entered again within this was left too soon. */
const RELAPSE_MS = 30_000;

/** The level of one loop. */
export class Overload {
  #level: OverloadLevel = 0;
  /** How late the last looks were; those that are still to come count as in time. */
  #looks: number[] = punctual();
  #lagMs = 0;
  /** Since when the lag is small enough to leave the level, and since when it would not enter it; `null`: it is not. */
  #calmSinceMs: number | null = null;
  #betterSinceMs: number | null = null;
  readonly #leastCalmMs: number;
  #calmMs: number;
  #leftMs = -Infinity;

  /** `calmMs`: how long the loop must have kept up before a level is left. */
  constructor(calmMs = CALM_MS) {
    this.#leastCalmMs = calmMs;
    this.#calmMs = calmMs;
  }

  get level(): OverloadLevel {
    return this.#level;
  }

  /** How late the loop was at the last look, milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** A look came so late, at `nowMs` of a clock that never goes back. True: the level is another now. */
  look(lateMs: number, nowMs: number): boolean {
    this.#looks = [...this.#looks.slice(1), Math.max(0, lateMs)];
    const lagMs = this.#looks.toSorted((a, b) => a - b)[(LOOKS - 1) / 2] ?? 0;
    this.#lagMs = lagMs;
    if (this.#level < 3 && lagMs >= (ENTER_MS[this.#level] ?? Infinity)) {
      if (nowMs - this.#leftMs < RELAPSE_MS) this.#calmMs = Math.min(CALM_MAX_MS, 2 * this.#calmMs);
      return this.#enter(this.#level + 1);
    }
    if (this.#level === 0) {
      if (nowMs - this.#leftMs >= CALM_MAX_MS) this.#calmMs = this.#leastCalmMs;
      return false;
    }
    const enteredAtMs = ENTER_MS[this.#level - 1] ?? 0;
    this.#calmSinceMs = lagMs > enteredAtMs * LEAVE_SHARE ? null : this.#calmSinceMs ?? nowMs;
    this.#betterSinceMs = lagMs >= enteredAtMs ? null : this.#betterSinceMs ?? nowMs;
    const isCalm = nowMs - (this.#calmSinceMs ?? Infinity) >= this.#calmMs;
    const isBetter = nowMs - (this.#betterSinceMs ?? Infinity) >= BETTER_TIMES * this.#calmMs;
    if (!isCalm && !isBetter) return false;
    this.#leftMs = nowMs;
    return this.#enter(this.#level - 1);
  }

  #enter(level: number): true {
    this.#level = level as OverloadLevel;
    this.#calmSinceMs = null;
    this.#betterSinceMs = null;
    this.#looks = punctual();
    return true;
  }
}

function punctual(): number[] {
  return Array.from({ length: LOOKS }, () => 0);
}
