/**
 * tardis-dev from npm: its OrderBook behind its own Binance mapper, by what the package exports. The
 * mapper is what its `streamNormalized` sends every message through.
 */
import { type BookChange, normalizeBookChanges, OrderBook } from "tardis-dev";
import type { BenchedBook } from "./book.ts";
import { SideSums, writeBands, writeNothing, writeTop } from "./measures.ts";

type Mapper = ReturnType<typeof normalizeBookChanges>;

/** The time that the library is told a message came at; it is only carried along. */
const RECEIVED = new Date(0);

/** The library's book, read by its public generators. */
export class TardisBook implements BenchedBook<BookChange> {
  #book = new OrderBook();
  #mapper = newMapper();
  readonly #bidSums = new SideSums("bid");
  readonly #askSums = new SideSums("ask");

  reset(snapshotText: string, symbol: string): void {
    this.#book = new OrderBook();
    this.#mapper = newMapper();
    // As its Binance feed wraps the answer of the REST call.
    const stream = `${symbol.toLowerCase()}@depthSnapshot`;
    this.#map({ stream, generated: true, data: JSON.parse(snapshotText) });
  }

  prepare(frameText: string): BookChange {
    const [change] = this.#mapper.map(JSON.parse(frameText), RECEIVED) ?? [];
    if (change === undefined) throw new TypeError("Cannot prepare a frame: tardis-dev dropped it");
    return change;
  }

  apply(update: BookChange): void {
    this.#book.update(update);
  }

  accept(frameText: string): void {
    this.#map(JSON.parse(frameText));
  }

  measure(out: Float64Array, withBands: boolean): void {
    const bids = this.#book.bids();
    const asks = this.#book.asks();
    let bid = bids.next();
    let ask = asks.next();
    if (bid.done || ask.done) return writeNothing(out);
    const { price: bidPrice, amount: bidQty } = bid.value;
    const { price: askPrice, amount: askQty } = ask.value;
    const mid = (bidPrice + askPrice) / 2;
    this.#bidSums.start(mid, withBands);
    while (!bid.done && this.#bidSums.add(bid.value.price, bid.value.amount)) bid = bids.next();
    this.#askSums.start(mid, withBands);
    while (!ask.done && this.#askSums.add(ask.value.price, ask.value.amount)) ask = asks.next();
    writeTop(out, bidPrice, bidQty, askPrice, askQty, this.#bidSums, this.#askSums);
    if (withBands) writeBands(out, this.#bidSums, this.#askSums);
  }

  #map(message: unknown): void {
    if (!this.#mapper.canHandle(message)) return;
    for (const change of this.#mapper.map(message, RECEIVED) ?? []) this.#book.update(change);
  }
}

function newMapper(): Mapper {
  return normalizeBookChanges("binance", RECEIVED);
}
