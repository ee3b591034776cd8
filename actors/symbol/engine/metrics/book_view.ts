/** BookView: what metrics of one book look at, with the sums that several of them share. */
import type { OrderBook } from "../book/order_book.ts";
import type { Edges } from "../book/trust_band.ts";

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

  /** `topLevels`: levels a side in `topBids` and `topAsks`. */
  constructor(topLevels: number, book: OrderBook, edges: Edges, tickSize: number | null) {
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

  /** Whether every level within so many bps of mid is known, on both sides. */
  reaches(bps: number): boolean {
    const { bids, asks } = this.#book;
    return this.#book.distanceBps(bids, this.#edges.bidEdge) >= bps &&
      this.#book.distanceBps(asks, this.#edges.askEdge) >= bps;
  }

  #sum(): void {
    if (this.#isSummed) return;
    this.#isSummed = true;
    const { bids, asks } = this.#book;
    this.#topBids = this.#book.topQty(bids, this.#topLevels, this.#edges.bidEdge);
    this.#topAsks = this.#book.topQty(asks, this.#topLevels, this.#edges.askEdge);
  }
}
