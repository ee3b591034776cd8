/** Order Book Monitor: the product's own decoder and book, nothing else. */
import { OrderBook } from "../../../actors/symbol/engine/book.ts";
import { decodeFrame, decodeSnapshot } from "../../../actors/symbol/engine/decode.ts";
import type { DepthUpdate } from "../../../shared/market.ts";
import type { BenchedBook } from "./book.ts";
import { SideSums, writeBands, writeNothing, writeTop } from "./measures.ts";

/** The product's book. */
export class ObmBook implements BenchedBook<DepthUpdate> {
  readonly #book = new OrderBook();
  readonly #bidSums = new SideSums("bid");
  readonly #askSums = new SideSums("ask");

  reset(snapshotText: string): void {
    const decoded = decodeSnapshot(snapshotText);
    if (decoded.type !== "depth_snapshot") throw refused(decoded.reason);
    this.#book.reset(decoded.snapshot);
  }

  prepare(frameText: string): DepthUpdate {
    const decoded = decodeFrame(frameText);
    if (decoded.type !== "depth_update") throw refused(decoded.type);
    return decoded.update;
  }

  apply({ bids, asks }: DepthUpdate): void {
    this.#book.apply(bids, asks);
  }

  accept(frameText: string): void {
    const decoded = decodeFrame(frameText);
    if (decoded.type !== "depth_update") throw refused(decoded.type);
    this.#book.apply(decoded.update.bids, decoded.update.asks);
  }

  measure(out: Float64Array, withBands: boolean): void {
    const { bids, asks } = this.#book;
    if (bids.size === 0 || asks.size === 0) return writeNothing(out);
    const bid = bids.price(0);
    const ask = asks.price(0);
    const mid = (bid + ask) / 2;
    this.#bidSums.start(mid, withBands);
    for (let rank = 0; rank < bids.size; rank++) {
      if (!this.#bidSums.add(bids.price(rank), bids.qty(rank))) break;
    }
    this.#askSums.start(mid, withBands);
    for (let rank = 0; rank < asks.size; rank++) {
      if (!this.#askSums.add(asks.price(rank), asks.qty(rank))) break;
    }
    writeTop(out, bid, bids.qty(0), ask, asks.qty(0), this.#bidSums, this.#askSums);
    if (withBands) writeBands(out, this.#bidSums, this.#askSums);
  }
}

function refused(reason: string): TypeError {
  return new TypeError(`Cannot bench a frame: it was taken for "${reason}"`);
}
