/** Outputs for tests: small, complete, each field overridable. */
import { METRICS, type MetricValues, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { type MetricsView, metricsView } from "../../shared/metrics_view.ts";
import type { BookSecond } from "../../shared/book_second.ts";
import {
  type AlertEvent,
  type AuditRecord,
  type BookFrame,
  type DepthProfile,
  type FeedStatus,
  type GapRecord,
  type LossRecord,
  type MetricsFrame,
  PROFILE_BUCKETS,
  type ProofStatus,
  type RuleState,
  type TapedTrade,
  type TradeFrame,
  type TradesFrame,
  type TradesOfSide,
  type TradesSecond,
} from "../../shared/output.ts";
import type { FeedView } from "../../shared/browser_events.ts";
import type { BudgetStatus } from "../../shared/request_budget.ts";
import type { StoresStatus, SystemStatus } from "../../shared/protocol.ts";

/** A moment to count from. */
export const START_MS = Date.UTC(2026, 7, 1, 12, 0, 0);
/** Who may do everything and was not asked who they are. */
export const OPERATOR = { mayOperate: true, hasSession: false } as const;

/** What a test says of a frame: its own fields and its values, side by side. */
export type FrameParts = Partial<Omit<MetricsFrame, "type" | "values"> & MetricValues>;

const VALUES: MetricValues = {
  ...UNKNOWN_VALUES,
  bestBidPrice: 65000,
  bestBidQty: 1.5,
  bestAskPrice: 65000.01,
  bestAskQty: 2.25,
  mid: 65000.005,
  weightedMid: 65000.004,
  spread: 0.01,
  spreadBps: 0.0015,
  spreadTicks: 1,
  imbalance: 0.25,
  weightedImbalance: 0.1,
  weightedImbalance1Bps: 0.15,
  topQty: 3.75,
  topShare: 0.3,
  bidDepth10Bps: 12,
  askDepth10Bps: 10,
  bidDepth50Bps: 80,
  askDepth50Bps: 75,
  bidDepth100Bps: 140,
  askDepth100Bps: 150,
  bidCoveredBps: 60,
  velocity: 0.02,
};

/** A live frame of BTCUSDT. */
export function metricsFrame(over: FrameParts = {}): MetricsFrame {
  const own: Record<string, unknown> = {};
  const values: Record<string, unknown> = { ...VALUES };
  for (const [name, value] of Object.entries(over)) {
    (Object.hasOwn(METRICS, name) ? values : own)[name] = value;
  }
  return {
    type: "metrics",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    timeMs: START_MS,
    bucketMs: null,
    state: "live",
    bookUpdateId: 100,
    eventMs: START_MS - 20,
    nulls: "",
    ...own,
    values: values as MetricValues,
  };
}

/** The same as a browser gets it. */
export function shownMetrics(over: FrameParts = {}): MetricsView {
  return metricsView(metricsFrame(over));
}

/** A frame that closes an interval of a second. */
export function bucketFrame(over: FrameParts = {}): MetricsFrame {
  return metricsFrame({ bucketMs: 1_000, ...over });
}

/** A live book, two levels a side. */
export function bookFrame(over: Partial<BookFrame> = {}): BookFrame {
  return {
    type: "book",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    timeMs: START_MS,
    forStore: false,
    bookUpdateId: 100,
    bids: [[65000, 1.5], [64999.99, 2]],
    asks: [[65000.01, 2.25], [65000.02, 1]],
    ...over,
  };
}

/** The same as it is stored. */
export function bookSecond(over: Partial<BookSecond> = {}): BookSecond {
  return {
    type: "book_1s",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    bookUpdateId: 100,
    ticksPerUnit: 100,
    bids: { tick: 6_500_000, steps: [0, 1], qtys: [1.5, 2] },
    asks: { tick: 6_500_001, steps: [0, 1], qtys: [2.25, 1] },
    ...over,
  };
}

/** One trade of 0.5 at 65,000. */
export function tradesOfSide(over: Partial<TradesOfSide> = {}): TradesOfSide {
  return { qty: 0.5, notional: 32_500, vwap: 65_000, low: 65_000, high: 65_000, count: 1, ...over };
}

/** A tick with one trade that bought. */
export function tradesFrame(over: Partial<TradesFrame> = {}): TradesFrame {
  return {
    type: "trades",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    fromMs: START_MS - 100,
    timeMs: START_MS,
    state: "live",
    buy: tradesOfSide(),
    sell: null,
    ...over,
  };
}

/** A second with one trade that bought. */
export function tradesSecond(over: Partial<TradesSecond> = {}): TradesSecond {
  const { type: _, fromMs: __, ...common } = tradesFrame();
  return { ...common, type: "trades_1s", number: 1, ...over };
}

/** What rests in the first bucket of each side, and nothing else. */
export function depthProfile(over: Partial<DepthProfile> = {}): DepthProfile {
  const buckets = Array.from({ length: PROFILE_BUCKETS }, (_, i) => i === 0 ? 1.5 : 0);
  return {
    type: "depth_profile",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    forStore: false,
    bookUpdateId: 100,
    mid: 65_000,
    bucketBps: 2,
    lowPrice: 63_700,
    highPrice: 66_300,
    bids: buckets,
    asks: buckets,
    bidCoveredBps: 60,
    askCoveredBps: null,
    ...over,
  };
}

/** One trade that bought. */
export function tradeFrame(over: Partial<TradeFrame> = {}): TradeFrame {
  return {
    type: "trade",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    timeMs: START_MS,
    kind: "agg",
    trades: [tapedTrade()],
    leftOut: 0,
    ...over,
  };
}

/** A trade of 0.5 at 65,000. */
export function tapedTrade(over: Partial<TapedTrade> = {}): TapedTrade {
  return { id: 7, price: 65_000, qty: 0.5, side: "buy", timeMs: START_MS - 30, ...over };
}

/** A firing alert, first revision. */
export function alertEvent(over: Partial<AlertEvent> = {}): AlertEvent {
  return {
    type: "alert",
    alertId: "a1",
    revision: 1,
    venue: "binance_spot",
    symbol: "BTCUSDT",
    rule: "extreme_imbalance",
    phase: "firing",
    severity: "warning",
    summary: "Bids outweigh asks: imbalance 0.85",
    startedMs: START_MS - 2_000,
    firedMs: START_MS,
    resolvedMs: null,
    timeMs: START_MS,
    value: 0.85,
    peak: 0.87,
    threshold: 0.8,
    isHeld: false,
    reason: null,
    isNotified: true,
    suppressed: 0,
    mutedUntilMs: null,
    acknowledged: null,
    inhibits: false,
    bookUpdateId: 100,
    mid: 65000.005,
    evidence: {
      ruleVersion: 1,
      metric: "imbalance",
      series: [0.1, null, 0.85],
      baseline: null,
      bids: [[65000, 1.5], [64999.99, 2]],
      asks: [[65000.01, 0.25]],
    },
    ...over,
  };
}

/** A rule that learns. */
export function ruleState(over: Partial<RuleState> = {}): RuleState {
  return {
    type: "rule_state",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    rule: "spread_widening",
    version: 1,
    phase: "learning",
    isChange: true,
    level: 0,
    samples: 120,
    samplesNeeded: 300,
    memory: "{}",
    ...over,
  };
}

/** A live feed. */
export function feedStatus(over: Partial<FeedStatus> = {}): FeedStatus {
  return {
    type: "feed",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    state: "live",
    reason: null,
    bookUpdateId: 100,
    resyncs: 0,
    gaps: 0,
    ...over,
  };
}

/** A live feed, as a browser gets it. */
export function feedView(over: Partial<FeedView> = {}): FeedView {
  const status = feedStatus(over);
  return { sinceMs: status.timeMs, ...status, ...over };
}

/** Twelve exact checks, all agreeing. */
export function proofStatus(over: Partial<ProofStatus> = {}): ProofStatus {
  return {
    type: "proof",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    forStore: false,
    exactChecked: 12,
    exactMismatched: 0,
    carriedChecked: 70,
    carriedMismatched: 0,
    carriedHealed: 0,
    lastExactMs: START_MS - 200,
    ...over,
  };
}

/** An exchange's budget that is hardly used. */
export function budgetStatus(over: Partial<BudgetStatus> = {}): BudgetStatus {
  return {
    usedWeight: 120,
    ownWeight: 120,
    toldWeight: 120,
    othersWeight: 0,
    weightLimit: 6_000,
    usedConnections: 2,
    connectionLimit: 300,
    unreported: 0,
    waiting: { probe: 0, resync: 0, sync: 0, widen: 0, renew: 0, audit: 0 },
    refused: 0,
    start: null,
    ban: null,
    ...over,
  };
}

/** Three updates missed, two seconds without a live book. */
export function gapRecord(over: Partial<GapRecord> = {}): GapRecord {
  return {
    type: "gap",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    fromId: 101,
    toId: 103,
    durationMs: 2_000,
    ...over,
  };
}

/** Three rows of two seconds that were too many for their outbox. */
export function lossRecord(over: Partial<LossRecord> = {}): LossRecord {
  return {
    type: "loss",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    fromMs: START_MS - 60_000,
    toMs: START_MS - 58_000,
    rows: 3,
    cause: "outbox full",
    lostBy: "symbol",
    detail: null,
    ...over,
  };
}

/** An audit of 5,000 levels, all equal. */
export function auditRecord(over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    type: "audit",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    bookUpdateId: 100,
    levels: 5_000,
    mismatched: 0,
    differences: [],
    ...over,
  };
}

/** A database that stores, and no Redis. */
export function storesStatus(over: Partial<StoresStatus> = {}): StoresStatus {
  const database = { state: "up", reason: null, sinceMs: START_MS - 60_000 } as const;
  return { database, redis: null, ...over };
}

/** BTCUSDT and ETHUSDT, everything running, the exchange reached. */
export function systemStatus(over: Partial<SystemStatus> = {}): SystemStatus {
  const child = {
    state: "running",
    reason: null,
    incarnation: 1,
    restarts: 0,
    gauges: {},
  } as const;
  return {
    type: "system",
    timeMs: START_MS,
    startedMs: START_MS - 60_000,
    source: { kind: "exchange", label: "Binance spot" },
    exchange: { state: "reached", reason: null },
    clock: null,
    budget: budgetStatus(),
    stores: storesStatus(),
    symbols: ["BTCUSDT", "ETHUSDT"],
    children: [
      { ...child, actorId: "writer", gauges: { queued: 3 } },
      { ...child, actorId: "web" },
      { ...child, actorId: "symbol:BTCUSDT", gauges: { learningRules: 0 } },
      { ...child, actorId: "symbol:ETHUSDT", gauges: { learningRules: 0 } },
    ],
    ...over,
  };
}
