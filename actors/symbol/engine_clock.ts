/**
 * EngineClock: the time of one engine. It begins as UTC and is monotonic from then on, so that a wall
 * clock that is set disturbs no timer; how far UTC has moved away is told apart.
 */

/** The two readings differ by less than this while nobody sets the clock. */
const SET_MIN_MS = 20;

/** Reads two clocks, both in milliseconds. */
export class EngineClock {
  readonly #utcNowMs: () => number;
  readonly #monotonicMs: () => number;
  readonly #originMs: number;
  #toldMs = 0;

  constructor(utcNowMs: () => number, monotonicMs: () => number) {
    this.#utcNowMs = utcNowMs;
    this.#monotonicMs = monotonicMs;
    this.#originMs = utcNowMs() - monotonicMs();
  }

  /** The engine's time. */
  get nowMs(): number {
    return this.#originMs + this.#monotonicMs();
  }

  /** UTC at a moment of the engine's time, by what was told last. */
  utcMs(nowMs: number): number {
    return nowMs + this.#toldMs;
  }

  /** UTC less the engine's time, when that is another than was last told; `null`: it is not. */
  takeOffset(): number | null {
    const offsetMs = this.#utcNowMs() - this.nowMs;
    if (Math.abs(offsetMs - this.#toldMs) < SET_MIN_MS) return null;
    this.#toldMs = offsetMs;
    return offsetMs;
  }
}
