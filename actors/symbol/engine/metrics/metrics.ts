/**
 * The checklist's metrics of one book. Sums are of whole lots, or taken from the best level outwards, so
 * that two books with the same levels give the same bits. Definitions and sources: docs/METRICS.md.
 */
import type { BookMetrics } from "../../../../shared/output.ts";
import type { OrderBook } from "../book/order_book.ts";
import type { BookSide } from "../book/book_side.ts";
import type { Edges } from "../book/trust_band.ts";

/** Levels a side in `imbalance` and `topShare`. */
export const IMBALANCE_LEVELS = 10;
/** λ of the distance-weighted imbalance, bps. */
export const WEIGHT_LAMBDA_BPS = 5;
/** Levels beyond 50 bps weigh less than 5e-5 and are left out. */
const WEIGHT_REACH_BPS = 10 * WEIGHT_LAMBDA_BPS;
const BPS = 1e4;

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

/** The imbalance of the ten best levels alone; `null`: the book lacks a side, or they are not known. O(10). */
export function topImbalance(book: OrderBook, edges: Edges): number | null {
  if (book.bids.isEmpty || book.asks.isEmpty) return null;
  const bids = book.topQty(book.bids, IMBALANCE_LEVELS, edges.bidEdge);
  const asks = book.topQty(book.asks, IMBALANCE_LEVELS, edges.askEdge);
  return imbalanceOf(bids, asks);
}

/** Computes every windowless metric. O(levels within 50 bps of mid), by the weighted imbalance alone. */
export function computeMetrics(book: OrderBook, edges: Edges): BookMetrics {
  if (book.bids.isEmpty || book.asks.isEmpty) return UNKNOWN_METRICS;
  const { bestPrice: bid, bestQty: bidQty } = book.bids;
  const { bestPrice: ask, bestQty: askQty } = book.asks;
  const mid = (bid + ask) / 2;
  const spread = ask - bid;
  const { bidEdge, askEdge } = edges;
  const bidCoveredBps = bidEdge === null ? null : coveredBps(mid - bidEdge, mid);
  const askCoveredBps = askEdge === null ? null : coveredBps(askEdge - mid, mid);
  const topBids = book.topQty(book.bids, IMBALANCE_LEVELS, bidEdge);
  const topAsks = book.topQty(book.asks, IMBALANCE_LEVELS, askEdge);
  const areNearKnown =
    Math.min(bidCoveredBps ?? Infinity, askCoveredBps ?? Infinity) >= WEIGHT_REACH_BPS;
  book.moveBands();
  return {
    bestBidPrice: bid,
    bestBidQty: bidQty,
    bestAskPrice: ask,
    bestAskQty: askQty,
    mid,
    weightedMid: (bid * askQty + ask * bidQty) / (bidQty + askQty),
    spread,
    spreadBps: BPS * spread / mid,
    imbalance: imbalanceOf(topBids, topAsks),
    weightedImbalance: areNearKnown ? weightedImbalance(book) : null,
    topQty: bidQty + askQty,
    topShare: known((bidQty + askQty) / (topBids + topAsks)),
    bidDepth10Bps: book.bandQty(book.bids, 0),
    askDepth10Bps: book.bandQty(book.asks, 0),
    bidDepth50Bps: book.bandQty(book.bids, 1),
    askDepth50Bps: book.bandQty(book.asks, 1),
    bidDepth100Bps: book.bandQty(book.bids, 2),
    askDepth100Bps: book.bandQty(book.asks, 2),
    bidCoveredBps,
    askCoveredBps,
  };
}

function weightedImbalance(book: OrderBook): number | null {
  const qty = (side: BookSide) => book.weightedQty(side, WEIGHT_LAMBDA_BPS, WEIGHT_REACH_BPS);
  return imbalanceOf(qty(book.bids), qty(book.asks));
}

function imbalanceOf(bids: number, asks: number): number | null {
  return known((bids - asks) / (bids + asks));
}

/**
 * What is not a number is not known: levels that may be missing, or, with a spread so wide that none is
 * near mid, weights of nothing.
 */
function known(value: number): number | null {
  return value === value ? value : null;
}

/** Distance of the edge from mid, bps; 0 when the price has run past it. */
function coveredBps(distance: number, mid: number): number {
  return Math.max(0, distance) / mid * BPS;
}
