/** RecentTrades: the trades of the last 70 s, for whoever looks back over a window of them. */
import type { Trade } from "../../../../shared/market.ts";
import { TimeRing } from "./time_ring.ts";
import { type TradePlace, TradeRun } from "./trade_run.ts";

/** The longest window begins 65 s before the last update; trades may be ahead of it. */
const KEEP_MS = 70_000;
/** 1,870 trades a second for all of that time; 15 MB then, and 7 kB for a quiet market. */
const TRADES_MAX = 1 << 17;

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

  /** What the last trade was to those before it. */
  get place(): TradePlace {
    return this.#place;
  }

  /** Whether every trade later than a time is there, as far as it can have arrived. */
  isWholeAfter(timeMs: number): boolean {
    return timeMs >= this.ring.wholeAfterMs && timeMs >= this.run.lostUntilMs;
  }

  /** The exchange's clock was set back: what lies ahead of it now is not the past. */
  forget(): void {
    this.ring.clear();
    this.run.forgetTimes();
  }

  /** Takes one trade in; false: it was there already. */
  add(trade: Trade): boolean {
    this.#place = this.run.heard(trade);
    if (this.#place === "repeat") return false;
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
