/**
 * How long a frame takes from when the monitor wrote it until it is on the screen. When it was written is told by the
 * monitor's clock; how far that is from the page's is known to half of a round trip. Pure.
 */
import type { Percentiles } from "../../shared/latency.ts";
import { RecentSamples } from "../../shared/recent_samples.ts";

/** Fewer say nothing of one in a hundred. */
const SAMPLES_MIN = 10;

/** What is known; `null` with the reason. */
export type Painted =
  | { readonly known: Percentiles; readonly withinMs: number }
  | { readonly known: null; readonly why: string };

/** One symbol's frames on one page. */
export class PaintTimes {
  readonly #samples = new RecentSamples();
  #roundTripMs: number | null = null;

  /** A small question was answered after so long: half of the shortest one is what every message takes, more or less. */
  takeRoundTrip(ms: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs ?? Infinity, ms);
  }

  /**
   * A frame that was written at `writtenMs` was painted at `paintedMs`, both by the monitor's clock as the page believes it:
   * that of its fastest message, which was on its way as well. `nowMs` is the same moment, monotonic.
   */
  take(writtenMs: number, paintedMs: number, nowMs: number): void {
    this.#samples.take(paintedMs - writtenMs, nowMs);
  }

  /** Of the last minute before `nowMs`, monotonic. */
  at(nowMs: number): Painted {
    const roundTripMs = this.#roundTripMs;
    if (roundTripMs === null) {
      return unknown("how long a message takes to this page is not known yet");
    }
    const seemed = this.#samples.percentiles(nowMs, SAMPLES_MIN);
    if (seemed === null) {
      return unknown("too few frames were painted in the last minute");
    }
    const halfMs = roundTripMs / 2;
    const known = { p50Ms: seemed.p50Ms + halfMs, p99Ms: seemed.p99Ms + halfMs };
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
