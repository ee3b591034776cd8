/** Outputs and deliveries for tests of the writer: complete, each field overridable. */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type {
  AlertEvent,
  AuditRecord,
  BookFrame,
  FeedStatus,
  GapRecord,
  MetricsFrame,
  Output,
  ProofStatus,
  TradesSecond,
} from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import * as outputs from "../support/outputs.ts";

/** A moment to count from, with milliseconds that are not round. */
export const START_MS = outputs.START_MS + 123;
/** Beyond 32 bits, as the exchange's are. */
const UPDATE_ID = 9_000_000_000_000;

/** The row of interval `number`; what must survive to the bit is hard to write as a decimal. */
export function bucketFrame(number: number, over: outputs.FrameParts = {}): MetricsFrame {
  return outputs.bucketFrame({
    timeMs: START_MS + number * 1_000,
    bookUpdateId: UPDATE_ID + number,
    eventMs: START_MS + number * 1_000 - 37,
    bestBidPrice: 65_000.1 + number,
    bestBidQty: 0.1 + 0.2,
    bestAskPrice: 65_000.2 + number,
    bestAskQty: 1e-8,
    mid: 65_000.15 + number,
    spreadBps: 1 / 3,
    imbalance: -0.25,
    velocity: -0.02,
    ...over,
  });
}

/** One revision of an alert episode, with text that a careless statement would break at. */
export function alertEvent(over: Partial<AlertEvent> = {}): AlertEvent {
  return outputs.alertEvent({
    alertId: "extreme_imbalance:BTCUSDT:1",
    summary: 'Bids outweigh asks, "far" too much\\ {or so}, ü',
    startedMs: START_MS,
    firedMs: START_MS + 3_001,
    timeMs: START_MS + 3_001,
    value: 0.91,
    bookUpdateId: UPDATE_ID + 123,
    mid: 65_000.15,
    ...over,
  });
}

/** One change of a feed's state. */
export function feedStatus(over: Partial<FeedStatus> = {}): FeedStatus {
  return outputs.feedStatus({ timeMs: START_MS, bookUpdateId: UPDATE_ID, ...over });
}

/** One gap, with ids beyond 32 bits. */
export function gapRecord(over: Partial<GapRecord> = {}): GapRecord {
  return outputs.gapRecord({
    timeMs: START_MS,
    fromId: UPDATE_ID + 1,
    toId: UPDATE_ID + 14,
    durationMs: 1_234.5,
    ...over,
  });
}

/** A failed audit, with differences that a careless list would break at. */
export function auditRecord(over: Partial<AuditRecord> = {}): AuditRecord {
  return outputs.auditRecord({
    timeMs: START_MS,
    bookUpdateId: UPDATE_ID,
    mismatched: 3,
    differences: ['bid 65,000.1: ours 0.5, snapshot "0"', "{ask} \\ NULL, ü", ""],
    ...over,
  });
}

/** A proof for the store: counts beyond 32 bits, all different, so that no two can change places. */
export function proofStatus(over: Partial<ProofStatus> = {}): ProofStatus {
  return outputs.proofStatus({
    timeMs: START_MS,
    forStore: true,
    exactChecked: 5_000_000_000,
    exactMismatched: 1,
    carriedChecked: 7_000_000_000,
    carriedMismatched: 4,
    carriedHealed: 3,
    lastExactMs: START_MS - 7,
    ...over,
  });
}

/** A second of trades: numbers all different, so that no two can change places. */
export function tradesSecond(over: Partial<TradesSecond> = {}): TradesSecond {
  const sell = {
    qty: 1e-8,
    notional: 0.000_6,
    vwap: 60_000,
    low: 59_000,
    high: 61_000.5,
    count: 7,
  };
  const buy = { qty: 0.1 + 0.2, notional: 0.1, vwap: 1 / 3, low: 0.25, high: 0.5, count: 3 };
  return outputs.tradesSecond({ timeMs: START_MS, buy, sell, ...over });
}

/** A live book of two levels a side, the one of its second that the writer gets. */
export function bookFrame(over: Partial<BookFrame> = {}): BookFrame {
  return outputs.bookFrame({
    timeMs: START_MS,
    forStore: true,
    bookUpdateId: UPDATE_ID,
    bids: [[65_000.1, 0.5], [65_000, 2]],
    asks: [[65_000.2, 0.25], [65_000.3, 1]],
    ...over,
  });
}

/** A delivery of BTCUSDT's first life. */
export function delivery(
  seq: number,
  items: readonly Output[],
  over: Partial<Delivery> = {},
): Delivery {
  const settings = DEFAULT_SETTINGS;
  return { type: "delivery", source: "BTCUSDT", incarnation: 1, settings, seq, items, ...over };
}
