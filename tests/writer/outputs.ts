/** Outputs and deliveries for tests of the writer: complete, each field overridable. */
import type {
  AlertEvent,
  BookFrame,
  FeedStatus,
  MetricsFrame,
  Output,
} from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";

/** A moment to count from, with milliseconds that are not round. */
export const START_MS = Date.UTC(2026, 7, 1, 12, 0, 0) + 123;

/** The row of interval `number`; every number in it is another. */
export function bucketFrame(number: number, over: Partial<MetricsFrame> = {}): MetricsFrame {
  return {
    type: "metrics",
    symbol: "BTCUSDT",
    timeMs: START_MS + number * 1_000,
    bucketMs: 1_000,
    state: "live",
    bookUpdateId: 9_000_000_000_000 + number,
    eventMs: START_MS + number * 1_000 - 37,
    bestBidPrice: 65_000.1 + number,
    bestBidQty: 0.1 + 0.2,
    bestAskPrice: 65_000.2 + number,
    bestAskQty: 1e-8,
    mid: 65_000.15 + number,
    weightedMid: 65_000.17,
    spread: 0.1,
    spreadBps: 1 / 3,
    imbalance: -0.25,
    weightedImbalance: 0.1,
    topQty: 3.75,
    topShare: 0.3,
    bidDepth10Bps: 12,
    askDepth10Bps: 10,
    bidDepth50Bps: 80,
    askDepth50Bps: 75,
    bidDepth100Bps: 140,
    askDepth100Bps: 150,
    bidCoveredBps: 60,
    askCoveredBps: null,
    velocity: -0.02,
    ...over,
  };
}

/** One revision of an alert episode. */
export function alertEvent(over: Partial<AlertEvent> = {}): AlertEvent {
  return {
    type: "alert",
    alertId: "extreme_imbalance:BTCUSDT:1",
    revision: 1,
    symbol: "BTCUSDT",
    rule: "extreme_imbalance",
    phase: "firing",
    severity: "warning",
    summary: 'Bids outweigh asks, "far" too much\\ {or so}, ü',
    startedMs: START_MS,
    firedMs: START_MS + 3_001,
    resolvedMs: null,
    timeMs: START_MS + 3_001,
    value: 0.91,
    threshold: 0.8,
    bookUpdateId: 9_000_000_000_123,
    mid: 65_000.15,
    ...over,
  };
}

/** One change of a feed's state. */
export function feedStatus(over: Partial<FeedStatus> = {}): FeedStatus {
  return {
    type: "feed",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    state: "live",
    reason: null,
    bookUpdateId: 9_000_000_000_000,
    resyncs: 0,
    gaps: 0,
    ...over,
  };
}

/** A live book of two levels a side. */
export function bookFrame(over: Partial<BookFrame> = {}): BookFrame {
  return {
    type: "book",
    symbol: "BTCUSDT",
    timeMs: START_MS,
    forStore: true,
    bookUpdateId: 9_000_000_000_000,
    bids: [[65_000.1, 0.5], [65_000, 2]],
    asks: [[65_000.2, 0.25], [65_000.3, 1]],
    ...over,
  };
}

/** A delivery of BTCUSDT's first life. */
export function delivery(
  seq: number,
  items: readonly Output[],
  over: Partial<Delivery> = {},
): Delivery {
  return { type: "delivery", source: "BTCUSDT", incarnation: 1, seq, items, ...over };
}
