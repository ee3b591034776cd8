/**
 * What every metric is, in words: documents and `GET /api/catalogue` tell it, and who computes, stores or draws a value
 * needs none of it. The notation is that of `metrics.ts`.
 */
import { BOOK_PROSE } from "./book_prose.ts";
import { COST_PROSE } from "./cost_prose.ts";
import { FLOW_PROSE } from "./flow_prose.ts";
import { LIQUIDITY_PROSE } from "./liquidity_prose.ts";
import type { MetricProse } from "./metric_definition.ts";
import type { MetricName } from "./metrics.ts";
import { ORDER_FLOW_PROSE } from "./order_flow_prose.ts";

const METRIC_PROSE: Readonly<Record<MetricName, MetricProse>> = {
  ...BOOK_PROSE,
  ...COST_PROSE,
  ...ORDER_FLOW_PROSE,
  ...LIQUIDITY_PROSE,
  ...FLOW_PROSE,
};

/** A metric in words. */
export function proseOf(name: MetricName): MetricProse {
  return METRIC_PROSE[name];
}
