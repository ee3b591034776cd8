/** SlopeWindow: the trend of a value over the last few seconds. The caller passes the time. */

/** Samples kept; at ten a second a 5 s window needs 50. */
export const WINDOW_SAMPLES_MAX = 512;

/** A window of (time, value) samples with the slope of their regression line. */
export class SlopeWindow {
  readonly #lengthMs: number;
  #times: number[] = [];
  #values: number[] = [];

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Adds a sample; times never go back. Samples older than the window leave. */
  add(timeMs: number, value: number): void {
    this.#times.push(timeMs);
    this.#values.push(value);
    this.#expire(timeMs);
  }

  /** Forgets everything: the past belongs to another book. */
  clear(): void {
    this.#times = [];
    this.#values = [];
  }

  /**
   * Ordinary least squares slope over the window that ends at `nowMs`, value per second; `null`
   * with fewer than three samples or less than a fifth of the window covered. O(samples).
   */
  slope(nowMs: number): number | null {
    this.#expire(nowMs);
    const count = this.#times.length;
    const first = this.#times[0];
    const last = this.#times[count - 1];
    if (count < 3 || first === undefined || last === undefined) return null;
    if (last - first < this.#lengthMs / 5) return null;
    let meanTime = 0;
    let meanValue = 0;
    for (let i = 0; i < count; i++) {
      // Seconds from the first sample: small numbers keep the sums exact enough.
      meanTime += ((this.#times[i] ?? 0) - first) / 1_000;
      meanValue += this.#values[i] ?? 0;
    }
    meanTime /= count;
    meanValue /= count;
    let covariance = 0;
    let variance = 0;
    for (let i = 0; i < count; i++) {
      const time = ((this.#times[i] ?? 0) - first) / 1_000 - meanTime;
      covariance += time * ((this.#values[i] ?? 0) - meanValue);
      variance += time * time;
    }
    return variance === 0 ? null : covariance / variance;
  }

  #expire(nowMs: number): void {
    let drop = Math.max(0, this.#times.length - WINDOW_SAMPLES_MAX);
    while (drop < this.#times.length && (this.#times[drop] ?? 0) < nowMs - this.#lengthMs) {
      drop += 1;
    }
    if (drop === 0) return;
    this.#times.splice(0, drop);
    this.#values.splice(0, drop);
  }
}
