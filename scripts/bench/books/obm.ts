/** Order Book Monitor: the product's own decoder and book, nothing else. */
import { BANDS_BPS } from "../../../actors/symbol/engine/book/depth_bands.ts";
import { OrderBook } from "../../../actors/symbol/engine/book/order_book.ts";
import type { BookSide } from "../../../actors/symbol/engine/book/book_side.ts";
import { FrameDecoder } from "../../../actors/venue/binance_spot/decode.ts";
import { decodeSnapshot } from "../../../actors/venue/binance_spot/json_decode.ts";
import type { DepthUpdate } from "../../../actors/symbol/engine/event.ts";
import { keep } from "../../../actors/symbol/engine/sync/update_queue.ts";
import type { BenchedBook } from "./book.ts";
import { TOP_LEVELS, writeNothing } from "./measures.ts";

/** Of the ten best levels by rank. */
const WEIGHTS = Float64Array.from({ length: TOP_LEVELS }, (_, rank) => 1 / (rank + 1));

/** The product's book. */
export class ObmBook implements BenchedBook<DepthUpdate> {
  readonly #decoder = new FrameDecoder(null);
  readonly #book = new OrderBook();
  /** Sums of the ten best levels of the side last looked at, in lots: only ratios are taken. */
  readonly #topLots = new Float64Array(TOP_LEVELS);
  #top = 0;
  #weighted = 0;
  readonly #bidBands = new Float64Array(BANDS_BPS.length);
  readonly #askBands = new Float64Array(BANDS_BPS.length);
  readonly #notional = new Float64Array(BANDS_BPS.length);

  reset(snapshotText: string): void {
    const decoded = decodeSnapshot(snapshotText);
    if (decoded.type !== "depth_snapshot") throw refused(decoded.reason);
    this.#book.reset(decoded.snapshot);
  }

  prepare(frameText: string): DepthUpdate {
    return keep(this.#decode(frameText));
  }

  apply({ bids, asks }: DepthUpdate): void {
    this.#book.apply(bids, asks);
  }

  accept(frameText: string): void {
    const { bids, asks } = this.#decode(frameText);
    this.#book.apply(bids, asks);
  }

  measure(out: Float64Array, withBands: boolean): void {
    const { bids, asks } = this.#book;
    if (bids.isEmpty || asks.isEmpty) return writeNothing(out);
    this.#writeTop(out);
    if (withBands) this.#writeBands(out);
  }

  // In parts: what a function calls becomes part of it only as long as that is not much, and what does not hands its
  // numbers on in objects.
  #writeTop(out: Float64Array): void {
    const { bids, asks, scale } = this.#book;
    this.#sumTop(bids);
    const bidTop = this.#top;
    const bidWeighted = this.#weighted;
    this.#sumTop(asks);
    const bid = scale.price(bids.bestTick);
    const ask = scale.price(asks.bestTick);
    out[0] = bid;
    out[1] = scale.qty(bids.levels.bestLots);
    out[2] = ask;
    out[3] = scale.qty(asks.levels.bestLots);
    out[4] = ask - bid;
    out[5] = (bidTop - this.#top) / (bidTop + this.#top);
    out[6] = (bidWeighted - this.#weighted) / (bidWeighted + this.#weighted);
  }

  #writeBands(out: Float64Array): void {
    const book = this.#book;
    const { bids, asks } = book;
    book.moveBands();
    book.readBands(bids, this.#bidBands, this.#notional);
    book.readBands(asks, this.#askBands, this.#notional);
    for (let band = 0; band < BANDS_BPS.length; band++) {
      out[7 + band] = this.#bidBands[band] ?? NaN;
      out[10 + band] = this.#askBands[band] ?? NaN;
    }
  }

  #decode(frameText: string): DepthUpdate {
    const decoded = this.#decoder.frame(frameText);
    if (decoded.type !== "depth_update") throw refused(decoded.type);
    return decoded.update;
  }

  #sumTop(side: BookSide): void {
    let top = 0;
    let weighted = 0;
    const count = side.levels.copyTop(this.#topLots);
    for (let rank = 0; rank < count; rank++) {
      const lots = this.#topLots[rank] ?? 0;
      top += lots;
      weighted += lots * (WEIGHTS[rank] ?? NaN);
    }
    this.#top = top;
    this.#weighted = weighted;
  }
}

function refused(reason: string): TypeError {
  return new TypeError(`Cannot bench a frame: it was taken for "${reason}"`);
}
