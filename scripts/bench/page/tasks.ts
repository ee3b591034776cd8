/**
 * What a trace of the browser tells of a page's main thread: how long each task had the processor (thread time) and how long
 * it took (wall time), which on a machine with other work is more. Pure.
 *
 * Source of the format: "Trace Event Format", the Chromium project; times are microseconds.
 */

/** One event, as the browser reports it. */
export interface TraceEvent {
  readonly name: string;
  /** `X`: from `ts` for `dur`; others are moments. */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of `dur`, for how long the thread had a processor. */
  readonly tdur?: number;
}

/** One task of the main thread. */
export interface Task {
  readonly atMs: number;
  readonly threadMs: number;
  readonly wallMs: number;
  /** It ended in a picture: the page was drawn anew within it. */
  readonly isFrame: boolean;
  /** What of it took longest, by name. */
  readonly parts: readonly Part[];
}

/** Something that was done within a task, and for how long, with all that was done within it. */
export interface Part {
  readonly name: string;
  readonly threadMs: number;
}

/** A task as the browser calls it, in its versions. */
const TASKS: ReadonlySet<string> = new Set(["RunTask", "ThreadControllerImpl::RunTask"]);
/** A picture is handed over to be painted. */
const FRAME = "Commit";
const PARTS_MAX = 4;
/** What takes less explains nothing. */
const PART_MS_MIN = 1;

/** The main thread of the page that has left a mark of this name, by `performance.mark()`; `null`: none has. */
export function threadOfMark(
  events: readonly TraceEvent[],
  mark: string,
): { readonly pid: number; readonly tid: number } | null {
  return events.find(({ name }) => name === mark) ?? null;
}

/**
 * The tasks of one thread, in their order.
 *
 * @throws {TypeError} when the browser tells of no thread time: wall time is none.
 */
export function tasksOf(
  events: readonly TraceEvent[],
  { pid, tid }: { readonly pid: number; readonly tid: number },
): Task[] {
  const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === "X")
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks: Task[] = [];
  let at = 0;
  while (at < own.length) {
    const task = own[at++];
    if (task === undefined || !TASKS.has(task.name)) continue;
    const endUs = task.ts + (task.dur ?? 0);
    const within: TraceEvent[] = [];
    for (let event = own[at]; event !== undefined && event.ts < endUs; event = own[++at]) {
      // A task that was begun within another, as while a dialogue is open, is part of it.
      within.push(event);
    }
    tasks.push({
      atMs: task.ts / 1_000,
      threadMs: threadMsOf(task),
      wallMs: (task.dur ?? 0) / 1_000,
      isFrame: within.some(({ name }) => name === FRAME),
      parts: partsOf(within),
    });
  }
  return tasks;
}

function threadMsOf({ name, tdur }: TraceEvent): number {
  if (tdur !== undefined) return tdur / 1_000;
  throw new TypeError(`Cannot tell thread time: the browser reports none, received a ${name}`);
}

function partsOf(within: readonly TraceEvent[]): readonly Part[] {
  const byName = new Map<string, number>();
  for (const { name, tdur } of within) {
    if (!TASKS.has(name)) byName.set(name, (byName.get(name) ?? 0) + (tdur ?? 0) / 1_000);
  }
  return [...byName].map(([name, threadMs]) => ({ name, threadMs }))
    .filter(({ threadMs }) => threadMs >= PART_MS_MIN)
    .sort((a, b) => b.threadMs - a.threadMs)
    .slice(0, PARTS_MAX);
}
