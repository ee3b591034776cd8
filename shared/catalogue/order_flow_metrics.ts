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
    fold: ["mean"],
    label: `Order flow imbalance, ${seconds} s`,
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
  } as const satisfies MetricDefinition;
}

const OF_LEVELS = {
  ...OVER_TIME,
  range: [0, null],
  window: 10_000,
  nullWhen: ["not_live", "one_sided", "warming_up"],
  unit: "quote",
  display: plain("quantity"),
  fold: ["mean"],
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
  },
  cancelledNotional10s: {
    ...OF_LEVELS,
    column: "cancelled_notional_10s",
    label: "Cancelled near mid, 10 s",
  },
  levelFlowImbalance10s: {
    ...OF_LEVELS,
    column: "level_flow_imbalance_10s",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    nullWhen: ["not_live", "one_sided", "warming_up", "too_thin"],
    fold: ["mean"],
    label: "Level flow imbalance, 10 s",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
