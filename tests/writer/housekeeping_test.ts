import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Housekeeping, type Job, type Transact } from "../../actors/writer/housekeeping.ts";
import { toldLines } from "../support/told_lines.ts";

const LATE_MS = 30_000;
/** A refusal as the driver tells one of a server. */
const refusal = (message: string) => Object.assign(new Error(message), { code: "42501" });
const noDatabase: Transact = () => Promise.reject(new TypeError("Cannot use a database here"));

/** A job that does what it is told next, and counts its steps. */
function puppet(name: string, everyMs = 1_000) {
  let steps = 0;
  let next: () => boolean = () => false;
  const job: Job = { name, everyMs, step: () => Promise.resolve().then(() => (steps++, next())) };
  return { job, steps: () => steps, then: (does: () => boolean) => next = does };
}

Deno.test("Housekeeping does a step at a time, those of several jobs in turn, and each again after its time", async () => {
  const [first, second] = [puppet("first"), puppet("second", 5_000)];
  const house = new Housekeeping([first.job, second.job], 0, () => 0.5);
  const counts = () => [first.steps(), second.steps()];
  first.then(() => true);
  for (const expected of [[1, 0], [1, 1], [2, 1]]) {
    assert(house.isTurn(10, true));
    await house.step(noDatabase, 10, 0);
    assertEquals(counts(), expected);
  }
  first.then(() => false);
  await house.step(noDatabase, 20, 0);
  assertEquals([...counts(), house.dueMs], [3, 1, 1_020]);
  assertEquals(house.isTurn(1_019, true), false);
  await house.step(noDatabase, 1_019, 0);
  await house.step(noDatabase, 1_020, 0);
  assertEquals(counts(), [4, 1]);
});

Deno.test("Housekeeping waits for rows that are due, but not for ever", async () => {
  const house = new Housekeeping([puppet("job", 1).job], 0, () => 0.5);
  assertEquals(house.isTurn(LATE_MS - 1, false), false);
  assert(house.isTurn(LATE_MS, false));
  await house.step(noDatabase, LATE_MS, 0);
  assertEquals(house.isTurn(2 * LATE_MS - 1, false), false, "rows have their turn again");
  assert(house.isTurn(2 * LATE_MS + 1, false));
});

Deno.test("Housekeeping tells once of a job that fails, tries it ever later, and goes on with the others", async () => {
  const [broken, other] = [puppet("making things"), puppet("other")];
  const house = new Housekeeping([broken.job, other.job], 0, () => 0.5);
  broken.then(() => {
    throw refusal("it may not");
  });
  const told = await toldLines(async () => {
    const waits: number[] = [];
    let nowMs = 0;
    for (let tries = 0; tries < 12; tries++) {
      const { steps } = broken;
      const before = steps();
      while (steps() === before) await house.step(noDatabase, nowMs += 100, 0);
      waits.push(nowMs);
    }
    assert((waits[11] ?? 0) - (waits[10] ?? 0) >= 30_000, `${waits}`);
    assert(other.steps() > 100);
    assertEquals(house.failing, 1);
    broken.then(() => {
      throw refusal("its disk is full");
    });
    for (let n = 0; n < 1_000; n++) await house.step(noDatabase, nowMs += 100, 0);
    broken.then(() => false);
    for (let n = 0; n < 1_000; n++) await house.step(noDatabase, nowMs += 100, 0);
    assertEquals(house.failing, 0);
  });
  assertEquals(told.length, 3, told.join("\n"));
  assertMatch(told[0] ?? "", /WARN .*making things: it may not; rows are stored all the same/);
  assertMatch(told[1] ?? "", /WARN .*making things: its disk is full/);
  assertMatch(told[2] ?? "", /INFO .*what failed for \d+ s is done: making things/);
});

Deno.test("Housekeeping leaves it to the road when the database does not answer, and does the step again", async () => {
  const job = puppet("job");
  const house = new Housekeeping([job.job], 0, () => 0.5);
  job.then(() => {
    throw Object.assign(new Error("it is gone"), { code: "CONNECTION_CLOSED" });
  });
  await assertRejects(() => house.step(noDatabase, 0, 0), Error, "it is gone");
  assertEquals([house.failing, house.dueMs], [0, 0]);
});
