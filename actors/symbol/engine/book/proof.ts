/**
 * Proof: is the book right? The exchange's own best bid and ask, from the book ticker, count in the
 * same update ids as the depth stream, so two comparisons need no clock:
 *
 * - exact: a ticker with the id of an applied update must equal our best bid and ask;
 * - carried: the last ticker by id at or below that id must equal ours. It is known to be the last
 *   once a ticker with a larger id has been seen.
 *
 * About one carried check in thousands differs in the middle of a fast sweep and heals with the next
 * update: an artefact of the feed, counted apart. An exact mismatch is an error.
 */
import type { BookTicker, TopOfBook } from "../../../../shared/market.ts";
import type { Reused } from "../event.ts";
import type { OrderBook } from "./order_book.ts";
import { type TopAt, TopQueue } from "./top_queue.ts";

/** Updates that wait for a later ticker, and tickers that wait for their update. */
export const PENDING_MAX = 1_024;

/** Counters since the proof began. `mismatched` includes the healed. */
export interface ProofCounts {
  readonly exact: { readonly checked: number; readonly mismatched: number };
  readonly carried: {
    readonly checked: number;
    readonly mismatched: number;
    readonly healed: number;
  };
  /** When an exact check last agreed. */
  readonly lastExactMs: number | null;
}

/** The comparison of one symbol's book with its book ticker. */
export class Proof {
  /** Books not yet judged, by rising id. */
  readonly #pending = new TopQueue(PENDING_MAX);
  /** Tickers by rising id; the first is the last at or below the oldest pending book. */
  readonly #tickers = new TopQueue(PENDING_MAX);
  #exactChecked = 0;
  #exactMismatched = 0;
  #carriedChecked = 0;
  #carriedMismatched = 0;
  #carriedHealed = 0;
  #lastCarriedFailed = false;
  #lastExactMs: number | null = null;

  /** The counters so far. */
  get counts(): ProofCounts {
    return {
      exact: { checked: this.#exactChecked, mismatched: this.#exactMismatched },
      carried: {
        checked: this.#carriedChecked,
        mismatched: this.#carriedMismatched,
        healed: this.#carriedHealed,
      },
      lastExactMs: this.#lastExactMs,
    };
  }

  /** Exact comparisons that have failed. */
  get exactMismatched(): number {
    return this.#exactMismatched;
  }

  /** Whether a ticker has come that is newer than the book with this id. */
  isAheadOf(updateId: number | null): boolean {
    return updateId !== null && this.#tickers.reachesBeyond(updateId);
  }

  /** Whether the newest ticker tells of this best bid and ask. */
  agrees(best: TopOfBook): boolean {
    const { count } = this.#tickers;
    return count > 0 && this.#tickers.tells(count - 1, best);
  }

  /** Best bid and ask of the book after an applied update. */
  book(best: TopAt, nowMs: number): void {
    this.#pending.add(best);
    this.#settle(nowMs);
  }

  /**
   * One book ticker; a late one is put in its place.
   *
   * @returns whether it is new: two connections bring each of them twice while one takes over from the other.
   */
  ticker(ticker: BookTicker, nowMs: number): boolean {
    const isNew = this.#tickers.add(ticker);
    if (isNew) this.#settle(nowMs);
    return isNew;
  }

  /** The book is gone; the tickers still tell the truth. */
  resync(): void {
    this.#pending.clear();
    this.#lastCarriedFailed = false;
  }

  /** The connection is gone: tickers may have been missed, so none can be carried. */
  disconnect(): void {
    this.resync();
    this.#tickers.clear();
  }

  #settle(nowMs: number): void {
    const pending = this.#pending;
    const tickers = this.#tickers;
    // Only a ticker beyond the book's id proves which one was the last at or below it.
    while (pending.count > 0 && pending.isBefore(0, tickers, tickers.count - 1)) {
      // Leaves the last ticker at or below the book's id in front.
      while (tickers.count > 1 && !pending.isBefore(0, tickers, 1)) tickers.drop(1);
      if (!pending.isBefore(0, tickers, 0)) this.#judge(nowMs);
      pending.drop(1);
    }
  }

  /** The oldest book against the ticker in front. */
  #judge(nowMs: number): void {
    const equal = this.#pending.isSame(0, this.#tickers, 0);
    // It is not beyond the book, so it has the book's id or an older one.
    if (!this.#tickers.isBefore(0, this.#pending, 0)) {
      this.#exactChecked += 1;
      if (equal) this.#lastExactMs = nowMs;
      else this.#exactMismatched += 1;
    }
    this.#carriedChecked += 1;
    if (equal && this.#lastCarriedFailed) this.#carriedHealed += 1;
    if (!equal) this.#carriedMismatched += 1;
    this.#lastCarriedFailed = !equal;
  }
}

/**
 * Best bid and ask of a book at this id, written into `top`; the exchange writes an empty side as price and
 * quantity 0.
 */
export function topOfBook(
  { bids, asks }: OrderBook,
  updateId: number,
  top: Reused<TopAt> = noTop(),
): TopAt {
  top.updateId = updateId;
  top.bidPrice = bids.isEmpty ? 0 : bids.bestPrice;
  top.bidQty = bids.isEmpty ? 0 : bids.bestQty;
  top.askPrice = asks.isEmpty ? 0 : asks.bestPrice;
  top.askQty = asks.isEmpty ? 0 : asks.bestQty;
  return top;
}

/** Room for a best bid and ask. */
export function noTop(): TopAt {
  return { updateId: NaN, bidPrice: NaN, bidQty: NaN, askPrice: NaN, askQty: NaN };
}

/** Whether prices and quantities are the same on both sides. */
export function isSameTop(one: TopOfBook, other: TopOfBook): boolean {
  return one.bidPrice === other.bidPrice && one.bidQty === other.bidQty &&
    one.askPrice === other.askPrice && one.askQty === other.askQty;
}
