/** The metrics of one book: its best prices, its spread, who is heavier, what rests how near. */
import { plain, price, SIGNED } from "./displays.ts";
import type { MetricDefinition } from "./metric_definition.ts";

/** Of the book at one update id. */
const OF_BOOK = { window: null, sampling: "update", tier: 1 } as const;
const BEST_LEVEL = {
  ...OF_BOOK,
  tier: 0,
  range: [0, null],
  nullWhen: ["not_live", "one_sided"],
  fold: ["mean"],
  stored: "float8",
  group: "price",
} as const;

/** Of what rests within a distance of mid on one side. */
function within<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...OF_BOOK,
    stored: "float4",
    display: plain("quantity"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean"],
    lowerBoundBeyond: { covered: `${side}CoveredBps`, reachBps: bps },
    group: "depth",
  } as const;
}

/** Quantity resting there. */
function depth<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...within(side, bps),
    column: `${side}_depth_${bps}_bps`,
    unit: "base",
    label: `${side === "bid" ? "Bids" : "Asks"} within ${bps / 100} %`,
  } as const satisfies MetricDefinition;
}

/** … and what it is worth. */
function notional<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...within(side, bps),
    column: `${side}_notional_${bps}_bps`,
    unit: "quote",
    label: `${side === "bid" ? "Bids" : "Asks"} within ${bps / 100} %, in quote`,
  } as const satisfies MetricDefinition;
}

/** How far one side is known. */
function coveredBps<Side extends "bid" | "ask">(side: Side) {
  return {
    ...OF_BOOK,
    tier: 0,
    column: `${side}_covered_bps`,
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "no_edge"],
    fold: ["min"],
    group: "coverage",
    label: `${side === "bid" ? "Bid" : "Ask"} levels known to`,
  } as const satisfies MetricDefinition;
}

/** In the order in which they are listed. */
export const BOOK_METRICS = {
  bestBidPrice: {
    ...BEST_LEVEL,
    column: "best_bid_price",
    unit: "quote",
    display: price(0),
    label: "Best bid",
  },
  bestBidQty: {
    ...BEST_LEVEL,
    stored: "float4",
    column: "best_bid_qty",
    unit: "base",
    display: plain("quantity"),
    label: "Best bid quantity",
  },
  bestAskPrice: {
    ...BEST_LEVEL,
    column: "best_ask_price",
    unit: "quote",
    display: price(0),
    label: "Best ask",
  },
  bestAskQty: {
    ...BEST_LEVEL,
    stored: "float4",
    column: "best_ask_qty",
    unit: "base",
    display: plain("quantity"),
    label: "Best ask quantity",
  },
  mid: {
    ...BEST_LEVEL,
    fold: ["mean", "min", "max"],
    column: "mid",
    unit: "quote",
    display: price(1),
    label: "Mid",
  },
  weightedMid: {
    ...BEST_LEVEL,
    tier: 1,
    column: "weighted_mid",
    unit: "quote",
    display: price(2),
    label: "Weighted mid",
  },
  spread: {
    ...OF_BOOK,
    column: "spread",
    stored: "float4",
    unit: "quote",
    display: price(0),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean"],
    group: "spread",
    label: "Spread",
  },
  spreadBps: {
    ...OF_BOOK,
    column: "spread_bps",
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "max", "quantiles"],
    group: "spread",
    label: "Spread",
  },
  spreadTicks: {
    ...OF_BOOK,
    column: "spread_ticks",
    stored: "int4",
    unit: "ticks",
    display: plain(0),
    range: [0, 2 ** 31 - 1],
    nullWhen: ["not_live", "one_sided", "no_tick_size", "too_wide"],
    fold: ["mean"],
    group: "spread",
    label: "Spread in ticks",
  },
  queueImbalance: {
    ...OF_BOOK,
    column: "queue_imbalance",
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean"],
    group: "imbalance",
    label: "Queue imbalance",
  },
  imbalance: {
    ...OF_BOOK,
    column: "imbalance",
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered"],
    fold: ["mean", "quantiles"],
    group: "imbalance",
    label: "Order book imbalance",
  },
  weightedImbalance: {
    ...OF_BOOK,
    column: "weighted_imbalance",
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean"],
    group: "imbalance",
    label: "Weighted imbalance, wide",
  },
  weightedImbalance1Bps: {
    ...OF_BOOK,
    column: "weighted_imbalance_1_bps",
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean"],
    group: "imbalance",
    label: "Weighted imbalance",
  },
  topQty: {
    ...OF_BOOK,
    column: "top_qty",
    stored: "float4",
    unit: "base",
    display: plain("quantity"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "quantiles"],
    group: "top",
    label: "Volume at top",
  },
  topShare: {
    ...OF_BOOK,
    column: "top_share",
    stored: "float4",
    unit: "ratio",
    display: { decimals: 1, isSigned: false, isPercent: true },
    range: [0, 1],
    nullWhen: ["not_live", "one_sided", "not_covered"],
    fold: ["mean"],
    group: "top",
    label: "Share at top",
  },
  bidDepth10Bps: depth("bid", 10),
  askDepth10Bps: depth("ask", 10),
  bidDepth50Bps: depth("bid", 50),
  askDepth50Bps: depth("ask", 50),
  bidDepth100Bps: depth("bid", 100),
  askDepth100Bps: depth("ask", 100),
  bidNotional10Bps: { ...notional("bid", 10), fold: ["mean", "quantiles"] },
  askNotional10Bps: { ...notional("ask", 10), fold: ["mean", "quantiles"] },
  bidNotional50Bps: notional("bid", 50),
  askNotional50Bps: notional("ask", 50),
  bidNotional100Bps: notional("bid", 100),
  askNotional100Bps: notional("ask", 100),
  bidCoveredBps: coveredBps("bid"),
  askCoveredBps: coveredBps("ask"),
  velocity: {
    column: "velocity",
    stored: "float4",
    unit: "ratio/s",
    display: SIGNED,
    range: [null, null],
    window: "slopeWindowMs",
    sampling: "tick",
    nullWhen: ["not_live", "one_sided", "not_covered", "warming_up"],
    fold: ["mean", "quantiles"],
    tier: 1,
    group: "imbalance",
    label: "Imbalance slope",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
