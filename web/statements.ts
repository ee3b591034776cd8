/**
 * What can be asked of history, and the statements that ask it of the tables that the writer fills
 * (actors/writer/migrations). Pure. An index gives the rows of each in their order, so that it reads about
 * as many as it answers, however large the table is.
 */
import type { Fold } from "../shared/catalogue/metric_definition.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import { MUTES_MAX } from "../shared/mutes.ts";
import { storedColumns } from "../shared/stored_outputs.ts";
import type { Stored } from "../shared/catalogue/tables.ts";

/** What is asked of `History.metrics`: rows with `fromMs < time <= toMs`. */
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
export type RowsQuery = Pick<MetricsQuery, "symbol" | "fromMs" | "toMs" | "limit" | "columns">;

/** What is asked of `History.alerts`; `null` leaves a condition out. */
export interface AlertsQuery {
  readonly symbol: MarketText | null;
  readonly fromMs: number | null;
  readonly limit: number;
}

/** Settings, and the id under which rows name them. */
export interface StoredSettings extends MetricSettings {
  readonly id: number;
}

/**
 * Records of one life of an actor, which are asked for and answered alike: how far its data could be trusted, and
 * its trades by the second. Each by the name of its table, of its route and of the list in the answer.
 */
export const RECORD_KINDS = [
  "gaps",
  "losses",
  "audits",
  "proofs",
  "depth_profiles",
  "trades_1s",
] as const;

/** One of these. */
export type RecordKind = typeof RECORD_KINDS[number];

/** What is answered, by kind: what was sent, and the life of the actor that its numbers count in. */
export type Records = { readonly [Kind in RecordKind]: Stored<Kind> };

/** What is asked of `History.records`: `fromMs <= time < toMs`; `null` leaves one out. */
export interface RecordsQuery {
  readonly symbol: MarketText | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
}

/** Text with `$1`, `$2`, … and what stands for them. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

type Value = string | number;

/** Of metrics from before markets had ids: what came later is not known of them. */
const KNOWN_BEFORE: ReadonlySet<string> = new Set([
  "bucket_ms",
  ...["best_bid_price", "best_bid_qty", "best_ask_price", "best_ask_qty", "mid", "weighted_mid"],
  ...["spread", "spread_bps", "imbalance", "weighted_imbalance", "top_qty", "top_share"],
  ...["bid_depth_10_bps", "ask_depth_10_bps", "bid_depth_50_bps", "ask_depth_50_bps"],
  ...["bid_depth_100_bps", "ask_depth_100_bps", "bid_covered_bps", "ask_covered_bps", "velocity"],
]);

/** The value of a bin; of a sketch, its middle. */
const FOLDED: Readonly<Record<Fold, (column: string) => string>> = {
  mean: (column) => `avg(${column})`,
  min: (column) => `min(${column})`,
  max: (column) => `max(${column})`,
  last: (column) => `(array_agg(${column} ORDER BY time DESC))[1]`,
  sum: (column) => `sum(${column})`,
  quantiles: (column) => `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column})`,
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
  const slice = sliceOf([...wanted, "nulls"]);
  const epochMs = "extract(epoch FROM time) * 1000";
  const values = [venue, name, isoTime(fromMs), isoTime(toMs), limit];
  if (binMs === 0) {
    const names = wanted.map((column) => `, ${column}::float8 AS ${column}`).join("");
    const text =
      `SELECT (${epochMs})::float8 AS "timeMs", state, settings_id AS settings, nulls${names}
      FROM ${slice} ORDER BY time`;
    return { text, values };
  }
  const folds = columns.map((name) => {
    const { column, fold } = definitionOf(name);
    // The driver hands over as text what is no double: an average of whole numbers, and large ones.
    return `, (${FOLDED[fold[0]](column)})::float8 AS ${column}`;
  }).join("");
  const names = wanted.map((column) => `, ${column}`).join("");
  // The last bin may reach beyond the range, and tells of nothing there.
  const rangeEndMs = "extract(epoch FROM $4::timestamptz) * 1000";
  const binEndMs = `least(ceil(${epochMs} / $6::float8) * $6::float8, ${rangeEndMs})`;
  // A bin is live only when all of its rows are.
  const text = `SELECT CASE WHEN lead("binMs") OVER (ORDER BY "binMs", "lastMs") = "binMs"
        THEN "lastMs" ELSE "binMs" END AS "timeMs", "lastMs", rows, state, settings, nulls${names}
    FROM (
      SELECT (${binEndMs})::float8 AS "binMs", (max(${epochMs}))::float8 AS "lastMs",
        count(*)::integer AS rows, settings_id AS settings, max(nulls COLLATE "C") AS nulls,
        coalesce(max(state) FILTER (WHERE state <> 'live'), 'live') AS state${folds}
      FROM ${slice} GROUP BY "binMs", settings_id
    ) AS bins ORDER BY "binMs", "lastMs"`;
  return { text, values: [...values, binMs] };
}

