/** Rows of metrics as columns. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../shared/catalogue/metrics.ts";
import { STATE_COLUMNS } from "../shared/catalogue/rollups.ts";
import type { DataState } from "../shared/output.ts";

/** The metrics that can be asked for: those that are stored. */
export const METRIC_COLUMNS: readonly MetricName[] = METRIC_NAMES.filter((name) =>
  definitionOf(name).stored !== null
);

/** Rows as columns of equal length, oldest first. A row that does not exist is not here. */
export interface MetricsColumns {
  /** End of the interval or bin; of the last bin, the range's if that is sooner. */
  readonly timeMs: readonly number[];
  /** `null`: nothing is stored there. */
  readonly state: readonly (DataState | null)[];
  /** Id of the settings under which it was computed: where it changes, two series meet that are not one. */
  readonly settings: readonly (number | null)[];
  readonly values: Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
  /** Why values are `null`, as `null_code.ts` reads it; `null`: an earlier program has not told. */
  readonly nulls: readonly (string | null)[];
}

/** One row or bin: the time, the state, and the columns asked for under their SQL names. */
export interface BinRow {
  readonly timeMs: number;
  readonly state: DataState;
  readonly settings: number;
  /** Of a bin, that of one of its rows: what is `null` in a bin is so in all of them. */
  readonly nulls: string | null;
  readonly [column: string]: unknown;
}

/** A bin, and what it is made of: also how many rows knew each metric that has a mean (`knownColumn`), NULL if all of those did that have one. */
export interface FoldedRow extends BinRow {
  /** Its end, under which another table may have it too. */
  readonly binMs: number;
  /** Time of its last row. */
  readonly lastMs: number;
  /** Of `metrics`. */
  readonly rows: number;
  /** How long a time these tell of. */
  readonly coveredMs: number;
}

/** What the database gives of a bin: how long the feed was in each state stands in the columns of roll-ups. */
export type GivenBin = Omit<FoldedRow, "coveredMs">;

/** The bin, with the sum of its times. */
export function foldedRow(row: GivenBin): FoldedRow {
  const coveredMs = STATE_NAMES.reduce((sum, name) => sum + (numberIn(row, name) ?? 0), 0);
  // The compiler forgets what a row with any column has.
  return { ...row, coveredMs } as FoldedRow;
}

const STATE_NAMES = Object.values(STATE_COLUMNS);

/** The values of one row; what is not a finite number is `null`. */
export function valuesIn(
  row: Readonly<Record<string, unknown>>,
  columns: readonly MetricName[],
): Partial<Record<MetricName, number | null>> {
  const values: Partial<Record<MetricName, number | null>> = {};
  for (const name of columns) values[name] = numberIn(row, definitionOf(name).column);
  return values;
}

/** A value of a row by its column in the database; what is not a finite number is `null`. */
export function numberIn(row: Readonly<Record<string, unknown>>, column: string): number | null {
  const value = row[column];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
