/**
 * The checklist's metrics of one book. Pure sums from the best level outwards, so that two books with
 * the same levels give the same bits. Definitions and sources: docs/METRICS.md.
 */
import type { BookMetrics } from "../../../shared/output.ts";
import type { BookSide, OrderBook } from "./book.ts";

/** Levels a side in `imbalance` and `topShare`. */
export const IMBALANCE_LEVELS = 10;
/** λ of the distance-weighted imbalance, bps. */
export const WEIGHT_LAMBDA_BPS = 5;
/** Beyond forty λ a level weighs less than 5e-18, below the rounding of the sum: it is left out. */
const WEIGHT_REACH_BPS = 40 * WEIGHT_LAMBDA_BPS;
/**
 * A level exactly at the edge of a band belongs to it, however its binary fraction is rounded. Prices
 * are whole ticks and mid is half ones, so the nearest level outside lies 1/2000 tick beyond the edge
 * or more: further than this slack for every price below 5e9 ticks.
 */
const EDGE_SLACK_BPS = 1e-9;
const BPS = 1e4;

/** Where the levels known from the snapshot end; `null`: the snapshot held the whole side. */
export interface Coverage {
  readonly bidEdge: number | null;
  readonly askEdge: number | null;
}

/** Metrics of a book that is not live or lacks a side: nothing is known. */
export const UNKNOWN_METRICS: BookMetrics = {
  bestBidPrice: null,
  bestBidQty: null,
  bestAskPrice: null,
  bestAskQty: null,
  mid: null,
  weightedMid: null,
  spread: null,
  spreadBps: null,
  imbalance: null,
  weightedImbalance: null,
  topQty: null,
  topShare: null,
  bidDepth10Bps: null,
  askDepth10Bps: null,
  bidDepth50Bps: null,
  askDepth50Bps: null,
  bidDepth100Bps: null,
  askDepth100Bps: null,
  bidCoveredBps: null,
  askCoveredBps: null,
};

interface SideSums {
  readonly top: number;
  readonly weighted: number;
  readonly depth10: number;
  readonly depth50: number;
  readonly depth100: number;
}

/** Computes every windowless metric. O(levels within 2 % of mid). */
export function computeMetrics(book: OrderBook, coverage: Coverage): BookMetrics {
  if (book.bids.size === 0 || book.asks.size === 0) return UNKNOWN_METRICS;
  const bid = book.bids.price(0);
  const bidQty = book.bids.qty(0);
  const ask = book.asks.price(0);
  const askQty = book.asks.qty(0);
  const mid = (bid + ask) / 2;
  const spread = ask - bid;
  const bids = sumSide(book.bids, mid);
  const asks = sumSide(book.asks, mid);
  return {
    bestBidPrice: bid,
    bestBidQty: bidQty,
    bestAskPrice: ask,
    bestAskQty: askQty,
    mid,
    weightedMid: (bid * askQty + ask * bidQty) / (bidQty + askQty),
    spread,
    spreadBps: BPS * spread / mid,
    imbalance: (bids.top - asks.top) / (bids.top + asks.top),
    weightedImbalance: ratio(bids.weighted - asks.weighted, bids.weighted + asks.weighted),
    topQty: bidQty + askQty,
    topShare: (bidQty + askQty) / (bids.top + asks.top),
    bidDepth10Bps: bids.depth10,
    askDepth10Bps: asks.depth10,
    bidDepth50Bps: bids.depth50,
    askDepth50Bps: asks.depth50,
    bidDepth100Bps: bids.depth100,
    askDepth100Bps: asks.depth100,
    bidCoveredBps: coverage.bidEdge === null ? null : coveredBps(mid - coverage.bidEdge, mid),
    askCoveredBps: coverage.askEdge === null ? null : coveredBps(coverage.askEdge - mid, mid),
  };
}

function sumSide(side: BookSide, mid: number): SideSums {
  let top = 0;
  let weighted = 0;
  let depth10 = 0;
  let depth50 = 0;
  let depth100 = 0;
  for (let rank = 0; rank < side.size; rank++) {
    const qty = side.qty(rank);
    const distanceBps = Math.abs(side.price(rank) - mid) / mid * BPS;
    if (distanceBps > WEIGHT_REACH_BPS && rank >= IMBALANCE_LEVELS) break;
    if (rank < IMBALANCE_LEVELS) top += qty;
    if (distanceBps <= WEIGHT_REACH_BPS) {
      weighted += qty * Math.exp(-distanceBps / WEIGHT_LAMBDA_BPS);
    }
    if (distanceBps <= 10 + EDGE_SLACK_BPS) depth10 += qty;
    if (distanceBps <= 50 + EDGE_SLACK_BPS) depth50 += qty;
    if (distanceBps <= 100 + EDGE_SLACK_BPS) depth100 += qty;
  }
  return { top, weighted, depth10, depth50, depth100 };
}

/** With a spread so wide that no level is near mid, there is no weighted imbalance. */
function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Distance of the edge from mid, bps; 0 when the price has run past it. */
function coveredBps(distance: number, mid: number): number {
  return Math.max(0, distance) / mid * BPS;
}
