/** What a person asks of the statistics, as it is chosen in a panel or stands in an address. Pure. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { SKETCH_COLUMNS } from "../../shared/catalogue/sketches.ts";
import { choiceOf } from "./choice.ts";
import type { Settings } from "./panel_settings.ts";

/** Over how long, as the server calls it; and how often it is asked: what is long changes slowly, and costs more. */
export const SPANS = { "1h": 30_000, "24h": 60_000, "7d": 300_000, "30d": 300_000 } as const;

/** One of them. */
export type Span = keyof typeof SPANS;

/** In the order in which they are offered. */
export const SPAN_NAMES = Object.keys(SPANS) as readonly Span[];
const DEFAULT_SPAN: Span = "24h";

/** The server answers for no more at once. */
export const METRICS_MAX = 30;

/** The metrics that may be asked for: those that are stored. */
export const STORED_METRICS = METRIC_NAMES.filter((name) => definitionOf(name).stored !== null);

/** Where nobody has chosen: those whose every value counts, of which sketches are kept. */
export const DEFAULT_METRICS: readonly MetricName[] = SKETCH_COLUMNS.map(({ metric }) => metric);

/** By a metric's name, or by where the value of now stands, of a symbol. */
export interface StatisticsSort {
  readonly by: "metric" | { readonly symbol: string };
  readonly isDescending: boolean;
}

/** The whole question. */
export interface StatisticsQuery {
  readonly part: "spread" | "evidence";
  readonly span: Span;
  readonly metrics: readonly MetricName[];
  /** Which is shown by hours of the day; `null`: none. */
  readonly hours: MetricName | null;
  /** `null`: in the order of the metrics. */
  readonly sort: StatisticsSort | null;
  /** Whether a panel shows the other symbols of its desk too. */
  readonly isOfAll: boolean;
}

/** A question about some symbols, and the way to another one. */
export interface StatisticsAsked {
  readonly symbols: readonly string[];
  readonly query: StatisticsQuery;
  readonly onAsk: (query: Partial<StatisticsQuery>) => void;
}

/** What settings ask; what is not known there is passed over. */
export function readStatisticsQuery(settings: Settings): StatisticsQuery {
  const named = new Set(settings["metrics"]?.split(","));
  const metrics = [...named].flatMap((name) => STORED_METRICS.filter((one) => one === name));
  const { part = null, span = null, hours, sort = "", of } = settings;
  return {
    part: choiceOf(part, ["spread", "evidence"] as const, "spread"),
    span: choiceOf(span, SPAN_NAMES, DEFAULT_SPAN),
    metrics: metrics.length === 0 ? DEFAULT_METRICS : metrics.slice(0, METRICS_MAX),
    hours: STORED_METRICS.find((name) => name === hours) ?? null,
    sort: readSort(sort),
    isOfAll: of === "all",
  };
}

/** As settings name it: only what is not as it would be anyway. */
export function statisticsSettings(query: StatisticsQuery): Settings {
  const { part, span, metrics, hours, sort, isOfAll } = query;
  return {
    ...(part === "spread" ? {} : { part }),
    ...(span === DEFAULT_SPAN ? {} : { span }),
    ...(metrics.join() === DEFAULT_METRICS.join() ? {} : { metrics: metrics.join() }),
    ...(hours === null ? {} : { hours }),
    ...(sort === null ? {} : { sort: sortText(sort) }),
    ...(isOfAll ? { of: "all" } : {}),
  };
}

/** What the head of a column leads to: names from the first on, places from the highest, then the other way, then unsorted. */
export function nextStatisticsSort(
  sort: StatisticsSort | null,
  by: StatisticsSort["by"],
): StatisticsSort | null {
  const isFirstDescending = by !== "metric";
  if (sort === null || nameOf(sort.by) !== nameOf(by)) {
    return { by, isDescending: isFirstDescending };
  }
  return sort.isDescending === isFirstDescending ? { by, isDescending: !isFirstDescending } : null;
}

/** The metrics in this order; those whose place is not known come last, whichever way. */
export function inOrder(
  metrics: readonly MetricName[],
  sort: StatisticsSort | null,
  belowOf: (symbol: string, metric: MetricName) => number | null,
): readonly MetricName[] {
  if (sort === null) return metrics;
  const { by } = sort;
  const sign = sort.isDescending ? -1 : 1;
  if (by === "metric") {
    const label = (name: MetricName) => definitionOf(name).label;
    return metrics.toSorted((a, b) => sign * label(a).localeCompare(label(b), "en"));
  }
  return metrics.toSorted((a, b) => {
    const [one, other] = [belowOf(by.symbol, a), belowOf(by.symbol, b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (one - other);
  });
}

/** With a metric more, the last, unless there are as many as may be; or without one, as long as another is left. */
export function withMetric(
  query: StatisticsQuery,
  name: MetricName,
  isShown: boolean,
): StatisticsQuery {
  const others = query.metrics.filter((one) => one !== name);
  if (isShown ? others.length >= METRICS_MAX : others.length === 0) return query;
  return {
    ...query,
    metrics: isShown ? [...others, name] : others,
    hours: !isShown && query.hours === name ? null : query.hours,
  };
}

function nameOf(by: StatisticsSort["by"]): string {
  return by === "metric" ? "metric" : `of:${by.symbol}`;
}

function sortText({ by, isDescending }: StatisticsSort): string {
  return `${isDescending ? "-" : ""}${nameOf(by)}`;
}

function readSort(text: string): StatisticsSort | null {
  const isDescending = text.startsWith("-");
  const name = isDescending ? text.slice(1) : text;
  if (name === "metric") return { by: "metric", isDescending };
  return name.startsWith("of:") ? { by: { symbol: name.slice(3) }, isDescending } : null;
}
