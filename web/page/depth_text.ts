/** What is said of the depth chart: of the point under the cursor, and of all of it. Pure. */
import { BANDS, bandText } from "./depth_bands.ts";
import type { DepthCurve, DepthSide } from "./depth_curve.ts";
import { type DepthScale, type DepthSpot, sumWithin } from "./depth_view.ts";
import { formatBps, formatDepth, formatDistance, formatPrice, formatQty } from "./format.ts";

/** One point, as a person reads it. */
export interface DepthReading {
  readonly price: string;
  readonly size: string;
  readonly sum: string;
  readonly distance: string;
  readonly slippage: string;
}

/** Finer differences of a slippage nobody acts on, bps. */
const SAME_BPS = 0.01;

/** Of the point that a cursor is on. */
export function depthReading(spot: DepthSpot, decimals: number): DepthReading {
  const { side, price, qty, sum, bps, kind, isLowerBound } = spot;
  // A bucket ends between two prices.
  const at = `${kind === "bucket" ? "to " : ""}${formatPrice(price, decimals)}`;
  return {
    price: `${side} ${at}`,
    size: formatQty(qty),
    sum: formatDepth(sum, isLowerBound),
    distance: bps < 1 ? `${formatBps(bps)} bps` : formatDistance(bps),
    slippage: slippageText(spot),
  };
}

/** What an order of all to here pays against mid: `1.24 bps`, `1.2 to 1.9 bps`, `≤ 1.9 bps` where more may rest. */
function slippageText({ slippageBps: [least, most], isLowerBound }: DepthSpot): string {
  if (isLowerBound) return `≤ ${formatBps(most)} bps`;
  if (most - least < SAME_BPS || formatBps(least) === formatBps(most)) {
    return `${formatBps(most)} bps`;
  }
  return `${formatBps(least)} to ${formatBps(most)} bps`;
}

/** The same in a sentence, for who hears it. */
export function readingSentence(spot: DepthSpot, decimals: number): string {
  const { price, size, sum, distance, slippage } = depthReading(spot, decimals);
  return `${price}, ${distance} from mid: size ${size}, cumulative ${sum}, slippage ${slippage}`;
}

/** The whole picture in words. */
export function depthSummary(
  curve: DepthCurve,
  { cut }: DepthScale,
  reachBps: number,
  decimals: number,
): string {
  const side = (name: string, one: DepthSide) => {
    const endBps = Math.min(reachBps, one.toldBps);
    const bands = BANDS.filter(({ bps }) => bps <= endBps)
      .map(({ bps }) => `${boundText(one, bps)} within ${bandText(bps)}`);
    const sums = bands.length > 0
      ? bands.join(", ")
      : `${boundText(one, endBps)} within ${formatDistance(endBps)}`;
    const isCut = cut.includes(one.side) ? "; the picture is cut off above its scale" : "";
    return `${name}: ${sums}; ${knownText(one)}${isCut}.`;
  };
  return `Mid ${formatPrice(curve.mid, decimals)}. ${side("Bids", curve.bids)} ${
    side("Asks", curve.asks)
  }`;
}

/** How far a side is known; the mark at its edge says so too. */
function knownText({ knownBps }: DepthSide): string {
  return knownBps === null
    ? "every level is known"
    : `every level is known to ${formatDistance(knownBps)}`;
}

function boundText(side: DepthSide, bps: number): string {
  const isBound = side.knownBps !== null && side.knownBps < bps;
  return `${isBound ? "at least " : ""}${formatQty(sumWithin(side, bps))}`;
}
