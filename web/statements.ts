/**
 * What can be asked of history, and the statements that ask it of the tables that the writer fills
 * (actors/writer/migrations). Pure. An index gives the rows of each in their order, so that it reads about
 * as many as it answers, however large the table is.
 */
import type { Fold } from "../shared/catalogue/metric_definition.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import { oldColumn, type OldMetrics } from "../shared/catalogue/old_tables.ts";
import {
  FOLD_COLUMNS,
  type FoldColumn,
  knownColumn,
  type RollupName,
  STATE_COLUMNS,
} from "../shared/catalogue/rollups.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import { MUTES_MAX } from "../shared/mutes.ts";
import { storedColumns } from "../shared/stored_outputs.ts";

/** What is asked of a statement over `metrics`: rows with `fromMs < time <= toMs`. */
export interface MetricsQuery {
  readonly symbol: MarketText;
  readonly fromMs: number;
  readonly toMs: number;
  /** As many as the range has at the interval of now; it may have begun later, or have had another interval. */
  readonly rowsExpected: number;
  /** 0: one point per row; else rows are folded over bins of this length. */
  readonly binMs: number;
  /** Of the rows that are read, the oldest first; bins are as many as these have. */
  readonly limit: number;
  readonly columns: readonly MetricName[];
}

/** What is asked of `History.storedRows`: the oldest `limit` rows with `fromMs < time <= toMs`, as they are. */
export type RowsQuery = Pick<MetricsQuery, "symbol" | "fromMs" | "toMs" | "limit" | "columns"> & {
  /** Buckets of this table in place of rows; absent: rows. */
  readonly rollup?: RollupName;
};

/** Settings, and the id under which rows name them. */
export interface StoredSettings extends MetricSettings {
  readonly id: number;
}

/** Text with `$1`, `$2`, … and what stands for them. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

/** What a parameter may be. */
export type Value = string | number;

const STATES = Object.entries(STATE_COLUMNS);

/** The SQL of a time in UTC milliseconds, as a double that has thousandths of them. */
export function epochMs(time: string): string {
  // Of `extract` come decimals, which are slow. What a double of seconds lacks is less than a microsecond.
  return `(round(date_part('epoch', ${time}) * 1000000) / 1000)`;
}

/** … of the column `time`. */
export const EPOCH_MS = epochMs("time");

/** The value of a bin. */
const FOLDED: Readonly<Record<Exclude<Fold, "quantiles">, (column: string) => string>> = {
  mean: (column) => `avg(${column})`,
  min: (column) => `min(${column})`,
  max: (column) => `max(${column})`,
  last: (column) => `(array_agg(${column} ORDER BY time DESC))[1]`,
  sum: (column) => `sum(${column})`,
};

/**
 * The rows of one market, oldest first, and under which settings each was computed. When `binMs` is not 0 they
 * are folded (`FoldedRow`), those of each settings for themselves: a bin in which settings change gives two
 * points, the earlier one at the time of its last row. Of each table not more than `limit` rows are touched,
 * whatever is stored: the last bin may be made of a part of its rows.
 */
export function metricsStatement(query: MetricsQuery): Statement {
  // Column names come from an allow-list, values are parameters.
  const { symbol, fromMs, toMs, binMs, limit, columns } = query;
  const { venue, symbol: name } = marketOf(symbol);
  const wanted = columns.map((column) => definitionOf(column).column);
  const slice = sliceOf(["bucket_ms", ...wanted, "nulls"]);
  const values = [venue, name, isoTime(fromMs), isoTime(toMs), limit];
  if (binMs === 0) {
    const names = wanted.map((column) => `, ${column}`).join("");
    const text = `SELECT ${EPOCH_MS} AS "timeMs", ${EPOCH_MS} AS "binMs", ${EPOCH_MS} AS "lastMs",
        1 AS rows, state, settings_id AS settings, nulls${
      STATES.map(([state, column]) =>
        `, CASE WHEN state = '${state}' THEN bucket_ms ELSE 0 END AS ${column}`
      ).join("")
    }${names}
      FROM ${slice} ORDER BY time`;
    return { text, values };
  }
  const told = pointColumns(columns);
  const means = told.filter(({ fold }) => fold === "mean");
  const folds = told.map(({ metric, fold, name, type }) =>
    // A real is as exact as its rows are; the driver hands over as text what is neither: an average of whole numbers.
    `, (${FOLDED[fold](definitionOf(metric).column)})::${
      type === "float4" ? "real" : "float8"
    } AS ${name}`
  ).concat(
    // NULL where that is all rows, as mostly.
    means.map(({ metric }) =>
      `, nullif(count(${definitionOf(metric).column}), count(*))::integer AS ${knownColumn(metric)}`
    ),
    STATES.map(([state, column]) =>
      `, coalesce(sum(bucket_ms) FILTER (WHERE state = '${state}'), 0)::float8 AS ${column}`
    ),
  ).join("");
  // A bin is live only when all of its rows are. The last one may reach beyond the range, and tells of nothing there.
  const text = `SELECT CASE WHEN lead("binMs") OVER (ORDER BY "binMs", "lastMs") = "binMs"
        THEN "lastMs" ELSE "binMs" END AS "timeMs", "binMs", "lastMs", rows, state, settings, nulls${
    foldedNames(told)
  }
    FROM (SELECT *, least("endMs", $7::float8) AS "binMs" FROM (
      SELECT ceil(${EPOCH_MS} / $6::float8) * $6::float8 AS "endMs", ${
    epochMs("max(time)")
  } AS "lastMs",
        count(*)::integer AS rows, settings_id AS settings, max(nulls COLLATE "C") AS nulls,
        coalesce(max(state) FILTER (WHERE state <> 'live'), 'live') AS state${folds}
      FROM ${slice} GROUP BY 1, settings_id
    ) AS folded) AS bins ORDER BY "binMs", "lastMs"`;
  return { text, values: [...values, binMs, toMs] };
}

