/**
 * The clock that history is judged by: it never steps, and it goes on while the machine sleeps, which `performance.now()` does not on
 * most systems. For how long it slept is told by how long the system has been up, which is known by the second.
 */
import { monotonicMs } from "../../shared/clock.ts";

/** Of two clocks that are read one after the other, one by the second: less than this is no sleep. */
const SLEEP_MIN_MS = 5_000;

/** Counts on from a clock that stands while the machine sleeps. */
export class WakingClock {
  readonly #monotonicMs: () => number;
  /** `null`: that cannot be told. */
  readonly #upMs: () => number | null;
  readonly #originMs: number | null;
  #sleptMs = 0;

  /** `upMs`: milliseconds since the system was started, those in which it slept too. */
  constructor(monotonicMs: () => number, upMs: () => number | null) {
    this.#monotonicMs = monotonicMs;
    this.#upMs = upMs;
    this.#originMs = this.#aheadMs();
  }

  /** In the clock that it was given, and later by all sleep since. */
  get nowMs(): number {
    const aheadMs = this.#aheadMs();
    if (aheadMs !== null && this.#originMs !== null) {
      const sleptMs = aheadMs - this.#originMs;
      if (sleptMs - this.#sleptMs >= SLEEP_MIN_MS) this.#sleptMs = sleptMs;
    }
    return this.#monotonicMs() + this.#sleptMs;
  }

  #aheadMs(): number | null {
    const upMs = this.#upMs();
    return upMs === null ? null : upMs - this.#monotonicMs();
  }
}

const CLOCK = new WakingClock(monotonicMs, () => {
  try {
    return Deno.osUptime() * 1_000;
  } catch {
    return null;
  }
});

/** As `monotonicMs`, and later by the time in which the machine has slept since this worker began. */
export function wakingMs(): number {
  return CLOCK.nowMs;
}
