/**
 * What a chart shows of one symbol: rows in order of time, bounded, with the gaps that really were.
 * Pure. uPlot has no append, so `columns` builds anew; at 3,600 rows that is well under a millisecond.
 */
import type { DataState } from "../../shared/output.ts";
import type { Mark, MarkKind } from "./marks.ts";

/** One interval's end, its state and values; the order of values is the chart's. */
export interface SeriesRow {
  readonly timeMs: number;
  readonly intervalMs: number;
  readonly state: DataState;
  /** Id of the settings under which it was computed; `null`: of this life, which has told no id yet. */
  readonly settings: number | null;
  readonly values: readonly (number | null)[];
}

/** Columns for uPlot: x in seconds, ascending; `null` draws a gap. */
export type SeriesColumns = readonly [xs: number[], ...ys: (number | null)[][]];

/** Half a row of tolerance: a clock may place an interval's end a little late, a gap is a whole row. */
const GAP_FACTOR = 1.5;

/** The rows of one symbol over at most `spanMs`, no closer together than `spanMs / rowsMax`. */
export class Series {
  readonly #spanMs: number;
  readonly #spacingMs: number;
  readonly #width: number;
  #rows: SeriesRow[] = [];

  constructor(width: number, spanMs: number, rowsMax: number) {
    this.#width = width;
    this.#spanMs = spanMs;
    this.#spacingMs = spanMs / rowsMax;
  }

  /** Takes rows in any order; of two at one time the later taken wins. Returns whether anything changed. */
  merge(rows: readonly SeriesRow[]): boolean {
    const before = this.#rows.length === 0 ? -Infinity : this.lastMs ?? -Infinity;
    const isAppend = rows.every((row, i) => row.timeMs > (rows[i - 1]?.timeMs ?? before));
    const all = isAppend ? [...this.#rows, ...rows] : [...byTime([...this.#rows, ...rows])];
    const oldest = (all.at(-1)?.timeMs ?? 0) - this.#spanMs;
    this.#rows = this.#thin(all.filter((row) => row.timeMs > oldest));
    return rows.length > 0;
  }

  /** Everything as columns; one `null` row stands where rows are missing, and where settings change. */
  columns(): SeriesColumns {
    const xs: number[] = [];
    const ys: (number | null)[][] = Array.from({ length: this.#width }, () => []);
    let previous: SeriesRow | null = null;
    let settings: number | null = null;
    for (const row of this.#rows) {
      const breakMs = this.#holeAfter(previous, row) ?? changeAfter(previous, settings, row);
      settings = row.settings ?? settings;
      if (breakMs !== null) {
        xs.push(breakMs / 1_000);
        for (const y of ys) y.push(null);
      }
      xs.push(row.timeMs / 1_000);
      ys.forEach((y, i) => y.push(row.values[i] ?? null));
      previous = row;
    }
    return [xs, ...ys];
  }

  /** Where the book was not live, and where no rows are; oldest first, neighbours of a kind as one. */
  stretches(): Mark[] {
    const marks: Mark[] = [];
    const mark = (kind: MarkKind, fromMs: number, toMs: number) => {
      const last = marks.at(-1);
      const isContinued = last?.kind === kind && last.toMs >= fromMs;
      if (isContinued) marks.pop();
      marks.push({ kind, fromMs: isContinued ? last.fromMs : fromMs, toMs, text: null });
    };
    let previous: SeriesRow | null = null;
    for (const row of this.#rows) {
      const beginMs = row.timeMs - row.intervalMs;
      const hasHole = this.#holeAfter(previous, row) !== null;
      if (hasHole && previous !== null) mark("missing", previous.timeMs, beginMs);
      // A row speaks of the time since the one before, unless rows are missing.
      const fromMs = hasHole || previous === null ? beginMs : previous.timeMs;
      if (row.state !== "live") mark(row.state, fromMs, row.timeMs);
      previous = row;
    }
    return marks;
  }

  /** Forgets everything. */
  clear(): void {
    this.#rows = [];
  }

  /** Time of the first row; `null`: none. */
  get firstMs(): number | null {
    return this.#rows[0]?.timeMs ?? null;
  }

  /** Time of the newest row; `null`: none. */
  get lastMs(): number | null {
    return this.#rows.at(-1)?.timeMs ?? null;
  }

  /** Rows held. */
  get length(): number {
    return this.#rows.length;
  }

  /** Where the rows that are missing between two would begin; `null`: none are missing. */
  #holeAfter(previous: SeriesRow | null, row: SeriesRow): number | null {
    if (previous === null) return null;
    const stepMs = Math.max(row.intervalMs, previous.intervalMs, this.#spacingMs);
    return row.timeMs - previous.timeMs > stepMs * GAP_FACTOR ? previous.timeMs + stepMs : null;
  }

  /** Of rows in one pixel's worth of time the first is enough, unless a later one is not live. */
  #thin(rows: readonly SeriesRow[]): SeriesRow[] {
    const kept: SeriesRow[] = [];
    let lastSlot = -1;
    for (const row of rows) {
      const slot = Math.floor(row.timeMs / this.#spacingMs);
      const first = slot === lastSlot ? kept.at(-1) : undefined;
      if (first === undefined) kept.push(row);
      // In the first one's place, or it would seem that rows are missing between.
      else if (first.state === "live" && row.state !== "live") {
        kept[kept.length - 1] = { ...row, timeMs: first.timeMs };
      }
      lastSlot = slot;
    }
    return kept;
  }
}

/** Where a line ends because the next row is of other settings than the last that told them; `null`: it goes on. */
function changeAfter(previous: SeriesRow | null, known: number | null, row: SeriesRow) {
  if (previous === null || known === null || row.settings === null) return null;
  return known === row.settings ? null : (previous.timeMs + row.timeMs) / 2;
}

function byTime(rows: readonly SeriesRow[]): SeriesRow[] {
  const newest = new Map(rows.map((row) => [row.timeMs, row]));
  return [...newest.values()].sort((a, b) => a.timeMs - b.timeMs);
}
