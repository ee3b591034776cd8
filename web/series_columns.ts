/** Points as columns of equal length, ready for a chart: `null` where nothing is known, and a row of `null` in each hole. Pure. */
import type { NullReason } from "../shared/catalogue/metric_definition.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import { STATE_COLUMNS } from "../shared/catalogue/rollups.ts";
import type { DataState } from "../shared/output.ts";
import { type BinSource, type Point, type Series, type Span, withHoles } from "./bins.ts";
import { extremeColumns } from "./rollup_statement.ts";
import { numberIn } from "./rows.ts";
import { type BesideColumns, boundsIn, reasonsIn } from "./unknown.ts";

type Cells = readonly (number | null)[];

/** What a table has answered. */
export interface Resolution extends Span {
  readonly source: BinSource;
  readonly intervalMs: number;
}

/** Of some metrics, as `/api/metrics` answers them. */
export interface SeriesColumns {
  /** Of each point, where its values are from and how long a time each tells of, in the order of time. */
  readonly resolution: readonly Resolution[];
  readonly columns: Readonly<Record<string, readonly (number | DataState | null)[]>>;
  /** Of a metric that leaps: its least, and its greatest, in the time of each point. */
  readonly min: Readonly<Record<string, Cells>>;
  readonly max: Readonly<Record<string, Cells>>;
  /** For how long of each point's time the feed was in each state, where it was in it at all. */
  readonly stateMs: Readonly<Partial<Record<DataState, readonly number[]>>>;
  readonly reasons: BesideColumns<NullReason | null>;
  readonly lowerBounds: BesideColumns<boolean>;
}

/** `read`: what was read with them, to tell how far depths are known. */
export function seriesColumns(
  { points }: Pick<Series, "points">,
  columns: readonly MetricName[],
  read: readonly MetricName[],
): SeriesColumns {
  const all = withHoles(points);
  const cells = (column: string): Cells =>
    all.map((point) => "row" in point ? numberIn(point.row, column) : null);
  const named = (name: MetricName) => [name, cells(definitionOf(name).column)] as const;
  const values = Object.fromEntries(read.map(named)) as Partial<Record<MetricName, Cells>>;
  const timeMs = all.map((point) => "row" in point ? point.row.timeMs : point.holeMs);
  const state = all.map((point) => "row" in point ? point.row.state : null);
  const settings = all.map((point) => "row" in point ? point.row.settings : null);
  const nulls = all.map((point) => "row" in point ? point.row.nulls : null);
  const found = { timeMs, state, settings, nulls, values };
  const extremes = (fold: "min" | "max") =>
    Object.fromEntries(
      extremeColumns(columns, fold).map(({ metric, name }): [string, Cells] => [
        metric,
        all.map((point) => {
          if (!("row" in point)) return null;
          // A row is one moment: its least and its greatest are its value.
          const column = Object.hasOwn(point.row, name) ? name : definitionOf(metric).column;
          return numberIn(point.row, column);
        }),
      ]),
    );
  const states = Object.entries(STATE_COLUMNS).map(([name, column]) =>
    [name, cells(column).map((ms) => ms ?? 0)] as const
  );
  return {
    resolution: resolutionOf(points),
    columns: {
      timeMs,
      state,
      settings,
      ...Object.fromEntries(columns.map((name) => [name, values[name] ?? []])),
    },
    min: extremes("min"),
    max: extremes("max"),
    stateMs: Object.fromEntries(states.filter(([, ms]) => ms.some((one) => one > 0))),
    reasons: reasonsIn(found, columns),
    lowerBounds: boundsIn(found, columns),
  };
}

/** Runs of points of one table. */
function resolutionOf(points: readonly Point[]): Resolution[] {
  const runs: { source: BinSource; intervalMs: number; fromMs: number; toMs: number }[] = [];
  for (const { source, intervalMs, row: { timeMs } } of points) {
    const last = runs.at(-1);
    if (last?.source === source && last.intervalMs === intervalMs) last.toMs = timeMs;
    else runs.push({ source, intervalMs, fromMs: timeMs - intervalMs, toMs: timeMs });
  }
  return runs;
}
