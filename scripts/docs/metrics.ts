/** The metrics as docs/METRICS.md shows them, from their catalogue. */
import type { MetricDefinition, MetricProse } from "../../shared/catalogue/metric_definition.ts";
import { proseOf } from "../../shared/catalogue/metric_prose.ts";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import {
  ALWAYS_NULL_WHEN,
  NULL_REASON_NAMES,
  NULL_REASONS,
} from "../../shared/catalogue/null_reasons.ts";
import {
  EVIDENCE,
  evidenceFor,
  evidenceSentence,
  type Measured,
  shareText,
} from "../../shared/catalogue/evidence.ts";
import { table } from "./section.ts";

/** Why a number is not known: a row a reason. */
export function reasonsTable(): string {
  const rows = NULL_REASON_NAMES.map((name) => {
    const { letter, words } = NULL_REASONS[name];
    return [`\`${name}\``, `\`${letter}\``, words];
  });
  return table(["reason", "letter", "it is not known because"], rows);
}

/** What each metric was found to say of the moves of mid: a row a metric, and what was measured. */
export function evidenceTable(): string {
  const symbols = EVIDENCE.map(({ symbol }) => symbol).join(" / ");
  const columns = ["next second", "next ten seconds", "own window"];
  const rows = METRIC_NAMES.map((name) => {
    const all = evidenceFor(name).map(({ measured }) => measured);
    const cells = columns.map((_, i) => all.map((measured) => cellOf(measured?.[i])).join(" / "));
    return [`\`${name}\``, ...cells, evidenceSentence(name)];
  });
  const spans = EVIDENCE.map(({ symbol, startMs, spanMs, updates }) =>
    `${symbol} from ${new Date(startMs).toISOString().slice(0, 16)} UTC, ` +
    `${Math.round(spanMs / 1_000)} s, ${updates} updates`
  );
  return `Measured in ${
    spans.join("; ")
  }. R², p, number of moves that do not overlap; ${symbols}.\n\n` +
    table(["metric", ...columns, "in words"], rows);
}

function cellOf(measured: Measured | undefined): string {
  if (measured === undefined) return "–";
  const [r2, p, moves] = measured;
  return `${shareText(r2)}, ${p === null ? "–" : shareText(p)}, ${moves}`;
}

/** One row a metric, in the order of the catalogue. */
export function metricsTable(): string {
  return table(
    ["metric", "formula", "unit, range", "`null` too when", "over time", "what it tells"],
    METRIC_NAMES.map((name) => row(name, { ...definitionOf(name), ...proseOf(name) })),
  );
}

function row(name: MetricName, metric: MetricDefinition & MetricProse): string[] {
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
