/**
 * Roll-ups: metrics over longer intervals, each made from the next finer table, each metric folded as its
 * definition says. The migrations make the tables, and a test holds them against this.
 *
 * A row is one bucket of one market under one settings; its key, `ROLLUP_KEY`, is as narrow as it is so that the index
 * takes half of what it would take otherwise.
 *
 * - `time` is the bucket's end, as in `metrics`: a row of 12:00:10 belongs to the ten seconds that end there.
 * - `samples`: how many rows of `metrics` it is made of.
 * - `live_ms`, …: how long the feed was in each state, by the intervals of those rows; NULL: not at all.
 * - The folds of each metric; NULL where no row knew a value, or for `last`, where the last row did not.
 * - `counts`: of the metrics that have a mean, those that were known in some rows and not in all: for each its `countCode`
 *   and in how many rows, as in `AB7 BC12 `. NULL: there is none. What a mean weighs is therefore `knownSql`. (Where a metric
 *   stands is two letters for ever; one number for each metric would be half as large as all the rest.)
 * - `nulls`: why values are not known, the greatest code of its rows; if none of them knew a value, it says why.
 * - In `metrics_1h`, sketches (`sketches.ts`), which are made from the rows of `metrics` themselves.
 *
 * A mean of what is not a price is a `real`, seven digits: so is every value but prices and sums.
 */
import type { DataState } from "../output.ts";
import type { Fold, StoredType } from "./metric_definition.ts";
import { definitionOf, METRIC_NAMES, type MetricName } from "./metrics.ts";
import { placeOf } from "./null_code.ts";
import { SKETCH_COLUMNS } from "./sketches.ts";
import type { Keeping } from "./table_definition.ts";

/** One table of buckets. */
export interface Rollup extends Keeping {
  /** Length of a bucket. */
  readonly bucketMs: number;
  /**
   * Buckets are made in runs of this length, when the run is over: those of one symbol then stand side by side, in the
   * table and in the index, which PostgreSQL fills well only so. What comes late is made at once.
   */
  readonly runMs: number;
  /** What it is made from. */
  readonly source: "metrics" | RollupName;
}

/** From fine to coarse. */
export const ROLLUPS = {
  metrics_10s: {
    bucketMs: 10_000,
    runMs: 60_000,
    source: "metrics",
    partition: "day",
    age: "keep10sDays",
    share: "rollups",
  },
  metrics_1m: {
    bucketMs: 60_000,
    runMs: 600_000,
    source: "metrics_10s",
    partition: "month",
    age: "keep1mDays",
    share: "rollups",
  },
  metrics_1h: {
    bucketMs: 3_600_000,
    runMs: 3_600_000,
    source: "metrics_1m",
    partition: "year",
    age: "keep1hDays",
    share: "rollups",
  },
} as const satisfies Readonly<Record<RollupName, Rollup>>;

/** As in the database. */
export type RollupName = "metrics_10s" | "metrics_1m" | "metrics_1h";

/** From fine to coarse. */
export const ROLLUP_NAMES = Object.keys(ROLLUPS) as readonly RollupName[];

/** The definition of a table of buckets, whichever it is. */
export function rollupOf(name: RollupName): Rollup {
  return ROLLUPS[name];
}

/** What is made from this table; `null`: nothing is. */
export function coarserOf(table: string): RollupName | null {
  return ROLLUP_NAMES.find((name) => rollupOf(name).source === table) ?? null;
}

/** One value of a bucket. */
export interface FoldColumn {
  readonly metric: MetricName;
  readonly fold: Exclude<Fold, "quantiles">;
  /** In the database: the first fold of a metric has the metric's own, the others `<column>_<fold>`. */
  readonly name: string;
  readonly type: StoredType;
}

