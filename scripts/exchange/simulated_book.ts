/** The simulated order book: every change gets an update id and leaves as events. */
import { type BookState, decimalText, type LevelText, type MarketEvent } from "./market_event.ts";
import { SimulatedSide } from "./simulated_side.ts";
import type { SimulatedSpec } from "./simulated_spec.ts";

/** Two sides in ticks and steps, never crossed, with the ids an exchange would give. */
export class SimulatedBook {
  readonly bids = new SimulatedSide(true);
  readonly asks = new SimulatedSide(false);
  readonly #spec: SimulatedSpec;
  #updateId: number;
  #tradeId: number;
  #aggTradeId: number;
  #lastTicker = "";
  #events: MarketEvent[] = [];

  constructor(spec: SimulatedSpec, firstId: number) {
    this.#spec = spec;
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
    const safePrice = other.size > 0 && side.isBetter(price, limit) ? limit : price;
    const safeQty = Math.round(qty);
    if (safePrice <= 0 || side.qty(safePrice) === safeQty) return;
    side.set(safePrice, safeQty);
    this.#updateId += 1;
    const levels = [this.#level(safePrice, safeQty)];
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

  /** An aggressor takes `qty` steps at the best price of `maker`, in `fills` trades. */
  take(maker: SimulatedSide, qty: number, fills: number, atMs: number): void {
    const price = maker.best;
    const total = Math.min(qty, maker.qty(price));
    if (total <= 0) return;
    const timeMs = Math.floor(atMs);
    const same = { atMs, eventMs: timeMs, tradeMs: timeMs, isBuyerMaker: maker.isBid };
    const firstTradeId = this.#tradeId + 1;
    const share = Math.max(1, Math.floor(total / fills));
    let left = total;
    while (left > 0) {
      const isLast = this.#tradeId + 1 - firstTradeId === fills - 1;
      const part = isLast ? left : Math.min(share, left);
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
    this.set(maker, price, maker.qty(price) - total, atMs);
  }

  #tellBest(atMs: number): void {
    const [bid, bidQty] = this.#level(this.bids.best, this.bids.qty(this.bids.best));
    const [ask, askQty] = this.#level(this.asks.best, this.asks.qty(this.asks.best));
    const best = `${bid} ${bidQty} ${ask} ${askQty}`;
    if (best === this.#lastTicker) return;
    this.#lastTicker = best;
    this.#events.push({ type: "ticker", atMs, updateId: this.#updateId, bid, bidQty, ask, askQty });
  }

  #level(price: number, qty: number): LevelText {
    return [
      decimalText(price * this.#spec.tickSizeE8),
      decimalText(qty * this.#spec.stepSizeE8),
    ];
  }
}
