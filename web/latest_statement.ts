/** The newest stored row of each of many markets, in one statement that reads one row of each by its key. Pure. */
import {
  OLD_METRICS,
  oldColumn,
  type OldMetrics,
  ownerSql,
} from "../shared/catalogue/old_tables.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";
import { marketOf, type MarketText, type VenueId } from "../shared/market.ts";
import type { DataState } from "../shared/output.ts";
import type { Statement } from "./statements.ts";

/** What is asked of `History.latest`. */
export interface LatestQuery {
  readonly symbols: readonly MarketText[];
  readonly columns: readonly MetricName[];
}

/** One market that is known there, and its newest row, under the names of its columns; all `null`: there is none. */
export interface LatestRow extends Readonly<Record<string, unknown>> {
  readonly venue: VenueId;
  readonly symbol: string;
  readonly timeMs: number | null;
  readonly bucketMs: number | null;
  readonly state: DataState | null;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
  readonly nulls: string | null;
  readonly settings: MetricSettings | null;
}

/**
 * In no order. Of a market that nothing was ever written of there is no row. Each table of metrics, of now and of before, is
 * asked for one row by its own index.
 */
export function latestStatement({ symbols, columns }: LatestQuery): Statement {
  const wanted = columns.map((name) => definitionOf(name));
  const kept = ["bucket_ms", "book_update_id", "event_time", "nulls"];
  const read = [...kept, ...wanted.map(({ column }) => column)];
  const newestOf = (table: OldMetrics | "metrics") => {
    const values = read.map((column) => table === "metrics" ? column : oldColumn(table, column));
    const settings = table === "metrics_before" ? "0" : "settings_id";
    return `(SELECT time, state, ${settings}, ${values.join(", ")} FROM ${table} AS old
        WHERE ${ownerSql(table)} ORDER BY time DESC LIMIT 1)`;
  };
  const tables = ["metrics", ...OLD_METRICS] as const;
  // The driver hands large whole numbers over as text; the others it reads as they are written.
  const names = wanted.map(({ column, stored }) =>
    stored === "int8" ? `, ${column}::float8 AS ${column}` : `, ${column}`
  ).join("");
  const text = `SELECT venue, symbol, (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
      bucket_ms AS "bucketMs", state, book_update_id::float8 AS "bookUpdateId",
      (extract(epoch FROM event_time) * 1000)::float8 AS "eventMs", nulls,
      CASE WHEN time IS NOT NULL THEN json_build_object('definitions', definitions,
        'imbalanceLevels', imbalance_levels, 'weightLambdaBps', weight_lambda_bps,
        'slopeWindowMs', slope_window_ms) END AS settings${names}
    FROM json_to_recordset($1::text::json) AS wanted (venue text, symbol text)
    JOIN symbols USING (venue, symbol)
    LEFT JOIN LATERAL (
      ${tables.map(newestOf).join(" UNION ALL ")}
      ORDER BY time DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN settings USING (settings_id)`;
  return { text, values: [JSON.stringify(symbols.map(marketOf))] };
}