/** Rows as they are, each with its interval. */
export function rowsStatement({ symbol, fromMs, toMs, limit, columns }: RowsQuery): Statement {
  const { venue, symbol: name } = marketOf(symbol);
  const wanted = columns.map((column) => definitionOf(column).column);
  const names = wanted.map((column) => `, ${column}::float8 AS ${column}`).join("");
  const text = `SELECT (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
      bucket_ms AS "intervalMs", state, settings_id AS settings, nulls${names}
    FROM ${sliceOf(["bucket_ms", ...wanted, "nulls"])} ORDER BY time`;
  return { text, values: [venue, name, isoTime(fromMs), isoTime(toMs), limit] };
}

/**
 * The first `$5` rows of a range. The view of both tables of metrics would read, and sort, the whole of it: each
 * is read by its own index, and no further than so many rows.
 */
function sliceOf(columns: readonly string[]): string {
  const within =
    "time > $3::timestamptz AND time <= $4::timestamptz ORDER BY time LIMIT $5::integer";
  const now = columns.map((column) => `, ${column}`).join("");
  const before = columns.map((column) => `, ${KNOWN_BEFORE.has(column) ? column : "NULL"}`).join(
    "",
  );
  return `(
      (SELECT time, state, settings_id${now} FROM metrics
        WHERE symbol_id = ${symbolId(1, 2)} AND ${within})
      UNION ALL
      (SELECT time, state, 0${before} FROM metrics_before
        WHERE $1::text = 'binance_spot' AND symbol = $2::text AND ${within})
      ORDER BY time LIMIT $5::integer
    ) AS slice`;
}

/**
 * The newest revision of each episode: firing ones first, then the newest. Each phase is read by its own
 * index in the order of time; what is sorted is what the two gave.
 */
export function alertsStatement({ symbol, fromMs, limit }: AlertsQuery): Statement {
  const { conditions, values } = conditionsOf(symbol, fromMs, null);
  const newest = (phase: string) =>
    `(SELECT * FROM alerts WHERE ${[phase, ...conditions].join(" AND ")}
      ORDER BY time DESC LIMIT $1::integer)`;
  const text = `SELECT ${storedColumns("alerts")} FROM (
      ${newest("phase = 'firing'")} UNION ALL ${newest("phase <> 'firing'")}
    ) AS newest JOIN symbols USING (symbol_id)
    ORDER BY (phase = 'firing') DESC, time DESC LIMIT $1::integer`;
  return { text, values: [limit, ...values] };
}

/** One episode. */
export function alertStatement(alertId: string): Statement {
  const text = `SELECT ${storedColumns("alerts")} FROM alerts JOIN symbols USING (symbol_id)
    WHERE alert_id = $1::text`;
  return { text, values: [alertId] };
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

/** Records of one kind, the newest first. */
export function recordsStatement(kind: RecordKind, query: RecordsQuery): Statement {
  const { symbol, fromMs, toMs, limit } = query;
  const { conditions, values } = conditionsOf(symbol, fromMs, toMs);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  // Which of the last moment's rows belong to it is decided among all of them.
  const text = `SELECT ${storedColumns(kind)} FROM (
      SELECT * FROM ${kind} ${where} ORDER BY time DESC FETCH FIRST ($1::integer) ROWS WITH TIES
    ) AS newest JOIN symbols USING (symbol_id)
    ORDER BY time DESC, incarnation DESC, number DESC LIMIT $1::integer`;
  return { text, values: [limit, ...values] };
}

/** The conditions that were asked for, and their parameters from `$2` on. */
function conditionsOf(
  symbol: MarketText | null,
  fromMs: number | null,
  toMs: number | null,
): { readonly conditions: readonly string[]; readonly values: readonly Value[] } {
  const conditions: string[] = [];
  const values: Value[] = [];
  // `$1` is the limit.
  const parameter = (value: Value) => values.push(value) + 1;
  if (symbol !== null) {
    const market = marketOf(symbol);
    const id = symbolId(parameter(market.venue), parameter(market.symbol));
    conditions.push(`symbol_id = ${id}`);
  }
  if (fromMs !== null) conditions.push(`time >= $${parameter(isoTime(fromMs))}::timestamptz`);
  if (toMs !== null) conditions.push(`time < $${parameter(isoTime(toMs))}::timestamptz`);
  return { conditions, values };
}

/** The id of the market whose venue and symbol are these parameters; NULL, which is no row's: there is none. */
function symbolId(venue: number, symbol: number): string {
  return `(SELECT symbol_id FROM symbols WHERE venue = $${venue}::text AND symbol = $${symbol}::text)`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
