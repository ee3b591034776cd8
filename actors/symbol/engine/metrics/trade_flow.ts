/** Who has been taking: what aggressors bought and sold in the last second, ten seconds and minute. */
import type { BookView } from "./book_view.ts";
import { declareFamily, type MetricSink, ratioOf } from "./family.ts";
import { isPastWhole, type Past } from "./recent_market.ts";
import { BUY_NOTIONAL, BUY_QTY, BUYS, SELL_NOTIONAL, SELL_QTY } from "./recent_trades.ts";

const NAMES = [
  "buyQty1s",
  "sellQty1s",
  "signedNotional1s",
  "signedCount1s",
  "tradeCount1s",
  "tradeFlowImbalance1s",
  "buyQty10s",
  "sellQty10s",
  "signedNotional10s",
  "signedCount10s",
  "tradeCount10s",
  "tradeFlowImbalance10s",
  "buyQty60s",
  "sellQty60s",
  "signedNotional60s",
  "signedCount60s",
  "tradeCount60s",
  "tradeFlowImbalance60s",
] as const;

type Out = Pick<MetricSink, typeof NAMES[number]>;

/** The trades of three windows. O(log trades). */
export const TRADE_FLOW = declareFamily(NAMES, "book", (_settings, { trades, books }) => {
  const window = new TradeWindow({ trades, books });
  return {
    write(out, view) {
      write1s(out, window.of(view, 1_000));
      write10s(out, window.of(view, 10_000));
      write60s(out, window.of(view, 60_000));
    },
    why(name, view) {
      return window.of(view, lengthOf(name)).isKnown ? "too_quiet" : "warming_up";
    },
  };
});

function lengthOf(name: typeof NAMES[number]): number {
  if (name.endsWith("10s")) return 10_000;
  return name.endsWith("60s") ? 60_000 : 1_000;
}

// Written out: names that are put together would be new strings each time.

function write1s(out: Out, trades: TradeWindow): void {
  out.buyQty1s = trades.sum(BUY_QTY);
  out.sellQty1s = trades.sum(SELL_QTY);
  out.signedNotional1s = trades.signedNotional;
  out.signedCount1s = trades.signedCount;
  out.tradeCount1s = trades.count;
  out.tradeFlowImbalance1s = trades.imbalance;
}

function write10s(out: Out, trades: TradeWindow): void {
  out.buyQty10s = trades.sum(BUY_QTY);
  out.sellQty10s = trades.sum(SELL_QTY);
  out.signedNotional10s = trades.signedNotional;
  out.signedCount10s = trades.signedCount;
  out.tradeCount10s = trades.count;
  out.tradeFlowImbalance10s = trades.imbalance;
}

function write60s(out: Out, trades: TradeWindow): void {
  out.buyQty60s = trades.sum(BUY_QTY);
  out.sellQty60s = trades.sum(SELL_QTY);
  out.signedNotional60s = trades.signedNotional;
  out.signedCount60s = trades.signedCount;
  out.tradeCount60s = trades.count;
  out.tradeFlowImbalance60s = trades.imbalance;
}

/** The trades of one window, as far as they have arrived; each number is `null` where the window is not known. */
class TradeWindow {
  readonly #past: Past;
  #isKnown = false;
  #from = 0;
  #end = 0;

  constructor(past: Past) {
    this.#past = past;
  }

  /** Looks at the window of so many ms that ends at the last update: its start is out, its end is in. */
  of({ eventMs }: BookView, lengthMs: number): this {
    const { trades } = this.#past;
    const fromMs = eventMs - lengthMs;
    this.#isKnown = isPastWhole(this.#past, fromMs);
    this.#from = trades.ring.firstAfter(fromMs);
    this.#end = trades.ring.firstAfter(eventMs);
    return this;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  sum(sum: number): number | null {
    return this.#isKnown ? this.#sum(sum) : null;
  }

  get signedNotional(): number | null {
    return this.#isKnown ? this.#sum(BUY_NOTIONAL) - this.#sum(SELL_NOTIONAL) : null;
  }

  get count(): number | null {
    return this.#isKnown ? this.#end - this.#from : null;
  }

  get signedCount(): number | null {
    return this.#isKnown ? 2 * this.#sum(BUYS) - (this.#end - this.#from) : null;
  }

  get imbalance(): number | null {
    return this.#isKnown ? ratioOf(this.#sum(BUY_QTY), this.#sum(SELL_QTY)) : null;
  }

  #sum(sum: number): number {
    return this.#past.trades.ring.sum(sum, this.#from, this.#end);
  }
}
