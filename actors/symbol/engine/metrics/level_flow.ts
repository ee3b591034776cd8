/**
 * What comes to the levels near mid and what goes, from update to update, and how much of what went was not traded. Lower
 * bounds: what comes and goes between two updates is not seen.
 */
import type { Trade } from "../../../../shared/market.ts";
import { FarLevels } from "../book/far_levels.ts";
import type { LevelColumns } from "../book/level_columns.ts";
import type { OrderBook } from "../book/order_book.ts";
import { PriceScale } from "../book/price_scale.ts";
import type { BookView } from "./book_view.ts";
import { declareFamily, known, ratioOf } from "./family.ts";
import { NearChanges } from "./near_changes.ts";
import { PairQueue } from "./pair_queue.ts";
import { TradesAhead } from "./trades_ahead.ts";
import { UpdateRows } from "./update_rows.ts";

const REACH_BPS = 10;
const WINDOW_MS = 10_000;
/** Of each kind in ten seconds; a busy market has 5,000. */
const ENTRIES_MAX = 65_536;

/** Of each update, quote asset: what came, what went; and of both, what lifts the price and what presses it. */
const [CAME, WENT, UP, DOWN] = [0, 1, 2, 3] as const;

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
        const { first, rows } = flow;
        const came = first < 0 ? NaN : rows.sum(CAME, first);
        const went = first < 0 ? NaN : rows.sum(WENT, first);
        out.addedNotional10s = known(came);
        // Where trades were missed, nobody knows which of it they were. Below 0 is rounding: at every price no more
        // was traded than went there.
        const isWhole = first >= 0 && trades.isWholeAfter(rows.timeOf(first - 1));
        out.cancelledNotional10s = isWhole ? known(Math.max(0, went - flow.traded)) : null;
        out.levelFlowImbalance10s = first < 0
          ? null
          : ratioOf(rows.sum(UP, first), rows.sum(DOWN, first));
      },
      why: (name) =>
        name === "levelFlowImbalance10s" && flow.first >= 0 ? "too_thin" : "warming_up",
      reset: () => flow.reset(),
    };
  },
);

/** The changes of ten seconds, and the trades of the same time. */
class NearFlow {
  readonly rows = new UpdateRows(4, WINDOW_MS);
  readonly #changes = new NearChanges(REACH_BPS);
  /** By the exchange's time: key and lots of what went, and of trades in the window. */
  readonly #drops = new PairQueue(ENTRIES_MAX);
  readonly #trades = new PairQueue(ENTRIES_MAX);
  /** Trades after the last update, or while there is no book. */
  readonly #ahead = new TradesAhead();
  /** By key, of the same: Σ lots. */
  readonly #dropped = new FarLevels();
  readonly #tradedAt = new FarLevels();
  #traded = 0;
  /** Of all keys and lots here: as fine as the book's, or finer. */
  #scale = new PriceScale(0, 0);
  #eventMs = NaN;
  /** There was more in ten seconds than is kept. */
  #isFull = false;

  /** The first update of the window; -1: it is not filled. */
  get first(): number {
    return this.#isFull ? -1 : this.rows.first(WINDOW_MS);
  }

  /** What went by trades, quote asset: at each price no more than went there. */
  get traded(): number {
    return this.#traded / this.#scale.tickLotsPerUnit;
  }

  updating(book: OrderBook, bids: LevelColumns, asks: LevelColumns): void {
    this.#changes.read(book, bids, asks);
  }

