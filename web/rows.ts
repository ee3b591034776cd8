/** Rows of the database, renamed into the vocabulary of shared/output.ts. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../shared/catalogue/metrics.ts";
import type { AlertEvent, DataState } from "../shared/output.ts";

/** The metrics that can be asked for: those that are stored. */
export const METRIC_COLUMNS: readonly MetricName[] = METRIC_NAMES.filter((name) =>
  definitionOf(name).stored !== null
);

/** Rows as columns of equal length, oldest first. A row that does not exist is not here. */
export interface MetricsColumns {
  /** End of the interval or bin; of the last bin, the range's if that is sooner. */
  readonly timeMs: readonly number[];
  readonly state: readonly DataState[];
  readonly values: Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
}

/** One row or bin: the time, the state, and the columns asked for under their SQL names. */
export interface BinRow {
  readonly timeMs: number;
  readonly state: DataState;
  readonly [column: string]: unknown;
}

/** An alert episode as the driver hands it over. */
export interface AlertRow {
  readonly alert_id: string;
  readonly revision: number;
  readonly symbol: string;
  readonly rule: string;
  readonly phase: AlertEvent["phase"];
  readonly severity: AlertEvent["severity"];
  readonly summary: string;
  readonly started_at: Date;
  readonly fired_at: Date;
  readonly resolved_at: Date | null;
  readonly time: Date;
  readonly value: number | null;
  readonly threshold: number;
  /** `bigint`, which the driver hands over as text. */
  readonly book_update_id: string | null;
  readonly mid: number | null;
}

/** Rows turned by a quarter: what is not a finite number is `null`. */
export function toColumns(
  rows: readonly BinRow[],
  columns: readonly MetricName[],
): MetricsColumns {
  const values: Partial<Record<MetricName, (number | null)[]>> = {};
  for (const column of columns) {
    const name = definitionOf(column).column;
    values[column] = rows.map((row) => {
      const value = row[name];
      return typeof value === "number" && Number.isFinite(value) ? value : null;
    });
  }
  return { timeMs: rows.map((row) => row.timeMs), state: rows.map((row) => row.state), values };
}

/** An alert as it was sent when it was written. */
export function toAlert(row: AlertRow): AlertEvent {
  return {
    type: "alert",
    alertId: row.alert_id,
    revision: row.revision,
    symbol: row.symbol,
    rule: row.rule,
    phase: row.phase,
    severity: row.severity,
    summary: row.summary,
    startedMs: row.started_at.getTime(),
    firedMs: row.fired_at.getTime(),
    resolvedMs: row.resolved_at?.getTime() ?? null,
    timeMs: row.time.getTime(),
    value: row.value,
    threshold: row.threshold,
    bookUpdateId: row.book_update_id === null ? null : Number(row.book_update_id),
    mid: row.mid,
  };
}
