/**
 * What comes to the levels near mid and what goes, from update to update, and how much of what went was not traded. Lower
 * bounds: what comes and goes between two updates is not seen.
 */
import type { Trade } from "../../../../shared/market.ts";
import type { BookSide } from "../book/book_side.ts";
import type { LevelColumns } from "../book/level_columns.ts";
import type { OrderBook } from "../book/order_book.ts";
import { PriceScale } from "../book/price_scale.ts";
import type { BookView } from "./book_view.ts";
import { declareFamily, known, ratioOf } from "./family.ts";
import { LevelTrades } from "./level_trades.ts";
import { LotsQueue } from "./lots_queue.ts";
import { NearChanges } from "./near_changes.ts";
import { PairQueue } from "./pair_queue.ts";
import { TimeRing } from "./time_ring.ts";
import { TradesAhead } from "./trades_ahead.ts";

const REACH_BPS = [10];
const WINDOW_MS = 10_000;
/** Of each kind in ten seconds; a busy market has 5,000. */
const ENTRIES_MAX = 65_536;

/** Ten times as many updates as two connections bring in that time. */
const UPDATES_MAX = 1 << 11;

/**
 * Sums over updates, quote asset: what came, what went; of both, what lifts the price and what presses it; and how many
 * levels fell.
 */
const [CAME, WENT, UP, DOWN, FALLS] = [0, 1, 2, 3, 4] as const;

/** Over ten seconds, within 10 bps of the mid before each update. O(levels near mid) an update. */
export const LEVEL_FLOW = declareFamily(
  ["addedNotional10s", "cancelledNotional10s", "levelFlowImbalance10s"],
  "book",
  (_settings, recent) => {
    const flow = new NearFlow();
    const { trades } = recent;
    return {
      updating: ({ book }, bids, asks) => flow.updating(book, bids, asks),
      updated: (view) => flow.updated(view),
      trade: (trade) => flow.trade(trade),
      write(out) {
        const { first } = flow;
        const came = flow.sum(CAME);
        const went = flow.sum(WENT);
        out.addedNotional10s = known(came);
        // Where trades were missed, nobody knows which of it they were. Below 0 is rounding: at every price no more
        // was traded than went there.
        const isWhole = first >= 0 && trades.isWholeAfter(flow.beginMs);
        out.cancelledNotional10s = isWhole ? known(Math.max(0, went - flow.traded)) : null;
        out.levelFlowImbalance10s = ratioOf(flow.sum(UP), flow.sum(DOWN));
      },
      why: (name) =>
        name === "levelFlowImbalance10s" && flow.first >= 0 ? "too_thin" : "warming_up",
      reset: () => flow.reset(),
    };
  },
);

