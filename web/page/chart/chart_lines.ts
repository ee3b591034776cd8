/** What a chart draws, made of what is stored and what was told: lines, averages, and what is marked. Pure. */
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import type { GapRecord, LossRecord } from "../../../shared/output.ts";
import { gapMark, lossMark, type Mark } from "../marks.ts";
import type { ToldRow, ToldTrouble } from "../symbol_tail.ts";
import { joinedPoints, type StoredPoints } from "./joined.ts";
import { type Columns, columnsOf, type Point, stretchesOf } from "./points.ts";
import { type RollingBand, rollingBand } from "./rolling.ts";

/** Lines until the last row. */
export interface ChartLines {
  readonly columns: Columns;
  /** Of each line; empty: none were asked for. */
  readonly averages: readonly RollingBand[];
  readonly last: Point | null;
  readonly stretches: readonly Mark[];
}

/** A row, or a frame, as a point with these values. */
export function pointOf({ metrics, settings }: ToldRow, names: readonly MetricName[]): Point {
  const { timeMs, bucketMs, state, values } = metrics;
  return {
    timeMs,
    intervalMs: bucketMs ?? 0,
    state,
    settings,
    values: names.map((name) => values[name]),
  };
}

/** What was told last. */
export function newestOf(live: ToldRow | null, rows: readonly ToldRow[]): ToldRow | null {
  const row = rows.at(-1);
  return row !== undefined && row.metrics.timeMs > (live?.metrics.timeMs ?? -Infinity) ? row : live;
}

/** The end of the line: what was told last, though a bin that is not over tells of that moment too. */
export function livePoint(told: Point, last: Point | null, { binMs }: StoredPoints): Point {
  const timeMs = binMs > 0 && last !== null ? Math.max(told.timeMs, last.timeMs + 1) : told.timeMs;
  return { ...told, timeMs, intervalMs: 0 };
}

/** `told`: what was told of these metrics; `averageMs`: over how long averages are made, 0: none are. */
export function chartLines(
  stored: StoredPoints,
  told: readonly Point[],
  names: readonly MetricName[],
  averageMs: number,
): ChartLines {
  const folds = names.map((name) => definitionOf(name).fold[0]);
  const points = joinedPoints(stored, told, folds);
  const columns = columnsOf(points, names.length);
  const { xs, lengths, runs, lines } = columns;
  return {
    columns,
    averages: averageMs === 0
      ? []
      : lines.map((values) => rollingBand({ xs, lengths, values, runs }, averageMs / 1_000)),
    last: points.at(-1) ?? null,
    stretches: stretchesOf(points),
  };
}

/** Gaps and losses, each once, whether they are stored or told. */
export function flagsOf(
  stored: { readonly gaps: readonly GapRecord[]; readonly losses: readonly LossRecord[] },
  told: ToldTrouble,
): readonly Mark[] {
  // Two gaps are not noticed in one moment; what is told later of one knows more.
  const gaps = new Map([...stored.gaps, ...told.gaps].map((gap) => [gap.timeMs, gap]));
  const losses = new Map(
    [...stored.losses, ...told.losses].map((loss) =>
      [[loss.symbol, loss.lostBy, loss.number, loss.timeMs].join(" "), loss] as const
    ),
  );
  return [...[...gaps.values()].map(gapMark), ...[...losses.values()].map(lossMark)];
}
