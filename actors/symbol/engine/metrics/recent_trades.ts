/** RecentTrades: the trades of the last 70 s, for whoever looks back over a window of them. */
import type { Trade } from "../../../../shared/market.ts";
import { TimeRing } from "./time_ring.ts";
import { type TradePlace, TradeRun } from "./trade_run.ts";

/** The longest window begins 65 s before the last update; trades may be ahead of it. */
const KEEP_MS = 70_000;
/** 1,870 trades a second for all of that time; 15 MB then, and 7 kB for a quiet market. */
const TRADES_MAX = 1 << 17;
/** A trade is not ahead of the update that comes after it by more. */
const AHEAD_MAX_MS = 5_000;

/** Value of a trade: its price, quote asset. */
export const PRICE = 0;
/** Base asset. */
export const QTY = 1;
/** +1: the aggressor bought, −1: it sold. */
export const SIGN = 2;
/** Price of the first of the trades of the same time and side that follow each other: the fills of one order. */
export const FIRST_PRICE = 3;

/** Sum over trades: what aggressors bought, base asset. */
export const BUY_QTY = 0;
/** What they sold. */
export const SELL_QTY = 1;
/** What they paid for it, quote asset. */
export const BUY_NOTIONAL = 2;
/** What they were paid. */
export const SELL_NOTIONAL = 3;
/** How many trades bought. */
export const BUYS = 4;

/** Trades by the exchange's time, each once, as far as they have arrived. */
export class RecentTrades {
  readonly ring: TimeRing = new TimeRing({
    values: 4,
    sums: 5,
    keepMs: KEEP_MS,
    placesMax: TRADES_MAX,
  });
  readonly run: TradeRun = new TradeRun();
  #place: TradePlace = "begin";
  /** A trade has shown that the exchange's clock was set back, and no update has yet. */
  #isOfNewTime = false;
  /** Later ones are all there, as far as clocks that were set back have left them. */
  #wholeAfterMs = -Infinity;

  /** What the last trade was to those before it. */
  get place(): TradePlace {
    return this.#place;
  }

  /** Whether a trade has shown that the exchange's clock was set back, and no update has come since. */
  get isOfNewTime(): boolean {
    return this.#isOfNewTime;
  }

  /** Whether every trade later than a time is there, as far as it can have arrived. */
  isWholeAfter(timeMs: number): boolean {
    return timeMs >= this.ring.wholeAfterMs && timeMs >= this.run.lostUntilMs &&
      timeMs >= this.#wholeAfterMs;
  }

  /**
   * An update has shown that the exchange's clock was set back: what lies ahead of it now is not the past. Where a trade
   * has shown it before, those of the new time are there; else some of them may have been among those that go.
   */
  clockSetBack(eventMs: number): void {
    if (this.#isOfNewTime) return;
    const newestMs = this.ring.time(this.ring.end - 1);
    this.#forget(-Infinity);
    this.#wholeAfterMs = Math.min(newestMs, eventMs + AHEAD_MAX_MS) || -Infinity;
  }

  /** An update was applied, after `clockSetBack` if it has shown that. */
  updated(eventMs: number): void {
    this.#isOfNewTime = false;
    this.run.settle(eventMs);
  }

  #forget(lastMs: number): void {
    this.ring.clear();
    this.run.forgetTimes(lastMs);
  }

  /** Takes one trade in; false: it was there already. */
  add(trade: Trade): boolean {
    const { lastMs } = this.run;
    this.#place = this.run.heard(trade);
    if (this.#place === "repeat") return false;
    // Times of trades go up with their ids.
    if (this.#place !== "late" && trade.tradeMs < lastMs) {
      this.#forget(trade.tradeMs);
      this.#isOfNewTime = true;
      this.#wholeAfterMs = trade.tradeMs;
    }
    const { ring } = this;
    const { next, sumsAt } = ring;
    const isBuy = trade.side === "buy";
    next.fill(0);
    next[0] = trade.tradeMs;
    next[1 + PRICE] = trade.price;
    next[1 + QTY] = trade.qty;
    next[1 + SIGN] = isBuy ? 1 : -1;
    next[1 + FIRST_PRICE] = trade.price;
    next[sumsAt + (isBuy ? BUY_QTY : SELL_QTY)] = trade.qty;
    next[sumsAt + (isBuy ? BUY_NOTIONAL : SELL_NOTIONAL)] = trade.price * trade.qty;
    next[sumsAt + BUYS] = isBuy ? 1 : 0;
    const sample = ring.push();
    const isSameOrder = sample > ring.first && ring.time(sample - 1) === ring.time(sample) &&
      ring.value(sample - 1, SIGN) === ring.value(sample, SIGN);
    if (isSameOrder) ring.set(sample, FIRST_PRICE, ring.value(sample - 1, FIRST_PRICE));
    return true;
  }
}
