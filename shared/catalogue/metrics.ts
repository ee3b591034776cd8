/**
 * The catalogue of metrics: each once. Names, columns, types, ranges, labels and documents are taken from
 * here; what computes them stands in `actors/symbol/engine/metrics/`, which the compiler holds against this list.
 *
 * Notation: bids p_b1 > p_b2 > …, asks p_a1 < p_a2 < …, quantities q_b1 …, q_a1 …; SB, SA: the quantity of
 * the best levels of a side, as many as the setting `imbalanceLevels` says.
 */
import { BOOK_METRICS } from "./book_metrics.ts";
import { COST_METRICS } from "./cost_metrics.ts";
import { LIQUIDITY_METRICS } from "./liquidity_metrics.ts";
import { FLOW_METRICS } from "./flow_metrics.ts";
import type { MetricDefinition } from "./metric_definition.ts";
import { ORDER_FLOW_METRICS } from "./order_flow_metrics.ts";
import { TIER_KEPT } from "../overload.ts";

/** Every metric, in the order in which they are listed, stored and sent. */
export const METRICS = {
  ...BOOK_METRICS,
  ...COST_METRICS,
  ...ORDER_FLOW_METRICS,
  ...LIQUIDITY_METRICS,
  ...FLOW_METRICS,
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What the engine, `/api/metrics?columns=` and the page call a metric. */
export type MetricName = keyof typeof METRICS;

/** One value of every metric; `null`: it is not known. */
export type MetricValues = Readonly<Record<MetricName, number | null>>;

/** All names, in the order of the catalogue. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** With the reason that all beyond a tier share, and what belongs to one of them. */
const DEFINITIONS = new Map<MetricName, MetricDefinition>(METRIC_NAMES.map((name) => {
  const definition: MetricDefinition = METRICS[name];
  const isShed = definition.tier > TIER_KEPT || name === "cumulativeVolumeDeltaFromMs";
  const nullWhen = isShed ? [...definition.nullWhen, "overloaded" as const] : definition.nullWhen;
  return [name, { ...definition, nullWhen }];
}));

/** The definition of a metric, whichever it is. */
export function definitionOf(name: MetricName): MetricDefinition {
  return DEFINITIONS.get(name) ?? METRICS[name];
}

/** The depths that may reach beyond the levels that are known. */
const BOUNDED = METRIC_NAMES.flatMap((name) => {
  const { lowerBoundBeyond } = definitionOf(name);
  return lowerBoundBeyond === undefined ? [] : [{ name, ...lowerBoundBeyond }];
});

/** What tells how far the depths among these metrics are known. */
export function coverageOf(names: readonly MetricName[]): readonly MetricName[] {
  const wanted = BOUNDED.filter(({ name }) => names.includes(name)).map(({ covered }) => covered);
  return METRIC_NAMES.filter((name) => wanted.includes(name));
}

/** Whether this is a depth that reaches beyond what is known: there is at least so much. */
export function isLowerBound(name: MetricName, values: Partial<MetricValues>): boolean {
  const { lowerBoundBeyond } = definitionOf(name);
  if (lowerBoundBeyond === undefined || (values[name] ?? null) === null) return false;
  // The catalogue's own tests hold that the name is one.
  const coveredBps = values[lowerBoundBeyond.covered as MetricName] ?? null;
  return coveredBps !== null && coveredBps < lowerBoundBeyond.reachBps;
}

/** All of them. */
export function lowerBoundsIn(values: Partial<MetricValues>): MetricName[] {
  return BOUNDED.map(({ name }) => name).filter((name) => isLowerBound(name, values));
}

/** Nothing is known: of a book that is not live. */
export const UNKNOWN_VALUES: MetricValues = Object.freeze(
  Object.fromEntries(METRIC_NAMES.map((name) => [name, null])) as Record<MetricName, null>,
);
