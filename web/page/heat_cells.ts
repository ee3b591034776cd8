/** What of a profile lies at a price, what of it is largest, and how a column of pixels is filled with it. Pure. */
import type { HeatColumn, HeatProfile } from "./heat_columns.ts";

/** A stretch of prices with what rests in it. */
export interface HeatCell {
  readonly side: "bid" | "ask";
  readonly low: number;
  readonly high: number;
  /** `null`: not known. */
  readonly qty: number | null;
  /** More may rest there than is known. */
  readonly isLowerBound: boolean;
}

/** The prices at the lower and the upper edge of a picture. */
export interface PriceWindow {
  readonly low: number;
  readonly high: number;
}

const BPS = 1e4;

/** What rests about a price. */
export function cellAt(profile: HeatProfile, price: number): HeatCell {
  const side = price < profile.mid ? "bid" : "ask";
  return cellOf(profile, side, bucketOf(profile, price));
}

/** The largest of each side within a window, the largest first. */
export function largestCells(
  profile: HeatProfile,
  { low, high }: PriceWindow,
  most: number,
): { readonly bids: readonly HeatCell[]; readonly asks: readonly HeatCell[] } {
  const largest = (side: "bid" | "ask") =>
    sideOf(profile, side)
      .map((_, i) => cellOf(profile, side, i))
      .filter((cell) => (cell.qty ?? 0) > 0 && cell.high > low && cell.low < high)
      .sort((a, b) => (b.qty ?? 0) - (a.qty ?? 0))
      .slice(0, most);
  return { bids: largest("bid"), asks: largest("ask") };
}

/** All that is known to rest, as a measure of what is much; of many columns some are enough. */
export function quantitiesOf(columns: readonly HeatColumn[], most: number): readonly number[] {
  const step = Math.max(1, Math.ceil(columns.length / most));
  const qtys: number[] = [];
  for (let at = columns.length - 1; at >= 0; at -= step) {
    const profile = columns[at]?.profile;
    if (!profile) continue;
    for (const qty of [...profile.bids, ...profile.asks]) {
      if (qty !== null && qty > 0) qtys.push(qty);
    }
  }
  return qtys;
}

/**
 * Fills one column of pixels, from `high` down: of the colours each quantity has the one that `levelOf` says, 0…255. What is
 * not known is left empty, 0; a lower bound is `faint`.
 */
export function fillColumn(
  pixels: Uint32Array,
  profile: HeatProfile | null,
  { low, high }: PriceWindow,
  levelOf: (qty: number) => number,
  colors: { readonly full: Uint32Array; readonly faint: Uint32Array },
): void {
  pixels.fill(0);
  if (profile === null) return;
  const bids = colorsOf(profile, "bid", levelOf, colors);
  const asks = colorsOf(profile, "ask", levelOf, colors);
  const step = (high - low) / pixels.length;
  const bucketPrice = profile.mid * profile.bucketBps / BPS;
  // Where several buckets share a pixel the largest is seen: a wall does not vanish when it is far away.
  const isCoarse = step > bucketPrice;
  for (let row = 0; row < pixels.length; row++) {
    const price = high - (row + 0.5) * step;
    const side = price < profile.mid ? bids : asks;
    const bucket = bucketOf(profile, price);
    let cell = side[bucket];
    if (isCoarse) {
      const reach = Math.ceil(step / bucketPrice / 2);
      for (let near = Math.max(0, bucket - reach); near <= bucket + reach; near++) {
        const other = side[near];
        if (other !== undefined && (cell === undefined || other.level > cell.level)) cell = other;
      }
    }
    if (cell !== undefined) pixels[row] = cell.color;
  }
}

interface Colored {
  readonly level: number;
  readonly color: number;
}

/** Of each bucket that is known. */
function colorsOf(
  profile: HeatProfile,
  side: "bid" | "ask",
  levelOf: (qty: number) => number,
  { full, faint }: { readonly full: Uint32Array; readonly faint: Uint32Array },
): readonly (Colored | undefined)[] {
  const knownBps = side === "bid" ? profile.bidKnownBps : profile.askKnownBps;
  return sideOf(profile, side).map((qty, i) => {
    if (qty === null) return undefined;
    const level = levelOf(qty);
    const isBound = knownBps !== null && (i + 1) * profile.bucketBps > knownBps;
    return { level, color: (isBound ? faint : full)[level] ?? 0 };
  });
}

function cellOf(profile: HeatProfile, side: "bid" | "ask", bucket: number): HeatCell {
  const { mid, bucketBps, bidKnownBps, askKnownBps } = profile;
  const sign = side === "bid" ? -1 : 1;
  const near = mid * (1 + sign * bucket * bucketBps / BPS);
  const far = mid * (1 + sign * (bucket + 1) * bucketBps / BPS);
  const knownBps = side === "bid" ? bidKnownBps : askKnownBps;
  return {
    side,
    low: Math.min(near, far),
    high: Math.max(near, far),
    qty: sideOf(profile, side)[bucket] ?? null,
    isLowerBound: knownBps !== null && (bucket + 1) * bucketBps > knownBps,
  };
}

function bucketOf({ mid, bucketBps }: HeatProfile, price: number): number {
  return Math.floor(Math.abs(price / mid - 1) * BPS / bucketBps);
}

function sideOf({ bids, asks }: HeatProfile, side: "bid" | "ask"): readonly (number | null)[] {
  return side === "bid" ? bids : asks;
}
