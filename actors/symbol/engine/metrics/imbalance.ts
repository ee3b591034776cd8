/** Which side is heavier: by rank, by distance, and how much of it rests at the very top. */
import type { OrderBook } from "../book/order_book.ts";
import type { Edges } from "../book/trust_band.ts";
import { declareFamily, known, ratioOf } from "./family.ts";

/** Levels beyond so many λ weigh less than 5e-5 and are left out. */
const REACH_LAMBDAS = 10;
const BPS = 1e4;

/** The imbalances of one book. O(levels within 10 λ of mid), by the weighted one alone. */
export const IMBALANCE = declareFamily(
  ["imbalance", "weightedImbalance", "topShare"],
  "book",
  ({ weightLambdaBps }) => {
    const reachBps = REACH_LAMBDAS * weightLambdaBps;
    return {
      write(out, view) {
        const { book, edges, topBids, topAsks } = view;
        out.imbalance = ratioOf(topBids, topAsks);
        out.topShare = known((book.bids.bestQty + book.asks.bestQty) / (topBids + topAsks));
        out.weightedImbalance = isCovered(book, edges, reachBps)
          ? ratioOf(
            book.weightedQty(book.bids, weightLambdaBps, reachBps),
            book.weightedQty(book.asks, weightLambdaBps, reachBps),
          )
          : null;
      },
    };
  },
);

/** Whether every level within so many bps of mid is known, on both sides. */
function isCovered(book: OrderBook, { bidEdge, askEdge }: Edges, bps: number): boolean {
  const mid = (book.bids.bestPrice + book.asks.bestPrice) / 2;
  return (bidEdge === null || (mid - bidEdge) / mid * BPS >= bps) &&
    (askEdge === null || (askEdge - mid) / mid * BPS >= bps);
}
