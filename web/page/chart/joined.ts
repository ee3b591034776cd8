/**
 * History and what the stream has told since, as one line without a seam: no point is missing where they meet, and none is
 * there twice. History comes in bins; what is newer comes as rows, and rows are put into bins of the same length. Pure.
 */
import type { Fold } from "../../../shared/catalogue/metric_definition.ts";
import type { DataState } from "../../../shared/output.ts";
import type { Point } from "./points.ts";

/** What is stored of a stretch of time. */
export interface StoredPoints {
  /** How long a time a point tells of; 0: points are rows. */
  readonly binMs: number;
  /** Until when `points` are whole: at the end of a bin. */
  readonly settledMs: number;
  readonly points: readonly Point[];
  /** Rows since then, as far as they were stored when it was asked. */
  readonly rows: readonly Point[];
}

/** Nothing is known of what is stored. */
export const NOTHING_STORED: StoredPoints = {
  binMs: 0,
  settledMs: -Infinity,
  points: [],
  rows: [],
};

/** From well to badly known: a bin is as its worst row. */
const STATES: readonly DataState[] = ["live", "degraded", "halted", "stale", "syncing"];

/** `told`: rows of the stream, of any time; `folds`: how the values of a bin become one, in the order of a point's values. */
export function joinedPoints(
  { binMs, settledMs, points, rows }: StoredPoints,
  told: readonly Point[],
  folds: readonly Fold[],
): readonly Point[] {
  if (binMs === 0) return byTime([...points, ...rows, ...told]);
  const before = points.filter(({ timeMs }) => timeMs <= settledMs);
  const [late, since] = split(told, settledMs);
  const bins = inBins(byTime([...rows, ...since]), binMs, folds);
  return [...withMissing(before, inBins(late, binMs, folds), binMs), ...bins];
}

/** What was told and is not stored, as while the database is away, is known all the same. */
function withMissing(
  stored: readonly Point[],
  told: readonly Point[],
  binMs: number,
): readonly Point[] {
  const binOf = ({ timeMs }: Point) => Math.ceil(timeMs / binMs);
  const known = new Set(stored.map(binOf));
  const missing = told.filter((bin) => !known.has(binOf(bin)));
  return missing.length === 0 ? stored : byTime([...stored, ...missing]);
}

function split(rows: readonly Point[], atMs: number): readonly [Point[], Point[]] {
  const [before, after]: [Point[], Point[]] = [[], []];
  for (const row of rows) (row.timeMs <= atMs ? before : after).push(row);
  return [before, after];
}

/** Rows, in order of time, in bins that end on multiples of their length; of different settings in two. */
export function inBins(
  rows: readonly Point[],
  binMs: number,
  folds: readonly Fold[],
): readonly Point[] {
  const binOf = ({ timeMs }: Point) => Math.ceil(timeMs / binMs);
  const bins: Point[] = [];
  let bin: Point[] = [];
  const close = (next: Point | null) => {
    const last = bin.at(-1);
    if (last !== undefined) {
      const endMs = binOf(last) * binMs;
      // A point stands at the end of its bin, and one that is not over at the end of what is known of it.
      const isOver = next === null
        ? endMs - last.timeMs < last.intervalMs
        : binOf(next) > binOf(last);
      bins.push(folded(bin, last, folds, isOver ? endMs : last.timeMs, binMs));
    }
    bin = [];
  };
  for (const row of rows) {
    const [first] = bin;
    const isOfIt = first !== undefined && first.settings === row.settings &&
      binOf(first) === binOf(row);
    if (!isOfIt) close(row);
    bin.push(row);
  }
  close(null);
  return bins;
}

function folded(
  rows: readonly Point[],
  last: Point,
  folds: readonly Fold[],
  timeMs: number,
  binMs: number,
): Point {
  const rank = (state: DataState) => STATES.indexOf(state);
  const state = rows.reduce(
    (worst, row) => rank(row.state) > rank(worst) ? row.state : worst,
    last.state,
  );
  return {
    timeMs,
    intervalMs: binMs,
    state,
    settings: last.settings,
    values: folds.map((fold, i) => foldedValue(rows, i, fold)),
  };
}

function foldedValue(rows: readonly Point[], i: number, fold: Fold): number | null {
  if (fold === "last") return rows.at(-1)?.values[i] ?? null;
  let [result, weight] = [0, 0];
  let isKnown = false;
  for (const { values, intervalMs } of rows) {
    const value = values[i] ?? null;
    if (value === null) continue;
    if (!isKnown && fold !== "sum") result = fold === "mean" ? 0 : value;
    isKnown = true;
    if (fold === "min") result = Math.min(result, value);
    else if (fold === "max") result = Math.max(result, value);
    else if (fold === "sum") result += value;
    else result += value * intervalMs;
    weight += intervalMs;
  }
  if (!isKnown) return null;
  return fold === "min" || fold === "max" || fold === "sum" ? result : result / weight;
}

/** Each time once: of two at one time the later taken wins. */
function byTime(rows: readonly Point[]): readonly Point[] {
  const isInOrder = rows.every((row, i) => i === 0 || row.timeMs > (rows[i - 1]?.timeMs ?? 0));
  if (isInOrder) return rows;
  const each = new Map(rows.map((row) => [row.timeMs, row]));
  return [...each.values()].sort((a, b) => a.timeMs - b.timeMs);
}
