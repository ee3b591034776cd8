/** The metrics of one book in words: who is heavier, what rests how near. */
import type { BOOK_METRICS } from "./book_metrics.ts";
import type { MetricProse } from "./metric_definition.ts";

const BEST_LEVEL = {
  source: "Binance spot: order book",
} as const;

/** Quantity resting there. */
function depth(side: "bid" | "ask", bps: number): MetricProse {
  return {
    formula: `Σ q of ${side}s with |p − mid|/mid · 10⁴ ≤ ${bps}`,
    meaning: `How much rests on the ${side} side within ${bps / 100} % of mid; ` +
      `a lower bound where less is known (${side}CoveredBps).`,
    source: "definition",
  };
}

/** … and what it is worth. */
function notional(side: "bid" | "ask", bps: number): MetricProse {
  return {
    formula: `Σ p·q of ${side}s with |p − mid|/mid · 10⁴ ≤ ${bps}`,
    meaning: `What rests on the ${side} side within ${bps / 100} % of mid is worth; ` +
      `a lower bound where less is known (${side}CoveredBps).`,
    source: "definition",
  };
}

/** How far one side is known. */
function coveredBps(side: "bid" | "ask"): MetricProse {
  return {
    formula: `max(0, |edge − mid|/mid · 10⁴), edge: the last ${side} of the newest snapshot`,
    meaning:
      `How far from mid every level of the ${side} side is known; with a live book null means ` +
      "that the snapshot held the whole side.",
    source: "definition",
  };
}

/** Of each of `book_metrics.ts`. */
export const BOOK_PROSE = {
  bestBidPrice: {
    ...BEST_LEVEL,
    formula: "p_b1",
    meaning: "The highest price that somebody bids.",
  },
  bestBidQty: {
    ...BEST_LEVEL,
    formula: "q_b1",
    meaning: "How much is bid at the best bid.",
  },
  bestAskPrice: {
    ...BEST_LEVEL,
    formula: "p_a1",
    meaning: "The lowest price that somebody asks.",
  },
  bestAskQty: {
    ...BEST_LEVEL,
    formula: "q_a1",
    meaning: "How much is asked at the best ask.",
  },
  mid: {
    ...BEST_LEVEL,
    formula: "(p_b1 + p_a1)/2",
    meaning: "The middle between the best bid and the best ask.",
    source: "definition",
  },
  weightedMid: {
    ...BEST_LEVEL,
    formula: "(p_b1·q_a1 + p_a1·q_b1)/(q_b1 + q_a1)",
    meaning:
      "Mid drawn towards the thinner queue, where the price will sooner give way. Often called " +
      "micro-price, which is another thing.",
    source: "Stoikov (2018), SSRN 2970694, on the difference",
  },
  spread: {
    formula: "p_a1 − p_b1",
    meaning: "What it costs to buy and sell again at the best prices, per unit of the base asset.",
    source: "definition",
  },
  spreadBps: {
    formula: "10⁴ · spread/mid",
    meaning: "The spread as a share of the price, so that symbols can be compared.",
    source: "definition",
  },
  spreadTicks: {
    formula: "(p_a1 − p_b1)/tick size",
    meaning: "The spread in the smallest steps of the price: 1 is as narrow as it can be.",
    source: "definition",
  },
  queueImbalance: {
    formula: "(q_b1 − q_a1)/(q_b1 + q_a1)",
    meaning:
      "Which of the two best queues is longer: the price moves sooner against the shorter one.",
    source: "Gould and Bonart (2016), arXiv 1512.03492",
  },
  imbalance: {
    formula: "(SB − SA)/(SB + SA)",
    meaning: "Which side of the best levels is heavier: 1 all bids, −1 all asks.",
    source: "Cao, Hansch and Wang (2009), J. Futures Markets 29(1)",
  },
  weightedImbalance: {
    formula:
      "the ratio of Σ q·exp(−d/λ) over d ≤ 10 λ, d = |p − mid|/mid · 10⁴, λ: weightLambdaBps",
    meaning:
      "The imbalance with weights that fall with the distance from mid, so that it does not depend on " +
      "how densely levels stand.",
    source: "definition",
  },
  weightedImbalance1Bps: {
    formula: "as weightedImbalance with λ = 1",
    meaning:
      "The imbalance of what rests very near, with weights that fall to 1/e at 1 bps; it says more of the next " +
      "second, and asks only 10 bps to be known.",
    source: "definition",
  },
  topQty: {
    formula: "q_b1 + q_a1",
    meaning: "How much rests at the best bid and the best ask together.",
    source: "definition",
  },
  topShare: {
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
    formula: "least-squares slope of imbalance on time over the window",
    meaning:
      "How fast the order book imbalance is turning, per second: up towards bids, down towards asks.",
    source: "ordinary least squares",
  },
} satisfies Readonly<Record<keyof typeof BOOK_METRICS, MetricProse>>;
