/** Witness: the true book at the id of a monitor's book, level by level against it. */
import type { BookSide } from "../../actors/symbol/engine/book/book_side.ts";
import type { Engine } from "../../actors/symbol/engine/engine.ts";
import type { Market } from "./market.ts";
import type { Truth, UnitMaps } from "./truth.ts";

/** A difference, for a person; `null`: none. */
export type Difference = string | null;

/** Follows one book. */
export class Witness {
  readonly #market: Market;
  readonly #engine: Pick<Engine, "book" | "band">;
  #truth: Truth | null = null;
  #position = 0;
  #levels: UnitMaps = { bids: new Map(), asks: new Map() };
  #compared = 0;

  constructor(market: Market, engine: Pick<Engine, "book" | "band">) {
    this.#market = market;
    this.#engine = engine;
  }

  /** The true levels at the book's id. */
  get levels(): UnitMaps {
    return this.#levels;
  }

  /** Levels compared so far. */
  get compared(): number {
    return this.#compared;
  }

  /** When the first change that the book has not had was made; `null`: it has them all. */
  get behindSinceMs(): number | null {
    const { truth } = this.#market;
    return this.#truth === truth ? truth.changedMs(this.#position) : truth.openedMs;
  }

  /** The book is now at `id`, which the market had: compares the levels that changed on the way. */
  follow(id: number): Difference {
    const truth = this.#market.truthOf(id);
    if (truth === null) return `the exchange never had the id ${id}`;
    const position = id - truth.firstId;
    if (truth !== this.#truth || position < this.#position) {
      this.#truth = truth;
      this.#position = position;
      this.#levels = truth.bookAt(position);
      return this.compareAll();
    }
    if (position === this.#position) return null;
    const from = this.#position;
    this.#position = position;
    truth.changes(from, position, (isBid, price, qty) => {
      const side = isBid ? this.#levels.bids : this.#levels.asks;
      if (qty > 0) side.set(price, qty);
      else side.delete(price);
    });
    return this.#compareTouched(truth, from, position);
  }

  /** Compares every level, those of the book that are not in the truth too. */
  compareAll(): Difference {
    const { bids, asks } = this.#engine.book;
    return this.#compareSide(bids, this.#levels.bids) ?? this.#compareSide(asks, this.#levels.asks);
  }

  /** Compares the best prices, when the exchange has not moved on: a live book knows them always. */
  compareBest(): Difference {
    const truth = this.#truth;
    if (truth === null || this.#position !== truth.position) return null;
    const bid = this.#market.price(truth.bids.best);
    const ask = this.#market.price(truth.asks.best);
    const { bids, asks } = this.#engine.book;
    if (bids.bestPrice === bid && asks.bestPrice === ask) return null;
    return `the best are ${bids.bestPrice} and ${asks.bestPrice}, at the exchange ${bid} and ${ask}`;
  }

  #compareTouched(truth: Truth, from: number, to: number): Difference {
    let difference: Difference = null;
    truth.changes(from, to, (isBid, units) => {
      if (difference !== null) return;
      const qty = this.#market.qty((isBid ? this.#levels.bids : this.#levels.asks).get(units) ?? 0);
      const price = this.#market.price(units);
      if (!this.#engine.band.includes(price)) return;
      this.#compared += 1;
      const found = this.#qtyAt(isBid, price);
      if (found !== qty) difference = describe(isBid, price, found, qty);
    });
    return difference;
  }

  #compareSide(side: BookSide, truth: ReadonlyMap<number, number>): Difference {
    const isBid = side.sign === 1;
    const perUnit = 10 ** this.#market.character.priceDecimals;
    let difference: Difference = null;
    let matched = 0;
    side.walk((price, qty) => {
      // What is known outside the band must be right too: it came with an update.
      const wanted = this.#market.qty(truth.get(Math.round(price * perUnit)) ?? 0);
      if (wanted === qty) matched += 1;
      else difference = describe(isBid, price, qty, wanted);
      return difference === null;
    });
    this.#compared += matched;
    if (difference !== null || matched === truth.size) return difference;
    for (const [units, qty] of truth) {
      const price = this.#market.price(units);
      if (!this.#engine.band.includes(price)) continue;
      const found = this.#qtyAt(isBid, price);
      if (found !== this.#market.qty(qty)) {
        return describe(isBid, price, found, this.#market.qty(qty));
      }
    }
    return null;
  }

  /** The book's quantity at a price; 0: no level. */
  #qtyAt(isBid: boolean, price: number): number {
    const side = isBid ? this.#engine.book.bids : this.#engine.book.asks;
    if (side.isEmpty) return 0;
    const perTick = 10 ** this.#engine.book.priceDecimals;
    const tick = Math.round(price * perTick);
    if (tick / perTick !== price) return 0;
    const lots = side.levels.lotsAt(side.sign * tick);
    // Lots are a power of ten, which the best level tells.
    return lots / 10 ** Math.round(Math.log10(side.levels.bestLots / side.bestQty));
  }
}

function describe(isBid: boolean, price: number, found: number, wanted: number): string {
  return `${isBid ? "bid" : "ask"} ${price}: the book has ${found}, the exchange ${wanted}`;
}
