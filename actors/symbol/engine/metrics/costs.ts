/** What a market order would cost: its average price, and how far that is from mid. Sizes are in US dollars. */
import { declareFamily, known } from "./family.ts";
import { ORDERS } from "./near_levels.ts";

const BPS = 1e4;
/** Sizes of orders, as many as `ORDERS`. */
const DOLLARS = [10_000, 100_000, 1_000_000] as const;

/** Orders of 10,000, 100,000 and 1,000,000 dollars. O(levels that they take). */
export const COSTS = declareFamily(
  [
    "buyVwap10k",
    "sellVwap10k",
    "buyVwap100k",
    "sellVwap100k",
    "buyVwap1000k",
    "sellVwap1000k",
    "buySlippageBps10k",
    "sellSlippageBps10k",
    "buySlippageBps100k",
    "sellSlippageBps100k",
    "buySlippageBps1000k",
    "sellSlippageBps1000k",
    "roundTripBps10k",
    "roundTripBps100k",
    "roundTripBps1000k",
  ],
  "book",
  () => {
    const sizes = new Float64Array(ORDERS);
    return {
      write(out, view) {
        const { book } = view;
        const mid = book.scale.price(book.twiceMid / 2);
        for (let i = 0; i < ORDERS; i++) sizes[i] = (DOLLARS[i] ?? NaN) / view.dollarsPerQuote;
        const buys = view.buyPrices(sizes);
        const sells = view.sellPrices(sizes);
        const buy10k = buys[0] ?? NaN;
        const buy100k = buys[1] ?? NaN;
        const buy1000k = buys[2] ?? NaN;
        const sell10k = sells[0] ?? NaN;
        const sell100k = sells[1] ?? NaN;
        const sell1000k = sells[2] ?? NaN;
        // Written out: a name that is put together would be a new string each time.
        out.buyVwap10k = known(buy10k);
        out.sellVwap10k = known(sell10k);
        out.buySlippageBps10k = known(distanceBps(buy10k, mid));
        out.sellSlippageBps10k = known(distanceBps(sell10k, mid));
        out.roundTripBps10k = known(distanceBps(buy10k, mid) + distanceBps(sell10k, mid));
        out.buyVwap100k = known(buy100k);
        out.sellVwap100k = known(sell100k);
        out.buySlippageBps100k = known(distanceBps(buy100k, mid));
        out.sellSlippageBps100k = known(distanceBps(sell100k, mid));
        out.roundTripBps100k = known(distanceBps(buy100k, mid) + distanceBps(sell100k, mid));
        out.buyVwap1000k = known(buy1000k);
        out.sellVwap1000k = known(sell1000k);
        out.buySlippageBps1000k = known(distanceBps(buy1000k, mid));
        out.sellSlippageBps1000k = known(distanceBps(sell1000k, mid));
        out.roundTripBps1000k = known(distanceBps(buy1000k, mid) + distanceBps(sell1000k, mid));
      },
      why(name, { edges, dollarsPerQuote }) {
        if (Number.isNaN(dollarsPerQuote)) return "no_quote_rate";
        const hasEdge = name.startsWith("buy")
          ? edges.askEdge !== null
          : name.startsWith("sell")
          ? edges.bidEdge !== null
          : edges.askEdge !== null || edges.bidEdge !== null;
        return hasEdge ? "not_covered" : "too_thin";
      },
    };
  },
);

function distanceBps(price: number, mid: number): number {
  return BPS * Math.abs(price - mid) / mid;
}
