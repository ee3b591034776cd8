/** What rests near mid is worth, by distance: who outweighs whom within a few bps, and how fast it grows outwards. */
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { declareFamily, ratioOf } from "./family.ts";
import type { BookView } from "./book_view.ts";
import { NEAR_BPS } from "./near_levels.ts";

/** Σ k², k = 1 … 10. */
const SQUARES = 385;
/** ln k less its mean, and the sum of the squares of that. */
const LOG_BPS = Float64Array.from({ length: NEAR_BPS }, (_, i) => Math.log(i + 1));
const MEAN_LOG = LOG_BPS.reduce((sum, log) => sum + log, 0) / NEAR_BPS;
const LOG_SQUARES = LOG_BPS.reduce((sum, log) => sum + (log - MEAN_LOG) ** 2, 0);

/** Widths of the bands, bps. */
const WIDTHS: Readonly<Partial<Record<MetricName, number>>> = {
  bandImbalance1Bps: 1,
  bandImbalance2Bps: 2,
  bandImbalance5Bps: 5,
  bandImbalance10Bps: 10,
};

/** Imbalance of notional within 1, 2, 5 and 10 bps; slope of each side. O(levels within 10 bps). */
export const BANDS = declareFamily(
  [
    "bandImbalance1Bps",
    "bandImbalance2Bps",
    "bandImbalance5Bps",
    "bandImbalance10Bps",
    "bidSlope",
    "askSlope",
    "bidSlopeExponent",
    "askSlopeExponent",
  ],
  "book",
  () => ({
    write(out, view) {
      out.bandImbalance1Bps = imbalance(view, 1);
      out.bandImbalance2Bps = imbalance(view, 2);
      out.bandImbalance5Bps = imbalance(view, 5);
      out.bandImbalance10Bps = imbalance(view, 10);
      const hasBids = view.bidReachBps >= NEAR_BPS;
      const hasAsks = view.askReachBps >= NEAR_BPS;
      out.bidSlope = hasBids ? slope(view.nearBids) : null;
      out.askSlope = hasAsks ? slope(view.nearAsks) : null;
      out.bidSlopeExponent = hasBids ? exponent(view.nearBids) : null;
      out.askSlopeExponent = hasAsks ? exponent(view.nearAsks) : null;
    },
    why(name, view) {
      const band = WIDTHS[name];
      const isKnown = band !== undefined
        ? view.reaches(band)
        : name.startsWith("bid")
        ? view.bidReachBps >= NEAR_BPS
        : view.askReachBps >= NEAR_BPS;
      return isKnown ? "too_thin" : "not_covered";
    },
  }),
);

/** `null`: the band is not known on both sides, or holds nothing. */
function imbalance(view: BookView, bps: number): number | null {
  if (!view.reaches(bps)) return null;
  return ratioOf(view.nearBids[bps - 1] ?? NaN, view.nearAsks[bps - 1] ?? NaN);
}

/** Least squares through the origin of the notional within k bps on k. */
function slope(worth: Float64Array): number {
  let sum = 0;
  for (let k = 1; k <= NEAR_BPS; k++) sum += k * (worth[k - 1] ?? NaN);
  return sum / SQUARES;
}

/** Least squares of its logarithm on that of k; `null`: nothing rests within 1 bps. */
function exponent(worth: Float64Array): number | null {
  let sum = 0;
  for (let k = 1; k <= NEAR_BPS; k++) {
    sum += ((LOG_BPS[k - 1] ?? NaN) - MEAN_LOG) * Math.log(worth[k - 1] ?? NaN);
  }
  // The logarithm of nothing is −∞, and so is the sum, or not a number. N(k) never falls: below 0 is rounding.
  return Number.isFinite(sum) ? Math.max(0, sum / LOG_SQUARES) : null;
}
