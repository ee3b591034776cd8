/** Backoff: how long to wait before the next try, exponential, capped, with jitter. Pure. */

/** Delays grow from `firstMs` by doubling up to `capMs`. */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly capMs: number;
}

/** Beyond this many doublings any cap has long been reached, and the power cannot overflow. */
const DOUBLINGS_MAX = 30;

/**
 * Milliseconds to wait after the nth failure in a row, `failures` >= 1. Half of it is jitter, so that
 * many who failed together do not return in one beat. `random` is in [0, 1).
 */
export function backoffDelayMs(
  failures: number,
  { firstMs, capMs }: BackoffLimits,
  random: number,
): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX));
  return Math.round(full * (0.5 + random / 2));
}

/** Counts the failures of one thing that is tried again. */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;

  /** `random` returns a number in [0, 1). */
  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** The delay after one more failure, milliseconds. */
  next(): number {
    this.#failures += 1;
    return backoffDelayMs(this.#failures, this.#limits, this.#random());
  }

  /** Success: the next failure starts from the first delay again. */
  reset(): void {
    this.#failures = 0;
  }
}
