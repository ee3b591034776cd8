/** sorted-btree from npm: the general sorted map that a JavaScript programmer would take. */
import BTreeModule from "sorted-btree";
import type { BenchedBook } from "./book.ts";
import { SideSums, writeBands, writeNothing, writeTop } from "./measures.ts";
import { pairsOf, type PairUpdate, parseFrame, parseSnapshot, type WireLevel } from "./wire.ts";

/** The module is CommonJS: its default export is a property of what Deno calls the default. */
const BTree = BTreeModule.default;
type Side = InstanceType<typeof BTree<number, number>>;

/** The tree's general comparator checks types at each step; ours only ever has numbers. */
const ascending = (a: number, b: number) => a - b;
const descending = (a: number, b: number) => b - a;
const ENOUGH = { break: true };

/** A tree a side, from price to quantity, the best first. */
export class SortedBtreeBook implements BenchedBook<PairUpdate> {
  #bids: Side = new BTree<number, number>(undefined, descending);
  #asks: Side = new BTree<number, number>(undefined, ascending);
  readonly #bidSums = new SideSums("bid");
  readonly #askSums = new SideSums("ask");
  readonly #addBid = (price: number, qty: number) =>
    this.#bidSums.add(price, qty) ? undefined : ENOUGH;
  readonly #addAsk = (price: number, qty: number) =>
    this.#askSums.add(price, qty) ? undefined : ENOUGH;

  reset(snapshotText: string): void {
    const { bids, asks } = parseSnapshot(snapshotText);
    this.#bids = new BTree<number, number>(undefined, descending);
    this.#asks = new BTree<number, number>(undefined, ascending);
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
    const bids = this.#bids;
    const asks = this.#asks;
    const bid = bids.minKey();
    const ask = asks.minKey();
    if (bid === undefined || ask === undefined) return writeNothing(out);
    const mid = (bid + ask) / 2;
    this.#bidSums.start(mid, withBands);
    // `forRange` is the tree's fastest walk; both orders end at the far side of the numbers.
    bids.forRange(bid, -Infinity, true, this.#addBid);
    this.#askSums.start(mid, withBands);
    asks.forRange(ask, Infinity, true, this.#addAsk);
    writeTop(
      out,
      bid,
      bids.get(bid) ?? NaN,
      ask,
      asks.get(ask) ?? NaN,
      this.#bidSums,
      this.#askSums,
    );
    if (withBands) writeBands(out, this.#bidSums, this.#askSums);
  }
}

function setLevels(side: Side, levels: readonly WireLevel[]): void {
  for (const [price, qty] of levels) setLevel(side, Number(price), Number(qty));
}

function setLevel(side: Side, price: number, qty: number): void {
  if (qty === 0) side.delete(price);
  else side.set(price, qty);
}
