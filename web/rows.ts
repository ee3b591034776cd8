/** Rows of metrics as columns. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../shared/catalogue/metrics.ts";
import type { DataState } from "../shared/output.ts";

/** The metrics that can be asked for: those that are stored. */
export const METRIC_COLUMNS: readonly MetricName[] = METRIC_NAMES.filter((name) =>
  definitionOf(name).stored !== null
);

/** Rows as columns of equal length, oldest first. A row that does not exist is not here. */
export interface MetricsColumns {
  /** End of the interval or bin; of the last bin, the range's if that is sooner. */
  readonly timeMs: readonly number[];
  readonly state: readonly DataState[];
  /** Id of the settings under which it was computed: where it changes, two series meet that are not one. */
  readonly settings: readonly number[];
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

/** A bin, and what it is made of. */
export interface FoldedRow extends BinRow {
  /** Time of its last row. */
  readonly lastMs: number;
  readonly rows: number;
}

/** Rows turned by a quarter: what is not a finite number is `null`. */
export function toColumns(
  rows: readonly BinRow[],
  columns: readonly MetricName[],
): MetricsColumns {
  const values: Partial<Record<MetricName, (number | null)[]>> = {};
  for (const column of columns) {
    const name = definitionOf(column).column;
    values[column] = rows.map((row) => numberIn(row, name));
  }
  return {
    timeMs: rows.map((row) => row.timeMs),
    state: rows.map((row) => row.state),
    settings: rows.map((row) => row.settings),
    values,
    nulls: rows.map((row) => row.nulls),
  };
}

/** The values of one row; what is not a finite number is `null`. */
export function valuesIn(
  row: BinRow,
  columns: readonly MetricName[],
): Partial<Record<MetricName, number | null>> {
  const values: Partial<Record<MetricName, number | null>> = {};
  for (const name of columns) values[name] = numberIn(row, definitionOf(name).column);
  return values;
}

function numberIn(row: BinRow, column: string): number | null {
  const value = row[column];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
