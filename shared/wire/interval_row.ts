/** The row of an interval as a page is told it that is told changes: its cells under the columns named at the beginning. */
import { METRIC_NAMES } from "../catalogue/metrics.ts";
import { marketText } from "../market.ts";
import type { DataState, MetricsFrame } from "../output.ts";
import { type Cells, metricCells } from "./cells.ts";

/** One row, in order and with an id. */
export interface IntervalRow {
  readonly symbol: string;
  /** The interval's end, and its length. */
  readonly timeMs: number;
  readonly bucketMs: number;
  readonly state: DataState;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
  readonly cells: Cells;
}

/** The row of an interval; `bucketMs` of a frame that closes none is 0. O(metrics). */
export function intervalRow(frame: MetricsFrame): IntervalRow {
  const { timeMs, bucketMs, state, bookUpdateId, eventMs } = frame;
  const cells = metricCells(METRIC_NAMES, frame);
  const symbol = marketText(frame);
  return { symbol, timeMs, bucketMs: bucketMs ?? 0, state, bookUpdateId, eventMs, cells };
}
