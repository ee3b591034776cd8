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
import type { OrderBook } from "./order_book.ts";

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

/** Our best bid and ask right after the update with id `updateId`. */
export interface BestAt extends TopOfBook {
  readonly updateId: number;
}

/** The comparison of one symbol's book with its book ticker. */
export class Proof {
  /** Books not yet judged, by rising id. */
  #pending: BestAt[] = [];
  /** Tickers by rising id; the first is the last at or below the oldest pending book. */
  #tickers: BookTicker[] = [];
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
    return updateId !== null && (this.#tickers.at(-1)?.updateId ?? 0) > updateId;
  }

  /** Whether the newest ticker tells of this best bid and ask. */
  agrees(best: TopOfBook): boolean {
    const newest = this.#tickers.at(-1);
    return newest !== undefined && isSameTop(newest, best);
  }

  /** Best bid and ask of the book after an applied update. */
  book(best: BestAt, nowMs: number): void {
    this.#pending.push(best);
    if (this.#pending.length > PENDING_MAX) this.#pending.shift();
    this.#settle(nowMs);
  }

  /** One book ticker, in the order of arrival. */
  ticker(ticker: BookTicker, nowMs: number): boolean {
    // Tickers nearly always arrive in order; a late one is put in its place.
    let at = this.#tickers.length;
    while (at > 0 && (this.#tickers[at - 1]?.updateId ?? 0) > ticker.updateId) at -= 1;
    // Two connections bring each of them twice while one takes over from the other.
    if (this.#tickers[at - 1]?.updateId === ticker.updateId) return false;
    this.#tickers.splice(at, 0, { ...ticker });
    if (this.#tickers.length > PENDING_MAX) this.#tickers.shift();
    this.#settle(nowMs);
    return true;
  }

  /** The book is gone; the tickers still tell the truth. */
  resync(): void {
    this.#pending = [];
    this.#lastCarriedFailed = false;
  }

  /** The connection is gone: tickers may have been missed, so none can be carried. */
  disconnect(): void {
    this.resync();
    this.#tickers = [];
  }

  #settle(nowMs: number): void {
    const newest = this.#tickers.at(-1)?.updateId ?? -1;
    let judged = 0;
    for (const best of this.#pending) {
      // Only a ticker beyond the book's id proves which one was the last at or below it.
      if (newest <= best.updateId) break;
      judged += 1;
      this.#forgetBefore(best.updateId);
      const carried = this.#tickers[0];
      if (carried === undefined || carried.updateId > best.updateId) continue;
      this.#judge(best, carried, nowMs);
    }
    this.#pending.splice(0, judged);
  }

  /** Leaves the last ticker at or below `updateId` in front. */
  #forgetBefore(updateId: number): void {
    let drop = 0;
    while ((this.#tickers[drop + 1]?.updateId ?? Infinity) <= updateId) drop += 1;
    if (drop > 0) this.#tickers.splice(0, drop);
  }

  #judge(best: BestAt, ticker: BookTicker, nowMs: number): void {
    const equal = isSameTop(best, ticker);
    if (ticker.updateId === best.updateId) {
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

/** Best bid and ask of a book at this id; the exchange writes an empty side as price and quantity 0. */
export function topOfBook({ bids, asks }: OrderBook, updateId: number): BestAt {
  return {
    updateId,
    bidPrice: bids.isEmpty ? 0 : bids.bestPrice,
    bidQty: bids.isEmpty ? 0 : bids.bestQty,
    askPrice: asks.isEmpty ? 0 : asks.bestPrice,
    askQty: asks.isEmpty ? 0 : asks.bestQty,
  };
}

/** Whether prices and quantities are the same on both sides. */
export function isSameTop(one: TopOfBook, other: TopOfBook): boolean {
  return one.bidPrice === other.bidPrice && one.bidQty === other.bidQty &&
    one.askPrice === other.askPrice && one.askQty === other.askQty;
}
