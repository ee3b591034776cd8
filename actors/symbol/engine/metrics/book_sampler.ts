/**
 * BookSampler: the book as it is looked at and stored: its best levels, and how much rests at which distance from mid.
 * Of a symbol in focus, which some browser shows in detail, more levels leave, and profiles more often.
 */
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { Level, Market } from "../../../../shared/market.ts";
import {
  BOOK_FRAME_LEVELS,
  BOOK_FRAME_LEVELS_IN_FOCUS,
  type Output,
  PROFILE_BUCKET_BPS,
  PROFILE_BUCKETS,
} from "../../../../shared/output.ts";
import type { BookSide } from "../book/book_side.ts";
import type { OrderBook } from "../book/order_book.ts";
import type { TrustBand } from "../book/trust_band.ts";
import { DepthProfiler } from "./depth_profiler.ts";

/** Four looks a second at the book, and the first of each second is for the writer too. */
const BOOK_INTERVAL_MS = 250;
const BOOK_STORE_INTERVAL_MS = 1_000;
const REACH = PROFILE_BUCKETS * PROFILE_BUCKET_BPS / 1e4;

/** The book that is looked at. */
export interface SampledBook {
  readonly book: OrderBook;
  readonly band: TrustBand;
}

/** What of a view is needed. */
interface LiveView {
  readonly values: Pick<MetricValues, "mid" | "bidCoveredBps" | "askCoveredBps">;
  readonly bookUpdateId: number;
}

/** Decides which looks at the book leave, and makes them. */
export class BookSampler {
  readonly #market: Market;
  readonly #live: SampledBook;
  readonly #profiler = new DepthProfiler();
  #isInFocus = false;
  #hasChanged = false;
  /** When a look last left, and one for the store. */
  #lookedMs = 0;
  #storedMs = 0;
  /** The levels that left with it. */
  #bids: readonly Level[] = [];
  #asks: readonly Level[] = [];
  #profiles = 0;

  constructor(market: Market, live: SampledBook) {
    this.#market = market;
    this.#live = live;
  }

  /** Some browser shows the symbol in detail, or none does any more; who comes need not wait for a change. */
  focus(isInFocus: boolean): void {
    if (isInFocus && !this.#isInFocus) {
      this.#hasChanged = true;
      this.#lookedMs = 0;
    }
    this.#isInFocus = isInFocus;
  }

  /** The book has changed. */
  touch(): void {
    this.#hasChanged = true;
  }

  /** What is due, of a live book at `timeMs` UTC, if it has changed. */
  sample(timeMs: number, view: LiveView, out: Output[]): void {
    if (!this.#hasChanged || !hasPassed(BOOK_INTERVAL_MS, this.#lookedMs, timeMs)) return;
    this.#hasChanged = false;
    this.#lookedMs = timeMs;
    const forStore = hasPassed(BOOK_STORE_INTERVAL_MS, this.#storedMs, timeMs);
    if (forStore) this.#storedMs = timeMs;
    this.#levels(timeMs, view, forStore, out);
    if (this.#isInFocus || forStore) this.#profile(timeMs, view, forStore, out);
  }

  #levels(timeMs: number, { bookUpdateId }: LiveView, forStore: boolean, out: Output[]): void {
    const { book, band } = this.#live;
    const count = this.#isInFocus ? BOOK_FRAME_LEVELS_IN_FOCUS : BOOK_FRAME_LEVELS;
    this.#bids = shown(book.bids, count, band, this.#bids);
    this.#asks = shown(book.asks, count, band, this.#asks);
    const { venue, symbol } = this.#market;
    out.push({
      type: "book",
      venue,
      symbol,
      timeMs,
      forStore,
      bookUpdateId,
      bids: this.#bids,
      asks: this.#asks,
    });
  }

  #profile(timeMs: number, view: LiveView, forStore: boolean, out: Output[]): void {
    const { mid, bidCoveredBps, askCoveredBps } = view.values;
    // A book with one side has no mid to measure from.
    if (mid === null) return;
    const { book } = this.#live;
    this.#profiles += 1;
    out.push({
      type: "depth_profile",
      ...this.#market,
      number: this.#profiles,
      timeMs,
      forStore,
      bookUpdateId: view.bookUpdateId,
      mid,
      bucketBps: PROFILE_BUCKET_BPS,
      lowPrice: mid * (1 - REACH),
      highPrice: mid * (1 + REACH),
      bids: this.#profiler.bucketsOf(book, book.bids),
      asks: this.#profiler.bucketsOf(book, book.asks),
      bidCoveredBps,
      askCoveredBps,
    });
  }
}

/**
 * The best levels, up to the edge of what is known: the next ones beyond it may be others. `before`: what was
 * shown last.
 */
export function shown(
  side: BookSide,
  count: number,
  band: TrustBand,
  before: readonly Level[],
): readonly Level[] {
  const levels = side.top(count, before);
  // A best price beyond the edge is the exchange's own, or the book would not be live.
  let known = levels.length;
  while (known > 1 && !band.reaches(side.sign, levels[known - 1]?.[0] ?? NaN)) known -= 1;
  return known === levels.length ? levels : levels.slice(0, known);
}

/** Whether an interval has passed; a clock that was set back does not stretch it. */
function hasPassed(intervalMs: number, sinceMs: number, nowMs: number): boolean {
  return nowMs >= sinceMs + intervalMs || nowMs < sinceMs;
}
