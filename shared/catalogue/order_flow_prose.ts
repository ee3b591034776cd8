/** The metrics of what comes to the book and goes from it, in words. */
import type { ORDER_FLOW_METRICS } from "./order_flow_metrics.ts";
import type { MetricProse } from "./metric_definition.ts";

type Seconds = 1 | 10 | 60;

/** What the book tickers of a window have added to the bid and taken from the ask. */
function ofi(seconds: Seconds): MetricProse {
  return {
    formula:
      "Σ e over book tickers, each against the one before it (′): e = 1[p_b ≥ p_b′]q_b − 1[p_b ≤ p_b′]q_b′ − " +
      `1[p_a ≤ p_a′]q_a + 1[p_a ≥ p_a′]q_a′; of ids after the last update with E ≤ now − ${seconds} s`,
    meaning:
      `How much more has come to the best bid and gone from the best ask than the other way round in ${seconds} s.`,
    source: "Cont, Kukanov and Stoikov (2014), arXiv 1011.6402",
  };
}

/** … in typical queues. */
function ofiNormalised(seconds: Seconds): MetricProse {
  return {
    ...ofi(seconds),
    formula:
      `ofi${seconds}s divided by the mean of (q_b + q_a)/2 over the same tickers; 0: there were none`,
    meaning:
      `The order flow imbalance of ${seconds} s in typical queues, so that symbols can be compared.`,
  };
}

/** … and at each of the ten best levels. */
function ofiMultiLevel(seconds: Seconds): MetricProse {
  return {
    ...ofi(seconds),
    formula: "mean over the ten best levels by rank of Σ e / Q, e from one update to the next, " +
      `Q the mean of (q_b + q_a)/2 over the levels and the updates of ${seconds} s`,
    meaning:
      `The order flow imbalance of ${seconds} s at the ten best levels instead of the best alone, in typical queues.`,
    source: "Cont, Cucuringu and Zhang (2023), arXiv 2112.13213, with equal weights",
  };
}

/** Of each of `order_flow_metrics.ts`. */
export const ORDER_FLOW_PROSE = {
  ofi1s: ofi(1),
  ofi10s: ofi(10),
  ofi60s: ofi(60),
  ofiNormalised1s: ofiNormalised(1),
  ofiNormalised10s: ofiNormalised(10),
  ofiNormalised60s: ofiNormalised(60),
  ofiMultiLevel1s: ofiMultiLevel(1),
  ofiMultiLevel10s: ofiMultiLevel(10),
  ofiMultiLevel60s: ofiMultiLevel(60),
  addedNotional10s: {
    formula: "Σ p·(rise of q) from update to update, of levels within 10 bps of the mid before",
    meaning:
      "What was added within 10 bps of mid in ten seconds is worth; a lower bound: what comes and goes " +
      "between two updates is not seen.",
    source: "definition",
  },
  cancelledNotional10s: {
    formula:
      "Σ p·(fall of q) likewise, less what was traded at the same price and side in the window, at most what fell there",
    meaning:
      "What was taken away again within 10 bps of mid in ten seconds without a trade is worth; a lower bound.",
    source: "definition",
  },
  levelFlowImbalance10s: {
    formula: "(Σ p·Δq of bids − Σ p·Δq of asks)/Σ p·|Δq|, of the same changes",
    meaning: "Which side's levels near mid have grown against the other's in ten seconds.",
    source: "definition",
  },
} satisfies Readonly<Record<keyof typeof ORDER_FLOW_METRICS, MetricProse>>;
