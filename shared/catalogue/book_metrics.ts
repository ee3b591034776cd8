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
  fold: ["mean", "last"],
  stored: "float8",
  group: "price",
  source: "Binance spot: order book",
} as const;

/** Of what rests within a distance of mid on one side. */
function within<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...OF_BOOK,
    stored: "float8",
    display: plain("quantity"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "min"],
    lowerBoundBeyond: { covered: `${side}CoveredBps`, reachBps: bps },
    group: "depth",
    source: "definition",
  } as const;
}

/** Quantity resting there. */
function depth<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...within(side, bps),
    column: `${side}_depth_${bps}_bps`,
    unit: "base",
    label: `${side === "bid" ? "Bids" : "Asks"} within ${bps / 100} %`,
    formula: `Σ q of ${side}s with |p − mid|/mid · 10⁴ ≤ ${bps}`,
    meaning: `How much rests on the ${side} side within ${bps / 100} % of mid; ` +
      `a lower bound where less is known (${side}CoveredBps).`,
  } as const satisfies MetricDefinition;
}

/** … and what it is worth. */
function notional<Side extends "bid" | "ask", Bps extends number>(side: Side, bps: Bps) {
  return {
    ...within(side, bps),
    column: `${side}_notional_${bps}_bps`,
    unit: "quote",
    label: `${side === "bid" ? "Bids" : "Asks"} within ${bps / 100} %, in quote`,
    formula: `Σ p·q of ${side}s with |p − mid|/mid · 10⁴ ≤ ${bps}`,
    meaning: `What rests on the ${side} side within ${bps / 100} % of mid is worth; ` +
      `a lower bound where less is known (${side}CoveredBps).`,
  } as const satisfies MetricDefinition;
}

