/** What rests within a distance of mid, and how far that is known. The sums are kept by `depth_bands.ts`. */
import { declareFamily } from "./family.ts";

const BPS = 1e4;

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
      const mid = (book.bids.bestPrice + book.asks.bestPrice) / 2;
      const { bidEdge, askEdge } = edges;
      out.bidCoveredBps = bidEdge === null ? null : coveredBps(mid - bidEdge, mid);
      out.askCoveredBps = askEdge === null ? null : coveredBps(askEdge - mid, mid);
    },
  }),
);

/** Distance of the edge from mid, bps; 0 when the price has run past it. */
function coveredBps(distance: number, mid: number): number {
  return Math.max(0, distance) / mid * BPS;
}
