/** The spread, in each unit in which it is asked for. */
import { declareFamily } from "./family.ts";

const BPS = 1e4;

/** Absolute, and relative to mid. */
export const SPREAD = declareFamily(["spread", "spreadBps"], "book", () => ({
  write(out, { book }) {
    const bid = book.bids.bestPrice;
    const ask = book.asks.bestPrice;
    const spread = ask - bid;
    out.spread = spread;
    out.spreadBps = BPS * spread / ((bid + ask) / 2);
  },
}));
