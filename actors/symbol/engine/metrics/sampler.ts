/**
 * Sampler: what leaves as time passes. Metrics are brought up to date on each applied update; frames leave on
 * ticks, and one row closes every interval of UTC, live or not. The trades of each second are a row too.
 */
import { type MetricValues, UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import { codeOfNothing } from "../../../../shared/catalogue/null_code.ts";
import type { Market, Trade } from "../../../../shared/market.ts";
import type { DataState, MetricsFrame, Output } from "../../../../shared/output.ts";
import type { OverloadLevel } from "../../../../shared/overload.ts";
import type { ProofCounts } from "../book/proof.ts";
import type { Reused } from "../event.ts";
import type { UtcClock } from "../utc_clock.ts";
import { BookSampler, type SampledBook } from "./book_sampler.ts";
import type { TradeSums } from "./trade_sums.ts";
import { TradeTape } from "./trade_tape.ts";

/** The proof's counters leave once a second. */
const PROOF_INTERVAL_MS = 1_000;
/** They add up, so a row a minute loses nothing but the second; a new mismatch does not wait for it. */
const PROOF_STORE_INTERVAL_MS = 60_000;
/**
 * Intervals closed after the actor was not running (a suspended machine): ten minutes of seconds.
 * Longer absences are one gap in the rows, as they are when the process was down.
 */
const MISSED_INTERVALS_MAX = 600;
/** The trades of each second leave when it is over. */
const SECOND_MS = 1_000;
/** A loop that was busy for less than this has not been away: its last view still tells the truth. */
const WATCH_GAP_MAX_MS = 1_000;

/** At each level of overload. One second is a slot of its own at all of them: its first look is stored. */
const SLOTS_MS: Readonly<Record<OverloadLevel, number>> = {
  0: 0,
  1: 250,
  2: SECOND_MS,
  3: SECOND_MS,
};

/** What may be said of the book now: nothing, unless the feed is live. */
export interface View {
  readonly state: DataState;
  /** One object that is used again, unless it is kept; `null`: the book is not live. */
  readonly values: MetricValues | null;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
}

/** What the sampler looks at; it changes none of it but the trades, which it takes. */
export interface Watched {
  view(nowMs: number): View;
  /** As in `view`, without the numbers. */
  readonly state: DataState;
  /** Whether a live book may be as old as the time for which its machine was held up: nobody has heard yet. */
  isUnheard(): boolean;
  readonly live: SampledBook & {
    readonly proof: { readonly counts: ProofCounts };
    /** Of `View.values`: see `MetricSet.keep`. */
    readonly metrics: { keep(): void };
    /** Why values that `view` gave last are not known. */
    readonly nulls: string;
  };
  readonly tradeSums: TradeSums;
}

/** Of the beginning; to be written anew. */
export function nothingViewed(): Reused<View> {
  return { state: "syncing", values: null, bookUpdateId: null, eventMs: null };
}

/** Nothing is known, and of what was not watched not even that. */
const NOT_WATCHED: View = { state: "stale", values: null, bookUpdateId: null, eventMs: null };

const NOT_LIVE = codeOfNothing("not_live");

/** Decides which frames leave, and makes them. */
export class Sampler {
  readonly #market: Market;
  readonly #intervalMs: number;
  readonly #utc: UtcClock;
  readonly #watched: Watched;
  /** The last tick, or the beginning, UTC: trades are of the time since then. */
  #tickMs: number;
  /** End of the second whose trades are summed, UTC, and how many were told. */
  #secondEndMs: number;
  #secondNumber = 0;
  /**
   * End of the last interval that was closed; `NaN`: none was yet. (V8 makes an object of each number in a
   * field that has also held `null`.)
   */
  #closedMs = NaN;
  /** When `closeIntervals` was last called. */
  #watchedMs = 0;
  /** The last state but live since then; `null`: it was live all the time. */
  #trouble: DataState | null = null;
  #changed = false;
  readonly #book: BookSampler;
  readonly #tape = new TradeTape();
  #isInFocus = false;
  /** Into slots of so long, of UTC, what is looked at is thinned out; 0: it leaves on each tick. */
  #slotMs = 0;
  /** In which frames last left, and trades. */
  #slot = 0;
  #tradesSlot = 0;
  /** The state that the last frame said. */
  #framed: DataState | null = null;
  /** When the proof's counters last left, how often they have, and what was sent. */
  #proofMs = 0;
  #proofNumber = 0;
  #proofSent = -1;
  /** What the store was last given of them. */
  #proofStored = { nowMs: -Infinity, checked: 0, mismatched: 0 };

  /** `intervalMs`: the length of a stored interval; `nowMs`: when it begins. */
  constructor(
    market: Market,
    intervalMs: number,
    utc: UtcClock,
    watched: Watched,
    nowMs: number,
  ) {
    this.#market = market;
    this.#intervalMs = intervalMs;
    this.#utc = utc;
    this.#watched = watched;
    this.#book = new BookSampler(market, watched.live);
    this.#tickMs = utc.utcMs(nowMs);
    this.#secondEndMs = endOfSecond(this.#tickMs);
  }

  /** The view has changed since the last frame; `state` is what it is in now. */
  touch(state: DataState): void {
    if (state !== "live") this.#trouble = state;
    this.#changed = true;
    this.#book.touch();
  }

  /** Some browser shows the symbol in detail, or none does any more. */
  focus(isInFocus: boolean): void {
    this.#isInFocus = isInFocus;
    this.#book.focus(isInFocus);
    if (!isInFocus) this.#tape.clear();
  }

  /** This machine is too slow, or not any more: what is looked at leaves more seldom. Rows go on. */
  thin(level: OverloadLevel): void {
    this.#slotMs = SLOTS_MS[level];
    this.#book.thin(level > 0);
  }

  /** A trade that counts. */
  trade(trade: Trade): void {
    if (this.#isInFocus) this.#tape.add(trade);
  }

  /**
   * Closes the intervals that have ended. Called before an event is taken in, so that the row of an interval is
   * the view at its end, unless it was not live all the time: then the row is not either, or what is short would
   * leave no trace. What was not watched is marked `stale`. It is called for every event, and mostly there
   * is nothing to close: it allocates nothing then.
   */
  closeIntervals(nowMs: number, out: Output[]): void {
    const utcMs = this.#utc.utcMs(nowMs);
    const endMs = Math.floor(utcMs / this.#intervalMs) * this.#intervalMs;
    if (endMs !== this.#closedMs) this.#closeUntil(endMs, nowMs, out);
    this.#watchedMs = utcMs;
    const timeLeftMs = this.#secondEndMs - utcMs;
    if (timeLeftMs <= 0 || timeLeftMs > SECOND_MS) this.#closeSecond(utcMs, out);
  }

  /** Tells of the second's trades when another one has begun: the next, or any other if the clock was set. */
  #closeSecond(utcMs: number, out: Output[]): void {
    const timeMs = this.#secondEndMs;
    this.#secondEndMs = endOfSecond(utcMs);
    const trades = this.#watched.tradeSums.takeSecond();
    if (trades === null) return;
    const { state } = this.#watched;
    const number = this.#secondNumber += 1;
    const { venue, symbol } = this.#market;
    const { buy, sell } = trades;
    out.push({ type: "trades_1s", venue, symbol, number, timeMs, state, buy, sell });
  }

  #closeUntil(endMs: number, nowMs: number, out: Output[]): void {
    const closedMs = Number.isNaN(this.#closedMs) ? endMs : this.#closedMs;
    this.#closedMs = Math.max(closedMs, endMs);
    // A clock that was set back starts a new count rather than wait for the old time to return.
    if (endMs < closedMs - MISSED_INTERVALS_MAX * this.#intervalMs) this.#closedMs = endMs;
    const fromMs = Math.max(closedMs, endMs - MISSED_INTERVALS_MAX * this.#intervalMs);
    for (let timeMs = fromMs + this.#intervalMs; timeMs <= endMs; timeMs += this.#intervalMs) {
      const wasWatched = timeMs - this.#watchedMs <= WATCH_GAP_MAX_MS &&
        !this.#watched.isUnheard();
      const atEnd = wasWatched ? this.#watched.view(nowMs) : NOT_WATCHED;
      const trouble = atEnd.state === "live" ? this.#trouble : null;
      this.#trouble = atEnd.state === "live" ? null : atEnd.state;
      const view = trouble === null ? atEnd : { ...NOT_WATCHED, state: trouble };
      out.push(this.#frame(timeMs, this.#intervalMs, view));
    }
  }

  /**
   * Everything that is due on this tick, in the order in which it should arrive; `view` is of now. What leaves more seldom
   * is whole all the same: trades are of the time since the last frame of them, and another state waits for nothing.
   */
  tick(nowMs: number, view: View, out: Output[]): void {
    const timeMs = this.#utc.utcMs(nowMs);
    const isEach = this.#slotMs === 0 || view.state !== this.#framed;
    const slot = this.#slotMs === 0 ? 0 : Math.floor(timeMs / this.#slotMs);
    this.#framed = view.state;
    if (isEach || slot !== this.#slot) {
      const { length } = out;
      this.#look(timeMs, view, out);
      // While nothing has changed in it, the look of a slot is still to come: its second is not that of the next.
      if (out.length > length) this.#slot = slot;
    }
    if (isEach || slot !== this.#tradesSlot) {
      this.#tradesSlot = slot;
      this.#tellTrades(timeMs, view, out);
      this.#sampleProof(nowMs, timeMs, out);
    }
  }

  #look(timeMs: number, view: View, out: Output[]): void {
    if (this.#changed) {
      this.#changed = false;
      out.push(this.#frame(timeMs, null, view));
    }
    if (view.values !== null && view.bookUpdateId !== null) {
      this.#book.sample(timeMs, view.values, view.bookUpdateId, out);
    }
  }

  #tellTrades(timeMs: number, view: View, out: Output[]): void {
    const trades = this.#watched.tradeSums.take();
    if (trades !== null) {
      const fromMs = this.#tickMs;
      const { venue, symbol } = this.#market;
      const { state } = view;
      const { buy, sell } = trades;
      out.push({ type: "trades", venue, symbol, fromMs, timeMs, state, buy, sell });
    }
    const taped = this.#tape.take();
    if (taped !== null) out.push({ type: "trade", ...this.#market, timeMs, ...taped });
    this.#tickMs = timeMs;
  }

  #sampleProof(nowMs: number, timeMs: number, out: Output[]): void {
    if (nowMs - this.#proofMs < PROOF_INTERVAL_MS) return;
    const { exact, carried, lastExactMs } = this.#watched.live.proof.counts;
    // Every exact comparison is a carried one too, so these count for both.
    const { checked, mismatched } = carried;
    const stored = this.#proofStored;
    const isMinuteOver = nowMs - stored.nowMs >= PROOF_STORE_INTERVAL_MS;
    const forStore = isMinuteOver && checked !== stored.checked || mismatched !== stored.mismatched;
    // What was held back for the minute's end is due even if nothing has been compared since.
    if (!forStore && checked === this.#proofSent) return;
    if (forStore) this.#proofStored = { nowMs, checked, mismatched };
    this.#proofMs = nowMs;
    this.#proofNumber += 1;
    this.#proofSent = checked;
    const { venue, symbol } = this.#market;
    out.push({
      type: "proof",
      venue,
      symbol,
      number: this.#proofNumber,
      timeMs,
      forStore,
      exactChecked: exact.checked,
      exactMismatched: exact.mismatched,
      carriedChecked: checked,
      carriedMismatched: mismatched,
      carriedHealed: carried.healed,
      lastExactMs: lastExactMs === null ? null : this.#utc.utcMs(lastExactMs),
    });
  }

  #frame(timeMs: number, bucketMs: number | null, view: View): MetricsFrame {
    const { live } = this.#watched;
    const { venue, symbol } = this.#market;
    if (view.values !== null) live.metrics.keep();
    // Written out, as all that leaves several times a second: an object that others are spread into takes more room.
    return {
      type: "metrics",
      venue,
      symbol,
      timeMs,
      bucketMs,
      state: view.state,
      bookUpdateId: view.bookUpdateId,
      eventMs: view.eventMs,
      values: view.values ?? UNKNOWN_VALUES,
      nulls: view.values === null ? NOT_LIVE : live.nulls,
    };
  }
}

/** The end of the second that a moment is in; a round moment is in the second that it begins. */
function endOfSecond(utcMs: number): number {
  return (Math.floor(utcMs / SECOND_MS) + 1) * SECOND_MS;
}
