/** The few numbers that samples are told by. */
import type { Percentiles } from "../../shared/latency.ts";

/** Median with the extremes. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which a share of the samples lies, by the nearest rank. `NaN` of no sample. */
export function percentile(samples: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(samples).sort();
  const rank = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return sorted[rank] ?? NaN;
}

/** By the nearest rank; `NaN` of no sample. */
export function percentilesOf(samplesMs: readonly number[]): Percentiles {
  return { p50Ms: percentile(samplesMs, 0.5), p99Ms: percentile(samplesMs, 0.99) };
}

/** The middle sample, or the mean of the two in the middle. `NaN` of no sample. */
export function median(samples: ArrayLike<number>): number {
  const sorted = Float64Array.from(samples).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Median, least and greatest. */
export function summarize(samples: readonly number[]): Summary {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/**
 * How many times less than the baseline: the quotient of the medians, with the least and greatest
 * quotient of a round, because what is measured in one round shares the machine's mood.
 */
export function ratio(baseline: readonly number[], samples: readonly number[]): Summary {
  const rounds = samples.slice(0, baseline.length).map((sample, i) =>
    (baseline[i] ?? NaN) / sample
  );
  return { ...summarize(rounds), median: median(baseline) / median(samples) };
}

/** Equal but for the order in which doubles were added; two unknowns are equal too. */
export function agrees(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));
}