/** How far one side is known. */
function coveredBps<Side extends "bid" | "ask">(side: Side) {
  return {
    ...OF_BOOK,
    tier: 0,
    column: `${side}_covered_bps`,
    stored: "float8",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "no_edge"],
    fold: ["min"],
    group: "coverage",
    label: `${side === "bid" ? "Bids" : "Asks"} known to`,
    formula: `max(0, |edge − mid|/mid · 10⁴), edge: the last ${side} of the newest snapshot`,
    meaning:
      `How far from mid every level of the ${side} side is known; with a live book null means ` +
      "that the snapshot held the whole side.",
    source: "definition",
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
    formula: "p_b1",
    meaning: "The highest price that somebody bids.",
  },
  bestBidQty: {
    ...BEST_LEVEL,
    column: "best_bid_qty",
    unit: "base",
    display: plain("quantity"),
    label: "Best bid quantity",
    formula: "q_b1",
    meaning: "How much is bid at the best bid.",
  },
  bestAskPrice: {
    ...BEST_LEVEL,
    column: "best_ask_price",
    unit: "quote",
    display: price(0),
    label: "Best ask",
    formula: "p_a1",
    meaning: "The lowest price that somebody asks.",
  },
  bestAskQty: {
    ...BEST_LEVEL,
    column: "best_ask_qty",
    unit: "base",
    display: plain("quantity"),
    label: "Best ask quantity",
    formula: "q_a1",
    meaning: "How much is asked at the best ask.",
  },
  mid: {
    ...BEST_LEVEL,
    column: "mid",
    unit: "quote",
    display: price(1),
    label: "Mid",
    formula: "(p_b1 + p_a1)/2",
    meaning: "The middle between the best bid and the best ask.",
    source: "definition",
  },
  weightedMid: {
    ...BEST_LEVEL,
    tier: 1,
    column: "weighted_mid",
    unit: "quote",
    display: price(2),
    label: "Weighted mid",
    formula: "(p_b1·q_a1 + p_a1·q_b1)/(q_b1 + q_a1)",
    meaning:
      "Mid drawn towards the thinner queue, where the price will sooner give way. Often called " +
      "micro-price, which is another thing.",
    source: "Stoikov (2018), SSRN 2970694, on the difference",
  },
  spread: {
    ...OF_BOOK,
    column: "spread",
    stored: "float8",
    unit: "quote",
    display: price(0),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "max"],
    group: "spread",
    label: "Spread",
    formula: "p_a1 − p_b1",
    meaning: "What it costs to buy and sell again at the best prices, per unit of the base asset.",
    source: "definition",
  },
  spreadBps: {
    ...OF_BOOK,
    column: "spread_bps",
    stored: "float8",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "max"],
    group: "spread",
    label: "Spread",
    formula: "10⁴ · spread/mid",
    meaning: "The spread as a share of the price, so that symbols can be compared.",
    source: "definition",
  },
  spreadTicks: {
    ...OF_BOOK,
    column: "spread_ticks",
    stored: "int4",
    unit: "ticks",
    display: plain(0),
    range: [0, 2 ** 31 - 1],
    nullWhen: ["not_live", "one_sided", "no_tick_size", "too_wide"],
    fold: ["mean", "max"],
    group: "spread",
    label: "Spread in ticks",
    formula: "(p_a1 − p_b1)/tick size",
    meaning: "The spread in the smallest steps of the price: 1 is as narrow as it can be.",
    source: "definition",
  },
  queueImbalance: {
    ...OF_BOOK,
    column: "queue_imbalance",
    stored: "float8",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean", "min", "max"],
    group: "imbalance",
    label: "Queue imbalance",
    formula: "(q_b1 − q_a1)/(q_b1 + q_a1)",
    meaning:
      "Which of the two best queues is longer: the price moves sooner against the shorter one.",
    source: "Gould and Bonart (2016), arXiv 1512.03492",
  },
  imbalance: {
    ...OF_BOOK,
    column: "imbalance",
    stored: "float8",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered"],
    fold: ["mean", "min", "max"],
    group: "imbalance",
    label: "Order book imbalance",
    formula: "(SB − SA)/(SB + SA)",
    meaning: "Which side of the best levels is heavier: 1 all bids, −1 all asks.",
    source: "Cao, Hansch and Wang (2009), J. Futures Markets 29(1)",
  },
  weightedImbalance: {
    ...OF_BOOK,
    column: "weighted_imbalance",
    stored: "float8",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean", "min", "max"],
    group: "imbalance",
    label: "Weighted imbalance, wide",
    formula:
      "the ratio of Σ q·exp(−d/λ) over d ≤ 10 λ, d = |p − mid|/mid · 10⁴, λ: weightLambdaBps",
    meaning:
      "The imbalance with weights that fall with the distance from mid, so that it does not depend on " +
      "how densely levels stand.",
    source: "definition",
  },
  weightedImbalance1Bps: {
    ...OF_BOOK,
    column: "weighted_imbalance_1_bps",
    stored: "float8",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean", "min", "max"],
    group: "imbalance",
    label: "Weighted imbalance",
    formula: "as weightedImbalance with λ = 1",
    meaning:
      "The imbalance of what rests very near, with weights that fall to 1/e at 1 bps; it says more of the next " +
      "second, and asks only 10 bps to be known.",
    source: "definition",
  },
  topQty: {
    ...OF_BOOK,
    column: "top_qty",
    stored: "float8",
    unit: "base",
    display: plain("quantity"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided"],
    fold: ["mean"],
    group: "top",
    label: "Volume at top",
    formula: "q_b1 + q_a1",
    meaning: "How much rests at the best bid and the best ask together.",
    source: "definition",
  },
  topShare: {
    ...OF_BOOK,
    column: "top_share",
    stored: "float8",
    unit: "ratio",
    display: { decimals: 1, isSigned: false, isPercent: true },
    range: [0, 1],
    nullWhen: ["not_live", "one_sided", "not_covered"],
    fold: ["mean"],
    group: "top",
    label: "Share at top",
    formula: "topQty/(SB + SA)",
    meaning: "How much of the best levels rests at the very best prices.",
    source: "definition",
  },
  bidDepth10Bps: depth("bid", 10),
  askDepth10Bps: depth("ask", 10),
  bidDepth50Bps: depth("bid", 50),
  askDepth50Bps: depth("ask", 50),
  bidDepth100Bps: depth("bid", 100),
  askDepth100Bps: depth("ask", 100),
  bidNotional10Bps: notional("bid", 10),
  askNotional10Bps: notional("ask", 10),
  bidNotional50Bps: notional("bid", 50),
  askNotional50Bps: notional("ask", 50),
  bidNotional100Bps: notional("bid", 100),
  askNotional100Bps: notional("ask", 100),
  bidCoveredBps: coveredBps("bid"),
  askCoveredBps: coveredBps("ask"),
  velocity: {
    column: "velocity",
    stored: "float8",
    unit: "ratio/s",
    display: SIGNED,
    range: [null, null],
    window: "slopeWindowMs",
    sampling: "tick",
    nullWhen: ["not_live", "one_sided", "not_covered", "warming_up"],
    fold: ["mean", "min", "max"],
    tier: 1,
    group: "imbalance",
    label: "Imbalance slope",
    formula: "least-squares slope of imbalance on time over the window",
    meaning:
      "How fast the order book imbalance is turning, per second: up towards bids, down towards asks.",
    source: "ordinary least squares",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
