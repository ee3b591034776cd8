/** The metrics of how a book bears what happens to it: how soon it heals, its walls, and where its queues send mid. */
import { plain, price } from "./displays.ts";
import type { MetricDefinition } from "./metric_definition.ts";

const OF_PAST = { sampling: "update", tier: 2, group: "liquidity", source: "definition" } as const;
const COUNT = {
  ...OF_PAST,
  unit: "count",
  display: plain(0),
  window: "past",
  fold: ["last", "mean"],
} as const;

/** Levels that are worth much more than those around them. */
function walls<Side extends "bid" | "ask">(side: Side) {
  return {
    ...COUNT,
    column: `${side}_walls`,
    stored: "int2",
    range: [0, null],
    nullWhen: ["not_live", "one_sided", "no_quote_rate"],
    fold: ["max", "last"],
    label: `${side === "bid" ? "Bid" : "Ask"} walls`,
    formula:
      `${side}s within 10 bps that have stood for 3 s as a wall: at birth worth ≥ 20 × the median of the levels there ` +
      "of ≥ 1,000 US dollars and ≥ 10 % of all that rests there; until less than half of its greatest quantity is left",
    meaning: `How many ${side}s near mid are worth far more than those around them.`,
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
    fold: ["last", "max"],
    label: `${side === "bid" ? "Bid" : "Ask"} pull rate`,
    formula: "pulled/(pulled + eaten), Σ p·q of walls that ended within 10 bps of mid in 5 min; " +
      "eaten: ≥ 60 % of what went was traded there; moved, which counts as neither: one of 0.8 to 1.25 of that size " +
      "was born within 10 bps of it and 500 ms; pulled: else",
    meaning:
      `Which share of the ${side} walls near mid was taken away rather than traded against. Why, a book does not tell.`,
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
    fold: ["last", "mean"],
    label: "Resilience half-life",
    formula:
      "median over the last 20 shocks of the time until half of the loss was back; a shock: a side's notional within " +
      "10 bps is at most half of its greatest of the last second; 30: so long, or longer",
    meaning: "How many seconds the book needs to heal half of a sudden loss near mid.",
  },
  resilienceShocks: {
    ...COUNT,
    column: "resilience_shocks",
    stored: "int2",
    range: [0, 20],
    nullWhen: ["not_live", "one_sided"],
    label: "Shocks",
    formula: "how many shocks resilienceHalfLife is the median of, 20 at most",
    meaning: "How many sudden losses near mid the half-life is taken from: of few it says little.",
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
    fold: ["last", "mean"],
    label: "Micro-price",
    formula:
      "mid·(1 + 10⁻⁴·G6), G6: the mean of the next six moves of mid, bps, by the tenth of q_b/(q_b + q_a) and a " +
      "spread of 1, 2 … 20 or more ticks; of this market's own transitions from update to update and their mirror images, " +
      "an hour and 10,000 moves at least, made anew every minute; the state of now was visited 100 times at least",
    meaning:
      "Where mid can be expected to be after its next moves, by how this market's queues have moved it so far.",
    source: "Stoikov (2018), SSRN 2970694",
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
    formula:
      "exchange time between the updates whose transitions were counted; halved with the counts at 1,000,000 moves",
    meaning:
      "For how many hours the micro-price has watched this market; it is told from one hour on.",
  },
  microPriceMoves: {
    ...COUNT,
    column: "micro_price_moves",
    stored: "int4",
    range: [0, 1_000_000],
    nullWhen: ["not_live", "one_sided"],
    label: "Micro-price moves",
    formula: "moves of mid among those transitions",
    meaning: "How many moves of mid the micro-price is made of; it is told from 10,000 on.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
