/**
 * How long a frame takes from when the monitor wrote it until it is on the screen. When it was written is told by the
 * monitor's clock; how far that is from the page's is known to half of a round trip. Pure.
 */
import type { Percentiles } from "../../shared/latency.ts";

/** Percentiles are of so long; ten frames a second are drawn at most. */
const KEPT_MS = 60_000;
const SAMPLES_MAX = 1_200;
/** Fewer say nothing of one in a hundred. */
const SAMPLES_MIN = 10;

/** What is known; `null` with the reason. */
export type Painted =
  | { readonly known: Percentiles; readonly withinMs: number }
  | { readonly known: null; readonly why: string };

/** One symbol's frames on one page. */
export class PaintTimes {
  #samples: { readonly atMs: number; readonly ms: number }[] = [];
  #roundTripMs: number | null = null;

  /** A small question was answered after so long: half of the shortest one is what every message takes, more or less. */
  takeRoundTrip(ms: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs ?? Infinity, ms);
  }

  /**
   * A frame that was written at `writtenMs` was painted at `paintedMs`, both by the monitor's clock as the page believes it:
   * that of its fastest message, which was on its way as well.
   */
  take(writtenMs: number, paintedMs: number): void {
    this.#samples.push({ atMs: paintedMs, ms: paintedMs - writtenMs });
    const oldestMs = paintedMs - KEPT_MS;
    const from = this.#samples.findIndex(({ atMs }) => atMs > oldestMs);
    const tooMany = this.#samples.length - SAMPLES_MAX;
    if (from > 0 || tooMany > 0) this.#samples = this.#samples.slice(Math.max(from, tooMany));
  }

  /** Of the last minute before `nowMs`, by the same clock. */
  at(nowMs: number): Painted {
    const roundTripMs = this.#roundTripMs;
    if (roundTripMs === null) {
      return unknown("how long a message takes to this page is not known yet");
    }
    const samples = this.#samples.filter(({ atMs }) => atMs > nowMs - KEPT_MS);
    if (samples.length < SAMPLES_MIN) {
      return unknown("too few frames were painted in the last minute");
    }
    const halfMs = roundTripMs / 2;
    const sorted = samples.map(({ ms }) => ms + halfMs).sort((a, b) => a - b);
    const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
    const known = { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
    if (known.p50Ms < 0) {
      return unknown(
        "by the monitor's clock, as far as it is known, it was painted before it was sent",
      );
    }
    return { known, withinMs: halfMs };
  }
}

function unknown(why: string): Painted {
  return { known: null, why };
}
