/**
 * Sampler: what leaves when. Metrics are brought up to date on each applied update; frames leave on
 * ticks, and one frame closes every interval of the wall clock, live or not.
 */
import type { Level, SymbolId } from "../../../../shared/market.ts";
import {
  BOOK_FRAME_LEVELS,
  type BookFrame,
  type BookMetrics,
  type DataState,
  type MetricsFrame,
} from "../../../../shared/output.ts";
import type { BookSide } from "../book/book_side.ts";
import type { LiveBook } from "../book/live_book.ts";
import { UNKNOWN_METRICS } from "./metrics.ts";
import type { TrustBand } from "../book/trust_band.ts";

/** Four book frames a second go to the web, and the first of each second to the writer. */
const BOOK_INTERVAL_MS = 250;
const BOOK_STORE_INTERVAL_MS = 1_000;
/**
 * Intervals closed after the actor was not running (a suspended machine): ten minutes of seconds.
 * Longer absences are one gap in the rows, as they are when the process was down.
 */
const MISSED_INTERVALS_MAX = 600;
/** A loop that was busy for less than this has not been away: its last view still tells the truth. */
const WATCH_GAP_MAX_MS = 1_000;

/** What is known of the book now; `metrics` is `null` while the book is not live. */
export interface View {
  readonly state: DataState;
  readonly metrics: BookMetrics | null;
  readonly velocity: number | null;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
}

/** Decides which frames leave. */
export class Cadence {
  readonly #symbol: SymbolId;
  readonly #intervalMs: number;
  /** End of the last interval that was closed. */
  #closedMs: number | null = null;
  /** When `closeIntervals` was last called. */
  #watchedMs = 0;
  /** The last state but live since then; `null`: it was live all the time. */
  #trouble: DataState | null = null;
  #changed = false;
  #bookChanged = false;
  /** When a book frame last left, and one for the store. */
  #bookMs = 0;
  #storeMs = 0;

  /** `intervalMs`: the length of a stored interval. */
  constructor(symbol: SymbolId, intervalMs: number) {
    this.#symbol = symbol;
    this.#intervalMs = intervalMs;
  }

  /** The view has changed since the last frame; `state` is what it is in now. */
  touch(state: DataState): void {
    if (state !== "live") this.#trouble = state;
    this.#changed = true;
    this.#bookChanged = true;
  }

  /**
   * Closes the intervals that ended at or before `nowMs`. Called before an event is taken in, so that
   * the row of an interval is the view at its end, unless it was not live all the time: then the row is not
   * either, or what is short would leave no trace. What was not watched is marked `stale`.
   */
  closeIntervals(nowMs: number, view: () => View): MetricsFrame[] {
    const endMs = Math.floor(nowMs / this.#intervalMs) * this.#intervalMs;
    const closedMs = this.#closedMs ?? endMs;
    this.#closedMs = Math.max(closedMs, endMs);
    // A clock that was set back starts a new count rather than wait for the old time to return.
    if (endMs < closedMs - MISSED_INTERVALS_MAX * this.#intervalMs) this.#closedMs = endMs;
    const frames: MetricsFrame[] = [];
    const fromMs = Math.max(closedMs, endMs - MISSED_INTERVALS_MAX * this.#intervalMs);
    for (let timeMs = fromMs + this.#intervalMs; timeMs <= endMs; timeMs += this.#intervalMs) {
      const wasWatched = timeMs - this.#watchedMs <= WATCH_GAP_MAX_MS;
      const atEnd = wasWatched ? view() : NOT_WATCHED;
      const trouble = atEnd.state === "live" ? this.#trouble : null;
      this.#trouble = atEnd.state === "live" ? null : atEnd.state;
      frames.push(
        this.#frame(
          timeMs,
          this.#intervalMs,
          trouble === null ? atEnd : { ...NOT_WATCHED, state: trouble },
        ),
      );
    }
    this.#watchedMs = nowMs;
    return frames;
  }

  /** The live metrics frame of this tick, when something has changed. */
  metricsFrame(nowMs: number, view: () => View): MetricsFrame | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.#frame(nowMs, null, view());
  }

  /** The book frame of this tick, when one is due and the book is live and has changed. */
  bookFrame(
    nowMs: number,
    { book, band }: Pick<LiveBook, "book" | "band">,
    bookUpdateId: number,
  ): BookFrame | null {
    if (!this.#bookChanged || !hasPassed(BOOK_INTERVAL_MS, this.#bookMs, nowMs)) return null;
    this.#bookChanged = false;
    this.#bookMs = nowMs;
    const forStore = hasPassed(BOOK_STORE_INTERVAL_MS, this.#storeMs, nowMs);
    if (forStore) this.#storeMs = nowMs;
    return {
      type: "book",
      symbol: this.#symbol,
      timeMs: nowMs,
      forStore,
      bookUpdateId,
      bids: shown(book.bids, band),
      asks: shown(book.asks, band),
    };
  }

  #frame(timeMs: number, bucketMs: number | null, view: View): MetricsFrame {
    return {
      type: "metrics",
      symbol: this.#symbol,
      timeMs,
      bucketMs,
      state: view.state,
      bookUpdateId: view.bookUpdateId,
      eventMs: view.eventMs,
      ...(view.metrics ?? UNKNOWN_METRICS),
      velocity: view.velocity,
    };
  }
}

/** The best levels, up to the edge of what is known: the next ones beyond it may be others. */
function shown(side: BookSide, band: TrustBand): Level[] {
  // A best price beyond the edge is the exchange's own, or the book would not be live.
  return side.top(BOOK_FRAME_LEVELS)
    .filter(([price], rank) => rank === 0 || band.reaches(side.sign, price));
}

/** Whether an interval has passed; a clock that was set back does not stretch it. */
function hasPassed(intervalMs: number, sinceMs: number, nowMs: number): boolean {
  return nowMs >= sinceMs + intervalMs || nowMs < sinceMs;
}

/** Nothing is known, and of what was not watched not even that. */
const NOT_WATCHED: View = {
  state: "stale",
  metrics: null,
  velocity: null,
  bookUpdateId: null,
  eventMs: null,
};
