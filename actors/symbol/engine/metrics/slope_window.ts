/** SlopeWindow: the trend of a value over the last few seconds. The caller passes the time. */

/** Samples a second that are kept: two connections bring ten updates each while one takes over. */
const SAMPLES_PER_SECOND = 20;
const SAMPLES_MIN = 512;

/** A window of (time, value) samples with the slope of their regression line. It allocates nothing. */
export class SlopeWindow {
  readonly #lengthMs: number;
  /** Places, a power of two: the one of a sample is found by a mask. */
  readonly #places: number;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  /** How many samples there have been since `clear`, and how many of them have left. */
  #added = 0;
  #expired = 0;

  /** `lengthMs`: up to 50 s; the memory grows with it. */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
    const wanted = Math.max(SAMPLES_MIN, lengthMs / 1_000 * SAMPLES_PER_SECOND);
    this.#places = 2 ** Math.ceil(Math.log2(wanted));
    this.#times = new Float64Array(this.#places);
    this.#values = new Float64Array(this.#places);
  }

  /** Adds a sample; times never go back. Samples older than the window leave. */
  add(timeMs: number, value: number): void {
    const place = this.#added & (this.#places - 1);
    this.#times[place] = timeMs;
    this.#values[place] = value;
    this.#added += 1;
    this.#expire(timeMs);
  }

  /** Forgets everything: the past belongs to another book. */
  clear(): void {
    this.#added = 0;
    this.#expired = 0;
  }

  /**
   * Ordinary least squares slope over the window that ends at `nowMs`, value per second; `null`
   * with fewer than three samples or less than a fifth of the window covered. O(samples).
   */
  slope(nowMs: number): number | null {
    this.#expire(nowMs);
    const count = this.#added - this.#expired;
    if (count < 3) return null;
    const first = this.#timeOf(this.#expired);
    if (this.#timeOf(this.#added - 1) - first < this.#lengthMs / 5) return null;
    let meanTime = 0;
    let meanValue = 0;
    for (let i = this.#expired; i < this.#added; i++) {
      // Seconds from the first sample: small numbers keep the sums exact enough.
      meanTime += (this.#timeOf(i) - first) / 1_000;
      meanValue += this.#valueOf(i);
    }
    meanTime /= count;
    meanValue /= count;
    let covariance = 0;
    let variance = 0;
    for (let i = this.#expired; i < this.#added; i++) {
      const time = (this.#timeOf(i) - first) / 1_000 - meanTime;
      covariance += time * (this.#valueOf(i) - meanValue);
      variance += time * time;
    }
    return variance === 0 ? null : covariance / variance;
  }

  #expire(nowMs: number): void {
    this.#expired = Math.max(this.#expired, this.#added - this.#places);
    while (
      this.#expired < this.#added && this.#timeOf(this.#expired) < nowMs - this.#lengthMs
    ) this.#expired += 1;
  }

  #timeOf(sample: number): number {
    return this.#times[sample & (this.#places - 1)] ?? NaN;
  }

  #valueOf(sample: number): number {
    return this.#values[sample & (this.#places - 1)] ?? NaN;
  }
}
