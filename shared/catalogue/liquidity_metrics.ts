/** The metrics of how a book bears what happens to it: how soon it heals, its walls, and where its queues send mid. */
import { plain, price } from "./displays.ts";
import type { MetricDefinition } from "./metric_definition.ts";

const OF_PAST = { sampling: "update", tier: 2, group: "liquidity" } as const;
const COUNT = {
  ...OF_PAST,
  unit: "count",
  display: plain(0),
  window: "past",
  fold: ["last"],
} as const;

/** Levels that are worth much more than those around them. */
function walls<Side extends "bid" | "ask">(side: Side) {
  return {
    ...COUNT,
    column: `${side}_walls`,
    stored: "int2",
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "no_quote_rate"],
    fold: ["max"],
    label: `${side === "bid" ? "Bid" : "Ask"} walls`,
  } as const satisfies MetricDefinition;
}

/** What becomes of them. */
function pullRate<Side extends "bid" | "ask">(side: Side) {
  return {
    ...OF_PAST,
    column: `${side}_pull_rate`,
    stored: "float4",
    unit: "ratio",
    display: { decimals: 0, isSigned: false, isPercent: true },
    range: [0, 1],
    window: 300_000,
    nullWhen: ["not_live", "one_sided", "warming_up", "no_event", "no_quote_rate"],
    fold: ["last"],
    label: `${side === "bid" ? "Bid" : "Ask"} pull rate`,
  } as const satisfies MetricDefinition;
}

/** In the order in which they are listed. */
export const LIQUIDITY_METRICS = {
  resilienceHalfLife: {
    ...OF_PAST,
    column: "resilience_half_life",
    stored: "float4",
    unit: "s",
    display: plain(1),
    range: [0, 30],
    window: "past",
    nullWhen: ["not_live", "one_sided", "no_event"],
    fold: ["last"],
    label: "Resilience half-life",
  },
  resilienceShocks: {
    ...COUNT,
    column: "resilience_shocks",
    stored: "int2",
    range: [0, 20],
    nullWhen: ["not_live", "one_sided"],
    label: "Shocks",
  },
  bidWalls: walls("bid"),
  askWalls: walls("ask"),
  bidPullRate: pullRate("bid"),
  askPullRate: pullRate("ask"),
  microPrice: {
    ...OF_PAST,
    column: "micro_price",
    stored: "float8",
    unit: "quote",
    display: price(2),
    range: [0, null],
    window: "past",
    nullWhen: ["not_live", "one_sided", "warming_up", "too_thin", "no_tick_size"],
    fold: ["last"],
    label: "Micro-price",
  },
  microPriceHours: {
    ...OF_PAST,
    column: "micro_price_hours",
    stored: "float4",
    unit: "h",
    display: plain(1),
    range: [0, null],
    window: "past",
    nullWhen: ["not_live", "one_sided"],
    fold: ["last"],
    label: "Micro-price learnt for",
  },
  microPriceMoves: {
    ...COUNT,
    column: "micro_price_moves",
    stored: "int4",
    range: [0, 1_000_000],
    nullWhen: ["not_live", "one_sided"],
    label: "Micro-price moves",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
