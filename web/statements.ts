/**
 * What can be asked of history, and the statements that ask it of the tables that the writer fills
 * (actors/writer/migrations). Pure. An index gives the rows of each in their order, so that it reads about
 * as many as it answers, however large the table is.
 */
import type { Fold } from "../shared/catalogue/metric_definition.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { SymbolId } from "../shared/market.ts";
import { RECORD_READERS, type RecordKind } from "./records.ts";

/** What is asked of `History.metrics`: rows with `fromMs < time <= toMs`. */
export interface MetricsQuery {
  readonly symbol: SymbolId;
  readonly fromMs: number;
  readonly toMs: number;
  /** 0: one point per row; else rows are averaged over bins of this length. */
  readonly binMs: number;
  readonly limit: number;
  readonly columns: readonly MetricName[];
}

/** What is asked of `History.alerts`; `null` leaves a condition out. */
export interface AlertsQuery {
  readonly symbol: SymbolId | null;
  readonly fromMs: number | null;
  readonly limit: number;
}

/** What is asked of `History.records`: `fromMs <= time < toMs`; `null` leaves one out. */
export interface RecordsQuery {
  readonly symbol: SymbolId | null;
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

/** The value of a bin; a sketch is not stored yet, so its middle stands for it. */
const FOLDED: Readonly<Record<Fold, (column: string) => string>> = {
  mean: (column) => `avg(${column})`,
  min: (column) => `min(${column})`,
  max: (column) => `max(${column})`,
  last: (column) => `(array_agg(${column} ORDER BY time DESC))[1]`,
  sum: (column) => `sum(${column})`,
  quantiles: (column) => `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column})`,
};

/** The rows of one symbol, oldest first; averaged when `binMs` is not 0. */
export function metricsStatement(query: MetricsQuery): Statement {
  // Column names come from an allow-list, values are parameters.
  const { symbol, fromMs, toMs, binMs, limit, columns } = query;
  const where = "WHERE symbol = $1 AND time > $2::timestamptz AND time <= $3::timestamptz";
  const epochMs = "extract(epoch FROM time) * 1000";
  const values = [symbol, isoTime(fromMs), isoTime(toMs), limit];
  if (binMs === 0) {
    const names = columns.map((column) => `, ${definitionOf(column).column}`).join("");
    const text = `SELECT (${epochMs})::float8 AS "timeMs", state${names} FROM metrics
      ${where} ORDER BY time LIMIT $4::integer`;
    return { text, values };
  }
  // A bin is live only when all of its rows are.
  const names = columns.map((name) => {
    const { column, fold } = definitionOf(name);
    return `, ${FOLDED[fold[0]](column)} AS ${column}`;
  }).join("");
  // The last bin may reach beyond the range, and tells of nothing there.
  const rangeEndMs = "extract(epoch FROM $3::timestamptz) * 1000";
  const binEndMs = `least(ceil(${epochMs} / $5::float8) * $5::float8, ${rangeEndMs})`;
  const text = `SELECT (${binEndMs})::float8 AS "timeMs",
      coalesce(max(state) FILTER (WHERE state <> 'live'), 'live') AS state${names}
    FROM metrics ${where} GROUP BY 1 ORDER BY 1 LIMIT $4::integer`;
  return { text, values: [...values, binMs] };
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
  const text = `SELECT * FROM (
      ${newest("phase = 'firing'")} UNION ALL ${newest("phase <> 'firing'")}
    ) AS newest ORDER BY (phase = 'firing') DESC, time DESC LIMIT $1::integer`;
  return { text, values: [limit, ...values] };
}

/** Gaps, audits or proofs, the newest first. */
export function recordsStatement(kind: RecordKind, query: RecordsQuery): Statement {
  const { symbol, fromMs, toMs, limit } = query;
  const { conditions, values } = conditionsOf(symbol, fromMs, toMs);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  // Which of the last moment's rows belong to it is decided among all of them.
  const text = `SELECT symbol, number, time, ${RECORD_READERS[kind].columns} FROM (
      SELECT * FROM ${kind} ${where} ORDER BY time DESC FETCH FIRST ($1::integer) ROWS WITH TIES
    ) AS newest ORDER BY time DESC, incarnation DESC, number DESC LIMIT $1::integer`;
  return { text, values: [limit, ...values] };
}

/** The conditions that were asked for, and their parameters from `$2` on. */
function conditionsOf(
  symbol: SymbolId | null,
  fromMs: number | null,
  toMs: number | null,
): { readonly conditions: readonly string[]; readonly values: readonly Value[] } {
  const asked: [condition: string, type: string, value: Value | null][] = [
    ["symbol =", "text", symbol],
    ["time >=", "timestamptz", fromMs === null ? null : isoTime(fromMs)],
    ["time <", "timestamptz", toMs === null ? null : isoTime(toMs)],
  ];
  const conditions: string[] = [];
  const values: Value[] = [];
  for (const [condition, type, value] of asked) {
    if (value === null) continue;
    values.push(value);
    conditions.push(`${condition} $${values.length + 1}::${type}`);
  }
  return { conditions, values };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
