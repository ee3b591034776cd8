import { assert, assertEquals } from "@std/assert";
import { TICK_MS } from "../../actors/symbol/engine/event.ts";
import {
  nextTickMs,
  TICK_FLOOR_MS,
  TICK_PATIENCE_MS,
  TickPlan,
} from "../../actors/symbol/tick_plan.ts";
import { Random } from "../../shared/random.ts";

const START_MS = 1_000_037;

/** The ticks until `endMs` while the book changes at these moments; each tick comes when it is due. */
function ticksOf(changesMs: readonly number[], endMs: number): number[] {
  const plan = new TickPlan(START_MS);
  const ticks: number[] = [];
  const tickUntil = (nowMs: number) => {
    for (; plan.dueMs <= nowMs; plan.ticked(plan.dueMs)) ticks.push(plan.dueMs);
  };
  for (const [at, changeMs] of changesMs.entries()) {
    // Of a tick and a change at one moment the change is first: it was read before the timer came.
    tickUntil(changeMs - 1e-6);
    plan.saw(at, changeMs);
  }
  tickUntil(endMs);
  return ticks;
}

/** How long each change waits for the tick that shows it. */
function waits(changesMs: readonly number[], ticks: readonly number[]): number[] {
  let at = 0;
  return changesMs.map((changeMs) => {
    while ((ticks[at] ?? Infinity) < changeMs) at += 1;
    return (ticks[at] ?? Infinity) - changeMs;
  });
}

/** How many more ticks there are at most in any time than at one each 100 ms. */
function excessOf(ticks: readonly number[]): number {
  let excess = 0;
  let most = -Infinity;
  for (const [at, ms] of ticks.entries()) {
    // Ticks from one to another less what their time has room for.
    most = Math.max(most, ms / TICK_MS - at);
    excess = Math.max(excess, at - ms / TICK_MS + most);
  }
  return excess;
}

Deno.test("While the book does not change there is a tick each 100 ms, at one phase", () => {
  const ticks = ticksOf([], START_MS + 60_000);
  assertEquals(ticks, Array.from({ length: 601 }, (_, i) => START_MS + i * TICK_MS));
});

Deno.test("A change has its tick at once, and after it the next one is waited for", () => {
  const changeMs = START_MS + 5_061;
  const ticks = ticksOf([changeMs], START_MS + 6_000);
  const from = ticks.indexOf(changeMs);
  assertEquals(ticks.slice(from - 1, from + 3), [
    START_MS + 5_000,
    changeMs,
    changeMs + TICK_PATIENCE_MS,
    changeMs + TICK_PATIENCE_MS + TICK_MS,
  ]);
});

Deno.test("A book that has not changed moves no tick", () => {
  const plan = new TickPlan(START_MS);
  plan.saw(7, START_MS - 60);
  assertEquals(plan.dueMs, START_MS - 60);
  plan.ticked(START_MS - 60);
  const { dueMs } = plan;
  plan.saw(7, START_MS);
  assertEquals(plan.dueMs, dueMs);
  // It is lost: who looks is told soon.
  plan.saw(null, START_MS + 50);
  assertEquals(plan.dueMs, START_MS + 50);
});

Deno.test("Changes that come together have one tick, and no two ticks are nearer than the floor", () => {
  const soonMs = START_MS + 1_010;
  const together = ticksOf([soonMs, soonMs + 3, soonMs + 4, soonMs + 5], START_MS + 1_200);
  assertEquals(together.slice(10), [START_MS + 1_000, START_MS + 1_000 + TICK_FLOOR_MS]);
  // What comes after the tick of the first one has another.
  const apart = ticksOf([START_MS + 1_050, START_MS + 1_053], START_MS + 1_200);
  assertEquals(apart.slice(11), [START_MS + 1_050, START_MS + 1_050 + TICK_FLOOR_MS]);
});

Deno.test("An exchange that sends an update each 100 ms, some late and some left out, has no update waiting", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed, "updates");
    const lateMaxMs = random.below(95);
    const share = random.uniform();
    const phaseMs = random.uniform() * TICK_MS;
    const changes: number[] = [];
    for (let i = 1; i < 600; i++) {
      if (random.uniform() < share / 2) continue;
      const lateMs = random.uniform() < 0.2 ? random.uniform() * lateMaxMs : 0;
      const beforeMs = changes.at(-1) ?? -Infinity;
      // None overtakes another.
      changes.push(Math.max(START_MS + phaseMs + i * TICK_MS + lateMs, beforeMs + 0.1));
    }
    const ticks = ticksOf(changes, START_MS + 61_000);
    const longestMs = Math.max(...waits(changes, ticks));
    assert(longestMs <= TICK_FLOOR_MS, `seed ${seed}: one waits for ${longestMs} ms`);
    assert(excessOf(ticks) <= 2 + 1e-6, `seed ${seed}: ${excessOf(ticks)} ticks too many`);
  }
});

Deno.test("However often the book changes there are ten ticks a second over time, and each change waits for 100 ms at most", () => {
  for (const gapMs of [0.2, 1, 7, 19, 20, 33, 50, 77, 99]) {
    const changes: number[] = [];
    for (let ms = START_MS + 333; ms < START_MS + 60_333; ms += gapMs) changes.push(ms);
    const ticks = ticksOf(changes, START_MS + 61_000);
    assert(excessOf(ticks) <= 2 + 1e-6, `${gapMs} ms: ${excessOf(ticks)} ticks too many`);
    assert(ticks.length <= 613, `${gapMs} ms: ${ticks.length} in 61 s`);
    const longestMs = waits(changes, ticks).reduce((most, ms) => Math.max(most, ms), 0);
    assert(longestMs <= TICK_MS + 1e-6, `${gapMs} ms: one waits for ${longestMs} ms`);
    for (const [at, ms] of ticks.entries()) {
      const afterMs = ms - (ticks[at - 1] ?? -Infinity);
      assert(afterMs >= TICK_FLOOR_MS - 1e-6, `${gapMs} ms: two in ${afterMs} ms`);
      assert(afterMs <= TICK_PATIENCE_MS + 1e-6 || at === 0, `${gapMs} ms: none for ${afterMs} ms`);
    }
  }
});

Deno.test("A tick that comes late makes none later: those that were missed are one, and the phase is kept", () => {
  const cases = [
    { dueMs: 1_037, nowMs: 1_037, nextMs: 1_137 },
    // A timer that came a moment too early.
    { dueMs: 1_037, nowMs: 1_036.9, nextMs: 1_137 },
    { dueMs: 1_037, nowMs: 1_136, nextMs: 1_137 },
    { dueMs: 1_037, nowMs: 1_137, nextMs: 1_237 },
    { dueMs: 1_037, nowMs: 2_480, nextMs: 2_537 },
  ];
  for (const { dueMs, nowMs, nextMs } of cases) {
    assertEquals(nextTickMs(dueMs, nowMs), nextMs);
    const plan = new TickPlan(dueMs);
    plan.ticked(nowMs);
    assertEquals(plan.dueMs, nextMs);
    // A change right after it waits for the floor and for nothing else.
    plan.saw(1, nowMs + 1);
    assertEquals(plan.dueMs, Math.min(nextMs, nowMs + TICK_FLOOR_MS));
  }
});
