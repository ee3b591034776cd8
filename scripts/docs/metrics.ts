/** The metrics as docs/METRICS.md shows them, from their catalogue. */
import type { MetricDefinition } from "../../shared/catalogue/metric_definition.ts";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import {
  ALWAYS_NULL_WHEN,
  NULL_REASON_NAMES,
  NULL_REASONS,
} from "../../shared/catalogue/null_reasons.ts";
import { table } from "./section.ts";

/** Why a number is not known: a row a reason. */
export function reasonsTable(): string {
  const rows = NULL_REASON_NAMES.map((name) => {
    const { letter, words } = NULL_REASONS[name];
    return [`\`${name}\``, `\`${letter}\``, words];
  });
  return table(["reason", "letter", "it is not known because"], rows);
}

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
  const reasons = nullWhen.filter((reason) => !ALWAYS_NULL_WHEN.includes(reason));
  const looksBack = window === null
    ? ""
    : window === "past"
    ? "; looks back as far as it has seen"
    : window === "slopeWindowMs"
    ? "; looks back over `SLOPE_WINDOW_MS`"
    : `; looks back ${window / 1_000} s`;
  return [
    `\`${name}\`<br>${label}<br>${group}, tier ${tier}`,
    formula,
    `${unit}${span}`,
    reasons.map((reason) => NULL_REASONS[reason].words).join("; "),
    `${fold.join(", ")}${looksBack}`,
    metric.meaning,
  ];
}
