/** The spread, in each unit in which it is asked for. */
import { declareFamily } from "./family.ts";

const BPS = 1e4;

/** The greatest number of ticks that a row holds. */
const TICKS_MAX = 2 ** 31 - 1;

/** Absolute, relative to mid, and in steps of the price. */
export const SPREAD = declareFamily(["spread", "spreadBps", "spreadTicks"], "book", () => ({
  write(out, { book, tickSize }) {
    const inTicks = book.asks.bestTick - book.bids.bestTick;
    const spread = book.scale.price(inTicks);
    out.spread = spread;
    out.spreadBps = BPS * 2 * inTicks / book.twiceMid;
    const ticks = tickSize === null ? NaN : Math.round(spread / tickSize);
    out.spreadTicks = ticks <= TICKS_MAX ? ticks : null;
  },
  why: (_name, { tickSize }) => tickSize === null ? "no_tick_size" : "too_wide",
}));
