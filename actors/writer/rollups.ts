/**
 * The statements that make roll-ups, generated from the catalogue (`shared/catalogue/rollups.ts`). Pure.
 *
 * A row that is stored marks the bucket that it touches as due, in its own transaction and by its own statement. A
 * bucket that is due is made anew from all rows that it has in the next finer table, and marks the next coarser one:
 * rows that come late, twice or in another order lead to the same bucket. Rows are summed in the order of their time,
 * so that it is the same to the last bit.
 *
 * `level`: 1 is the finest table of buckets.
 */
import {
  coarserOf,
  countCode,
  FOLD_COLUMNS,
  type FoldColumn,
  knownColumn,
  knownSql,
  OF_ANY_SETTINGS,
  ROLLUP_KEY,
  ROLLUP_NAMES,
  rollupColumns,
  type RollupName,
  rollupOf,
  STATE_COLUMNS,
} from "../../shared/catalogue/rollups.ts";
import { OLD_METRICS, oldColumn, SPOT } from "../../shared/catalogue/old_tables.ts";
import { keySql, SKETCH_COLUMNS, sketchTextSql } from "../../shared/catalogue/sketches.ts";
import { assertNever } from "../../shared/assert_never.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";

/** What buckets are made from: rows in the form of `metrics`, or the next finer table and, for sketches, rows. */
export interface FoldSource {
  readonly form: "rows" | "buckets";
  /** A table, or a query in parentheses, with the columns of `metrics`. */
  readonly rows: string;
}

/** The metrics that have a mean, which weighs what is known. */
const MEANS = FOLD_COLUMNS.filter(({ fold }) => fold === "mean");

/** Each table's number in `rollup_due`. */
export function levelOf(name: RollupName): number {
  return ROLLUP_NAMES.indexOf(name) + 1;
}

/** The SQL of the end of the bucket that a time belongs to, as `bucketEndMs` has it. */
export function bucketEndSql(time: string, name: RollupName): string {
  return binEndSql(time, rollupOf(name).bucketMs);
}

function binEndSql(time: string, lengthMs: number): string {
  const length = `interval '${lengthMs / 1_000} seconds'`;
  // The bins of `date_bin` hold their beginning, and buckets their end.
  return `date_bin(${length}, ${time} - interval '1 microsecond', '2000-01-01T00:00:00Z') + ${length}`;
}

/**
 * The statement that marks the buckets which rows touch: `rows` is a query that gives `symbol_id` and `time` of rows of
 * `metrics`, or of buckets of the next finer table.
 */
export function markSql(name: RollupName, rows: string): string {
  return `INSERT INTO rollup_due (level, time, symbol_id) ` +
    `SELECT DISTINCT ${levelOf(name)}::int2, ${bucketEndSql("time", name)}, symbol_id ` +
    `FROM ${rows} AS touched ON CONFLICT DO NOTHING`;
}

/** An insert into a table that buckets are made from, which marks those of the rows that were not there before. */
export function markingInsert(table: string, insert: string): string {
  const name = coarserOf(table);
  if (name === null) return insert;
  return `WITH stored AS (${insert} RETURNING symbol_id, time) ${markSql(name, "stored")}`;
}

/** Of what is due so many are looked at in one step, however many there are after an outage … */
const LOOKED_AT_MAX = 5_000;
/** … and finer ones so many. */
const FINER_MAX = 30_000;

/**
 * Takes what is due of a level, the oldest first and run by run, and answers with it: `symbol_id` and `"endMs"`, UTC.
 * `$1`: only buckets that ended at this time, UTC milliseconds, or before; `$2`: as many at most; `$3`, `$4`: not these
 * symbols' at these times. A bucket of which a finer one is due waits for that.
 */
export function takeDueSql(name: RollupName): string {
  const level = levelOf(name);
  const { runMs, bucketMs, source } = rollupOf(name);
  const finerMs = source === "metrics" ? bucketMs : rollupOf(source).bucketMs;
  const limit = Math.min(LOOKED_AT_MAX, Math.floor(FINER_MAX * finerMs / bucketMs));
  const step = `interval '${finerMs / 1_000} seconds'`;
  // As a value, so that it is looked up for each bucket, by the key: a join would read all that is due.
  const finer = `(SELECT 1 FROM rollup_due AS finer WHERE level = ${level - 1}
    AND time = ANY (ARRAY(SELECT generate_series(oldest.time - ${
    lengthSql(name)
  } + ${step}, oldest.time, ${step})))
    AND symbol_id = oldest.symbol_id LIMIT 1)`;
  return `DELETE FROM rollup_due USING (
      SELECT time, symbol_id FROM (
        SELECT time, symbol_id FROM rollup_due
        WHERE level = ${level} AND time <= to_timestamp($1::float8 / 1000)
          AND (symbol_id, time) NOT IN (SELECT id, to_timestamp(ms / 1000)
            FROM unnest($3::int2[], $4::float8[]) AS aside (id, ms))
        ORDER BY time LIMIT ${limit}
      ) AS oldest ${level === 1 ? "" : `WHERE ${finer} IS NULL`}
      ORDER BY ${binEndSql("time", runMs)}, symbol_id, time LIMIT $2::integer
    ) AS taken
    WHERE rollup_due.level = ${level} AND rollup_due.time = taken.time
      AND rollup_due.symbol_id = taken.symbol_id
    RETURNING rollup_due.symbol_id, (extract(epoch FROM rollup_due.time) * 1000)::float8 AS "endMs"`;
}

