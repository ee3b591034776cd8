/** A chart in words and as a table, for who does not see it, or wants its numbers. Pure. */
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { formatAge } from "../format.ts";
import { isFlag, type Mark, MARK_WORDS, type MarkKind } from "../marks.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import type { Columns } from "./points.ts";
import { indexAfter, indexFrom } from "./scale_of_axis.ts";
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** One line, within what is shown; `null`: nothing of it is known. */
export interface LineSummary {
  readonly metric: MetricName;
  readonly first: number | null;
  readonly last: number | null;
  readonly least: number | null;
  readonly greatest: number | null;
  /** Of its points, each weighted by its time. */
  readonly mean: number | null;
  /** The share of the time that is known. */
  readonly known: number;
}

/** How much of what is shown is marked so. */
export interface MarkSummary {
  readonly kind: MarkKind;
  readonly count: number;
  readonly lengthMs: number;
}

/** Of each line. O(points). */
export function lineSummaries(
  metrics: readonly MetricName[],
  { xs, lengths, lines }: Columns,
  span: TimeSpan,
): readonly LineSummary[] {
  const [from, end] = [indexFrom(xs, span.fromMs / 1_000), indexAfter(xs, span.toMs / 1_000)];
  return metrics.map((metric, line) => {
    let [first, last, least, greatest]: (number | null)[] = [null, null, null, null];
    let [sum, weight] = [0, 0];
    for (let i = from; i < end; i++) {
      const value = lines[line]?.[i] ?? null;
      if (value === null) continue;
      first ??= value;
      last = value;
      least = Math.min(least ?? value, value);
      greatest = Math.max(greatest ?? value, value);
      sum += value * (lengths[i] ?? 0);
      weight += lengths[i] ?? 0;
    }
    return {
      metric,
      first: first ?? null,
      last: last ?? null,
      least: least ?? null,
      greatest: greatest ?? null,
      mean: weight > 0 ? sum / weight : last ?? null,
      known: Math.min(1, weight * 1_000 / lengthOf(span)),
    };
  });
}

/** Of each kind of mark that is in view. */
export function markSummaries(marks: readonly Mark[], span: TimeSpan): readonly MarkSummary[] {
  const kinds = Object.keys(MARK_WORDS) as MarkKind[];
  return kinds.flatMap((kind) => {
    const own = marks.filter((mark) =>
      mark.kind === kind && mark.toMs >= span.fromMs && mark.fromMs <= span.toMs
    );
    if (own.length === 0) return [];
    const lengthMs = own.reduce(
      (sum, { fromMs, toMs }) => sum + Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs),
      0,
    );
    return [{ kind, count: own.length, lengthMs }];
  });
}

/** `Mid 61,818.04, from 61,803.10, between 61,790.00 and 61,820.55; …; syncing 4.0 s; 2 × gap in updates`. */
export function chartSummary(
  lines: readonly LineSummary[],
  marks: readonly MarkSummary[],
  decimals: number,
): string {
  const texts = lines.map(({ metric, first, last, least, greatest }) => {
    const text = (value: number | null) => formatMetric(metric, value, decimals);
    const { label } = definitionOf(metric);
    if (last === null) return `${label} is not known`;
    const unit = unitText(metric);
    const behind = unit === "" ? "" : ` ${unit}`;
    return `${label} ${text(last)}${behind}, from ${text(first)}, between ${text(least)} and ${
      text(greatest)
    }`;
  });
  return [...texts, ...marks.map(markText)].join("; ");
}

/** `syncing 4.0 s`, `2 × gap in updates, 1.0 s`. */
export function markText({ kind, count, lengthMs }: MarkSummary): string {
  const word = MARK_WORDS[kind];
  return isFlag(kind)
    ? `${count} × ${word}, ${formatAge(lengthMs)}`
    : `${word} ${formatAge(lengthMs)}`;
}
