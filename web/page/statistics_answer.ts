/** What of `GET /api/stats` is shown, and the questions for it. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { type Answer, fetchJson } from "./api.ts";
import type { Span } from "./statistics_query.ts";

/** Where values end. */
export interface Ends {
  /** How many were known. */
  readonly count: number;
  /** `p0`, `p1` and so on to `p100`; `null`: none was known. */
  readonly percentiles: Readonly<Record<string, number>> | null;
  /** The share of them that was not above the value of now; `null`: one of both is not known. */
  readonly below: number | null;
}

/** Of one metric over one span. */
export interface Spread extends Ends {
  readonly source: string;
  /** Of each hour of the day, UTC, where that was asked for. */
  readonly hours?: readonly Ends[];
}

/** What is stored of one symbol; of one that nothing is stored of, `spans` is empty. */
export interface SymbolStatistics {
  readonly symbol: string;
  /** Its newest row; `null`: nothing is stored. */
  readonly now: {
    readonly timeMs: number;
    readonly values: Readonly<Record<string, number | null>>;
  } | null;
  readonly spans: Readonly<
    Record<string, { readonly metrics: Readonly<Record<string, Spread>> }>
  >;
}

/** What the server answers. */
export interface StatisticsAnswer {
  readonly timeMs: number;
  readonly symbols: readonly SymbolStatistics[];
}

/** A month of many metrics takes seconds; the server gives up after a minute, and says so. */
const TIMEOUT_MS = 65_000;

/** How metrics were spread over a span. */
export function fetchStatistics(
  symbols: readonly string[],
  metrics: readonly MetricName[],
  span: Span,
  isByHour = false,
): Promise<Answer<StatisticsAnswer>> {
  const query = new URLSearchParams({
    symbols: symbols.join(),
    columns: metrics.join(),
    spans: span,
    ...(isByHour ? { by: "hour" } : {}),
  });
  return fetchJson(`api/stats?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** Of a metric of a symbol; `null`: nothing of it is stored. */
export function spreadIn(
  answer: StatisticsAnswer,
  symbol: string,
  span: Span,
  metric: MetricName,
): Spread | null {
  const found = answer.symbols.find((one) => one.symbol === symbol);
  return found?.spans[span]?.metrics[metric] ?? null;
}