/**
 * Makes the buckets of the symbols `$1` that end at `$2`, UTC milliseconds, from what there is of each. `$3`: from this
 * time on, UTC milliseconds or NULL for ever, there are all rows of `metrics`: only of those are sketches made.
 */
export function foldSql(
  name: RollupName,
  source: FoldSource = { form: levelOf(name) === 1 ? "rows" : "buckets", rows: ALL_ROWS },
): string {
  const sketches = name === "metrics_1h" ? SKETCH_COLUMNS : [];
  const names = rollupColumns(name).map((column) => column.name);
  const inFold = names.filter((column) =>
    column !== "symbol_id" && column !== "time" && !sketches.some(({ name }) => name === column)
  );
  const folds = source.form === "rows" ? foldsOfRows() : foldsOfBuckets();
  const all = [
    "symbol_id",
    "time",
    ...inFold,
    ...sketches.map((sketch) => sketch.name),
  ];
  const values = [
    "due.symbol_id",
    "due.time",
    ...inFold.map((column) => `folded.${column}`),
    ...sketches.map((sketch) => `sketch.${sketch.name}`),
  ];
  const set = all.filter((column) => !ROLLUP_KEY.some((key) => key === column)).map((column) =>
    sketches.some((sketch) => sketch.name === column)
      // Its rows may have gone by now: then what was made of them stays.
      ? `${column} = coalesce(excluded.${column}, ${name}.${column})`
      : `${column} = excluded.${column}`
  );
  const sketched = sketches.length === 0
    ? ""
    : ` LEFT JOIN LATERAL ${sketchSql(name, source.rows)} ON true`;
  return `INSERT INTO ${name} (${all.join(", ")}) SELECT ${values.join(", ")}
    FROM (SELECT id AS symbol_id, to_timestamp(ms / 1000) AS time
      FROM unnest($1::int2[], $2::float8[]) AS due (id, ms) ORDER BY id, ms) AS due
    CROSS JOIN LATERAL (
      SELECT ${inFold.map((column) => `${folds.get(column)} AS ${column}`).join(", ")}
      FROM ${source.form === "rows" ? rowsSql(name, source.rows) : bucketsSql(name)} AS row
      GROUP BY settings_id
    ) AS folded${sketched}
    ON CONFLICT (${ROLLUP_KEY.join(", ")}) DO UPDATE SET ${set.join(", ")}`;
}

/** The columns that a fold of rows looks at. */
const OF_ROWS = [
  "settings_id",
  "time",
  "bucket_ms",
  "state",
  "nulls",
  ...new Set(FOLD_COLUMNS.map(({ metric }) => columnOf(metric))),
];

/**
 * Those of now, and those of before: the bucket in which the program was replaced has some of each. The planner takes
 * each by its own index; an empty table costs it next to nothing.
 */
const ALL_ROWS = allRows();

function allRows(): string {
  const columns = ["symbol_id", ...OF_ROWS];
  const old = OLD_METRICS.map((table) => {
    const isBefore = table === "metrics_before";
    const ids: Readonly<Record<string, string>> = isBefore
      ? { symbol_id: "symbol_id", settings_id: "0::int2" }
      : {};
    const read = columns.map((column) => `${ids[column] ?? oldColumn(table, column)} AS ${column}`);
    return `SELECT ${read.join(", ")} FROM ${table}${
      isBefore ? ` JOIN ${SPOT} USING (symbol)` : ""
    }`;
  });
  return `(${[`SELECT ${columns.join(", ")} FROM metrics`, ...old].join(" UNION ALL ")})`;
}

/** The rows of one bucket, in the order of time; one that stands in two tables counts once. */
function rowsSql(name: RollupName, rows: string): string {
  return `(SELECT DISTINCT ON (settings_id, time) ${OF_ROWS.join(", ")} FROM ${rows} AS source
    WHERE symbol_id = due.symbol_id AND time > due.time - ${lengthSql(name)} AND time <= due.time
    ORDER BY settings_id, time)`;
}

