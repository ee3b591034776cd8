/** How much rests between mid and each price, and what a market order that takes it would pay. Pure. */
import type { Level } from "../../shared/market.ts";
import type { DepthProfile } from "../../shared/output.ts";
import type { DepthMoment } from "./depth_moment.ts";

/** A level, or further out the end of a bucket of the profile, that something rests at or within. */
export interface DepthPoint {
  readonly price: number;
  /** From mid, never negative. */
  readonly bps: number;
  /** Rests here, or in the bucket that ends here. */
  readonly qty: number;
  /** From mid to here. */
  readonly sum: number;
  /** What an order of `sum` pays against mid, bps; from least to most where single prices are not told. */
  readonly slippageBps: readonly [least: number, most: number];
  readonly kind: "level" | "bucket";
  /** More may rest on the way here than is known. */
  readonly isLowerBound: boolean;
}

/** One side, the nearest first. */
export interface DepthSide {
  readonly side: "bid" | "ask";
  readonly points: readonly DepthPoint[];
  /** How far from mid all is known, bps; `null`: to the end of the book. */
  readonly knownBps: number | null;
  /** How far anything is told. */
  readonly toldBps: number;
}

/** Both sides of one book. */
export interface DepthCurve {
  readonly mid: number;
  readonly bids: DepthSide;
  readonly asks: DepthSide;
}

const BPS = 1e4;
/** Sums of the same quantities, added in another order, differ by less than this part. */
const ROUNDING = 1e-9;

/** `null`: a side is empty, and there is no mid to measure from. O(levels + buckets). */
export function depthCurve({ book, profile }: DepthMoment): DepthCurve | null {
  const [bid] = book.bids;
  const [ask] = book.asks;
  if (bid === undefined || ask === undefined) return null;
  const mid = profile?.mid ?? (bid[0] + ask[0]) / 2;
  return {
    mid,
    bids: sideOf("bid", book.bids, mid, profile),
    asks: sideOf("ask", book.asks, mid, profile),
  };
}

function sideOf(
  side: DepthSide["side"],
  levels: readonly Level[],
  mid: number,
  profile: DepthProfile | null,
): DepthSide {
  const sign = side === "bid" ? -1 : 1;
  const lastBps = sign * ((levels.at(-1)?.[0] ?? mid) / mid - 1) * BPS;
  const buckets = profile?.[side === "bid" ? "bids" : "asks"] ?? [];
  const knownBps = profile === null
    // Of what follows the last level nothing is told.
    ? lastBps
    : side === "bid"
    ? profile.bidCoveredBps
    : profile.askCoveredBps;
  const walk = new Walk(knownBps);
  for (const [price, qty] of levels) {
    const bps = sign * (price / mid - 1) * BPS;
    walk.add({ price, bps, qty, nearestBps: bps, kind: "level" });
  }
  const widthBps = profile?.bucketBps ?? 0;
  let sum = 0;
  buckets.forEach((qty, i) => {
    sum += qty;
    const bps = (i + 1) * widthBps;
    // Within the levels, of which each price is told, a bucket adds nothing.
    walk.add({
      price: mid * (1 + sign * bps / BPS),
      bps,
      qty: sum - walk.sum,
      nearestBps: Math.max(lastBps, i * widthBps),
      kind: "bucket",
    });
  });
  const toldBps = Math.max(lastBps, buckets.length * widthBps);
  return { side, points: walk.points, knownBps, toldBps };
}

/** What is added to a side: where it is at the farthest, and where it may be at the nearest. */
type Step = Pick<DepthPoint, "price" | "bps" | "qty" | "kind"> & { readonly nearestBps: number };

/** Adds up a side from mid outwards. */
class Walk {
  readonly points: DepthPoint[] = [];
  readonly #knownBps: number;
  sum = 0;
  /** Quantities times their distances, at the least and at the most. */
  #least = 0;
  #most = 0;

  constructor(knownBps: number | null) {
    this.#knownBps = knownBps ?? Infinity;
  }

  add({ price, bps, qty, nearestBps, kind }: Step): void {
    if (qty <= ROUNDING * this.sum) return;
    this.sum += qty;
    this.#least += qty * nearestBps;
    this.#most += qty * bps;
    this.points.push({
      price,
      bps,
      qty,
      sum: this.sum,
      slippageBps: [this.#least / this.sum, this.#most / this.sum],
      kind,
      isLowerBound: bps > this.#knownBps + ROUNDING,
    });
  }
}
