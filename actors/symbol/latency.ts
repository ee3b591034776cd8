/**
 * Latency of one symbol: from the exchange's clock to the web server. Pure: the actor reads the
 * clocks. Wall time meets the exchange's in the first leg alone; the others are monotonic.
 */
import type { Latencies, Percentiles } from "../../shared/latency.ts";
import type { Output } from "../../shared/output.ts";
import { LogHistogram } from "./engine/liveness/log_histogram.ts";

/** What is told is of the last one to two minutes. */
const WINDOW_MS = 60_000;
const US_PER_MS = 1_000;

/** The percentiles of each leg of late. Each method but `percentiles` and `tick` is O(1), without garbage. */
export class Latency {
  /** The exchange's time minus ours; `null`: not told yet. */
  clockOffsetMs: number | null = null;
  readonly #received = new RecentDurations();
  readonly #computed = new RecentDurations();
  readonly #sent = new RecentDurations();
  #windowMs: number | null = null;
  /** When the last update of the book was computed; `null`: none was. */
  #computedMs: number | null = null;
  /** The newest live frame, and when its book was computed. */
  #frame: Output | null = null;
  #frameComputedMs: number | null = null;
  #sentComputedMs: number | null = null;

  /**
   * A message that the exchange dated `eventMs` has come, at `receivedMs` of our wall clock. It may have
   * come before it was sent, by as much as the offset is uncertain: that is kept as it is.
   */
  received(eventMs: number, receivedMs: number): void {
    if (this.clockOffsetMs === null) return;
    this.#received.add(receivedMs + this.clockOffsetMs - eventMs);
  }

  /** The engine has taken in a frame so long after it came. */
  took(durationMs: number): void {
    this.#computed.add(durationMs);
  }

  /** The book has been brought up to date, at `nowMs` of the monotonic clock. */
  computed(nowMs: number): void {
    this.#computedMs = nowMs;
  }

  /** A live frame waits to be sent, instead of any earlier one. */
  framed(frame: Output): void {
    this.#frame = frame;
    this.#frameComputedMs = this.#computedMs;
  }

  /**
   * These outputs have been sent, at `nowMs` of the monotonic clock. Sent again under the same number
   * they do not count, nor does a frame that shows no newer book than the one before it.
   */
  sent(items: readonly Output[], nowMs: number): void {
    if (this.#frame === null || !items.includes(this.#frame)) return;
    if (this.#frameComputedMs === null || this.#frameComputedMs === this.#sentComputedMs) return;
    this.#sentComputedMs = this.#frameComputedMs;
    this.#sent.add(nowMs - this.#frameComputedMs);
  }

  /** Forgets what is not recent any more at `nowMs` of the monotonic clock. */
  tick(nowMs: number): void {
    this.#windowMs ??= nowMs;
    // After a pause of a whole window more, neither of the two is recent.
    for (let windows = 0; windows < 2 && nowMs - this.#windowMs >= WINDOW_MS; windows++) {
      this.#windowMs += WINDOW_MS;
      for (const leg of [this.#received, this.#computed, this.#sent]) leg.turn();
    }
    if (nowMs - this.#windowMs >= WINDOW_MS) this.#windowMs = nowMs;
  }

  /** Of each leg, to about 10 %. */
  get percentiles(): Latencies {
    return {
      exchangeToReceive: this.#received.percentiles,
      receiveToComputed: this.#computed.percentiles,
      computedToSent: this.#sent.percentiles,
    };
  }
}

/** The durations of this window and of the one before it. */
class RecentDurations {
  /** In µs. */
  #now = new LogHistogram();
  #before = new LogHistogram();

  add(durationMs: number): void {
    this.#now.add(durationMs * US_PER_MS);
  }

  /** A window has ended. */
  turn(): void {
    [this.#now, this.#before] = [this.#before, this.#now];
    this.#now.clear();
  }

  get percentiles(): Percentiles | null {
    const parts = [this.#now, this.#before];
    const p50 = LogHistogram.percentile(parts, 50);
    const p99 = LogHistogram.percentile(parts, 99);
    return p50 === null || p99 === null ? null : { p50Ms: toMs(p50), p99Ms: toMs(p99) };
  }
}

function toMs(us: number): number {
  return Math.round(us) / US_PER_MS;
}
