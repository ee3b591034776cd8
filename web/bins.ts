/**
 * What a question of metrics is answered from, and how its points come together. Pure.
 *
 * The coarsest table whose buckets are no longer than a point is read. Where it does not have all of a time, as of the
 * last minutes, which are not rolled up yet, the next finer table has: what comes after the last bucket is read there and joined
 * to it, and of a bin that has a hole that is answer which knows most of it.
 * Where a finer table has nothing any more, because retention has dropped it, a coarser one answers, by its own buckets.
 * Rows of different settings are two points, never one.
 */
import type { MetricName } from "../shared/catalogue/metrics.ts";
import { ROLLUP_NAMES, type RollupName, rollupOf } from "../shared/catalogue/rollups.ts";
import type { MarketText } from "../shared/market.ts";
import { joinedRows } from "./bin_parts.ts";
import type { FoldedRow } from "./rows.ts";

/** What points are made of. */
export type BinSource = "metrics" | RollupName;

/** What is asked of `History.series`: points of `fromMs < time <= toMs`. */
export interface SeriesQuery {
  readonly symbol: MarketText;
  readonly fromMs: number;
  readonly toMs: number;
  /** When it is asked, UTC milliseconds. */
  readonly nowMs: number;
  /** At which rows are stored now. */
  readonly intervalMs: number;
  /** Points at most. */
  readonly limit: number;
  readonly columns: readonly MetricName[];
}

/** `fromMs < time <= toMs`. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Some bins of one table, to be read. */
export interface BinStep extends Span {
  readonly source: BinSource;
  /** 0: rows as they are. */
  readonly binMs: number;
  /** As many as there should be. */
  readonly rowsExpected: number;
}

/** One point, where it is from, and how long a time it tells of. */
export interface Point {
  readonly row: FoldedRow;
  readonly source: BinSource;
  readonly intervalMs: number;
}

/** The answer. */
export interface Series {
  /** Of a point, as it was asked for; 0: points are rows. */
  readonly binMs: number;
  /** The oldest first, each at a time of its own. */
  readonly points: readonly Point[];
  /** Times of which rows may be there that were not looked at: there would be too many. The oldest first, each once. */
  readonly unread: readonly Span[];
  /**
   * From here on points may change: one is not over, or finer rows know more of it than its own table, so that it has not
   * been rolled up, or not with all that came late. `null`: all stay as they are. Of times without a point `unread` tells.
   */
  readonly partialFromMs: number | null;
}

/** From fine to coarse. */
const SOURCES: readonly BinSource[] = ["metrics", ...ROLLUP_NAMES];
/** Rows that are folded without anybody noticing. Of buckets fewer round lengths could be made, so a chart would be coarser. */
const FEW_ROWS = 3_600;
/** Spans that another table is asked for, the newest first. */
const SPANS_MAX = 8;
/** Buckets that are read of them: some tenths of a second in the embedded store. */
const FILL_BUCKETS = 20_000;
/** … and rows, where nothing is rolled up, as after an outage: a day of seconds, read by slices while a person waits. */
const FILL_ROWS = 100_000;
/** A clock that is set, a row that is late by itself: no reason to read the rest again. */
const MISSING_FACTOR = 1.5;
/** By so much longer a bin is tried, or by a unit: of a thousand years, of which a unit is nothing, there would be millions. */
const GROWTH = 1e-4;
/** What ended before has been stored, but for what waits for a database that was away. */
const LATE_MS = 60_000;

/** One question, from its first step to its last. */
export class SeriesRead implements Series {
  readonly #query: SeriesQuery;
  readonly #steps: BinStep[];
  /** Tables that are still to be asked for what is missing, in this order. */
  readonly #others: BinSource[];
  readonly #main: BinStep;
  /** By the end of the bin: what is known of it. */
  readonly #bins = new Map<number, Bin>();
  /** Likewise: the last bucket that its own table has of it. */
  readonly #ownMs = new Map<number, number>();
  /** What a coarser table knows of times of which no other does. */
  readonly #coarse: Point[] = [];
  readonly #unread: Span[] = [];

