/** Sampler: what leaves the engine as time passes; the only place that looks at everything. */
import type { SymbolId } from "../../../../shared/market.ts";
import type { Output } from "../../../../shared/output.ts";
import type { Alerts } from "../alerts/alerts.ts";
import { Cadence, type View } from "./cadence.ts";
import type { FeedState } from "../sync/feed_state.ts";
import type { LiveBook } from "../book/live_book.ts";
import type { Sync } from "../sync/sync.ts";
import type { TradeSums } from "./trade_sums.ts";
import type { UtcClock } from "../utc_clock.ts";

/** The proof's counters leave once a second. */
const PROOF_INTERVAL_MS = 1_000;
/** They add up, so a row a minute loses nothing but the second; a new mismatch does not wait for it. */
const PROOF_STORE_INTERVAL_MS = 60_000;

/** What the reporter reads; it changes none of it but the tape, which it empties. */
export interface Watched {
  readonly feed: FeedState;
  readonly sync: Sync;
  readonly live: LiveBook;
  readonly tradeSums: TradeSums;
  readonly alerts: Alerts;
}

/** Makes the outputs of intervals and ticks. */
export class Sampler {
  readonly #symbol: SymbolId;
  readonly #utc: UtcClock;
  readonly #watched: Watched;
  readonly #cadence: Cadence;
  /** The last tick, or the beginning, UTC: trades are of the time since then. */
  #tickMs: number;
  /** When the counters last left, and how often they have. */
  #proofMs = 0;
  #proofNumber = 0;
  #proofSent = -1;
  /** What the store was last given. */
  #proofStored = { nowMs: -Infinity, checked: 0, mismatched: 0 };

  constructor(
    symbol: SymbolId,
    metricsIntervalMs: number,
    utc: UtcClock,
    watched: Watched,
    nowMs: number,
  ) {
    this.#symbol = symbol;
    this.#utc = utc;
    this.#watched = watched;
    this.#cadence = new Cadence(symbol, metricsIntervalMs);
    this.#tickMs = utc.utcMs(nowMs);
  }

  /** The book or its state has changed. */
  touch(): void {
    this.#cadence.touch(this.#watched.feed.state);
  }

  /** Frames of the intervals that have ended; to be called before an event is taken in. */
  closeIntervals(nowMs: number): Output[] {
    return this.#cadence.closeIntervals(this.#utc.utcMs(nowMs), () => this.#view(nowMs));
  }

  /** Everything that is due on this tick, in the order in which it should arrive. */
  tick(nowMs: number): Output[] {
    const { live, sync, tradeSums, alerts } = this.#watched;
    const timeMs = this.#utc.utcMs(nowMs);
    const view = this.#view(nowMs);
    const frame = this.#cadence.metricsFrame(timeMs, () => view);
    const outputs: Output[] = frame === null ? [] : [frame];
    if (view.metrics !== null && sync.bookUpdateId !== null) {
      const book = this.#cadence.bookFrame(timeMs, live, sync.bookUpdateId);
      if (book !== null) outputs.push(book);
    }
    const trades = tradeSums.take();
    if (trades !== null) {
      const fromMs = this.#tickMs;
      const { state } = view;
      outputs.push({ type: "trades", symbol: this.#symbol, fromMs, timeMs, state, ...trades });
    }
    this.#tickMs = timeMs;
    const { metrics, bookUpdateId } = view;
    outputs.push(...alerts.evaluate({ nowMs, metrics, bookUpdateId }));
    outputs.push(...this.#proofStatus(nowMs));
    return outputs;
  }

  #proofStatus(nowMs: number): Output[] {
    if (nowMs - this.#proofMs < PROOF_INTERVAL_MS) return [];
    const { exact, carried, lastExactMs } = this.#watched.live.proof.counts;
    // Every exact comparison is a carried one too, so these count for both.
    const { checked, mismatched } = carried;
    const stored = this.#proofStored;
    const isMinuteOver = nowMs - stored.nowMs >= PROOF_STORE_INTERVAL_MS;
    const forStore = isMinuteOver && checked !== stored.checked || mismatched !== stored.mismatched;
    // What was held back for the minute's end is due even if nothing has been compared since.
    if (!forStore && checked === this.#proofSent) return [];
    if (forStore) this.#proofStored = { nowMs, checked, mismatched };
    this.#proofMs = nowMs;
    this.#proofNumber += 1;
    this.#proofSent = checked;
    return [{
      type: "proof",
      symbol: this.#symbol,
      number: this.#proofNumber,
      timeMs: this.#utc.utcMs(nowMs),
      forStore,
      exactChecked: exact.checked,
      exactMismatched: exact.mismatched,
      carriedChecked: checked,
      carriedMismatched: mismatched,
      carriedHealed: carried.healed,
      lastExactMs: lastExactMs === null ? null : this.#utc.utcMs(lastExactMs),
    }];
  }

  /** What may be said of the book now: nothing, unless the feed is live. */
  #view(nowMs: number): View {
    const { feed, sync, live } = this.#watched;
    const metrics = feed.state === "live" ? live.metrics : null;
    const isLive = metrics !== null;
    return {
      state: feed.state,
      metrics,
      // A book that lacks a side has no imbalance now, so the slope of the old ones is no news.
      velocity: isLive && metrics.imbalance !== null ? live.velocity(nowMs) : null,
      bookUpdateId: isLive ? sync.bookUpdateId : null,
      eventMs: isLive ? live.eventMs : null,
    };
  }
}
