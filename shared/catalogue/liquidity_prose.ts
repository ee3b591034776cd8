/** The metrics of how liquidity comes back, of walls and of the micro-price, in words. */
import type { LIQUIDITY_METRICS } from "./liquidity_metrics.ts";
import type { MetricProse } from "./metric_definition.ts";

/** Levels that are worth much more than those around them. */
function walls(side: "bid" | "ask"): MetricProse {
  return {
    formula:
      `${side}s within 10 bps that have stood for 3 s as a wall: at birth worth ≥ 20 × the median of the levels there ` +
      "of ≥ 1,000 US dollars and ≥ 10 % of all that rests there; until less than half of its greatest quantity is left",
    meaning: `How many ${side}s near mid are worth far more than those around them.`,
    source: "definition",
  };
}

/** What becomes of them. */
function pullRate(side: "bid" | "ask"): MetricProse {
  return {
    formula: "pulled/(pulled + eaten), Σ p·q of walls that ended within 10 bps of mid in 5 min; " +
      "eaten: ≥ 60 % of what went was traded there; moved, which counts as neither: one of 0.8 to 1.25 of that size " +
      "was born within 10 bps of it and 500 ms; pulled: else",
    meaning:
      `Which share of the ${side} walls near mid was taken away rather than traded against. Why, a book does not tell.`,
    source: "definition",
  };
}

/** Of each of `liquidity_metrics.ts`. */
export const LIQUIDITY_PROSE = {
  resilienceHalfLife: {
    formula:
      "median over the last 20 shocks of the time until half of the loss was back; a shock: a side's notional within " +
      "10 bps is at most half of its greatest of the last second; 30: so long, or longer",
    meaning: "How many seconds the book needs to heal half of a sudden loss near mid.",
    source: "definition",
  },
  resilienceShocks: {
    formula: "how many shocks resilienceHalfLife is the median of, 20 at most",
    meaning: "How many sudden losses near mid the half-life is taken from: of few it says little.",
    source: "definition",
  },
  bidWalls: walls("bid"),
  askWalls: walls("ask"),
  bidPullRate: pullRate("bid"),
  askPullRate: pullRate("ask"),
  microPrice: {
    formula:
      "mid·(1 + 10⁻⁴·G6), G6: the mean of the next six moves of mid, bps, by the tenth of q_b/(q_b + q_a) and a " +
      "spread of 1, 2 … 20 or more ticks; of this market's own transitions from update to update and their mirror images, " +
      "an hour and 10,000 moves at least, made anew every minute; the state of now was visited 100 times at least",
    meaning:
      "Where mid can be expected to be after its next moves, by how this market's queues have moved it so far.",
    source: "Stoikov (2018), SSRN 2970694",
  },
  microPriceHours: {
    formula:
      "exchange time between the updates whose transitions were counted; halved with the counts at 1,000,000 moves",
    meaning:
      "For how many hours the micro-price has watched this market; it is told from one hour on.",
    source: "definition",
  },
  microPriceMoves: {
    formula: "moves of mid among those transitions",
    meaning: "How many moves of mid the micro-price is made of; it is told from 10,000 on.",
    source: "definition",
  },
} satisfies Readonly<Record<keyof typeof LIQUIDITY_METRICS, MetricProse>>;