  constructor(query: SeriesQuery, plan: Pick<BinStep, "source" | "binMs"> = planOf(query)) {
    this.#query = query;
    const { fromMs, toMs } = query;
    this.#main = this.#step(plan.source, plan.binMs, { fromMs, toMs });
    this.#steps = [this.#main];
    const at = SOURCES.indexOf(plan.source);
    this.#others = [...SOURCES.slice(0, at).reverse(), ...SOURCES.slice(at + 1)];
  }

  get binMs(): number {
    return this.#main.binMs;
  }

  /** What is to be read next; `null`: everything is there. */
  get next(): BinStep | null {
    while (this.#steps.length === 0) {
      const source = this.#others.shift();
      if (source === undefined) return null;
      this.#steps.push(...this.#stepsOf(source));
    }
    return this.#steps[0] ?? null;
  }

  /** The answer to `next`. */
  take(rows: readonly FoldedRow[]): void {
    const step = this.#steps.shift();
    if (step === undefined) throw new TypeError("Cannot take rows: nothing was asked for");
    const { source } = step;
    if (this.#isCoarser(source)) {
      const points = this.#filling(rows, step.binMs)
        .map((row): Point => ({ row, source, intervalMs: step.binMs }));
      this.#coarse.push(...points);
      return;
    }
    for (const [endMs, alike] of Map.groupBy(rows, ({ binMs }) => binMs)) {
      const samples = alike.reduce((sum, row) => sum + row.rows, 0);
      const coveredMs = alike.reduce((sum, row) => sum + row.coveredMs, 0);
      if (source === this.#main.source) {
        this.#ownMs.set(endMs, Math.max(...alike.map(({ lastMs }) => lastMs)));
      }
      const known = this.#bins.get(endMs);
      const isRest = known !== undefined && step.fromMs > this.#beginMs(endMs);
      if (!isRest && known !== undefined && known.samples >= samples) continue;
      const before = isRest ? known : NOTHING;
      const all = isRest ? joinedRows(rowsIn(known), alike, this.#query.columns) : alike;
      const points = all.map((row): Point => ({
        row,
        source,
        intervalMs: step.binMs === 0 ? row.coveredMs : step.binMs,
      }));
      this.#bins.set(endMs, {
        samples: before.samples + samples,
        coveredMs: before.coveredMs + coveredMs,
        points,
      });
    }
  }

  /** When a bin begins, or its part of the range. */
  #beginMs(endMs: number): number {
    const { binMs } = this.#main;
    return Math.max((Math.ceil(endMs / binMs) - 1) * binMs, this.#query.fromMs);
  }

  /** Until when a bin is known from its beginning on; its beginning, if there is a hole before its last row. */
  #knownMs(endMs: number): number {
    const beginMs = this.#beginMs(endMs);
    const bin = this.#bins.get(endMs);
    if (bin === undefined) return beginMs;
    const lastMs = Math.max(...rowsIn(bin).map((row) => row.lastMs));
    const isWhole = bin.coveredMs >= lastMs - beginMs - this.#tolerableMs();
    return isWhole && lastMs < endMs ? lastMs : beginMs;
  }

  /** Made anew each time. */
  get points(): readonly Point[] {
    const all = [...this.#bins.values()].flatMap(({ points }) => points).concat(this.#coarse)
      .toSorted((a, b) => a.row.timeMs - b.row.timeMs || a.row.settings - b.row.settings);
    // Buckets of two settings end at the same time: the one with the older settings a moment before.
    return all.map((point, i) => {
      const next = all[i + 1]?.row.timeMs;
      if (next !== point.row.timeMs) return point;
      return { ...point, row: { ...point.row, timeMs: point.row.timeMs - 1 } };
    });
  }

  /** Each time once, whichever tables were not asked for it. */
  get unread(): readonly Span[] {
    return bridged(this.#unread.toSorted((a, b) => a.fromMs - b.fromMs), Infinity);
  }

  get partialFromMs(): number | null {
    const { binMs } = this.#main;
    if (binMs === 0) return null;
    const { fromMs, toMs } = this.#query;
    for (let startMs = Math.floor(fromMs / binMs) * binMs; startMs < toMs; startMs += binMs) {
      const span = { fromMs: Math.max(startMs, fromMs), toMs: Math.min(startMs + binMs, toMs) };
      if (!this.#isFinal(span)) return span.fromMs;
    }
    return null;
  }

  /** Whether what is known of this bin stays as it is. */
  #isFinal({ fromMs, toMs }: Span): boolean {
    if (toMs > this.#query.nowMs - LATE_MS) return false;
    const [point] = this.#bins.get(toMs)?.points ?? [];
    // If no table has anything there is nothing to be rolled up.
    if (point === undefined) return true;
    if (this.#unread.some((span) => span.fromMs < toMs && span.toMs > fromMs)) return false;
    const { source } = this.#main;
    if (point.source === source) return true;
    // Where the range ends within a bucket that part is made of finer rows whatever is rolled up.
    const bucketMs = lengthOf(source, this.#query.intervalMs);
    const wholeMs = Math.floor(toMs / bucketMs) * bucketMs;
    return wholeMs < toMs && (wholeMs <= fromMs || this.#ownMs.get(toMs) === wholeMs);
  }

  #isCoarser(source: BinSource): boolean {
    return SOURCES.indexOf(source) > SOURCES.indexOf(this.#main.source);
  }

  #tolerableMs(): number {
    return MISSING_FACTOR * this.#query.intervalMs;
  }

  /** Those buckets, in the order of time, that lie where there is no point yet. */
  #filling(rows: readonly FoldedRow[], binMs: number): readonly FoldedRow[] {
    const empty = this.#emptySpans();
    let at = 0;
    return rows.filter(({ binMs: endMs }) => {
      while ((empty[at]?.toMs ?? Infinity) < endMs) at += 1;
      return (empty[at]?.fromMs ?? Infinity) <= endMs - binMs;
    });
  }

  /** What this table is asked for. */
  #stepsOf(source: BinSource): BinStep[] {
    const isCoarser = this.#isCoarser(source);
    const bucketMs = lengthOf(source, this.#query.intervalMs);
    const binMs = isCoarser ? Math.ceil(this.binMs / bucketMs) * bucketMs || bucketMs : this.binMs;
    const wanted = isCoarser
      ? this.#emptySpans().map(({ fromMs, toMs }) => ({
        // Only buckets that lie there with all that they are made of.
        fromMs: Math.ceil(fromMs / binMs) * binMs,
        toMs: Math.floor(toMs / binMs) * binMs,
      })).filter(({ fromMs, toMs }) => toMs > fromMs)
      : this.#thinSpans();
    // What lies between two spans is read too where it is little, sooner than that the oldest is left out.
    const few = bridged(wanted, SPANS_MAX);
    const rowsInFew = few.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / bucketMs, 0);
    const spans = isCoarser || rowsInFew <= FEW_ROWS ? few : wanted;
    const steps: BinStep[] = [];
    let rowsLeft = source === "metrics" ? FILL_ROWS : FILL_BUCKETS;
    let readFromMs = Infinity;
    for (const { fromMs, toMs } of spans.toReversed()) {
      if (steps.length === SPANS_MAX) break;
      const fits = rowsLeft * bucketMs;
      const unit = Math.max(binMs, 1);
      const cutMs = toMs - fromMs > fits ? Math.ceil((toMs - fits) / unit) * unit : fromMs;
      if (cutMs >= toMs) break;
      const step = this.#step(source, binMs, { fromMs: cutMs, toMs });
      rowsLeft -= step.rowsExpected;
      steps.push(step);
      readFromMs = cutMs;
      if (cutMs > fromMs) break;
    }
    for (const { fromMs, toMs } of wanted) {
      if (fromMs < readFromMs) this.#unread.push({ fromMs, toMs: Math.min(toMs, readFromMs) });
    }
    return steps;
  }

  #step(source: BinSource, binMs: number, span: Span): BinStep {
    const rowsExpected = (span.toMs - span.fromMs) / lengthOf(source, this.#query.intervalMs);
    return { source, binMs, rowsExpected, ...span };
  }

  /** Times of which bins know less than there may be, oldest first. */
  #thinSpans(): Span[] {
    const { binMs } = this.#main;
    const { fromMs, toMs } = this.#query;
    const spans: { fromMs: number; toMs: number }[] = [];
    for (let startMs = Math.floor(fromMs / binMs) * binMs; startMs < toMs; startMs += binMs) {
      const endMs = Math.min(startMs + binMs, toMs);
      const wantedMs = endMs - Math.max(startMs, fromMs);
      const covered = this.#bins.get(endMs)?.coveredMs ?? 0;
      // Nothing is passed over of what came last.
      const tolerableMs = endMs === toMs ? 0 : this.#tolerableMs();
      if (covered > 0 && covered >= wantedMs - tolerableMs) continue;
      const last = spans.at(-1);
      const beginMs = this.#knownMs(endMs);
      if (last?.toMs === beginMs) last.toMs = endMs;
      else spans.push({ fromMs: beginMs, toMs: endMs });
    }
    return spans;
  }

  /** Times of which there is no point, oldest first. */
  #emptySpans(): Span[] {
    const { fromMs, toMs } = this.#query;
    const spans: Span[] = [];
    let knownMs = fromMs;
    for (const { row: { timeMs }, intervalMs } of this.points) {
      if (timeMs - intervalMs > knownMs) spans.push({ fromMs: knownMs, toMs: timeMs - intervalMs });
      knownMs = Math.max(knownMs, timeMs);
    }
    if (toMs > knownMs) spans.push({ fromMs: knownMs, toMs });
    return spans;
  }
}

