/** Which side is heavier: by rank, by distance, and how much of it rests at the very top. */
import type { BookView } from "./book_view.ts";
import { declareFamily, known, ratioOf } from "./family.ts";

/** Levels beyond so many λ weigh less than 5e-5 and are left out. */
const REACH_LAMBDAS = 10;
/** λ of the short weighted imbalance, bps. */
const SHORT_LAMBDA_BPS = 1;

/** The imbalances of one book. O(levels within 10 λ of mid), by the weighted ones alone. */
export const IMBALANCE = declareFamily(
  ["queueImbalance", "imbalance", "weightedImbalance", "weightedImbalance1Bps", "topShare"],
  "book",
  ({ weightLambdaBps }) => {
    return {
      write(out, view) {
        const { book, topBids, topAsks } = view;
        out.queueImbalance = ratioOf(book.bids.bestQty, book.asks.bestQty);
        out.imbalance = ratioOf(topBids, topAsks);
        out.topShare = known((book.bids.bestQty + book.asks.bestQty) / (topBids + topAsks));
        out.weightedImbalance = weighted(view, weightLambdaBps);
        out.weightedImbalance1Bps = weighted(view, SHORT_LAMBDA_BPS);
      },
      why(name, view) {
        const lambdaBps = name === "weightedImbalance" ? weightLambdaBps : SHORT_LAMBDA_BPS;
        return view.reaches(REACH_LAMBDAS * lambdaBps) ? "too_thin" : "not_covered";
      },
    };
  },
);

/** `null`: less than 10 λ is known on a side, or no level is that near. */
function weighted(view: BookView, lambdaBps: number): number | null {
  const { book } = view;
  const reachBps = REACH_LAMBDAS * lambdaBps;
  if (!view.reaches(reachBps)) return null;
  return ratioOf(
    book.weightedQty(book.bids, lambdaBps, reachBps),
    book.weightedQty(book.asks, lambdaBps, reachBps),
  );
}
