/** RoughMarket: seeded frames that no calm market sends, to be applied to two books alike. */
import type { Level } from "../../../shared/market.ts";
import type { NaiveBook, NaiveSide } from "./book/naive_book.ts";

/** What one market is like. Prices are whole ticks of 10^-`priceDecimals`. */
export interface Temper {
  readonly name: string;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly midTicks: number;
  readonly qtyMax: number;
  /** Decimals that some levels have from halfway on; the scale must follow. */
  readonly finerPriceDecimals: number;
  readonly finerQtyDecimals: number;
}

/** One step: a frame, or an operation on the whole book. */
export type Step =
  | { readonly kind: "frame"; readonly bids: Level[]; readonly asks: Level[] }
  | { readonly kind: "prune"; readonly low: number; readonly high: number }
  | { readonly kind: "clear" };

/** Chooses the next step by what the naive book holds, so that it is seldom crossed. */
export class RoughMarket {
  readonly #temper: Temper;
  readonly #random: () => number;
  readonly #book: NaiveBook;
  #mid: number;
  #isFiner = false;

  constructor(temper: Temper, random: () => number, book: NaiveBook) {
    this.#temper = temper;
    this.#random = random;
    this.#book = book;
    this.#mid = temper.midTicks;
  }

  next(isSecondHalf: boolean): Step {
    this.#isFiner = isSecondHalf;
    const dice = this.#random();
    if (dice < 0.005) return { kind: "clear" };
    if (dice < 0.015) {
      const mid = this.#price(this.#mid);
      return { kind: "prune", low: mid * (0.5 + this.#random() / 2), high: mid * 1.3 };
    }
    const bids: Level[] = [];
    const asks: Level[] = [];
    if (dice < 0.025) this.#random() < 0.5 ? this.#empty(bids, asks) : this.#widen(bids, asks);
    this.#moveMid();
    this.#uncross(bids, asks);
    this.#quote(this.#book.bids, bids, -1);
    this.#quote(this.#book.asks, asks, 1);
    if (this.#random() < 0.1) {
      bids.push([this.#price(this.#mid - 1), this.#qty()]);
      asks.push([this.#price(this.#mid), this.#qty()]);
    }
    return { kind: "frame", bids, asks };
  }

  /** Ticks, steps of a window's size, and jumps of half the price, both ways. */
  #moveMid(): void {
    const dice = this.#random();
    const sign = this.#random() < 0.5 ? -1 : 1;
    if (dice < 0.5) this.#mid += sign * this.#below(5);
    else if (dice < 0.55) this.#mid *= 1 + sign * this.#random() * 0.03;
    else if (dice < 0.56) this.#mid *= sign < 0 ? 0.5 : 1.5;
    const { midTicks } = this.#temper;
    this.#mid = Math.round(Math.min(midTicks * 8, Math.max(midTicks / 8, this.#mid)));
  }

  /** What an exchange does first: what has been passed by is gone. */
  #uncross(bids: Level[], asks: Level[]): void {
    const mid = this.#price(this.#mid);
    for (const [price] of this.#book.bids.levels()) if (price >= mid) bids.push([price, 0]);
    for (const [price] of this.#book.asks.levels()) if (price < mid) asks.push([price, 0]);
  }

  #empty(bids: Level[], asks: Level[]): void {
    if (this.#random() < 0.7) {
      for (const [price] of this.#book.bids.levels()) bids.push([price, 0]);
    } else for (const [price] of this.#book.asks.levels()) asks.push([price, 0]);
  }

  /** A spread of a million ticks. */
  #widen(bids: Level[], asks: Level[]): void {
    const low = this.#price(this.#mid - 5e5);
    const high = this.#price(this.#mid + 5e5);
    for (const [price] of this.#book.bids.levels()) if (price > low) bids.push([price, 0]);
    for (const [price] of this.#book.asks.levels()) if (price < high) asks.push([price, 0]);
  }

  #quote(side: NaiveSide, frame: Level[], sign: 1 | -1): void {
    const known = side.levels();
    const count = this.#below(12);
    for (let i = 0; i < count; i++) {
      const dice = this.#random();
      const old = known[this.#below(known.length)];
      if (dice < 0.3 && old !== undefined) frame.push([old[0], dice < 0.2 ? 0 : this.#qty()]);
      else if (dice < 0.35) frame.push([this.#away(sign), 0]);
      else frame.push([this.#away(sign), this.#qty()]);
      const last = frame.at(-1);
      if (this.#random() < 0.1 && last !== undefined) {
        frame.push([last[0], this.#random() < 0.5 ? 0 : this.#qty()]);
      }
    }
  }

  /** A price beside mid, within a per cent, or anywhere. */
  #away(sign: 1 | -1): number {
    const dice = this.#random();
    const reach = dice < 0.4 ? 30 : this.#mid * (dice < 0.8 ? 0.012 : 0.9);
    const ticks = this.#mid + sign * this.#below(reach) - (sign < 0 ? 1 : 0);
    return this.#price(Math.max(1, ticks));
  }

  #price(ticks: number): number {
    const { priceDecimals, finerPriceDecimals } = this.#temper;
    const price = ticks / 10 ** priceDecimals;
    if (!this.#isFiner || this.#random() > 0.02) return price;
    // Finer, and still on its own side of mid.
    const finer = 10 ** finerPriceDecimals;
    return (Math.floor(price * finer) + (ticks >= this.#mid ? 1 : -1)) / finer;
  }

  #qty(): number {
    const { qtyDecimals, finerQtyDecimals, qtyMax } = this.#temper;
    const isFiner = this.#isFiner && this.#random() < 0.02;
    const lots = 10 ** (isFiner ? finerQtyDecimals : qtyDecimals);
    // Over all orders of magnitude, up to the largest.
    return Math.ceil(Math.min(qtyMax, 10 ** (this.#random() * 10 - 1)) * lots) / lots;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
