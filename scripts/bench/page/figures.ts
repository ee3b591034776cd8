/** What was seen of the page, as numbers beside what issue and docs want of them. Pure. */
import type { Measured } from "../goal_table.ts";
import { LONG_TASK_MS, type TaskTally } from "./tally.ts";
import { type Sample, slopeOf } from "./trend.ts";

/** How soon a page that has nothing yet had its first number. */
export interface FirstNumbers {
  readonly medianMs: number;
  readonly maxMs: number;
  /** What the main thread did until then, the median. */
  readonly threadMs: number;
}

/** What was seen of the desk. */
export interface DeskFound {
  readonly first: FirstNumbers;
  readonly tally: TaskTally;
  /** By the browser's own count, while nothing is traced: share of one core. */
  readonly countedShare: number;
  /** Bytes, after a collection each. */
  readonly heap: readonly Sample[];
  readonly nodes: readonly Sample[];
  readonly listeners: readonly Sample[];
}

const FIRST_NUMBER_MS = 1_000;
const BUSY_PERCENT = 25;
/** Pictures are made ten times a second; one may fall together with another on a busy machine. */
const FRAME_RATE_MIN = 9;
const OVERVIEW_FRAME_MS = 20;
/** Half a megabyte in ten minutes: what samples of ten minutes cannot tell from none. */
const HEAP_KB_PER_MINUTE = 50;
const SECONDS = 60;

/** Of the desk, in milliseconds of the thread, percent of a core, MB and kB; with what issue and docs want. */
export function deskFigures(found: DeskFound): Measured[] {
  const { first, tally, countedShare, heap, nodes, listeners } = found;
  const desk = measuredOf("desk");
  return [
    desk("first number, median", first.medianMs, "ms", { atMost: FIRST_NUMBER_MS }),
    desk("first number, latest", first.maxMs, "ms"),
    desk("main thread until then", first.threadMs, "ms"),
    desk("pictures a second", tally.frameRate, "", { atLeast: FRAME_RATE_MIN }),
    desk("main thread busy, of one core", countedShare * 100, "%", { atMost: BUSY_PERCENT }),
    desk("its tasks, traced", tally.busyShare * 100, "%", { atMost: BUSY_PERCENT }),
    ...frameFigures("desk", tally),
    desk(`tasks over ${LONG_TASK_MS} ms of processor`, tally.long.byThread, "", { atMost: 0 }),
    desk(`tasks over ${LONG_TASK_MS} ms of time`, tally.long.byWall, ""),
    desk("longest task", tally.longest[0]?.threadMs ?? NaN, "ms", { atMost: LONG_TASK_MS }),
    desk("heap at last", (heap.at(-1)?.value ?? NaN) / 1e6, "MB"),
    desk("heap grows by, in a minute", slopeOf(heap) * SECONDS / 1e3, "kB", {
      atMost: HEAP_KB_PER_MINUTE,
    }),
    desk("nodes more, in a minute", slopeOf(nodes) * SECONDS, ""),
    desk("listeners more, in a minute", slopeOf(listeners) * SECONDS, ""),
  ];
}

/** Of an overview of so many rows. */
export function overviewFigures(rows: number, tally: TaskTally): Measured[] {
  const name = `overview, ${rows}`;
  const overview = measuredOf(name);
  return [
    overview("pictures a second", tally.frameRate, ""),
    overview("main thread busy, of one core", tally.busyShare * 100, "%"),
    ...frameFigures(name, tally, OVERVIEW_FRAME_MS),
    overview(`tasks over ${LONG_TASK_MS} ms of processor`, tally.long.byThread, ""),
    overview("longest task", tally.longest[0]?.threadMs ?? NaN, "ms"),
  ];
}

function frameFigures(of: string, { frames }: TaskTally, atMost?: number): Measured[] {
  const each = measuredOf(of);
  return [
    each("a picture, median", frames.p50Ms, "ms"),
    each("a picture, p99", frames.p99Ms, "ms", atMost === undefined ? null : { atMost }),
    each("a picture, longest", frames.maxMs, "ms"),
  ];
}

function measuredOf(of: string) {
  return (what: string, value: number, unit: string, goal: Measured["goal"] = null): Measured => ({
    of,
    what,
    value,
    unit,
    goal,
  });
}

/** The tasks that took longest, and what in them did, a line each. */
export function longestText(of: string, { longest }: TaskTally): string {
  return longest.map(({ threadMs, wallMs, parts }) => {
    const names = parts.map((part) => `${part.name} ${part.threadMs.toFixed(1)}`).join(", ");
    return `${of}: a task of ${threadMs.toFixed(1)} ms (${wallMs.toFixed(1)} passed): ${names}`;
  }).join("\n");
}
