/** Market time: wall time's pace multiplied, stoppable, in small steps. */

/** Market time advances in steps of at most this, so that a fast replay still sends batch by batch. */
const STEP_MAX_MS = 20;
/** Steps in one turn of the event loop: what is still due waits for the next turn. */
const STEPS_MAX = 250;
/** As fast as possible: this many steps a turn. */
const STEPS_UNPACED = 25;

/** A pure function of the readings it is given. */
export class MarketClock {
  readonly #speed: number;
  #nowMs: number;
  #lastReadingMs: number | null = null;
  /** Market time that wall time has earned and no step has used yet. */
  #owedMs = 0;

  /** `speed` 1 is real time; `Infinity` as fast as it goes. */
  constructor(startMs: number, speed: number) {
    this.#nowMs = startMs;
    this.#speed = speed;
  }

  /** Market time, UTC milliseconds with a fraction. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The next readings count from `readingMs` on: nothing is owed for the time before. */
  resume(readingMs: number): void {
    this.#lastReadingMs = readingMs;
  }

  /** The moments to advance to, given a monotonic reading; each call of `next` moves the clock. */
  *steps(readingMs: number): Generator<number, void, void> {
    const elapsed = readingMs - (this.#lastReadingMs ?? readingMs);
    this.#lastReadingMs = readingMs;
    if (this.#speed === Infinity) {
      for (let i = 0; i < STEPS_UNPACED; i += 1) yield this.#nowMs += STEP_MAX_MS;
      return;
    }
    this.#owedMs += elapsed * this.#speed;
    for (let i = 0; i < STEPS_MAX && this.#owedMs > 0; i += 1) {
      const step = Math.min(STEP_MAX_MS, this.#owedMs);
      this.#owedMs -= step;
      yield this.#nowMs += step;
    }
  }
}
