import { assertEquals } from "@std/assert";
import { LOOK_MS, Overload } from "../../actors/symbol/overload.ts";
import { OverloadLog } from "../../actors/symbol/overload_log.ts";
import type { OverloadLevel } from "../../shared/overload.ts";

const SECOND_MS = 1_000;

/** A loop that is as late as the test says, and what the log says of it. */
class Loop {
  readonly overload = new Overload();
  readonly #log = new OverloadLog();
  readonly lines: string[] = [];
  nowMs = 0;

  /** Looks until so much time has passed; each level that was entered. */
  late(lateMs: number, forMs: number): OverloadLevel[] {
    const levels: OverloadLevel[] = [];
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs;) {
      this.nowMs += LOOK_MS + lateMs;
      if (this.overload.look(lateMs, this.nowMs)) levels.push(this.overload.level);
      const line = this.#log.line(this.overload.level, this.overload.lagMs, this.nowMs);
      if (line !== null) this.lines.push(`${line.level}: ${line.text}`);
    }
    return levels;
  }
}

Deno.test("Overload goes up a level at a time, as far as the loop is late", () => {
  const cases: [lateMs: number, levels: OverloadLevel[]][] = [
    [20, []],
    [249, []],
    [250, [1]],
    [600, [1, 2]],
    [1_000, [1, 2, 3]],
    [8_000, [1, 2, 3]],
  ];
  for (const [lateMs, levels] of cases) {
    assertEquals(new Loop().late(lateMs, 120 * SECOND_MS), levels, `${lateMs} ms late`);
  }
});

Deno.test("Overload is quick: three looks of five that are late are enough, and each level wants three of its own", () => {
  const loop = new Loop();
  assertEquals(loop.late(1_200, 2 * (LOOK_MS + 1_200)), []);
  assertEquals(loop.late(1_200, 1), [1]);
  assertEquals(loop.late(1_200, 2 * (LOOK_MS + 1_200)), []);
  assertEquals(loop.late(1_200, 1), [2]);
});

Deno.test("Overload is not one long pause, however long: what waited is read, and the loop keeps up", () => {
  const loop = new Loop();
  for (let pause = 0; pause < 10; pause++) {
    assertEquals([...loop.late(20_000, 1), ...loop.late(0, 5 * SECOND_MS)], []);
  }
  assertEquals(loop.lines, []);
});

Deno.test("Overload goes down slowly, one level each ten seconds of calm, and not while the loop is nearly as late", () => {
  const loop = new Loop();
  assertEquals(loop.late(1_000, 30 * SECOND_MS), [1, 2, 3]);
  // Late enough to have entered no higher than the first.
  assertEquals(loop.late(410, 50 * SECOND_MS), []);
  assertEquals(loop.late(1_000, 5 * SECOND_MS), []);
  assertEquals(loop.late(390, 55 * SECOND_MS), [2]);
  assertEquals(loop.late(0, 9 * SECOND_MS), []);
  assertEquals(loop.late(0, 3 * SECOND_MS), [1]);
  assertEquals(loop.late(0, 11 * SECOND_MS), [0]);
  assertEquals(loop.overload.lagMs, 0);
});

Deno.test("Overload is no state of a loop that is always a little late: after a minute it is seen whether it keeps up with all that is to be done", () => {
  for (const lateMs of [101, 180, 249]) {
    const loop = new Loop();
    assertEquals(loop.late(300, 3 * SECOND_MS), [1]);
    assertEquals(loop.late(lateMs, 55 * SECOND_MS), [], `${lateMs} ms late`);
    assertEquals(loop.late(lateMs, 6 * SECOND_MS), [0], `${lateMs} ms late`);
    assertEquals(loop.late(lateMs, 600 * SECOND_MS), [], `${lateMs} ms late`);
  }
});

Deno.test("Overload of a loop that keeps up only because of what it leaves undone is seldom left", () => {
  const loop = new Loop();
  loop.late(300, 3 * SECOND_MS);
  let undoneMs = 0;
  let left = 0;
  while (loop.nowMs < 3_600 * SECOND_MS) {
    const sinceMs = loop.nowMs;
    const isUndone = loop.overload.level > 0;
    if (loop.late(isUndone ? 150 : 300, 1)[0] === 0) left += 1;
    if (isUndone) undoneMs += loop.nowMs - sinceMs;
  }
  assertEquals([left < 10, undoneMs > 0.99 * loop.nowMs], [true, true], `${left}, ${undoneMs} ms`);
});

Deno.test("Overload that comes back at once is kept longer each time, and forgets that when it has been away for long", () => {
  const loop = new Loop();
  const keptFor = () => {
    assertEquals(loop.late(400, 3 * SECOND_MS), [1]);
    const sinceMs = loop.nowMs;
    while (loop.overload.level > 0) loop.late(0, 1);
    return Math.round((loop.nowMs - sinceMs) / SECOND_MS / 10) * 10;
  };
  assertEquals([keptFor(), keptFor(), keptFor(), keptFor()], [10, 20, 40, 80]);
  for (let i = 0; i < 5; i++) keptFor();
  assertEquals(keptFor(), 160, "there is a longest");
  loop.late(0, 200 * SECOND_MS);
  assertEquals(keptFor(), 10);
});

Deno.test("OverloadLog tells the beginning, what is worse, and the end with how long it was: once a minute at most", () => {
  const loop = new Loop();
  loop.late(600, 20 * SECOND_MS);
  assertEquals(loop.lines.map((line) => line.split("; the loop")[0]), [
    "warn: this machine is overloaded: numbers leave for the page four times a second at most",
    "warn: this machine is overloaded: numbers leave for the page once a second, and metrics beyond tier 1 are not computed",
  ]);
  assertEquals(loop.lines[0]?.endsWith("; the loop is 600 ms late"), true, loop.lines[0]);
  const uneven = new Loop();
  for (const lateMs of [260, 260, 8_000]) uneven.late(lateMs, 1);
  assertEquals(uneven.lines[0]?.endsWith("; the loop is 260 ms late"), true, uneven.lines[0]);
  // It comes and goes for two minutes.
  for (let i = 0; i < 4; i++) {
    loop.late(0, 25 * SECOND_MS);
    loop.late(300, 5 * SECOND_MS);
  }
  assertEquals(loop.lines.length, 2);
  loop.late(0, 300 * SECOND_MS);
  assertEquals(loop.lines.length, 3);
  const [, lasted, all] = /for (\d+) s of (\d+) s, at worst to level 2 of 3$/.exec(
    loop.lines[2] ?? "",
  ) ?? [];
  assertEquals(Number(lasted) > 40 && Number(lasted) <= Number(all), true, loop.lines[2]);
  assertEquals(loop.late(300, 5 * SECOND_MS), [1]);
  assertEquals(loop.lines.length, 4, "another begins");
});
