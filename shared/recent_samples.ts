/** Durations of the last minute, few enough to be kept one by one, and what half and 99 % of them do not exceed. Pure. */
import type { Percentiles } from "./latency.ts";

/** What is told is of so long. */
export const RECENT_MS = 60_000;
/** Ten a second, and of more the newest. */
const SAMPLES_MAX = 600;

/** A ring of the newest; what is older than a minute is not told any more. */
export class RecentSamples {
  readonly #durations = new Float64Array(SAMPLES_MAX);
  readonly #times = new Float64Array(SAMPLES_MAX).fill(-Infinity);
  #next = 0;

  /** One that has ended at `atMs` of a clock that goes on. O(1). */
  take(durationMs: number, atMs: number): void {
    this.#durations[this.#next] = durationMs;
    this.#times[this.#next] = atMs;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** Exact, by the nearest rank; `null`: there are fewer than `least`. O(samples · log samples). */
  percentiles(nowMs: number, least = 1): Percentiles | null {
    const recent = this.#durations.filter((_, i) => nowMs - (this.#times[i] ?? NaN) < RECENT_MS);
    if (recent.length < least) return null;
    recent.sort();
    const quantile = (share: number) => recent[Math.ceil(share * recent.length) - 1] ?? NaN;
    return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }
}
