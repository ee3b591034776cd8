/** The obvious book: a Map a side, sorted whenever somebody wants to know. The reference for all. */
import type { BenchedBook } from "./book.ts";
import { SideSums, writeBands, writeNothing, writeTop } from "./measures.ts";
import { pairsOf, type PairUpdate, parseFrame, parseSnapshot, type WireLevel } from "./wire.ts";

/** Two Maps from price to quantity. */
export class NaiveBook implements BenchedBook<PairUpdate> {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #bidSums = new SideSums("bid");
  readonly #askSums = new SideSums("ask");

  reset(snapshotText: string): void {
    const { bids, asks } = parseSnapshot(snapshotText);
    this.#bids.clear();
    this.#asks.clear();
    setLevels(this.#bids, bids);
    setLevels(this.#asks, asks);
  }

  prepare(frameText: string): PairUpdate {
    return pairsOf(frameText);
  }

  apply({ bids, asks }: PairUpdate): void {
    for (const [price, qty] of bids) setLevel(this.#bids, price, qty);
    for (const [price, qty] of asks) setLevel(this.#asks, price, qty);
  }

  accept(frameText: string): void {
    const { b, a } = parseFrame(frameText).data;
    setLevels(this.#bids, b);
    setLevels(this.#asks, a);
  }

  measure(out: Float64Array, withBands: boolean): void {
    const bids = [...this.#bids].sort((x, y) => y[0] - x[0]);
    const asks = [...this.#asks].sort((x, y) => x[0] - y[0]);
    const bid = bids[0];
    const ask = asks[0];
    if (bid === undefined || ask === undefined) return writeNothing(out);
    const mid = (bid[0] + ask[0]) / 2;
    this.#bidSums.start(mid, withBands);
    for (const [price, qty] of bids) if (!this.#bidSums.add(price, qty)) break;
    this.#askSums.start(mid, withBands);
    for (const [price, qty] of asks) if (!this.#askSums.add(price, qty)) break;
    writeTop(out, bid[0], bid[1], ask[0], ask[1], this.#bidSums, this.#askSums);
    if (withBands) writeBands(out, this.#bidSums, this.#askSums);
  }
}

function setLevels(side: Map<number, number>, levels: readonly WireLevel[]): void {
  for (const [price, qty] of levels) setLevel(side, Number(price), Number(qty));
}

function setLevel(side: Map<number, number>, price: number, qty: number): void {
  if (qty === 0) side.delete(price);
  else side.set(price, qty);
}