/** At most so many spans, which hold all of these: where the least time is between two they are one. The oldest first. */
function bridged(spans: readonly Span[], most: number): Span[] {
  const between = spans.slice(1).map(({ fromMs }, i) => fromMs - (spans[i]?.toMs ?? fromMs));
  const bridgedMs = between.toSorted((a, b) => b - a)[most - 1] ?? 0;
  const all: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of spans) {
    const last = all.at(-1);
    if (last !== undefined && fromMs - last.toMs <= bridgedMs) {
      last.toMs = Math.max(last.toMs, toMs);
    } else all.push({ fromMs, toMs });
  }
  return all;
}

interface Bin {
  /** Rows of `metrics` that its points are made of. */
  readonly samples: number;
  /** How long a time these rows tell of. */
  readonly coveredMs: number;
  readonly points: readonly Point[];
}

const NOTHING: Bin = { samples: 0, coveredMs: 0, points: [] };

function rowsIn({ points }: Bin): readonly FoldedRow[] {
  return points.map(({ row }) => row);
}

/** Which table is read first, and how long its bins are: at most `limit` of them, which end on round times. */
export function planOf(
  { fromMs, toMs, intervalMs, limit }: Omit<SeriesQuery, "symbol" | "columns">,
): Pick<BinStep, "source" | "binMs"> {
  const rangeMs = toMs - fromMs;
  if (rangeMs / intervalMs <= limit) return { source: "metrics", binMs: 0 };
  const pointMs = rangeMs / limit;
  const coarsest = ROLLUP_NAMES.findLast((name) => {
    const { bucketMs } = rollupOf(name);
    return bucketMs <= pointMs && bucketMs > intervalMs;
  });
  const source = rangeMs / intervalMs <= FEW_ROWS ? "metrics" : coarsest ?? "metrics";
  return { source, binMs: binLengthMs({ fromMs, toMs }, limit, lengthOf(source, intervalMs)) };
}

