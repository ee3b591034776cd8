/** Backoff: how long to wait before the next try, exponential, capped, with jitter. */

/** Delays grow from `firstMs` by doubling up to `capMs`; each is drawn from [delay/2, delay). */
export class Backoff {
  readonly #firstMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** `random` returns a number in [0, 1). */
  constructor(firstMs: number, capMs: number, random: () => number) {
    this.#firstMs = firstMs;
    this.#capMs = capMs;
    this.#random = random;
  }

  /** The delay after one more failure, milliseconds. Jitter keeps many symbols from one beat. */
  next(): number {
    // The exponent is bounded so that the power cannot overflow.
    const full = Math.min(this.#capMs, this.#firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.round(full * (0.5 + this.#random() / 2));
  }

  /** Success: the next failure starts from the first delay again. */
  reset(): void {
    this.#failures = 0;
  }
}
