/** The points of `History.series()` as columns. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { SeriesQuery } from "../../web/bins.ts";
import type { History } from "../../web/history.ts";
import { type MetricsColumns, numberIn } from "../../web/rows.ts";

/** What is asked: rows of a second as they are where `limit` has room for them, else as few points. */
export type PointsQuery = Omit<SeriesQuery, "nowMs" | "intervalMs">;

/** Asked for when everything has long been over. */
export async function pointsOf(
  history: Pick<History, "series">,
  query: PointsQuery,
  reader?: AbortSignal,
): Promise<MetricsColumns> {
  const asked = { ...query, nowMs: query.toMs + 86_400_000, intervalMs: 1_000 };
  const rows = (await history.series(asked, reader)).points.map(({ row }) => row);
  const cells = (name: MetricName) => rows.map((row) => numberIn(row, definitionOf(name).column));
  return {
    timeMs: rows.map(({ timeMs }) => timeMs),
    state: rows.map(({ state }) => state),
    settings: rows.map(({ settings }) => settings),
    nulls: rows.map(({ nulls }) => nulls),
    values: Object.fromEntries(query.columns.map((name) => [name, cells(name)])),
  };
}
