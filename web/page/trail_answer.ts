/** What the server has stored of the last hour, for cards and gauges: values second by second, and how they were spread. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { type MetricSettings, settingsText } from "../../shared/catalogue/settings.ts";
import { type Answer, fetchJson } from "./api.ts";
import type { StoredTrail } from "./metric_trail.ts";

/** Seconds of an hour, and of what lies before it. */
const ROWS_MAX = 3_700;

interface MetricsAnswer {
  readonly intervalMs: number;
  /** What the ids in the column `settings` stand for. */
  readonly settings: readonly (MetricSettings & { readonly id: number })[];
  readonly columns:
    & {
      readonly timeMs: readonly number[];
      /** `null`: nothing is stored there. */
      readonly state: readonly (string | null)[];
      readonly settings: readonly (number | null)[];
    }
    & Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
  readonly lowerBounds: Readonly<Partial<Record<MetricName, readonly boolean[]>>>;
}

/** Rows of these metrics from one moment to another; `settings`: those of now, in one word. */
export async function fetchTrail(
  symbol: string,
  names: readonly MetricName[],
  fromMs: number,
  toMs: number,
  settings: string,
): Promise<Answer<StoredTrail>> {
  const query = new URLSearchParams({
    symbol,
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
    limit: String(ROWS_MAX),
    columns: names.join(),
  });
  const answer = await fetchJson<MetricsAnswer>(`api/metrics?${query}`);
  if (!answer.ok) return answer;
  const { intervalMs, settings: all, columns, lowerBounds } = answer.value;
  const idsOfNow = new Set(all.filter((one) => settingsText(one) === settings).map(({ id }) => id));
  // In a hole stands a row of nothing.
  const isRow = columns.timeMs.map((_, i) => (columns.state[i] ?? null) !== null);
  const rowsOf = <Cell>(cells: readonly Cell[]) => cells.filter((_, i) => isRow[i]);
  const named = <Cell>(of: Readonly<Partial<Record<MetricName, readonly Cell[]>>>) =>
    Object.fromEntries(names.map((name) => [name, rowsOf(of[name] ?? [])]));
  const value: StoredTrail = {
    intervalMs,
    timeMs: rowsOf(columns.timeMs),
    isOfNow: rowsOf(columns.settings).map((id) => id !== null && idsOfNow.has(id)),
    values: named(columns),
    lowerBounds: named(lowerBounds),
  };
  return { ok: true, value };
}

/** Where so many percent of values end: `p0` the least, `p50` the middle, `p100` the greatest. */
export type Percentiles = Readonly<Record<string, number>>;

/** How the values of the last hour were spread. */
export interface HourSpread {
  readonly fromMs: number;
  readonly toMs: number;
  readonly metrics: Readonly<
    Partial<
      Record<MetricName, { readonly count: number; readonly percentiles: Percentiles | null }>
    >
  >;
}

interface StatsAnswer {
  readonly timeMs: number;
  readonly symbols: readonly { readonly spans: { readonly "1h"?: HourSpread } }[];
}

/** Of these metrics of a symbol, those that are stored; `null`: the symbol is not known yet. */
export async function fetchHour(
  symbol: string | null,
  names: readonly MetricName[],
): Promise<Answer<HourSpread>> {
  const columns = names.filter((name) => definitionOf(name).stored !== null).join();
  if (symbol === null || columns === "") {
    return { ok: true, value: { fromMs: 0, toMs: 0, metrics: {} } };
  }
  const query = new URLSearchParams({ symbol, columns, spans: "1h" });
  const answer = await fetchJson<StatsAnswer>(`api/stats?${query}`);
  if (!answer.ok) return answer;
  const { timeMs, symbols: [found] } = answer.value;
  return { ok: true, value: found?.spans["1h"] ?? { fromMs: timeMs, toMs: timeMs, metrics: {} } };
}
