/**
 * BookSampler: the book as it is looked at and stored: its best levels, and how much rests at which distance from mid.
 * Of a symbol in focus, which some browser shows in detail, more levels leave, and profiles more often.
 */
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { Level, Market } from "../../../../shared/market.ts";
import { type LevelsInTicks, STEP_MAX } from "../../../../shared/book_second.ts";
import {
  BOOK_FRAME_LEVELS,
  BOOK_FRAME_LEVELS_IN_FOCUS,
  type Output,
  PROFILE_BUCKET_BPS,
  PROFILE_BUCKETS,
} from "../../../../shared/output.ts";
import type { BookSide } from "../book/book_side.ts";
import type { OrderBook } from "../book/order_book.ts";
import type { PriceScale } from "../book/price_scale.ts";
import type { TrustBand } from "../book/trust_band.ts";
import { DepthProfiler } from "./depth_profiler.ts";

/** Four looks a second at the book, and the first of each second of UTC is stored. In focus each tick has one. */
const BOOK_INTERVAL_MS = 250;
/** Of what is shown of a symbol in focus profiles are the largest: twice a second keeps a page within its budget. */
const PROFILE_INTERVAL_MS = 500;
const SECOND_MS = 1_000;
/** What lists begin as: whole numbers, and doubles, of just the right length, which ones that grow never are. */
const NO_STEPS: readonly number[] = Array.from({ length: BOOK_FRAME_LEVELS }, () => 0);
const NO_QTYS: readonly number[] = Array.from({ length: BOOK_FRAME_LEVELS }, () => 0.5);
const REACH = PROFILE_BUCKETS * PROFILE_BUCKET_BPS / 1e4;

/** The book that is looked at. */
export interface SampledBook {
  readonly book: OrderBook;
  readonly band: TrustBand;
}

/** What of the metrics is needed. */
type SampledValues = Pick<MetricValues, "mid" | "bidCoveredBps" | "askCoveredBps">;

/** Decides which looks at the book leave, and makes them. */
export class BookSampler {
  readonly #market: Market;
  readonly #live: SampledBook;
  readonly #profiler = new DepthProfiler();
  #isInFocus = false;
  #isThinned = false;
  #hasChanged = false;
  /** When a look last left, when a profile did, and in which second a look for the store. */
  #lookedMs = 0;
  #profiledMs = 0;
  #storedSecond = 0;
  /** The levels that left with it. */
  #bids: readonly Level[] = [];
  #asks: readonly Level[] = [];
  #profiles = 0;
  #seconds = 0;

  constructor(market: Market, live: SampledBook) {
    this.#market = market;
    this.#live = live;
  }

  /** Some browser shows the symbol in detail, or none does any more; who comes need not wait for a change. */
  focus(isInFocus: boolean): void {
    if (isInFocus && !this.#isInFocus) {
      this.#hasChanged = true;
      this.#lookedMs = 0;
      this.#profiledMs = 0;
    }
    this.#isInFocus = isInFocus;
  }

  /** `sample` is called more seldom than looks are due, and each call is one. */
  thin(isThinned: boolean): void {
    this.#isThinned = isThinned;
  }

  /** The book has changed. */
  touch(): void {
    this.#hasChanged = true;
  }

  /** What is due, of a live book at `timeMs` UTC, if it has changed. */
  sample(timeMs: number, values: SampledValues, bookUpdateId: number, out: Output[]): void {
    if (!this.#hasChanged) return;
    // Who looks is shown the book and the metrics of one moment: they leave together.
    const isEach = this.#isInFocus || this.#isThinned;
    if (!isEach && !hasPassed(BOOK_INTERVAL_MS, this.#lookedMs, timeMs)) return;
    this.#hasChanged = false;
    this.#lookedMs = timeMs;
    const second = Math.floor(timeMs / SECOND_MS);
    const forStore = second !== this.#storedSecond;
    this.#storedSecond = second;
    this.#levels(timeMs, bookUpdateId, forStore, out);
    if (forStore) this.#second(timeMs, bookUpdateId, out);
    const isProfileDue = this.#isInFocus &&
      hasPassed(PROFILE_INTERVAL_MS, this.#profiledMs, timeMs);
    if (isProfileDue || forStore) this.#profile(timeMs, values, bookUpdateId, forStore, out);
  }

  #levels(timeMs: number, bookUpdateId: number, forStore: boolean, out: Output[]): void {
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

  /** The levels that have just left, as they are stored. */
  #second(timeMs: number, bookUpdateId: number, out: Output[]): void {
    const { bids, asks, scale } = this.#live.book;
    const { venue, symbol } = this.#market;
    this.#seconds += 1;
    out.push({
      type: "book_1s",
      venue,
      symbol,
      number: this.#seconds,
      timeMs,
      bookUpdateId,
      ticksPerUnit: 10 ** scale.priceDecimals,
      bids: inTicks(bids, this.#bids, scale),
      asks: inTicks(asks, this.#asks, scale),
    });
  }

  #profile(
    timeMs: number,
    { mid, bidCoveredBps, askCoveredBps }: SampledValues,
    bookUpdateId: number,
    forStore: boolean,
    out: Output[],
  ): void {
    // A book with one side has no mid to measure from.
    if (mid === null) return;
    const { book } = this.#live;
    const { venue, symbol } = this.#market;
    this.#profiles += 1;
    this.#profiledMs = timeMs;
    out.push({
      type: "depth_profile",
      venue,
      symbol,
      number: this.#profiles,
      timeMs,
      forStore,
      bookUpdateId,
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

/**
 * The levels that were just looked at, one column beside the other; `null`: there is none. They are read from the book
 * again: of a price its ticks would each be an object to V8.
 */
function inTicks(
  side: BookSide,
  levels: readonly Level[],
  scale: PriceScale,
): LevelsInTicks | null {
  let count = Math.min(levels.length, BOOK_FRAME_LEVELS);
  if (count === 0) return null;
  const { keys, lots } = side.topColumns(count);
  const best = keys[0] ?? NaN;
  while (best - (keys[count - 1] ?? NaN) > STEP_MAX) count -= 1;
  const steps = NO_STEPS.slice(0, count);
  const qtys = NO_QTYS.slice(0, count);
  for (let rank = 0; rank < count; rank++) {
    // Said to be whole: a double would make a list of doubles of this one.
    steps[rank] = best - (keys[rank] ?? NaN) | 0;
    qtys[rank] = scale.qty(lots[rank] ?? NaN);
  }
  return { tick: side.bestTick, steps, qtys };
}

/** Whether an interval has passed; a clock that was set back does not stretch it. */
function hasPassed(intervalMs: number, sinceMs: number, nowMs: number): boolean {
  return nowMs >= sinceMs + intervalMs || nowMs < sinceMs;
}
