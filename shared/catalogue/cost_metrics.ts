/** The metrics of what rests near mid and of what an order would cost, for experts. */
import { plain, price, SIGNED } from "./displays.ts";
import type { MetricDefinition } from "./metric_definition.ts";

const OF_BOOK = { window: null, sampling: "update", tier: 2 } as const;

/** Who outweighs whom within a distance of mid. */
function bandImbalance<Bps extends number>(bps: Bps) {
  return {
    ...OF_BOOK,
    column: `band_imbalance_${bps}_bps`,
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean"],
    group: "bands",
    label: `Imbalance within ${bps} bps`,
  } as const satisfies MetricDefinition;
}

/** How much more a side offers with each bp. */
function slope<Side extends "bid" | "ask">(side: Side) {
  return {
    ...OF_BOOK,
    column: `${side}_slope`,
    stored: "float4",
    unit: "quote/bps",
    display: plain("quantity"),
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "not_covered"],
    fold: ["mean"],
    group: "bands",
    label: `${side === "bid" ? "Bid" : "Ask"} slope`,
  } as const satisfies MetricDefinition;
}

/** How what a side offers is spread over the distance. */
function slopeExponent<Side extends "bid" | "ask">(side: Side) {
  return {
    ...OF_BOOK,
    column: `${side}_slope_exponent`,
    stored: "float4",
    unit: "exponent",
    display: plain(2),
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "not_covered", "too_thin"],
    fold: ["mean"],
    group: "bands",
    label: `${side === "bid" ? "Bid" : "Ask"} slope exponent`,
  } as const satisfies MetricDefinition;
}

type Size = "10k" | "100k" | "1000k";
const OF_ORDER = {
  ...OF_BOOK,
  range: [0, null],
  nullWhen: ["not_live", "one_sided", "not_covered", "too_thin", "no_quote_rate"],
  group: "cost",
} as const;

/** The average price of a market order. */
function vwap<Side extends "buy" | "sell", Of extends Size>(side: Side, size: Of) {
  return {
    ...OF_ORDER,
    column: `${side}_vwap_${size}`,
    stored: "float8",
    unit: "quote",
    display: price(1),
    fold: ["mean"],
    label: `${side === "buy" ? "Buy" : "Sell"} ${size} at`,
  } as const satisfies MetricDefinition;
}

/** How far that is from mid. */
function slippage<Side extends "buy" | "sell", Of extends Size>(side: Side, size: Of) {
  return {
    ...OF_ORDER,
    column: `${side}_slippage_bps_${size}`,
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    fold: ["mean"],
    label: `Slippage, ${side} ${size}`,
  } as const satisfies MetricDefinition;
}

/** What it costs to buy and sell again. */
function roundTrip<Of extends Size>(size: Of) {
  return {
    ...OF_ORDER,
    column: `round_trip_bps_${size}`,
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    fold: ["mean"],
    label: `Round trip ${size}`,
  } as const satisfies MetricDefinition;
}

/** In the order in which they are listed. */
export const COST_METRICS = {
  bandImbalance1Bps: bandImbalance(1),
  bandImbalance2Bps: bandImbalance(2),
  bandImbalance5Bps: bandImbalance(5),
  bandImbalance10Bps: bandImbalance(10),
  bidSlope: slope("bid"),
  askSlope: slope("ask"),
  bidSlopeExponent: slopeExponent("bid"),
  askSlopeExponent: slopeExponent("ask"),
  buyVwap10k: vwap("buy", "10k"),
  sellVwap10k: vwap("sell", "10k"),
  buyVwap100k: vwap("buy", "100k"),
  sellVwap100k: vwap("sell", "100k"),
  buyVwap1000k: vwap("buy", "1000k"),
  sellVwap1000k: vwap("sell", "1000k"),
  buySlippageBps10k: slippage("buy", "10k"),
  sellSlippageBps10k: slippage("sell", "10k"),
  buySlippageBps100k: slippage("buy", "100k"),
  sellSlippageBps100k: slippage("sell", "100k"),
  buySlippageBps1000k: slippage("buy", "1000k"),
  sellSlippageBps1000k: slippage("sell", "1000k"),
  roundTripBps10k: roundTrip("10k"),
  roundTripBps100k: { ...roundTrip("100k"), fold: ["mean", "max", "quantiles"] },
  roundTripBps1000k: roundTrip("1000k"),
} as const satisfies Readonly<Record<string, MetricDefinition>>;
