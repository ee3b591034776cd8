/** What a trace tells of a page's main thread. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { benchDesk, DESK_PANELS } from "../../../scripts/bench/page/desk.ts";
import { deskFigures, longestText } from "../../../scripts/bench/page/figures.ts";
import { goalTable } from "../../../scripts/bench/goal_table.ts";
import { TaskTally } from "../../../scripts/bench/page/tally.ts";
import { tasksOf, threadOfMark, type TraceEvent } from "../../../scripts/bench/page/tasks.ts";
import { slopeOf } from "../../../scripts/bench/page/trend.ts";
import { readArrangement } from "../../../web/page/arrangement.ts";

const MAIN = { pid: 7, tid: 1 };

/** Something that lasted so long, of which the thread had a processor for a half, milliseconds. */
function event(
  name: string,
  atMs: number,
  wallMs: number,
  over: Partial<TraceEvent> = {},
): TraceEvent {
  const [ts, dur] = [atMs * 1_000, wallMs * 1_000];
  return { name, ph: "X", ...MAIN, ts, dur, tdur: dur / 2, ...over };
}

const TRACE: readonly TraceEvent[] = [
  { name: "mark", ph: "I", ...MAIN, ts: 0 },
  // Events come as threads hand them over, and not in their order.
  event("Layout", 11, 4),
  event("RunTask", 10, 120),
  event("FunctionCall", 15, 100),
  event("Commit", 120, 2),
  event("RunTask", 200, 80),
  event("MinorGC", 210, 6),
  event("MinorGC", 220, 8),
  event("RunTask", 300, 10, { tid: 2 }),
  event("RunTask", 300, 10, { pid: 8 }),
  event("Commit", 400, 1),
];

Deno.test("tasksOf() tells of one thread's tasks how long they had a processor, and what they did", () => {
  const thread = threadOfMark(TRACE, "mark");
  assert(thread !== null);
  assertEquals(threadOfMark(TRACE, "another"), null);
  assertEquals(tasksOf(TRACE, thread), [
    {
      ...{ atMs: 10, threadMs: 60, wallMs: 120, isFrame: true },
      parts: [{ name: "FunctionCall", threadMs: 50 }, { name: "Layout", threadMs: 2 }, {
        name: "Commit",
        threadMs: 1,
      }],
    },
    {
      atMs: 200,
      threadMs: 40,
      wallMs: 80,
      isFrame: false,
      parts: [{ name: "MinorGC", threadMs: 7 }],
    },
  ]);
});

Deno.test("tasksOf() takes a task within another for a part of it, and no wall time for thread time", () => {
  const nested = [event("RunTask", 0, 10), event("RunTask", 2, 4)];
  assertEquals(tasksOf(nested, MAIN).map(({ threadMs }) => threadMs), [5]);
  const { tdur: _, ...untimed } = event("RunTask", 0, 10);
  assertThrows(() => tasksOf([untimed], MAIN), TypeError, "thread time");
});

Deno.test("TaskTally counts a task as long by its processor time, apart from the time that passed", () => {
  const tally = new TaskTally();
  const tasks = tasksOf(TRACE, MAIN);
  tally.take(tasks, 0.5);
  tally.take(tasks, 0.5);
  assertEquals(tally.long, { byThread: 2, byWall: 4, of: 4 });
  assertAlmostEquals(tally.busyShare, 0.2);
  assertEquals(tally.frames, { count: 2, p50Ms: 60, p99Ms: 60, maxMs: 60 });
  assertEquals([tally.frameRate, tally.longest.length], [2, 4]);
  assertEquals(
    longestText("desk", tally).split("\n")[0],
    "desk: a task of 60.0 ms (120.0 passed): FunctionCall 50.0, Layout 2.0, Commit 1.0",
  );
});

Deno.test("TaskTally does not call a task of just 50 ms long", () => {
  const tally = new TaskTally();
  tally.take(tasksOf([event("RunTask", 0, 100), event("RunTask", 200, 100.01)], MAIN), 1);
  assertEquals(tally.long.byThread, 1);
});

Deno.test("slopeOf() is that of the line with the least squares, whatever swings around it", () => {
  const samples = ([[0, 1], [30, -1], [60, -1], [90, 1]] as const)
    .map(([atS, swing]) => ({ atS, value: 100 + 2 * atS + swing }));
  assertAlmostEquals(slopeOf(samples), 2);
  assertAlmostEquals(slopeOf(samples.map(({ atS }) => ({ atS, value: 5 }))), 0);
  assert(Number.isNaN(slopeOf(samples.slice(0, 1))));
});

Deno.test("benchDesk() is a desk that the page takes: twelve kinds of panel, three of each symbol", () => {
  const desk = readArrangement(JSON.stringify(benchDesk()), new Set(DESK_PANELS));
  assertEquals(desk?.length, 12);
  assertEquals(new Set(desk?.map(({ panel }) => panel)).size, 12);
  for (const slot of [0, 1, 2, 3]) {
    assertEquals(desk?.filter((one) => one.slot === slot).length, 3);
  }
});

Deno.test("What is not reached is told so: long tasks, a busy thread, a heap that grows, too few pictures", () => {
  const told = (wallMs: number, growthBytes: number, pictures: number) => {
    const tally = new TaskTally();
    const trace = Array.from({ length: pictures }, (_, i) => [
      event("RunTask", i * 200, wallMs),
      event("Commit", i * 200, 0.1),
    ]);
    tally.take(tasksOf(trace.flat(), MAIN), 1);
    const flat = [0, 30, 60].map((atS) => ({ atS, value: 1 }));
    const heap = flat.map(({ atS }) => ({ atS, value: 5e6 + growthBytes * atS / 60 }));
    const first = { medianMs: 400, maxMs: 500, threadMs: 300 };
    return deskFigures({ first, tally, countedShare: 0.1, heap, nodes: flat, listeners: flat });
  };
  const missed = (...of: Parameters<typeof told>) =>
    goalTable("view", told(...of)).split("\n").filter((line) => line.endsWith("not reached"))
      .map((line) => line.split(/ {2,}/)[1]);
  assertEquals(missed(10, 0, 10), []);
  assertEquals(missed(101, 0, 10), [
    ...["its tasks, traced", "tasks over 50 ms of processor", "longest task"],
  ]);
  assertEquals(missed(10, 100_000, 10), ["heap grows by, in a minute"]);
  assertEquals(missed(10, 0, 5), ["pictures a second"]);
});
