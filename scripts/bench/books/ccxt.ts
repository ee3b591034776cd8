/**
 * ccxt from npm: the order book of its `pro` clients. A frame goes the way of its WebSocket client
 * (`Client.onMessage`: long numbers are quoted by a regular expression, then JSON.parse) and of its
 * Binance class (`handleOrderBookMessage`).
 */
import ccxt from "ccxt";
import type { BenchedBook } from "./book.ts";
import { SideSums, writeBands, writeNothing, writeTop } from "./measures.ts";
import { numbers, pairsOf, type PairUpdate, parseSnapshot, type WireFrame } from "./wire.ts";

/** What the library's types leave out: a side is an array of pairs with a method. */
interface Side extends ReadonlyArray<readonly [number, number]> {
  store(price: number, qty: number): void;
}

interface Book {
  readonly bids: Side;
  readonly asks: Side;
}

/** The method never looks at its client. */
const NO_CLIENT = undefined as never;

/** The library's book, read as the sorted arrays that it is. */
export class CcxtBook implements BenchedBook<PairUpdate> {
  readonly #exchange = new ccxt.pro.binance();
  #book: Book = this.#newBook();
  readonly #bidSums = new SideSums("bid");
  readonly #askSums = new SideSums("ask");

  reset(snapshotText: string): void {
    const { lastUpdateId, bids, asks } = parseSnapshot(snapshotText);
    this.#book = this.#newBook({
      nonce: lastUpdateId,
      bids: bids.map(numbers),
      asks: asks.map(numbers),
    });
  }

  prepare(frameText: string): PairUpdate {
    return pairsOf(frameText);
  }

  apply({ bids, asks }: PairUpdate): void {
    // Its own order: asks first. `store` makes a pair of its own, which the book may keep.
    for (const [price, qty] of asks) this.#book.asks.store(price, qty);
    for (const [price, qty] of bids) this.#book.bids.store(price, qty);
  }

  accept(frameText: string): void {
    const { data } = JSON.parse(frameText.replace(/:(\d{15,}),/g, ':"$1",')) as WireFrame;
    this.#exchange.handleOrderBookMessage(NO_CLIENT, data, this.#book);
  }

  measure(out: Float64Array, withBands: boolean): void {
    const { bids, asks } = this.#book;
    const bid = bids[0];
    const ask = asks[0];
    if (bid === undefined || ask === undefined) return writeNothing(out);
    const mid = (bid[0] + ask[0]) / 2;
    addAll(this.#bidSums, bids, mid, withBands);
    addAll(this.#askSums, asks, mid, withBands);
    writeTop(out, bid[0], bid[1], ask[0], ask[1], this.#bidSums, this.#askSums);
    if (withBands) writeBands(out, this.#bidSums, this.#askSums);
  }

  #newBook(snapshot: object = {}): Book {
    return this.#exchange.orderBook(snapshot) as unknown as Book;
  }
}

function addAll(sums: SideSums, side: Side, mid: number, withBands: boolean): void {
  sums.start(mid, withBands);
  for (let rank = 0; rank < side.length; rank++) {
    const level = side[rank];
    if (level === undefined || !sums.add(level[0], level[1])) return;
  }
}
