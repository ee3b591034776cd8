/** The simulated order book: every change gets an update id and leaves as events. */
import { type BookState, decimalText, type LevelText, type MarketEvent } from "./market_event.ts";
import { SimulatedSide } from "./simulated_side.ts";
import type { SimulatedSpec } from "./simulated_spec.ts";

/** Two sides in ticks and lots, never crossed, with the ids an exchange would give. */
export class SimulatedBook {
  readonly bids = new SimulatedSide(true);
  readonly asks = new SimulatedSide(false);
  readonly #spec: SimulatedSpec;
  /** By price in ticks: how far a level that came after a change of the tick size lies above it. */
  readonly #offsetsE8 = new Map<number, number>();
  #tickSizeE8: number;
  #updateId: number;
  #tradeId: number;
  #aggTradeId: number;
  #lastTicker = "";
  #events: MarketEvent[] = [];

  constructor(spec: SimulatedSpec, firstId: number) {
    this.#spec = spec;
    this.#tickSizeE8 = spec.tickSizeE8;
    this.#updateId = firstId;
    this.#tradeId = Math.floor(firstId / 7);
    this.#aggTradeId = Math.floor(firstId / 11);
  }

  /** Half of best bid plus best ask, in ticks. */
  get mid(): number {
    return (this.bids.best + this.asks.best) / 2;
  }

  /** Ticks between best bid and best ask; at least 1. */
  get spread(): number {
    return this.asks.best - this.bids.best;
  }

  /** The side that an aggressor of the other side meets. */
  opposite(side: SimulatedSide): SimulatedSide {
    return side === this.bids ? this.asks : this.bids;
  }

  /**
   * Levels that come from now on lie at multiples of the new tick size; those that rest stay where they
   * are. It divides the old one, or is a multiple of it.
   */
  changeTickSize(tickSizeE8: number): void {
    this.#tickSizeE8 = tickSizeE8;
  }

  /** What happened since the last call. */
  takeEvents(): MarketEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The whole book as text. */
  state(): BookState {
    const text = (side: SimulatedSide) =>
      side.levels().map(([price, qty]) => this.#level(price, qty));
    return { lastUpdateId: this.#updateId, bids: text(this.bids), asks: text(this.asks) };
  }

  /**
   * Sets one level's absolute quantity under a new update id, and says so if the best changed.
   * A price that would cross the book is moved to one tick before the other side's best.
   */
  set(side: SimulatedSide, price: number, qty: number, atMs: number): void {
    const other = this.opposite(side);
    const limit = side.isBid ? other.best - 1 : other.best + 1;
    const free = other.size > 0 && side.isBetter(price, limit) ? limit : price;
    const safePrice = side.qty(free) > 0 ? free : this.#onTick(free, side);
    const safeQty = Math.round(qty);
    if (safePrice <= 0 || side.qty(safePrice) === safeQty) return;
    if (side.qty(safePrice) === 0) this.#place(safePrice);
    side.set(safePrice, safeQty);
    this.#updateId += 1;
    const levels = [this.#level(safePrice, safeQty)];
    if (safeQty === 0) this.#offsetsE8.delete(safePrice);
    this.#events.push({
      type: "change",
      atMs,
      eventMs: Math.floor(atMs),
      firstUpdateId: this.#updateId,
      finalUpdateId: this.#updateId,
      bids: side.isBid ? levels : [],
      asks: side.isBid ? [] : levels,
    });
    this.#tellBest(atMs);
  }

  /** An aggressor takes at the best price of `maker`, a trade for each quantity, lots, until nothing is left there. */
  take(maker: SimulatedSide, fills: readonly number[], atMs: number): void {
    const price = maker.best;
    const timeMs = Math.floor(atMs);
    const same = { atMs, eventMs: timeMs, tradeMs: timeMs, isBuyerMaker: maker.isBid };
    const firstTradeId = this.#tradeId + 1;
    let left = maker.qty(price);
    for (const fill of fills) {
      const part = Math.min(fill, left);
      if (part <= 0) break;
      left -= part;
      this.#tradeId += 1;
      const [priceText, qtyText] = this.#level(price, part);
      this.#events.push({
        type: "trade",
        tradeId: this.#tradeId,
        price: priceText,
        qty: qtyText,
        ...same,
      });
    }
    const total = maker.qty(price) - left;
    if (total === 0) return;
    const [priceText, qtyText] = this.#level(price, total);
    this.#aggTradeId += 1;
    this.#events.push({
      type: "aggTrade",
      aggTradeId: this.#aggTradeId,
      firstTradeId,
      lastTradeId: this.#tradeId,
      price: priceText,
      qty: qtyText,
      ...same,
    });
    this.set(maker, price, left, atMs);
  }

  #tellBest(atMs: number): void {
    const [bid, bidQty] = this.#level(this.bids.best, this.bids.qty(this.bids.best));
    const [ask, askQty] = this.#level(this.asks.best, this.asks.qty(this.asks.best));
    const best = `${bid} ${bidQty} ${ask} ${askQty}`;
    if (best === this.#lastTicker) return;
    this.#lastTicker = best;
    this.#events.push({ type: "ticker", atMs, updateId: this.#updateId, bid, bidQty, ask, askQty });
  }

  /** With a coarser tick size: the next price that obeys it, away from the other side. */
  #onTick(price: number, side: SimulatedSide): number {
    const ticks = Math.round(this.#tickSizeE8 / this.#spec.tickSizeE8);
    if (ticks <= 1) return price;
    return (side.isBid ? Math.floor(price / ticks) : Math.ceil(price / ticks)) * ticks;
  }

  /** With a finer tick size: a new level's place within its old tick, by its price alone. */
  #place(price: number): void {
    const places = Math.round(this.#spec.tickSizeE8 / this.#tickSizeE8);
    if (places <= 1) return;
    const place = (Math.imul(price, 0x9e3779b1) >>> 8) % places;
    if (place > 0) this.#offsetsE8.set(price, place * this.#tickSizeE8);
  }

  #level(price: number, qty: number): LevelText {
    return [
      decimalText(price * this.#spec.tickSizeE8 + (this.#offsetsE8.get(price) ?? 0)),
      decimalText(qty * this.#spec.stepSizeE8),
    ];
  }
}
