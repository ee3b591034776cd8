/**
 * UtcClock: the time of day. The engine counts in monotonic time, so that no wait is cut short or stretched
 * when the wall clock is set; only what leaves carries UTC.
 */

/** UTC as far as it was told. */
export class UtcClock {
  #offsetMs = 0;

  /** UTC is so many milliseconds ahead of the engine's time from now on. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** UTC at a moment of the engine's time, in whole milliseconds. */
  utcMs(nowMs: number): number {
    return Math.floor(nowMs + this.#offsetMs);
  }
}
