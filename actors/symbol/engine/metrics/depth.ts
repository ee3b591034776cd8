/** What rests within a distance of mid, and how far that is known. The sums are kept by `depth_bands.ts`. */
import { declareFamily } from "./family.ts";

/** Depth of each side within 0.1, 0.5 and 1 %, and the distance of the edges. */
export const DEPTH = declareFamily(
  [
    "bidDepth10Bps",
    "askDepth10Bps",
    "bidDepth50Bps",
    "askDepth50Bps",
    "bidDepth100Bps",
    "askDepth100Bps",
    "bidCoveredBps",
    "askCoveredBps",
  ],
  "book",
  () => ({
    write(out, { book, edges }) {
      book.moveBands();
      out.bidDepth10Bps = book.bandQty(book.bids, 0);
      out.askDepth10Bps = book.bandQty(book.asks, 0);
      out.bidDepth50Bps = book.bandQty(book.bids, 1);
      out.askDepth50Bps = book.bandQty(book.asks, 1);
      out.bidDepth100Bps = book.bandQty(book.bids, 2);
      out.askDepth100Bps = book.bandQty(book.asks, 2);
      out.bidCoveredBps = coveredBps(book.distanceBps(book.bids, edges.bidEdge));
      out.askCoveredBps = coveredBps(book.distanceBps(book.asks, edges.askEdge));
    },
  }),
);

/** Distance of the edge from mid; 0 when the price has run past it, `null` where there is none. */
function coveredBps(distanceBps: number): number | null {
  return distanceBps === Infinity ? null : Math.max(0, distanceBps);
}
