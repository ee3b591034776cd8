/** The spread, in each unit in which it is asked for. */
import { declareFamily } from "./family.ts";

const BPS = 1e4;

/** The greatest number of ticks that a row holds. */
const TICKS_MAX = 2 ** 31 - 1;

/** Absolute, relative to mid, and in steps of the price. */
export const SPREAD = declareFamily(["spread", "spreadBps", "spreadTicks"], "book", () => ({
  write(out, { book, tickSize }) {
    const bid = book.bids.bestPrice;
    const ask = book.asks.bestPrice;
    const spread = ask - bid;
    out.spread = spread;
    out.spreadBps = BPS * spread / ((bid + ask) / 2);
    const ticks = tickSize === null ? NaN : Math.round(spread / tickSize);
    out.spreadTicks = ticks <= TICKS_MAX ? ticks : null;
  },
}));