/** The changes of ten seconds, and the trades of the same time. */
class NearFlow {
  readonly #updates = new TimeRing({
    values: 0,
    sums: 5,
    keepMs: WINDOW_MS,
    placesMax: UPDATES_MAX,
  });
  readonly #bids = new NearChanges();
  readonly #asks = new NearChanges();
  /** What went from levels in the window; how much of it with which update is one of its sums. */
  readonly #falls = new LotsQueue(ENTRIES_MAX);
  /** Key and lots of trades in the window, by the exchange's time; and those after the last update. */
  readonly #trades = new PairQueue(ENTRIES_MAX);
  readonly #ahead = new TradesAhead();
  readonly #levels = new LevelTrades();
  /** Of all keys and lots here: as fine as the book's, or finer. */
  #scale = new PriceScale(0, 0);
  #eventMs = NaN;
  /** As the newest update has left it. */
  #first = -1;
  #beginMs = NaN;
  /** There was more in ten seconds than is kept. */
  #isFull = false;
  readonly #bound = new Float64Array(1);
  /** One trade's key and lots. */
  readonly #key = new Float64Array(1);
  readonly #lots = new Float64Array(1);

  /** The first update of the window; -1: it is not filled. */
  get first(): number {
    return this.#isFull ? -1 : this.#first;
  }

  /** When the update was that the window begins with; `NaN`: it is not filled. */
  get beginMs(): number {
    return this.#isFull ? NaN : this.#beginMs;
  }

  /** A sum over the window; `NaN`: it is not filled. */
  sum(sum: number): number {
    const { first } = this;
    return first < 0 ? NaN : this.#updates.sum(sum, first, this.#updates.end);
  }

  /** What went by trades, quote asset: at each price no more than went there. */
  get traded(): number {
    return this.#levels.common / this.#scale.tickLotsPerUnit;
  }

  updating(book: OrderBook, bids: LevelColumns, asks: LevelColumns): void {
    const bound = this.#bound;
    book.worstKeys(book.bids, REACH_BPS, bound);
    const low = bound[0] ?? NaN;
    book.worstKeys(book.asks, REACH_BPS, bound);
    const high = -(bound[0] ?? NaN);
    // Of a book without a mid nothing is near it.
    this.#bids.find(book.bids, book.scale, bids, low, high);
    this.#asks.find(book.asks, book.scale, asks, low, high);
  }

  updated({ book, eventMs }: BookView): void {
    this.#refine(book.scale);
    // A snapshot has no time, and there was no change to it.
    if (Number.isNaN(eventMs) || eventMs < this.#ahead.forgottenMs) return;
    if (this.#isFull) this.reset();
    // The exchange's clock was set back: those are of the old one.
    if (eventMs < this.#eventMs) this.#ahead.clear();
    this.#eventMs = eventMs;
    const updates = this.#updates;
    updates.next.fill(0);
    updates.next[0] = eventMs;
    this.#takeChanges(book.bids, book.scale, this.#bids);
    this.#takeChanges(book.asks, book.scale, this.#asks);
    updates.push();
    this.#first = this.#updates.windowFrom(WINDOW_MS);
    this.#beginMs = this.#updates.time(this.#first - 1);
    if (this.#first >= 0) this.#leave();
    this.#takeTrades();
  }

  trade(trade: Trade): void {
    if (!this.#ahead.add(trade)) this.reset();
    this.#takeTrades();
  }

  /** The book is lost, or there was more than is kept: the window begins anew. */
  reset(): void {
    this.#isFull = false;
    this.#updates.clear();
    this.#first = -1;
    this.#beginMs = NaN;
    this.#falls.clear();
    this.#trades.clear();
    this.#levels.clear();
  }

  #takeChanges(side: BookSide, scale: PriceScale, changes: NearChanges): void {
    changes.settle(side, scale);
    const { keys, before, after, count } = changes;
    const falls = this.#falls;
    const ticksPerTick = 10 ** (this.#scale.priceDecimals - scale.priceDecimals);
    const lotsPerLot = 10 ** (this.#scale.qtyDecimals - scale.qtyDecimals);
    let came = 0;
    let went = 0;
    let fallen = 0;
    for (let i = 0; i < count; i++) {
      const lots = (after[i] ?? NaN) - (before[i] ?? NaN);
      if (lots === 0) continue;
      const worth = Math.abs(keys[i] ?? NaN) * lots;
      if (lots > 0) {
        came += worth;
        continue;
      }
      went -= worth;
      const place = falls.add();
      if (place < 0) {
        this.#isFull = true;
        continue;
      }
      falls.keys[place] = (keys[i] ?? NaN) * ticksPerTick;
      falls.lots[place] = -lots * lotsPerLot;
      this.#levels.count("gone", falls.keys, falls.lots, place, 1);
      fallen += 1;
    }
    const { next, sumsAt } = this.#updates;
    const isBid = side.sign === 1;
    came /= scale.tickLotsPerUnit;
    went /= scale.tickLotsPerUnit;
    raise(next, sumsAt + CAME, came);
    raise(next, sumsAt + WENT, went);
    raise(next, sumsAt + UP, isBid ? came : went);
    raise(next, sumsAt + DOWN, isBid ? went : came);
    raise(next, sumsAt + FALLS, fallen);
  }

  /** Those that the newest update covers. */
  #takeTrades(): void {
    const ahead = this.#ahead;
    const { beginMs } = this;
    while (ahead.take(this.#eventMs)) {
      if (ahead.tradeMs <= beginMs) continue;
      const key = Math.sign(ahead.price) * this.#scale.exactTick(Math.abs(ahead.price));
      const lots = this.#scale.exactLots(ahead.qty);
      if (this.#trades.add(ahead.tradeMs, key, lots)) this.#countTrade(key, lots, 1);
      else this.#isFull = true;
    }
  }

  #countTrade(key: number, lots: number, sign: 1 | -1): void {
    this.#key[0] = key;
    this.#lots[0] = lots;
    this.#levels.count("traded", this.#key, this.#lots, 0, sign);
  }

  /** What is of a time up to the beginning of the window counts no more. */
  #leave(): void {
    const falls = this.#falls;
    const trades = this.#trades;
    const { beginMs } = this;
    const stay = this.sum(FALLS);
    for (; falls.count > stay; falls.drop()) {
      this.#levels.count("gone", falls.keys, falls.lots, falls.first, -1);
    }
    for (; trades.at(0) <= beginMs; trades.drop()) {
      this.#countTrade(trades.first(0), trades.second(0), -1);
    }
  }

  /** The book counts in finer units, and what is here must too. */
  #refine({ priceDecimals, qtyDecimals }: PriceScale): void {
    const price = Math.max(0, priceDecimals - this.#scale.priceDecimals);
    const qty = Math.max(0, qtyDecimals - this.#scale.qtyDecimals);
    if (price === 0 && qty === 0) return;
    this.#scale = new PriceScale(
      this.#scale.priceDecimals + price,
      this.#scale.qtyDecimals + qty,
    );
    const falls = this.#falls;
    const trades = this.#trades;
    this.#levels.clear();
    for (let entry = 0; entry < falls.count; entry++) {
      const place = falls.placeOf(entry);
      falls.keys[place] = (falls.keys[place] ?? NaN) * 10 ** price;
      falls.lots[place] = (falls.lots[place] ?? NaN) * 10 ** qty;
      this.#levels.count("gone", falls.keys, falls.lots, place, 1);
    }
    trades.multiply(10 ** price, 10 ** qty);
    for (let place = 0; place < trades.count; place++) {
      this.#countTrade(trades.first(place), trades.second(place), 1);
    }
  }
}

function raise(numbers: Float64Array, at: number, by: number): void {
  numbers[at] = (numbers[at] ?? NaN) + by;
}
