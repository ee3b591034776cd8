/**
 * Ewma: an exponentially weighted mean by time, not by count: a value weighs 1/e of a new one when it is τ old, however
 * many came between. It has no clock; the caller passes the time.
 */

/** A mean, and how old its last sample was. */
export interface EwmaMemory {
  readonly mean: number;
  readonly agoMs: number;
}

/** One smoothed value. O(1) a sample; it allocates nothing. */
export class Ewma {
  readonly #tauMs: number;
  // In a typed array, because V8 makes an object of each number that a field is given.
  /** When the last sample came, and the mean then. */
  readonly #state = new Float64Array([NaN, NaN]);

  /** `tauMs`: 0 smoothes nothing. */
  constructor(tauMs: number) {
    this.#tauMs = tauMs;
  }

  /** The mean after the last sample; `NaN`: there was none. */
  get value(): number {
    return this.#state[1] ?? NaN;
  }

  /**
   * Takes a sample, and gives the mean with it: `m + (1 − exp(−Δt/τ)) (x − m)`. The first one is the mean; one of the
   * same time, or of an earlier one, weighs nothing.
   */
  add(timeMs: number, sample: number): number {
    const state = this.#state;
    const before = state[1] ?? NaN;
    const elapsedMs = timeMs - (state[0] ?? NaN);
    let mean = sample;
    if (before === before && this.#tauMs > 0) {
      const weight = elapsedMs > 0 ? 1 - Math.exp(-elapsedMs / this.#tauMs) : 0;
      mean = before + weight * (sample - before);
    }
    state[0] = elapsedMs < 0 ? state[0] ?? NaN : timeMs;
    state[1] = mean;
    return mean;
  }

  /** What a later life needs to go on; `null`: there was no sample. */
  remember(nowMs: number): EwmaMemory | null {
    const [timeMs = NaN, mean = NaN] = this.#state;
    return mean === mean ? { mean, agoMs: nowMs - timeMs } : null;
  }

  /** Goes on from what was remembered at this time. False: it is nothing of that kind. */
  recall(memory: unknown, rememberedMs: number): boolean {
    const { mean, agoMs } = (memory ?? {}) as Partial<Record<keyof EwmaMemory, unknown>>;
    if (typeof mean !== "number" || typeof agoMs !== "number") return false;
    this.#state[0] = rememberedMs - agoMs;
    this.#state[1] = mean;
    return true;
  }
}
