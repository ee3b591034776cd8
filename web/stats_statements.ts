/** How values of a symbol's metrics were spread over a time, and the statements that ask for it. Pure. */
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import { OF_ANY_SETTINGS } from "../shared/catalogue/rollups.ts";
import { keySql, readSketch, SKETCH_COLUMNS } from "../shared/catalogue/sketches.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import { isoTime, type Statement, symbolId, type Value } from "./statements.ts";

/** Shares of all values that are told where they end; the least value, the middle and the greatest among them. */
export const SHARES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;

/** What is asked: values of `fromMs < time <= toMs` that were computed under some settings. */
export interface SpreadQuery {
  readonly symbol: MarketText;
  readonly fromMs: number;
  readonly toMs: number;
  readonly settings: number;
  /** Whether the values of each hour of the day, UTC, are told too. */
  readonly isByHour: boolean;
  /** Each with the value whose place is asked for; `null`: it is not known. */
  readonly columns: readonly { readonly metric: MetricName; readonly value: number | null }[];
}

/** Values of one table: the rows themselves, or means of minutes or hours. */
export type SpreadSource = "metrics" | "metrics_1m" | "metrics_1h";

/** What is answered of one metric, in all and of each hour of the day that has a row. */
export interface SpreadRow {
  readonly metric: MetricName;
  /** 0 to 23, UTC; `null`: of all. */
  readonly hour: number | null;
  /** How many values were known. */
  readonly count: number;
  /** Where each share of them ends. */
  readonly ends: readonly number[] | null;
  /** How many were not above the value that was asked for. */
  readonly below: number;
}

/** One key of a sketch, and how many values have it, of one hour of the day where hours are asked for. */
export interface KeyCount {
  readonly metric: MetricName;
  readonly hour: number | null;
  readonly key: number;
  readonly count: number;
}

/** The hour of the day in which an interval lies that ends at `time`. */
function hourOf({ isByHour }: SpreadQuery): string {
  const hour = "date_part('hour', (time - interval '1 millisecond') AT TIME ZONE 'UTC')";
  return `${isByHour ? hour : "NULL"}::int4 AS hour`;
}

/** Of each metric one row, and one for each hour of the day (`SpreadRow`). */
export function spreadStatement(source: SpreadSource, query: SpreadQuery): Statement {
  const { values, where } = conditionsOf(query);
  const [hour, groups] = query.isByHour
    ? ["hour", "GROUP BY GROUPING SETS ((), (hour))"]
    : ["NULL::int4 AS hour", ""];
  const shares = `ARRAY[${SHARES.join(", ")}]::float8[]`;
  const parts = query.columns.map(({ metric, value }) => {
    const { column, stored } = definitionOf(metric);
    const type = stored === "float4" ? "real" : "float8";
    const below = value === null
      ? "0"
      : `count(*) FILTER (WHERE ${column} <= $${values.push(value)}::${type})`;
    return `SELECT '${metric}' AS metric, ${hour}, count(${column})::int4 AS count,
        (${below})::int4 AS below,
        to_json(percentile_disc(${shares}) WITHIN GROUP (ORDER BY ${column})) AS ends
      FROM rows ${groups}`;
  });
  const names = query.columns.map(({ metric }) => definitionOf(metric).column).join(", ");
  const any = source === "metrics" ? "" : ` AND ${OF_ANY_SETTINGS}`;
  const text = `WITH rows AS MATERIALIZED (
      SELECT ${hourOf(query)}, ${names} FROM ${source} WHERE ${where}${any})
    ${parts.join(" UNION ALL ")}`;
  return { text, values };
}

/** So long is told from the rows: as long as it takes until an hour has been rolled up, and some. */
const TAIL_MS = 3 * 3_600_000;

/** What `sketchStatement` gives: a sketch, or a key of rows with its count. */
export type SketchRow = Pick<KeyCount, "metric" | "hour"> & {
  readonly sketch: string | null;
  readonly key: number | null;
  readonly count: number | null;
};

/** The sketches of hours, and the keys of the rows since the last of them: of metrics that have sketches. */
export function sketchStatement(query: SpreadQuery): Statement {
  const { values, where } = conditionsOf(query);
  const hour = hourOf(query);
  const asked = SKETCH_COLUMNS.filter(({ metric }) =>
    query.columns.some((column) => column.metric === metric)
  );
  const earliest = `$${values.push(isoTime(query.toMs - TAIL_MS))}::timestamptz`;
  const parts = asked.flatMap(({ metric, name }) => {
    const { column } = definitionOf(metric);
    return [
      `SELECT '${metric}' AS metric, hour, ${name} AS sketch, NULL::int4 AS key, NULL::int4 AS count
        FROM hours WHERE ${name} IS NOT NULL`,
      `SELECT '${metric}', hour, NULL, ${keySql(metric, column)}, count(*)::int4
        FROM tail WHERE ${column} IS NOT NULL GROUP BY 2, 4`,
    ];
  });
  const sketches = asked.map(({ name }) => name).join(", ");
  const columns = asked.map(({ metric }) => definitionOf(metric).column).join(", ");
  const text = `WITH hours AS MATERIALIZED (
      SELECT time, ${hour}, ${sketches} FROM metrics_1h WHERE ${where} AND ${OF_ANY_SETTINGS}),
    tail AS MATERIALIZED (
      SELECT ${hour}, ${columns} FROM metrics
      WHERE ${where} AND time > greatest((SELECT max(time) FROM hours), ${earliest}))
    ${parts.join(" UNION ALL ")}`;
  return { text, values };
}

/** All of them added up. */
export function keyCounts(rows: readonly SketchRow[]): KeyCount[] {
  const sums = new Map<string, KeyCount>();
  for (const { metric, hour, sketch, key, count } of rows) {
    const { keys, counts } = sketch === null
      ? { keys: [key ?? 0], counts: [count ?? 0] }
      : readSketch(sketch);
    for (const [at, one] of keys.entries()) {
      const name = `${metric} ${hour} ${one}`;
      const sum = (sums.get(name)?.count ?? 0) + (counts[at] ?? 0);
      sums.set(name, { metric, hour, key: one, count: sum });
    }
  }
  return [...sums.values()];
}

function conditionsOf(
  { symbol, fromMs, toMs, settings }: SpreadQuery,
): { readonly values: Value[]; readonly where: string } {
  const { venue, symbol: word } = marketOf(symbol);
  const values: Value[] = [venue, word, isoTime(fromMs), isoTime(toMs), settings];
  const where = `symbol_id = ${symbolId(1, 2)} AND settings_id = $5::int2
    AND time > $3::timestamptz AND time <= $4::timestamptz`;
  return { values, where };
}