  updated({ book, eventMs, updateId }: BookView): void {
    this.#refine(book.scale);
    // A snapshot has no time, and there was no change to it.
    if (Number.isNaN(eventMs) || eventMs < this.#ahead.forgottenMs) return;
    if (this.#isFull) this.reset();
    const ahead = this.#ahead;
    // The exchange's clock was set back: those are of the old one.
    if (eventMs < this.#eventMs) ahead.clear();
    this.#eventMs = eventMs;
    this.rows.begin(eventMs, updateId);
    this.#takeChanges(book, eventMs);
    const { first } = this;
    if (first >= 0) this.#leave(this.rows.timeOf(first - 1));
    this.#takeTrades();
  }

  trade(trade: Trade): void {
    if (!this.#ahead.add(trade)) this.reset();
    this.#takeTrades();
  }

  /** The book is lost, or there was more than is kept: the window begins anew. */
  reset(): void {
    this.#isFull = false;
    this.rows.clear();
    this.#drops.clear();
    this.#trades.clear();
    this.#dropped.clear();
    this.#tradedAt.clear();
    this.#traded = 0;
  }

  #takeChanges({ scale, bids, asks }: OrderBook, eventMs: number): void {
    const changes = this.#changes;
    // The update may have shown that ticks or lots are finer than the book had thought.
    const ticksPerOld = 10 ** (scale.priceDecimals - changes.scale.priceDecimals);
    const lotsPerOld = 10 ** (scale.qtyDecimals - changes.scale.qtyDecimals);
    const ticksPerTick = 10 ** (this.#scale.priceDecimals - scale.priceDecimals);
    const lotsPerLot = 10 ** (this.#scale.qtyDecimals - scale.qtyDecimals);
    let came = 0;
    let went = 0;
    let up = 0;
    let down = 0;
    for (let place = 0; place < changes.count; place++) {
      const isBid = place < changes.bids;
      const key = Math.round(changes.key(place) * ticksPerOld);
      const before = changes.before(place) * lotsPerOld;
      const lots = (isBid ? bids : asks).levels.lotsAt(key) - before;
      if (lots === 0) continue;
      const worth = Math.abs(key * lots);
      if (isBid === lots > 0) up += worth;
      else down += worth;
      if (lots > 0) came += worth;
      else {
        went += worth;
        this.#drop(eventMs, key * ticksPerTick, -lots * lotsPerLot);
      }
    }
    const unit = scale.tickLotsPerUnit;
    this.rows.add(CAME, came / unit);
    this.rows.add(WENT, went / unit);
    this.rows.add(UP, up / unit);
    this.rows.add(DOWN, down / unit);
  }

  #drop(eventMs: number, key: number, lots: number): void {
    if (this.#drops.add(eventMs, key, lots)) {
      this.#change(this.#dropped, this.#tradedAt, key, lots);
    } else this.#isFull = true;
  }

  /** Those that the newest update covers. */
  #takeTrades(): void {
    const ahead = this.#ahead;
    const { first } = this;
    while (ahead.take(this.#eventMs)) {
      if (first >= 0 && ahead.tradeMs <= this.rows.timeOf(first - 1)) continue;
      const key = Math.sign(ahead.price) * this.#scale.exactTick(Math.abs(ahead.price));
      const lots = this.#scale.exactLots(ahead.qty);
      if (!this.#trades.add(ahead.tradeMs, key, lots)) this.#isFull = true;
      else this.#change(this.#tradedAt, this.#dropped, key, lots);
    }
  }

  /** What is of a time up to the beginning of the window counts no more. */
  #leave(beginMs: number): void {
    const drops = this.#drops;
    const trades = this.#trades;
    for (; drops.at(0) <= beginMs; drops.drop()) {
      this.#change(this.#dropped, this.#tradedAt, drops.first(0), -drops.second(0));
    }
    for (; trades.at(0) <= beginMs; trades.drop()) {
      this.#change(this.#tradedAt, this.#dropped, trades.first(0), -trades.second(0));
    }
  }

  /** Changes the lots at a key in one of the two tables; the other one says how many of them count. */
  #change(table: FarLevels, other: FarLevels, key: number, lots: number): void {
    const most = other.lotsAt(key);
    const after = table.lotsAt(key) + lots;
    const before = table.set(key, after);
    this.#traded += Math.abs(key) * (Math.min(after, most) - Math.min(before, most));
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
    this.#dropped.clear();
    this.#tradedAt.clear();
    this.#traded = 0;
    this.#drops.multiply(10 ** price, 10 ** qty);
    this.#trades.multiply(10 ** price, 10 ** qty);
    for (let place = 0; place < this.#drops.count; place++) {
      const key = this.#drops.first(place);
      this.#change(this.#dropped, this.#tradedAt, key, this.#drops.second(place));
    }
    for (let place = 0; place < this.#trades.count; place++) {
      const key = this.#trades.first(place);
      this.#change(this.#tradedAt, this.#dropped, key, this.#trades.second(place));
    }
  }
}