/** The finer buckets of one bucket, each with what its means weigh. */
function bucketsSql(name: RollupName): string {
  const known = MEANS.map(({ metric }) =>
    `${knownSql(metric, "source")} AS ${knownColumn(metric)}`
  );
  return `(SELECT *, ${known.join(", ")} FROM ${rollupOf(name).source} AS source
    WHERE symbol_id = due.symbol_id AND ${OF_ANY_SETTINGS} AND time > due.time - ${
    lengthSql(name)
  } AND time <= due.time
    ORDER BY settings_id, time OFFSET 0)`;
}

/** Of rows, by column. */
function foldsOfRows(): ReadonlyMap<string, string> {
  const states = Object.entries(STATE_COLUMNS).map(([state, column]): [string, string] => [
    column,
    `(sum(bucket_ms) FILTER (WHERE state = '${state}'))::int4`,
  ]);
  const known = (metric: MetricName) => `count(${columnOf(metric)})`;
  const mean = ({ metric }: FoldColumn) => `avg(${columnOf(metric)}::float8)`;
  return new Map([
    ["samples", "count(*)::int4"],
    ...states,
    ...shared("count(*)", known),
    ...FOLD_COLUMNS.map((column): [string, string] => [
      column.name,
      folded(column, columnOf(column.metric), mean),
    ]),
  ]);
}

/** Of finer buckets, by column. */
function foldsOfBuckets(): ReadonlyMap<string, string> {
  const states = Object.values(STATE_COLUMNS).map((column): [string, string] => [
    column,
    `sum(${column})::int4`,
  ]);
  const known = (metric: MetricName) => `sum(${knownColumn(metric)})`;
  const mean = ({ metric, name }: FoldColumn) =>
    `sum(${name}::float8 * ${knownColumn(metric)}) / nullif(${known(metric)}, 0)`;
  return new Map([
    ["samples", "sum(samples)::int4"],
    ...states,
    ...shared("sum(samples)", known),
    ...FOLD_COLUMNS.map((column): [string, string] => [
      column.name,
      folded(column, column.name, mean),
    ]),
  ]);
}

/** What is folded alike, whatever it is made of. */
function shared(samples: string, known: (metric: MetricName) => string): [string, string][] {
  const counts = MEANS.map(({ metric }) => {
    const count = known(metric);
    return `CASE WHEN ${count} NOT IN (0, ${samples}) THEN '${
      countCode(metric)
    }' || ${count} || ' ' END`;
  });
  return [
    ["settings_id", "settings_id"],
    ["nulls", `max(nulls COLLATE "C")`],
    ["counts", `nullif(array_to_string(ARRAY[${counts.join(", ")}], ''), '')`],
  ];
}

/** The value of a bucket. */
function folded(
  column: FoldColumn,
  value: string,
  mean: (column: FoldColumn) => string,
): string {
  switch (column.fold) {
    case "mean":
      return `(${mean(column)})::${column.type}`;
    case "min":
    case "max":
      return `${column.fold}(${value})`;
    case "last":
      // They come in the order of time.
      return `(array_agg(${value}))[count(*)]`;
    case "sum":
      return `sum(${value})::${column.type}`;
    default:
      return assertNever(column.fold, "fold a metric");
  }
}

/** The sketches of one bucket's rows of one settings. */
function sketchSql(name: RollupName, rows: string): string {
  const keys = SKETCH_COLUMNS.map(({ metric, name }) =>
    `${keySql(metric, columnOf(metric))} AS ${name}`
  );
  const sketches = SKETCH_COLUMNS.map(({ name }) => {
    const counted =
      `SELECT ${name} AS key, count(*)::int4 AS count FROM keys WHERE ${name} IS NOT NULL GROUP BY 1`;
    return `${sketchTextSql(counted)} AS ${name}`;
  });
  return `(WITH keys AS MATERIALIZED (
      SELECT DISTINCT ON (time) ${keys.join(", ")} FROM ${rows} AS source
      WHERE symbol_id = due.symbol_id AND settings_id = folded.settings_id
        AND time > due.time - ${lengthSql(name)} AND time <= due.time
        AND due.time - ${lengthSql(name)} >= coalesce(to_timestamp($3::float8 / 1000), '-infinity')
      ORDER BY time)
    SELECT ${sketches.join(", ")}) AS sketch`;
}

function columnOf(metric: MetricName): string {
  return definitionOf(metric).column;
}

function lengthSql(name: RollupName): string {
  return `interval '${rollupOf(name).bucketMs / 1_000} seconds'`;
}
