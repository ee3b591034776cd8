/** BookSide: one side of a book in whole ticks and lots, so that sums never drift. */
import type { Level } from "../../../../shared/market.ts";
import { BOOK_FRAME_LEVELS_IN_FOCUS } from "../../../../shared/output.ts";
import { DECIMALS_MAX, type PriceScale } from "./price_scale.ts";
import type { TickLevels } from "./level_columns.ts";
import { SideLevels } from "./side_levels.ts";

/** Finer units in a coarser one, by the decimals between them. */
const POWERS = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10 ** decimals);

/** So many keys have a place of their own: the levels of a book frame. */
const TOP_KEYS = BOOK_FRAME_LEVELS_IN_FOCUS;

const NO_LEVELS: readonly Level[] = [];

/** Some of the best levels of a side, best first, one column beside the other. */
export interface TopColumns {
  readonly keys: Float64Array;
  readonly lots: Float64Array;
  /** How many places hold a level. */
  readonly count: number;
}

type OwnColumns = { -readonly [Part in keyof TopColumns]: TopColumns[Part] };

/** One side. Ranks count from the best, 0. */
export class BookSide {
  /** +1 for bids, −1 for asks: a higher key is a better price. */
  readonly sign: 1 | -1;
  /** Its levels by key: ticks times `sign`. */
  readonly levels: SideLevels = new SideLevels();
  #scale: PriceScale;
  /** Room for the best levels, but for the whole side. */
  readonly #topColumns = columnsFor(TOP_KEYS);

  constructor(side: "bid" | "ask", scale: PriceScale) {
    this.sign = side === "bid" ? 1 : -1;
    this.#scale = scale;
  }

  /** Whether there is no level. */
  get isEmpty(): boolean {
    return this.levels.isEmpty;
  }

  /** Number of levels. O(window / 32). */
  get size(): number {
    return this.levels.size;
  }

  /** Best price in ticks; `NaN`: the side is empty. */
  get bestTick(): number {
    return this.sign * this.levels.bestKey;
  }

  /** Best price; `NaN`: the side is empty. */
  get bestPrice(): number {
    return this.#scale.price(this.bestTick);
  }

  /** Quantity at the best price; `NaN`: the side is empty. */
  get bestQty(): number {
    return this.#scale.qty(this.levels.bestLots);
  }

  /** Sets the absolute quantity at a tick, in lots; 0 removes the level. */
  set(tick: number, lots: number): void {
    this.levels.put(this.sign * tick, lots);
    this.levels.settle();
  }

  /**
   * Sets levels from the one at `from` on, as long as they need no more than a multiplication to be whole
   * ticks and lots of the scale. It answers with the place of the first that does, or with their count.
   */
  setTicks({ ticks, lots, count, scale }: TickLevels, from: number): number {
    const { priceDecimals, qtyDecimals } = this.#scale;
    const ticksPerUnit = POWERS[priceDecimals - scale.priceDecimals] ?? NaN;
    const lotsPerUnit = POWERS[qtyDecimals - scale.qtyDecimals] ?? NaN;
    const areUnits = ticksPerUnit === 1 && lotsPerUnit >= 1;
    if (areUnits) this.levels.readAhead(ticks, from, count, this.sign);
    for (let i = from; i < count; i++) {
      if (areUnits) {
        i = this.levels.putRun(ticks, lots, i, count, this.sign, lotsPerUnit);
        if (i === count) break;
      }
      const tick = (ticks[i] ?? NaN) * ticksPerUnit;
      const gridLots = (lots[i] ?? NaN) * lotsPerUnit;
      if (!(Math.abs(tick) + gridLots <= Number.MAX_SAFE_INTEGER)) {
        this.levels.settle();
        return i;
      }
      this.levels.put(this.sign * tick, gridLots);
    }
    this.levels.settle();
    return count;
  }

  /** Removes every level. */
  clear(): void {
    this.levels.clear();
  }

  /** Changes ticks and lots: levels are kept, in the new units. */
  rescale(scale: PriceScale): void {
    const { keys, lots, count } = this.#all();
    const before = this.#scale;
    this.#scale = scale;
    this.clear();
    this.levels.restore(() => {
      for (let i = 0; i < count; i++) {
        const price = before.price(this.sign * (keys[i] ?? NaN));
        this.set(scale.exactTick(price), scale.exactLots(before.qty(lots[i] ?? NaN)));
      }
    });
  }

  /** Calls `visit` for each level from the best outwards until it answers `false`. */
  walk(visit: (price: number, qty: number, rank: number) => boolean): void {
    let rank = 0;
    const scale = this.#scale;
    this.levels.walk((key, lots) => visit(scale.price(this.sign * key), scale.qty(lots), rank++));
  }

  /** Price at a rank; `NaN` beyond the last. O(rank). */
  price(rank: number): number {
    return this.top(rank + 1)[rank]?.[0] ?? NaN;
  }

  /** Quantity at a rank; `NaN` beyond the last. O(rank). */
  qty(rank: number): number {
    return this.top(rank + 1)[rank]?.[1] ?? NaN;
  }

  /**
   * The best levels as pairs, best first. A pair that `before` holds as well is taken from there: from one
   * look to the next most of the best levels stay as they are.
   */
  top(count: number, before: readonly Level[] = NO_LEVELS): Level[] {
    const { keys, lots, count: found } = count <= TOP_KEYS ? this.topColumns(count) : this.#all();
    const pairs = new Array<Level>(found);
    let next = 0;
    let old = before[next];
    for (let rank = 0; rank < found; rank++) {
      const key = keys[rank] ?? NaN;
      const price = this.#scale.price(this.sign * key);
      const qty = this.#scale.qty(lots[rank] ?? NaN);
      while (old !== undefined && this.sign * old[0] > this.sign * price) {
        next += 1;
        old = before[next];
      }
      pairs[rank] = old !== undefined && old[0] === price && old[1] === qty ? old : [price, qty];
    }
    return pairs;
  }

  /** So many of the best levels, at most those of a book frame, in columns that are used again. */
  topColumns(count: number): TopColumns {
    return this.#read(this.#topColumns, count);
  }

  /** What a market order of `qty` would meet: quantity filled, notional, and the last price. */
  cumulate(
    qty: number,
  ): { readonly filled: number; readonly notional: number; readonly price: number } {
    let filled = 0;
    let notional = 0;
    let last = NaN;
    this.walk((price, available) => {
      const taken = Math.min(available, qty - filled);
      filled += taken;
      notional += taken * price;
      last = price;
      return filled < qty;
    });
    return { filled, notional, price: last };
  }

  /** Removes the levels outside `[lowTick, highTick]`. */
  prune(lowTick: number, highTick: number): void {
    if (this.sign === 1) this.levels.prune(lowTick, highTick);
    else this.levels.prune(-highTick, -lowTick);
  }

  #all(): TopColumns {
    const { size } = this;
    return this.#read(columnsFor(size), size);
  }

  #read(into: OwnColumns, count: number): TopColumns {
    into.count = this.levels.copyTopKeys(into.keys, count);
    this.levels.readLots(into.keys, into.count, into.lots);
    return into;
  }
}

function columnsFor(levels: number): OwnColumns {
  return { keys: new Float64Array(levels), lots: new Float64Array(levels), count: 0 };
}
