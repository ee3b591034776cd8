/** What rests within a distance of mid, and how far that is known. The sums are kept by `depth_bands.ts`. */
import { BANDS_BPS } from "../book/depth_bands.ts";
import { declareFamily } from "./family.ts";

/** Depth of each side within 0.1, 0.5 and 1 %, what that is worth, and the distance of the edges. */
export const DEPTH = declareFamily(
  [
    "bidDepth10Bps",
    "askDepth10Bps",
    "bidDepth50Bps",
    "askDepth50Bps",
    "bidDepth100Bps",
    "askDepth100Bps",
    "bidNotional10Bps",
    "askNotional10Bps",
    "bidNotional50Bps",
    "askNotional50Bps",
    "bidNotional100Bps",
    "askNotional100Bps",
    "bidCoveredBps",
    "askCoveredBps",
  ],
  "book",
  () => {
    const qty = new Float64Array(BANDS_BPS.length);
    const notional = new Float64Array(BANDS_BPS.length);
    return {
      write(out, { book, bidReachBps, askReachBps }) {
        book.moveBands();
        book.readBands(book.bids, qty, notional);
        out.bidDepth10Bps = qty[0] ?? null;
        out.bidDepth50Bps = qty[1] ?? null;
        out.bidDepth100Bps = qty[2] ?? null;
        out.bidNotional10Bps = notional[0] ?? null;
        out.bidNotional50Bps = notional[1] ?? null;
        out.bidNotional100Bps = notional[2] ?? null;
        book.readBands(book.asks, qty, notional);
        out.askDepth10Bps = qty[0] ?? null;
        out.askDepth50Bps = qty[1] ?? null;
        out.askDepth100Bps = qty[2] ?? null;
        out.askNotional10Bps = notional[0] ?? null;
        out.askNotional50Bps = notional[1] ?? null;
        out.askNotional100Bps = notional[2] ?? null;
        out.bidCoveredBps = coveredBps(bidReachBps);
        out.askCoveredBps = coveredBps(askReachBps);
      },
    };
  },
);

/** Distance of the edge from mid; 0 when the price has run past it, `null` where there is none. */
function coveredBps(distanceBps: number): number | null {
  return distanceBps === Infinity ? null : Math.max(0, distanceBps);
}
