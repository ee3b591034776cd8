/** Points of a chart in order of time, with the gaps that really were: as columns, and as stretches that were not live. Pure. */
import type { DataState } from "../../../shared/output.ts";
import type { Mark, MarkKind } from "../marks.ts";

/** One interval's end, its state and values; the order of values is the chart's. */
export interface Point {
  readonly timeMs: number;
  /** How long a time it tells of, until `timeMs`; 0: of that moment. */
  readonly intervalMs: number;
  readonly state: DataState;
  /** The settings under which it was computed, in one word (`settingsText`); `null`: not known. */
  readonly settings: string | null;
  readonly values: readonly (number | null)[];
}

/** Points as a chart draws them, all of equal length: `null` draws a gap. */
export interface Columns {
  /** Seconds, ascending. */
  readonly xs: number[];
  /** How long a time each point tells of, seconds. */
  readonly lengths: number[];
  /** Points of different runs were not computed under the same settings. */
  readonly runs: number[];
  readonly lines: (number | null)[][];
}

/** Half a row of tolerance: a clock may place an interval's end a little late, a gap is a whole row. */
const GAP_FACTOR = 1.5;

/** So many lines; a point of `null` stands where points are missing, and where settings change. O(points). */
export function columnsOf(points: readonly Point[], width: number): Columns {
  const columns: Columns = {
    xs: [],
    lengths: [],
    runs: [],
    lines: Array.from({ length: width }, () => []),
  };
  let previous: Point | null = null;
  let run = 0;
  for (const point of points) {
    const changeMs = changeAfter(previous, point);
    const breakMs = holeAfter(previous, point) ?? changeMs;
    if (breakMs !== null) add(columns, breakMs, 0, run, []);
    if (changeMs !== null) run += 1;
    add(columns, point.timeMs, point.intervalMs, run, point.values);
    previous = point;
  }
  return columns;
}

/** With what is known since the last point, and no point tells yet: `before` stays as it is. O(points), copied. */
export function withLive(before: Columns, last: Point | null, live: Point | null): Columns {
  if (live === null || (last !== null && live.timeMs <= last.timeMs)) return before;
  const columns: Columns = {
    xs: before.xs.slice(),
    lengths: before.lengths.slice(),
    runs: before.runs.slice(),
    lines: before.lines.map((line) => line.slice()),
  };
  const run = before.runs.at(-1) ?? 0;
  const changeMs = changeAfter(last, live);
  const breakMs = holeAfter(last, live) ?? changeMs;
  if (breakMs !== null) add(columns, breakMs, 0, run, []);
  add(columns, live.timeMs, 0, changeMs === null ? run : run + 1, live.values);
  return columns;
}

/** A line as long as others, of which nothing more is known. */
export function padded(line: (number | null)[], length: number): (number | null)[] {
  const lack = length - line.length;
  return lack <= 0 ? line : [...line, ...Array.from({ length: lack }, () => null)];
}

/** Where the book was not live, and where no points are; oldest first, neighbours of a kind as one. */
export function stretchesOf(points: readonly Point[]): Mark[] {
  const marks: Mark[] = [];
  const mark = (kind: MarkKind, fromMs: number, toMs: number) => {
    const last = marks.at(-1);
    const isContinued = last?.kind === kind && last.toMs >= fromMs;
    if (isContinued) marks.pop();
    marks.push({ kind, fromMs: isContinued ? last.fromMs : fromMs, toMs, text: null });
  };
  let previous: Point | null = null;
  for (const point of points) {
    const beginMs = point.timeMs - point.intervalMs;
    const hasHole = holeAfter(previous, point) !== null;
    if (hasHole && previous !== null) mark("missing", previous.timeMs, beginMs);
    // A point speaks of the time since the one before, unless points are missing.
    const fromMs = hasHole || previous === null ? beginMs : previous.timeMs;
    if (point.state !== "live") mark(point.state, fromMs, point.timeMs);
    previous = point;
  }
  return marks;
}

/** Where the points that are missing between two would begin; `null`: none are missing. */
function holeAfter(previous: Point | null, point: Point): number | null {
  if (previous === null) return null;
  const stepMs = Math.max(point.intervalMs, previous.intervalMs);
  return point.timeMs - previous.timeMs > stepMs * GAP_FACTOR ? previous.timeMs + stepMs : null;
}

/** Where a line ends because the next point is of other settings, or none are known to be; `null`: it goes on. */
function changeAfter(previous: Point | null, point: Point): number | null {
  if (previous === null) return null;
  const isSame = previous.settings !== null && previous.settings === point.settings;
  return isSame ? null : (previous.timeMs + point.timeMs) / 2;
}

function add(
  { xs, lengths, runs, lines }: Columns,
  timeMs: number,
  lengthMs: number,
  run: number,
  values: readonly (number | null)[],
): void {
  xs.push(timeMs / 1_000);
  lengths.push(lengthMs / 1_000);
  runs.push(run);
  lines.forEach((line, i) => line.push(values[i] ?? null));
}
