/** BookView: what metrics of one book look at, with the sums that several of them share. */
import type { OrderBook } from "../book/order_book.ts";
import type { Edges } from "../book/trust_band.ts";
import { NearLevels } from "./near_levels.ts";

/** A live book as it is now. `use` is called after each of its changes. */
export class BookView {
  readonly #topLevels: number;
  #book: OrderBook;
  #edges: Edges;
  #tickSize: number | null;
  #updateId = NaN;
  #eventMs = NaN;
  #isSummed = false;
  #topBids = NaN;
  #topAsks = NaN;
  #isMeasured = false;
  #bidReachBps = NaN;
  #askReachBps = NaN;
  readonly #nearBids = new NearLevels();
  readonly #nearAsks = new NearLevels();

  /**
   * `topLevels`: levels a side in `topBids` and `topAsks`; `dollarsPerQuote`: what a unit of the quote asset is worth,
   * `NaN`: that is not known.
   */
  constructor(
    topLevels: number,
    book: OrderBook,
    edges: Edges,
    tickSize: number | null,
    public dollarsPerQuote: number = NaN,
  ) {
    this.#topLevels = topLevels;
    this.#book = book;
    this.#edges = edges;
    this.#tickSize = tickSize;
  }

  /** The book, or what is known of it, has changed; `updateId` and `eventMs`: of its last update. */
  use(
    book: OrderBook,
    edges: Edges,
    tickSize: number | null,
    updateId: number,
    eventMs: number,
  ): void {
    this.#book = book;
    this.#edges = edges;
    this.#tickSize = tickSize;
    this.#updateId = updateId;
    this.#eventMs = eventMs;
    this.#isSummed = false;
    this.#isMeasured = false;
    this.#nearBids.forget();
    this.#nearAsks.forget();
  }

  get book(): OrderBook {
    return this.#book;
  }

  /** Where the levels that are known end. */
  get edges(): Edges {
    return this.#edges;
  }

  /** Smallest price step of the symbol, quote asset; `null`: the exchange has not told it. */
  get tickSize(): number | null {
    return this.#tickSize;
  }

  /** Id of the last update in the book, or of its snapshot. */
  get updateId(): number {
    return this.#updateId;
  }

  /** The exchange's time of the last update; `NaN`: there was none since the snapshot, which has no time. */
  get eventMs(): number {
    return this.#eventMs;
  }

  /** Whether there is a best bid and a best ask. */
  get hasBothSides(): boolean {
    return !this.#book.bids.isEmpty && !this.#book.asks.isEmpty;
  }

  /** SB: quantity of the best bids; `NaN`: they are not all known. O(levels), once a change. */
  get topBids(): number {
    this.#sum();
    return this.#topBids;
  }

  /** SA: likewise of the best asks. */
  get topAsks(): number {
    this.#sum();
    return this.#topAsks;
  }

  /** How far from mid every bid is known, bps; below 0: mid has passed the edge, `Infinity`: all of them are. */
  get bidReachBps(): number {
    this.#measure();
    return this.#bidReachBps;
  }

  /** … and every ask. */
  get askReachBps(): number {
    this.#measure();
    return this.#askReachBps;
  }

  /** Whether every level within so many bps of mid is known, on both sides. */
  reaches(bps: number): boolean {
    this.#measure();
    return this.#bidReachBps >= bps && this.#askReachBps >= bps;
  }

  /** What rests within 1, 2, … 10 bps of mid on the bid side is worth, quote asset. */
  get nearBids(): Float64Array {
    return this.#nearBids.notional(this.#book, this.#book.bids);
  }

  /** … and on the ask side. */
  get nearAsks(): Float64Array {
    return this.#nearAsks.notional(this.#book, this.#book.asks);
  }

  /** The levels themselves. */
  get nearBidLevels(): NearLevels {
    return this.#nearBids;
  }

  get nearAskLevels(): NearLevels {
    return this.#nearAsks;
  }

  /**
   * The average prices of market orders that sell for so much each, the smallest first, quote asset; `NaN`: the bids
   * that are known do not suffice. One column that is used again.
   */
  sellPrices(sizes: Float64Array): Float64Array {
    const book = this.#book;
    return this.#nearBids.averagePrices(book, book.bids, sizes, this.#edges.bidEdge);
  }

  /** … and of those that buy. */
  buyPrices(sizes: Float64Array): Float64Array {
    const book = this.#book;
    return this.#nearAsks.averagePrices(book, book.asks, sizes, this.#edges.askEdge);
  }

  #measure(): void {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    const book = this.#book;
    this.#bidReachBps = book.distanceBps(book.bids, this.#edges.bidEdge);
    this.#askReachBps = book.distanceBps(book.asks, this.#edges.askEdge);
  }

  #sum(): void {
    if (this.#isSummed) return;
    this.#isSummed = true;
    const { bids, asks } = this.#book;
    this.#topBids = this.#book.topQty(bids, this.#topLevels, this.#edges.bidEdge);
    this.#topAsks = this.#book.topQty(asks, this.#topLevels, this.#edges.askEdge);
  }
}
