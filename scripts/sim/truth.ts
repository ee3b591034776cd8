/**
 * Truth: the exchange's own book of one symbol, with every change that it ever had, so that the book
 * as it was at any id can be told. Prices and quantities are whole units here.
 */
import { SimulatedSide } from "../exchange/simulated_side.ts";

/** Price and quantity in whole units. */
export type Units = readonly [price: number, qty: number];

/** Levels of both sides. */
export interface UnitSides {
  readonly bids: readonly Units[];
  readonly asks: readonly Units[];
}

/** Sees one change: the quantity that it left at a price. */
export type Visit = (isBid: boolean, price: number, qty: number) => void;

/** Both sides, quantity by price. */
export interface UnitMaps {
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

/**
 * One listing of a symbol. Its position is the number of changes so far; the book at position `p` has
 * the id `firstId + p`.
 */
export class Truth {
  readonly firstId: number;
  /** When it was listed. */
  readonly openedMs: number;
  readonly bids = new SimulatedSide(true);
  readonly asks = new SimulatedSide(false);
  /** Of each change: the price, negative for asks and 0 for an id under which nothing changed. */
  readonly #prices: number[] = [];
  readonly #before: number[] = [];
  readonly #after: number[] = [];
  readonly #atMs: number[] = [];

  /** A book without history, at `firstId`. */
  constructor(firstId: number, openedMs: number, { bids, asks }: UnitSides) {
    this.firstId = firstId;
    this.openedMs = openedMs;
    for (const [price, qty] of bids) this.bids.set(price, qty);
    for (const [price, qty] of asks) this.asks.set(price, qty);
  }

  get position(): number {
    return this.#prices.length;
  }

  get lastId(): number {
    return this.firstId + this.position;
  }

  /** Whether the book ever had this id. */
  covers(id: number): boolean {
    return id >= this.firstId && id <= this.lastId;
  }

  /** When the first change of a level after `position` was made; `null`: there is none yet. */
  changedMs(position: number): number | null {
    let at = position;
    while (this.#prices[at] === 0) at += 1;
    return this.#atMs[at] ?? null;
  }

  /** The position as it was at a moment. */
  positionAt(ms: number): number {
    let position = this.position;
    while (position > 0 && (this.#atMs[position - 1] ?? 0) > ms) position -= 1;
    return position;
  }

  /** One change, under the next id. */
  set(side: SimulatedSide, price: number, qty: number, atMs: number): void {
    this.#log(side.isBid ? price : -price, side.qty(price), qty, atMs);
    side.set(price, qty);
  }

  /** An id under which no level changed. */
  skip(atMs: number): void {
    this.#log(0, 0, 0, atMs);
  }

  /** Calls `visit` for each change between two positions, with the quantity that it left. */
  changes(from: number, to: number, visit: Visit): void {
    for (let i = from; i < to; i++) {
      const price = this.#prices[i] ?? 0;
      if (price !== 0) visit(price > 0, Math.abs(price), this.#after[i] ?? 0);
    }
  }

  /** The levels that changed between two positions, with their quantities at the second. */
  diff(from: number, to: number): UnitSides {
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    this.changes(from, to, (isBid, price, qty) => (isBid ? bids : asks).set(price, qty));
    return { bids: [...bids], asks: [...asks] };
  }

  /** The whole book as it was. O(levels + changes since). */
  bookAt(position: number): UnitMaps {
    const bids = new Map(this.bids.levels());
    const asks = new Map(this.asks.levels());
    for (let i = this.position - 1; i >= position; i--) {
      const price = this.#prices[i] ?? 0;
      if (price === 0) continue;
      const side = price > 0 ? bids : asks;
      const qty = this.#before[i] ?? 0;
      if (qty > 0) side.set(Math.abs(price), qty);
      else side.delete(Math.abs(price));
    }
    return { bids, asks };
  }

  /** The best levels a side as they were, best first. */
  snapshot(position: number, limit: number): UnitSides {
    const { bids, asks } = this.bookAt(position);
    return {
      bids: [...bids].sort(([a], [b]) => b - a).slice(0, limit),
      asks: [...asks].sort(([a], [b]) => a - b).slice(0, limit),
    };
  }

  #log(price: number, before: number, after: number, atMs: number): void {
    this.#prices.push(price);
    this.#before.push(before);
    this.#after.push(after);
    this.#atMs.push(atMs);
  }
}
