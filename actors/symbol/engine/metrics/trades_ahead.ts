/**
 * TradesAhead: trades that have come before the update that covers them, until it does. What happens at a level is told
 * by updates; which of it was traded, by trades of the same time.
 */
import type { Trade } from "../../../../shared/market.ts";
import { PairQueue } from "./pair_queue.ts";

/** Some tenths of a second's: they arrive up to 220 ms after the update that covers them, and seldom before it. */
const AHEAD_MAX = 4_096;

/** Trades by the exchange's time; one that comes late takes its place. */
export class TradesAhead {
  readonly #queue = new PairQueue(AHEAD_MAX);
  #forgottenMs = -Infinity;
  #tradeMs = NaN;
  #price = NaN;
  #qty = NaN;

  /** Time of the newest trade that there was no room for. */
  get forgottenMs(): number {
    return this.#forgottenMs;
  }

  /** Of the trade that was taken last. */
  get tradeMs(): number {
    return this.#tradeMs;
  }

  /** … of bids; of asks below 0. */
  get price(): number {
    return this.#price;
  }

  get qty(): number {
    return this.#qty;
  }

  /** Takes a trade in; `false`: the oldest had to give way. */
  add({ tradeMs, price, qty, side }: Trade): boolean {
    const queue = this.#queue;
    // Who sells takes bids.
    const at = side === "sell" ? price : -price;
    if (queue.add(tradeMs, at, qty)) return true;
    this.#forgottenMs = queue.at(0);
    queue.drop();
    queue.add(tradeMs, at, qty);
    return false;
  }

  /** Takes the oldest trade that an update of this time covers; `false`: there is none. */
  take(eventMs: number): boolean {
    const queue = this.#queue;
    if (!(queue.at(0) <= eventMs)) return false;
    this.#tradeMs = queue.at(0);
    this.#price = queue.first(0);
    this.#qty = queue.second(0);
    queue.drop();
    return true;
  }

  /** The exchange's clock was set back: they are of the old one. */
  clear(): void {
    this.#queue.clear();
    this.#forgottenMs = -Infinity;
  }
}