/** As long as makes at most `most` bins of a range, in whole units: they end on multiples of it, the last one with the range. */
export function binLengthMs({ fromMs, toMs }: Span, most: number, unitMs: number): number {
  const whole = (ms: number) => Math.max(1, Math.ceil(ms / unitMs)) * unitMs;
  let ms = whole((toMs - fromMs) / most);
  // The first one may begin before the range.
  while (most > 1 && Math.ceil(toMs / ms) - Math.floor(fromMs / ms) > most) {
    ms = whole(ms + ms * GROWTH);
  }
  return ms;
}

/** Of a row or a bucket. */
function lengthOf(source: BinSource, intervalMs: number): number {
  return source === "metrics" ? intervalMs : rollupOf(source).bucketMs;
}

/**
 * Points with one of `null` in each hole, as a chart needs it that draws a line from point to point. A point of `null`
 * stands where the next one was to be.
 */
export function withHoles(
  points: readonly Point[],
): readonly (Point | { readonly holeMs: number })[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1];
    if (next === undefined) return [point];
    const beginsMs = next.row.timeMs - next.intervalMs;
    const { timeMs } = point.row;
    if (beginsMs - timeMs < (MISSING_FACTOR - 1) * next.intervalMs) return [point];
    return [point, { holeMs: Math.min(timeMs + point.intervalMs, (timeMs + next.row.timeMs) / 2) }];
  });
}
