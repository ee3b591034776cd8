/** The metrics of what comes to a book and goes from it over time: at its best prices, on its levels, near mid. */
import { plain, SIGNED } from "./displays.ts";
import type { MetricDefinition } from "./metric_definition.ts";

const OVER_TIME = { sampling: "update", tier: 2, group: "order flow", stored: "float4" } as const;

type Seconds = 1 | 10 | 60;

/** What the book tickers of a window have added to the bid and taken from the ask. */
function ofi<Of extends Seconds>(seconds: Of) {
  return {
    ...OVER_TIME,
    column: `ofi_${seconds}s`,
    unit: "base",
    display: { ...plain("quantity"), isSigned: true },
    range: [null, null],
    window: 1_000 * seconds,
    nullWhen: ["not_live", "one_sided", "warming_up"],
    fold: ["mean", "min", "max"],
    label: `Order flow imbalance, ${seconds} s`,
    formula:
      "Σ e over book tickers, each against the one before it (′): e = 1[p_b ≥ p_b′]q_b − 1[p_b ≤ p_b′]q_b′ − " +
      `1[p_a ≤ p_a′]q_a + 1[p_a ≥ p_a′]q_a′; of ids after the last update with E ≤ now − ${seconds} s`,
    meaning:
      `How much more has come to the best bid and gone from the best ask than the other way round in ${seconds} s.`,
    source: "Cont, Kukanov and Stoikov (2014), arXiv 1011.6402",
  } as const satisfies MetricDefinition;
}

/** … in typical queues. */
function ofiNormalised<Of extends Seconds>(seconds: Of) {
  return {
    ...ofi(seconds),
    column: `ofi_normalised_${seconds}s`,
    unit: "ratio",
    display: SIGNED,
    label: `Order flow imbalance in queues, ${seconds} s`,
    formula:
      `ofi${seconds}s divided by the mean of (q_b + q_a)/2 over the same tickers; 0: there were none`,
    meaning:
      `The order flow imbalance of ${seconds} s in typical queues, so that symbols can be compared.`,
  } as const satisfies MetricDefinition;
}

/** … and at each of the ten best levels. */
function ofiMultiLevel<Of extends Seconds>(seconds: Of) {
  return {
    ...ofi(seconds),
    column: `ofi_multi_level_${seconds}s`,
    unit: "ratio",
    display: SIGNED,
    nullWhen: ["not_live", "one_sided", "warming_up", "not_covered", "too_thin"],
    label: `Order flow imbalance, ten levels, ${seconds} s`,
    formula: "mean over the ten best levels by rank of Σ e / Q, e from one update to the next, " +
      `Q the mean of (q_b + q_a)/2 over the levels and the updates of ${seconds} s`,
    meaning:
      `The order flow imbalance of ${seconds} s at the ten best levels instead of the best alone, in typical queues.`,
    source: "Cont, Cucuringu and Zhang (2023), arXiv 2112.13213, with equal weights",
  } as const satisfies MetricDefinition;
}

const OF_LEVELS = {
  ...OVER_TIME,
  range: [0, null],
  window: 10_000,
  nullWhen: ["not_live", "one_sided", "warming_up"],
  unit: "quote",
  display: plain("quantity"),
  fold: ["mean", "max"],
  source: "definition",
} as const;

/** In the order in which they are listed. */
export const ORDER_FLOW_METRICS = {
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
    ...OF_LEVELS,
    column: "added_notional_10s",
    label: "Added near mid, 10 s",
    formula: "Σ p·(rise of q) from update to update, of levels within 10 bps of the mid before",
    meaning:
      "What was added within 10 bps of mid in ten seconds is worth; a lower bound: what comes and goes " +
      "between two updates is not seen.",
  },
  cancelledNotional10s: {
    ...OF_LEVELS,
    column: "cancelled_notional_10s",
    label: "Cancelled near mid, 10 s",
    formula:
      "Σ p·(fall of q) likewise, less what was traded at the same price and side in the window, at most what fell there",
    meaning:
      "What was taken away again within 10 bps of mid in ten seconds without a trade is worth; a lower bound.",
  },
  levelFlowImbalance10s: {
    ...OF_LEVELS,
    column: "level_flow_imbalance_10s",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "warming_up", "too_thin"],
    fold: ["mean", "min", "max"],
    label: "Level flow imbalance, 10 s",
    formula: "(Σ p·Δq of bids − Σ p·Δq of asks)/Σ p·|Δq|, of the same changes",
    meaning: "Which side's levels near mid have grown against the other's in ten seconds.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
