/** The statement that reads roll-ups, folded over bins that are as long as one bucket or more. Pure. */
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { Fold } from "../shared/catalogue/metric_definition.ts";
import {
  type FoldColumn,
  knownColumn,
  knownSql,
  OF_ANY_SETTINGS,
  type RollupName,
  rollupOf,
  STATE_COLUMNS,
} from "../shared/catalogue/rollups.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import {
  EPOCH_MS,
  epochMs,
  foldedNames,
  isoTime,
  pointColumns,
  type RowsQuery,
  type Statement,
  symbolId,
} from "./statements.ts";

/** What is asked of a table of buckets: those with `fromMs < time <= toMs`, over bins that end on multiples of `binMs`. */
export interface BucketsQuery {
  readonly symbol: MarketText;
  readonly name: RollupName;
  readonly fromMs: number;
  readonly toMs: number;
  readonly binMs: number;
  readonly columns: readonly MetricName[];
}

/** Of a metric whose definition asks for it: its least or greatest in a bin, and in which column that stands. */
export function extremeColumns(
  columns: readonly MetricName[],
  fold: "min" | "max",
): readonly FoldColumn[] {
  return pointColumns(columns).filter((column) =>
    column.fold === fold && column.name !== definitionOf(column.metric).column
  );
}

/** The value of a bin, from buckets of the alias `bucket`. */
const MERGED: Readonly<Record<Exclude<Fold, "quantiles">, (column: FoldColumn) => string>> = {
  mean: ({ name, metric }) =>
    `sum(bucket.${name}::float8 * ${knownSql(metric, "bucket")}) / ` +
    `nullif(sum(${knownSql(metric, "bucket")}), 0)`,
  min: ({ name }) => `min(bucket.${name})`,
  max: ({ name }) => `max(bucket.${name})`,
  last: ({ name }) => `(array_agg(bucket.${name} ORDER BY time DESC))[1]`,
  sum: ({ name }) => `sum(bucket.${name})`,
};

/** Bins as `metricsStatement` gives them (`FoldedRow`), made of buckets instead of rows. */
export function bucketsStatement(query: BucketsQuery): Statement {
  const { symbol, name, fromMs, toMs, binMs, columns } = query;
  const { venue, symbol: word } = marketOf(symbol);
  const told = pointColumns(columns);
  const values = told.map((column) => {
    const type = column.type === "float4" ? "real" : "float8";
    return `, (${MERGED[column.fold](column)})::${type} AS ${column.name}`;
  });
  const states = Object.values(STATE_COLUMNS);
  const means = told.filter(({ fold }) => fold === "mean");
  // NULL where that is all rows, as mostly.
  const known = means.map(({ metric }) =>
    `, nullif(sum(${knownSql(metric, "bucket")}), sum(samples))::int4 AS ${knownColumn(metric)}`
  );
  const text = `SELECT CASE WHEN lead("binMs") OVER (ORDER BY "binMs", "lastMs") = "binMs"
        THEN "lastMs" ELSE "binMs" END AS "timeMs", "binMs", "lastMs", rows, settings, nulls,
      ${worstState()} AS state${foldedNames(told)}
    FROM (SELECT *, least("endMs", $6::float8) AS "binMs" FROM (
      SELECT ceil(${EPOCH_MS} / $5::float8) * $5::float8 AS "endMs", ${
    epochMs("max(time)")
  } AS "lastMs",
        sum(samples)::int4 AS rows, settings_id AS settings, max(nulls COLLATE "C") AS nulls
        ${states.map((one) => `, coalesce(sum(${one}), 0)::float8 AS ${one}`).join("")}${
    [...values, ...known].join("")
  }
      FROM ${name} AS bucket WHERE symbol_id = ${symbolId(1, 2)} AND ${OF_ANY_SETTINGS}
        AND time > $3::timestamptz AND time <= $4::timestamptz
      GROUP BY 1, settings_id
    ) AS folded) AS bins ORDER BY "binMs", "lastMs"`;
  return { text, values: [venue, word, isoTime(fromMs), isoTime(toMs), binMs, toMs] };
}

/**
 * Buckets as if they were rows, the oldest `limit` of a range that is not much longer than they are: all of it is sorted. Of a
 * metric the first of its folds, as a chart draws it; live only where every row of it was.
 */
export function bucketRowsStatement(
  name: RollupName,
  { symbol, fromMs, toMs, limit, columns }: Omit<RowsQuery, "rollup">,
): Statement {
  const { venue, symbol: word } = marketOf(symbol);
  const names = columns.map((column) => `, ${definitionOf(column).column}`).join("");
  const text = `SELECT ${EPOCH_MS} AS "timeMs", ${rollupOf(name).bucketMs}::float8 AS "intervalMs",
      ${worstState()} AS state, settings_id AS settings, nulls${names}
    FROM ${name} WHERE symbol_id = ${symbolId(1, 2)} AND ${OF_ANY_SETTINGS}
      AND time > $3::timestamptz AND time <= $4::timestamptz
    ORDER BY time, settings_id LIMIT $5::integer`;
  return { text, values: [venue, word, isoTime(fromMs), isoTime(toMs), limit] };
}

function worstState(): string {
  const words = WORST.map((state) => `WHEN ${STATE_COLUMNS[state]} > 0 THEN '${state}' `);
  return `CASE ${words.join("")} ELSE 'live' END`;
}

/** A bin that was not live has the state that says most: the same as of rows. */
export const WORST = ["syncing", "stale", "halted", "degraded"] as const;
