/** The metrics as docs/METRICS.md shows them, from their catalogue. */
import type { MetricDefinition, NullReason } from "../../shared/catalogue/metric_definition.ts";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { table } from "./section.ts";

const REASONS: Readonly<Record<NullReason, string>> = {
  not_live: "the state is not `live`",
  one_sided: "a side of the book is empty",
  not_covered: "it looks beyond the levels that are known",
  too_thin: "there is nothing near enough to compute it from",
  warming_up: "its window has not been filled yet",
  no_edge: "the snapshot held the whole side",
  no_tick_size: "the exchange has not told the tick size",
  too_wide: "there are more of them than 2^31",
  no_quote_rate: "nobody has told what the quote asset is worth in dollars",
};

/** What every metric is `null` for is said once, above the table. */
const ALWAYS: readonly NullReason[] = ["not_live", "one_sided"];

/** One row a metric, in the order of the catalogue. */
export function metricsTable(): string {
  return table(
    ["metric", "formula", "unit, range", "`null` too when", "over time", "what it tells"],
    METRIC_NAMES.map((name) => row(name, definitionOf(name))),
  );
}

function row(name: MetricName, metric: MetricDefinition): string[] {
  const { label, group, tier, formula, unit, range: [min, max], nullWhen, fold, window } = metric;
  const span = min === null && max === null ? "" : `, ${min ?? "−∞"} … ${max ?? "∞"}`;
  const reasons = nullWhen.filter((reason) => !ALWAYS.includes(reason));
  const looksBack = window === null
    ? ""
    : window === "slopeWindowMs"
    ? "; looks back over `SLOPE_WINDOW_MS`"
    : `; looks back ${window / 1_000} s`;
  return [
    `\`${name}\`<br>${label}<br>${group}, tier ${tier}`,
    formula,
    `${unit}${span}`,
    reasons.map((reason) => REASONS[reason]).join("; "),
    `${fold.join(", ")}${looksBack}`,
    metric.meaning,
  ];
}
