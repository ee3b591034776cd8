/** Every table that grows, once: how it is cut by time, which variable says how long its rows stay, and whose share it takes. */
import type { Cut } from "./partitions.ts";
import { ROLLUP_NAMES, type RollupName, rollupOf } from "./rollups.ts";
import type { Keeping, SizeShare } from "./table_definition.ts";
import { TABLE_NAMES, type TableName, tableOf } from "./tables.ts";

/** As in the database. */
export type HistoryTableName = TableName | RollupName;

/** One of them. */
export interface HistoryTable extends Keeping {
  readonly name: HistoryTableName;
}

const keepingOf = (
  name: HistoryTableName,
  { partition, age, share }: Keeping,
): HistoryTable => ({ name, partition, age, share });

/** Outputs first, then roll-ups from fine to coarse. */
export const HISTORY_TABLES: readonly HistoryTable[] = [
  ...TABLE_NAMES.map((name) => keepingOf(name, tableOf(name))),
  ...ROLLUP_NAMES.map((name) => keepingOf(name, rollupOf(name))),
];

/** Those that are cut by time, by name, and how. */
export const CUT_TABLES: ReadonlyMap<string, Cut> = new Map(
  HISTORY_TABLES.flatMap(({ name, partition }) => partition === null ? [] : [[name, partition]]),
);

/**
 * What a row takes on disk with its indexes, as measured on days of the simulated market and rounded up: the one place for these
 * numbers, which docs/OPERATIONS.md repeats and tests/integration/row_bytes_test.ts holds to their budgets.
 */
const ROW_BYTES: Partial<Readonly<Record<HistoryTableName, number>>> = {
  metrics: 600,
  books: 640,
  depth_profiles: 680,
  metrics_10s: 600,
  metrics_1m: 600,
  // Half of it are sketches, and how often each metric was known.
  metrics_1h: 1_400,
};
/** Trades, and what there is little of. */
const OTHER_ROW_BYTES = 250;

/** What a row of this table takes on disk with its indexes, about. */
export function rowBytesOf(name: HistoryTableName): number {
  return ROW_BYTES[name] ?? OTHER_ROW_BYTES;
}

/** Hours of its newest raw rows stay whatever gives way: metrics go by whole hours, so that two of them may be left. */
export function stayingHoursOf(name: string): number {
  return name === "metrics" ? 2 : 1;
}

/** Those of rows of each second, and of all else that is no roll-up. */
export const RAW_SHARES = ["metrics", "books", "rest"] as const satisfies readonly SizeShare[];

/** What part of `HISTORY_MAX_GB` each share has. */
export const SIZE_PARTS = {
  metrics: 0.25,
  books: 0.25,
  rollups: 0.4,
  rest: 0.1,
} as const satisfies Readonly<Record<SizeShare, number>>;
