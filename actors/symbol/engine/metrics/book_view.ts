/** BookView: what metrics of one book look at, with the sums that several of them share. */
import type { OrderBook } from "../book/order_book.ts";
import type { Edges } from "../book/trust_band.ts";

/** A live book as it is now. `use` is called after each of its changes. */
export class BookView {
  readonly #topLevels: number;
  #book: OrderBook;
  #edges: Edges;
  #tickSize: number | null;
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

  /** The book, or what is known of it, has changed. */
  use(book: OrderBook, edges: Edges, tickSize: number | null): void {
    this.#book = book;
    this.#edges = edges;
    this.#tickSize = tickSize;
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

  #sum(): void {
    if (this.#isSummed) return;
    this.#isSummed = true;
    const { bids, asks } = this.#book;
    this.#topBids = this.#book.topQty(bids, this.#topLevels, this.#edges.bidEdge);
    this.#topAsks = this.#book.topQty(asks, this.#topLevels, this.#edges.askEdge);
  }
}
