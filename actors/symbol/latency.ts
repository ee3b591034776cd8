/**
 * Latency of one symbol: from the exchange's clock to the web server. Pure: the actor reads the
 * clocks. Wall time meets the exchange's in the first leg alone; the others are monotonic.
 */
import type { Percentiles, SymbolLatencies } from "../../shared/latency.ts";
import type { Output } from "../../shared/output.ts";
import type { ClockStatus } from "../../shared/protocol.ts";
import { LogHistogram } from "./engine/liveness/log_histogram.ts";

/** What is told is of the last one to two minutes. */
const WINDOW_MS = 60_000;
/** Clocks of the exchange's machines among each other, whole milliseconds on either side, and a minute's drift. */
const SKEW_MAX_MS = 50;
const US_PER_MS = 1_000;

/** The percentiles of each leg of late. Each method but `percentiles` and `tick` is O(1), without garbage. */
export class Latency {
  /** The exchange's clock against ours; `null`: not told yet. */
  #clock: ClockStatus | null = null;
  /** By that a message came before it was sent: it is not believed, until the next one is told. */
  #isDoubtful = false;
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

  /** How the exchange's clock stands to ours now: about once a minute. What was measured by one that was wrong is forgotten. */
  compare(clock: ClockStatus): void {
    if (this.#isDoubtful || hasStepped(this.#clock, clock)) this.#received.clear();
    this.#isDoubtful = false;
    this.#clock = clock;
  }

  /**
   * A message that the exchange dated `eventMs` has come, at `receivedMs` of our wall clock. It may seem to have come before
   * it was sent by as much as the offset is uncertain; by more, a clock has stepped since the offset was measured.
   */
  received(eventMs: number, receivedMs: number): void {
    if (this.#clock === null || this.#isDoubtful) return;
    const durationMs = receivedMs + this.#clock.offsetMs - eventMs;
    if (durationMs >= -uncertaintyMs(this.#clock)) return this.#received.add(durationMs);
    this.#isDoubtful = true;
    this.#received.clear();
  }

  /** The engine has taken in a frame so long after it came. */
  took(durationMs: number): void {
    this.#computed.add(durationMs);
  }

  /** The exchange's time minus ours; `null`: not known. */
  get clockOffsetMs(): number | null {
    return this.#isDoubtful ? null : this.#clock?.offsetMs ?? null;
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
  get percentiles(): SymbolLatencies {
    const received = this.#received.percentiles;
    // Half of them would have come before they were sent: the offset is not known as well as that.
    const isDoubtful = this.#isDoubtful || (received?.p50Ms ?? 0) < 0;
    return {
      clocks: this.#clock === null ? "unknown" : isDoubtful ? "doubtful" : "known",
      exchangeToReceive: isDoubtful ? null : received,
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

  clear(): void {
    this.#now.clear();
    this.#before.clear();
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

/** By how much the offset may be wrong that was measured so, milliseconds. */
function uncertaintyMs({ roundTripMs }: ClockStatus): number {
  return roundTripMs / 2 + SKEW_MAX_MS;
}

/** Whether a clock has stepped between two measurements, so that both cannot be right. */
function hasStepped(before: ClockStatus | null, after: ClockStatus): boolean {
  if (before === null) return false;
  const apartMs = Math.abs(before.offsetMs - after.offsetMs);
  return apartMs > uncertaintyMs(before) + uncertaintyMs(after);
}

function toMs(us: number): number {
  return Math.round(us) / US_PER_MS;
}
