/** The best prices and quantities, and what follows from them alone. */
import { declareFamily } from "./family.ts";

/** Best bid and ask, mid, weighted mid, volume at top. */
export const TOP = declareFamily(
  ["bestBidPrice", "bestBidQty", "bestAskPrice", "bestAskQty", "mid", "weightedMid", "topQty"],
  "book",
  () => ({
    write(out, { book }) {
      const { bestPrice: bid, bestQty: bidQty } = book.bids;
      const { bestPrice: ask, bestQty: askQty } = book.asks;
      out.bestBidPrice = bid;
      out.bestBidQty = bidQty;
      out.bestAskPrice = ask;
      out.bestAskQty = askQty;
      out.mid = book.scale.price(book.twiceMid / 2);
      out.weightedMid = (bid * askQty + ask * bidQty) / (bidQty + askQty);
      out.topQty = book.scale.qty(book.bids.levels.bestLots + book.asks.levels.bestLots);
    },
  }),
);