/** What a point tells of these metrics: its value, and of what leaps the least and the greatest in it. */
export function pointColumns(columns: readonly MetricName[]): readonly FoldColumn[] {
  const wanted = new Set(columns);
  return FOLD_COLUMNS.filter(({ metric }) => wanted.has(metric));
}

/** The columns of a bin (`FoldedRow`) that tell this, how many rows knew it, and of its time; each behind a comma. */
export function foldedNames(told: readonly FoldColumn[]): string {
  const means = told.filter(({ fold }) => fold === "mean");
  return [
    ...told.map(({ name }) => name),
    ...means.map(({ metric }) => knownColumn(metric)),
    ...Object.values(STATE_COLUMNS),
  ].map((column) => `, ${column}`).join("");
}

/** Rows as they are, each with its interval. */
export function rowsStatement({ symbol, fromMs, toMs, limit, columns }: RowsQuery): Statement {
  const { venue, symbol: name } = marketOf(symbol);
  const wanted = columns.map((column) => definitionOf(column).column);
  const names = wanted.map((column) => `, ${column}`).join("");
  const text = `SELECT (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
      bucket_ms AS "intervalMs", state, settings_id AS settings, nulls${names}
    FROM ${sliceOf(["bucket_ms", ...wanted, "nulls"])} ORDER BY time`;
  return { text, values: [venue, name, isoTime(fromMs), isoTime(toMs), limit] };
}

/**
 * The first `$5` rows of a range. The view of all tables of metrics would read, and sort, the whole of it: each
 * is read by its own index, and no further than so many rows.
 */
function sliceOf(columns: readonly string[]): string {
  const within =
    "time > $3::timestamptz AND time <= $4::timestamptz ORDER BY time LIMIT $5::integer";
  const now = columns.map((column) => `, ${column}`).join("");
  const ofMarket = `symbol_id = ${symbolId(1, 2)}`;
  return `(
      (SELECT time, state, settings_id${now} FROM metrics WHERE ${ofMarket} AND ${within})
      UNION ALL
      (SELECT time, state, settings_id${oldColumns("metrics_unpartitioned", columns)}
        FROM metrics_unpartitioned WHERE ${ofMarket} AND ${within})
      UNION ALL
      (SELECT time, state, 0${oldColumns("metrics_before", columns)} FROM metrics_before
        WHERE $1::text = 'binance_spot' AND symbol = $2::text AND ${within})
      ORDER BY time LIMIT $5::integer
    ) AS slice`;
}

/** As they are in `metrics`. */
function oldColumns(table: OldMetrics, columns: readonly string[]): string {
  return columns.map((column) => `, ${oldColumn(table, column)}`).join("");
}

/** What is muted at this time, the newest first. */
export function mutesStatement(nowMs: number): Statement {
  const text = `SELECT ${storedColumns("mutes")} FROM mutes JOIN symbols USING (symbol_id)
    WHERE removed_at IS NULL AND until > $1::timestamptz ORDER BY created_at DESC LIMIT $2::integer`;
  return { text, values: [isoTime(nowMs), 2 * MUTES_MAX] };
}

/** Every settings that rows were computed under: as many as an operator has tried. */
export function settingsStatement(): Statement {
  const text = `SELECT settings_id AS id, definitions, imbalance_levels AS "imbalanceLevels",
      weight_lambda_bps AS "weightLambdaBps", slope_window_ms AS "slopeWindowMs"
    FROM settings ORDER BY settings_id`;
  return { text, values: [] };
}

/** The symbols of spot markets that rows were ever written of. */
export function symbolsStatement(): Statement {
  const text = "SELECT symbol FROM symbols WHERE venue = 'binance_spot' ORDER BY symbol";
  return { text, values: [] };
}

/** The id of the market whose venue and symbol are these parameters; NULL, which is no row's: there is none. */
export function symbolId(venue: number, symbol: number): string {
  return `(SELECT symbol_id FROM symbols WHERE venue = $${venue}::text AND symbol = $${symbol}::text)`;
}

/** The SQL of times of `fromMs < time <= toMs` as rows of `place`, from 0, `begins` and `ends`; their parameters go to `values`. */
export function spansSql(
  spans: readonly { readonly fromMs: number; readonly toMs: number }[],
  values: Value[],
): string {
  const time = (ms: number) => `to_timestamp($${values.push(ms / 1_000)}::float8)`;
  const rows = spans.map(({ fromMs, toMs }, i) => `(${i}, ${time(fromMs)}, ${time(toMs)})`);
  return `(VALUES ${rows.join(", ")}) AS spans (place, begins, ends)`;
}

/** As databases read it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