/** All of them, in the catalogue's order: of every table of buckets. */
export const FOLD_COLUMNS: readonly FoldColumn[] = METRIC_NAMES.flatMap((metric) => {
  const { column, stored, fold: folds, group } = definitionOf(metric);
  if (stored === null) return [];
  return folds.flatMap((fold, place): FoldColumn[] => {
    if (fold === "quantiles") return [];
    const name = place === 0 ? column : `${column}_${fold}`;
    const isReal = fold === "mean" && group !== "price";
    return [{ metric, fold, name, type: isReal ? "float4" : stored }];
  });
});

/** How long the feed was in each state, by column. */
export const STATE_COLUMNS: Readonly<Record<DataState, string>> = {
  live: "live_ms",
  syncing: "syncing_ms",
  stale: "stale_ms",
  degraded: "degraded_ms",
  halted: "halted_ms",
};

/** A column as it stands in the database. */
export interface RollupColumn {
  readonly name: string;
  readonly type: StoredType | "time" | "text";
  readonly isNullable: boolean;
}

const column = (
  name: string,
  type: RollupColumn["type"],
  nullness: "null" | "not null" = "null",
): RollupColumn => ({ name, type, isNullable: nullness === "null" });

/** What tells of a bucket itself. */
const OF_BUCKET: readonly RollupColumn[] = [
  column("symbol_id", "int2", "not null"),
  column("settings_id", "int2", "not null"),
  column("samples", "int4", "not null"),
  column("time", "time", "not null"),
  ...Object.values(STATE_COLUMNS).map((name) => column(name, "int4")),
  column("counts", "text"),
  column("nulls", "text"),
];

/**
 * Columns of the primary key of each, in its order. Whoever asks for a symbol and a time adds `OF_ANY_SETTINGS`, without
 * which the index is read from the beginning of each partition.
 */
export const ROLLUP_KEY = ["symbol_id", "settings_id", "time"] as const;

/** The SQL of a condition that every bucket fulfils. */
export const OF_ANY_SETTINGS = "settings_id = ANY (ARRAY(SELECT settings_id FROM settings))";

/** All columns of a table of buckets. */
export function rollupColumns(name: RollupName): readonly RollupColumn[] {
  const folds = FOLD_COLUMNS.map(({ name, type }) => column(name, type));
  const sketches = SKETCH_COLUMNS.map(({ name }) => column(name, "text"));
  return [...OF_BUCKET, ...folds, ...name === "metrics_1h" ? sketches : []];
}

/** The same rows with `venue` and `symbol` in words, for readers from outside. */
export function rollupView(name: RollupName): string {
  return `${name}_with_market`;
}

/** The mean's column of a metric that has one; `null`: it has none. */
export function meanColumn(metric: MetricName): string | null {
  const is = (each: FoldColumn) => each.metric === metric && each.fold === "mean";
  return FOLD_COLUMNS.find(is)?.name ?? null;
}

/** What a bin's mean of this metric weighs, where statements tell it. */
export function knownColumn(metric: MetricName): string {
  return `known_${meanColumn(metric)}`;
}

/** Two letters for a metric in `counts`. */
export function countCode(metric: MetricName): string {
  const place = placeOf(metric);
  return [Math.floor(place / LETTERS.length), place % LETTERS.length].map((at) => LETTERS[at]).join(
    "",
  );
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The SQL that says in how many samples of a bucket a metric with a mean was known; `row`: the bucket's alias. */
export function knownSql(metric: MetricName, row: string): string {
  const counted = `split_part(split_part(${row}.counts, '${countCode(metric)}', 2), ' ', 1)`;
  return `CASE WHEN ${row}.${meanColumn(metric)} IS NULL THEN 0 WHEN ${row}.counts IS NULL ` +
    `THEN ${row}.samples ELSE coalesce(nullif(${counted}, '')::int4, ${row}.samples) END`;
}

/** The end of the bucket that a row of this time, UTC milliseconds, belongs to. */
export function bucketEndMs(timeMs: number, bucketMs: number): number {
  return Math.ceil(timeMs / bucketMs) * bucketMs;
}
