/** The metrics of what rests near mid and of what an order would cost, in words. */
import type { COST_METRICS } from "./cost_metrics.ts";
import type { MetricProse } from "./metric_definition.ts";

/** Who outweighs whom within a distance of mid. */
function bandImbalance(bps: number): MetricProse {
  return {
    formula: `(NB − NA)/(NB + NA), NB, NA: Σ p·q of a side with |p − mid|/mid · 10⁴ ≤ ${bps}`,
    meaning: `Which side is worth more within ${bps} bps of mid, however many levels that is.`,
    source: "definition",
  };
}

/** How much more a side offers with each bp. */
function slope(side: "bid" | "ask"): MetricProse {
  return {
    formula: `Σ k·N(k)/Σ k², N(k): notional of ${side}s within k bps, k = 1 … 10`,
    meaning: `How much more the ${side} side offers with each bp away from mid: steep is thick.`,
    source: "least squares through the origin",
  };
}

/** How what a side offers is spread over the distance. */
function slopeExponent(side: "bid" | "ask"): MetricProse {
  return {
    formula: `least-squares slope of ln N(k) on ln k, k = 1 … 10, N(k) as in ${side}Slope`,
    meaning: "1: evenly spread over the distance; above: thin at the touch.",
    source: "ordinary least squares",
  };
}

type Size = "10k" | "100k" | "1000k";
const DOLLARS: Readonly<Record<Size, string>> = {
  "10k": "10,000",
  "100k": "100,000",
  "1000k": "1,000,000",
};

/** The average price of a market order. */
function vwap(side: "buy" | "sell", size: Size): MetricProse {
  return {
    formula: `size/base, walking the ${side === "buy" ? "asks" : "bids"} until Σ p·q = ${
      DOLLARS[size]
    } US dollars, the last level in part`,
    meaning: `The average price of a market order that ${side}s ${DOLLARS[size]} dollars' worth.`,
    source: "definition",
  };
}

/** How far that is from mid. */
function slippage(side: "buy" | "sell", size: Size): MetricProse {
  return {
    formula: `10⁴ · |${side}Vwap${size} − mid|/mid`,
    meaning: `How far from mid an order that ${side}s ${DOLLARS[size]} dollars' worth is filled.`,
    source: "definition",
  };
}

/** What it costs to buy and sell again. */
function roundTrip(size: Size): MetricProse {
  return {
    formula: `buySlippageBps${size} + sellSlippageBps${size}`,
    meaning: `What it costs to buy ${DOLLARS[size]} dollars' worth and sell it again, before fees.`,
    source: "definition",
  };
}

/** Of each of `cost_metrics.ts`. */
export const COST_PROSE = {
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
  roundTripBps100k: roundTrip("100k"),
  roundTripBps1000k: roundTrip("1000k"),
} satisfies Readonly<Record<keyof typeof COST_METRICS, MetricProse>>;
