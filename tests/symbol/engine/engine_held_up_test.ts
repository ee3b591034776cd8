/** The machine holds the engine up: whatever was said meanwhile is read first, and judged then. */
import { assert, assertEquals } from "@std/assert";
import { RETIRE_MS } from "../../../actors/symbol/engine/connection/connections.ts";
import { EngineStage, rows, states } from "./engine_stage.ts";
import { depthUpdate } from "./market.ts";

const SECOND_MS = 1_000;
/** Of a stream that speaks ten times a second more than four unusual lengths. */
const HELD_UP_MS = 45 * SECOND_MS;

/** A lively stream: one update a tick. */
function speak(stage: EngineStage, fromId: number, ms: number): number {
  let id = fromId;
  for (let spent = 0; spent < ms; spent += 100) {
    id += 1;
    stage.update(depthUpdate(id, id));
    stage.ticks(100);
  }
  return id;
}

/** Live for half a minute, and then held up; `told` is what followed. */
function heldUp(forMs = HELD_UP_MS) {
  const stage = new EngineStage().goLive();
  const id = speak(stage, 100, 30 * SECOND_MS);
  const before = stage.commands.length;
  stage.outputs.splice(0);
  stage.probes.splice(0);
  stage.nowMs += forMs;
  const told = () => ({
    states: states(stage.outputs),
    commands: stage.commands.slice(before).map(({ type }) => type),
    probes: stage.probes.map(({ type }) => type),
  });
  return { stage, id, told };
}

const NOTHING: { states: string[]; commands: string[]; probes: string[] } = {
  states: [],
  commands: [],
  probes: [],
};

Deno.test("An engine that was held up reads what waits before it judges: no state, no resync, no connection", () => {
  const { stage, id, told } = heldUp();
  // Its timer is first, as it is after a late wake-up; then everything that waited.
  stage.accept({ type: "tick" });
  let next = id;
  for (let waited = 0; waited < HELD_UP_MS; waited += 100) {
    next += 1;
    stage.update(depthUpdate(next, next));
  }
  speak(stage, next, 30 * SECOND_MS);
  assertEquals(told(), NOTHING);
  assertEquals(stage.engine.feed.resyncs, 0);
  // What nobody watched is not told as if somebody had.
  const unwatched = rows(stage.outputs).filter(({ state }) => state !== "live");
  assertEquals(unwatched.length, HELD_UP_MS / SECOND_MS);
  assertEquals(new Set(unwatched.map(({ state }) => state)), new Set(["stale"]));
});

Deno.test("A stream that is still silent when what waited was read was silent all the time", () => {
  const { stage, told } = heldUp();
  stage.isAnswering = false;
  stage.accept({ type: "tick" });
  stage.ticks(SECOND_MS - 100);
  assertEquals(told(), NOTHING);
  // First what a probe would have told …
  stage.ticks(200);
  const asked = ["list_subscriptions", "probe_bbo"];
  assertEquals(told(), { ...NOTHING, probes: asked });
  // … and without an answer nothing is claimed any more.
  stage.ticks(2 * SECOND_MS);
  assertEquals(told().states.map((each) => each.split(":")[0]), ["stale"]);
  assertEquals(told().commands, ["open_connection"]);
});

/** States of the rows of the next seconds, one letter each. */
function rowsOf(stage: EngineStage, ms: number): string {
  return rows(stage.ticks(ms).outputs).map(({ state }) => state[0]).join("");
}

Deno.test("What is stored before it is known whether the stream has gone on is not told as live", () => {
  const { stage, id } = heldUp();
  stage.isAnswering = false;
  stage.accept({ type: "tick" });
  // No state is told of these rows: the stream may yet speak.
  assertEquals([rowsOf(stage, 2_900), states(stage.outputs)], ["ss", []]);
  stage.update(depthUpdate(id + 1, id + 1));
  // The first of them has begun before that.
  assertEquals([rowsOf(stage, 3_000), states(stage.outputs)], ["sll", []]);
});

Deno.test("Rows of a dead stream are not live at any time after the engine was held up", () => {
  const { stage, told } = heldUp();
  stage.isAnswering = false;
  stage.accept({ type: "tick" });
  assertEquals(rowsOf(stage, 8_000), "s".repeat(8));
  assertEquals(told().states[0]?.split(":")[0], "stale");
});

Deno.test("Rows after a moment that is no unusual silence are what they would be without it", () => {
  const { stage } = heldUp(2 * SECOND_MS);
  stage.isAnswering = false;
  stage.accept({ type: "tick" });
  // The first has begun in time in which nobody watched.
  assertEquals(rowsOf(stage, 2_000), "sl");
});

Deno.test("Rows of before the engine was held up go by what was known then", () => {
  const { stage } = heldUp();
  stage.isAnswering = false;
  const closed = () =>
    rows(stage.accept({ type: "tick" }).outputs).map(({ state }) => state[0]).join("");
  // That of the second in which the engine was watching.
  assertEquals(closed(), "l" + "s".repeat(HELD_UP_MS / SECOND_MS - 1));
  for (let turn = 0; turn < 4; turn++) {
    stage.nowMs += SECOND_MS;
    assertEquals(closed(), "s");
  }
});

Deno.test("A quiet symbol that was held up is proven by a probe, and stays live", () => {
  const { stage, told } = heldUp();
  stage.ticks(2 * SECOND_MS);
  assertEquals(told(), { ...NOTHING, probes: ["list_subscriptions", "probe_bbo"] });
});

Deno.test("An engine that is held up again and again judges by the time in which it has listened", () => {
  const { stage, id, told } = heldUp();
  let next = id;
  // Each turn of the loop takes six seconds, and its timer comes first.
  for (let turn = 0; turn < 20; turn++) {
    stage.accept({ type: "tick" });
    for (let i = 0; i < 60; i++) {
      next += 1;
      stage.update(depthUpdate(next, next));
    }
    stage.nowMs += 6 * SECOND_MS;
  }
  assertEquals(told(), NOTHING);
});

Deno.test("A dead stream is stale on a machine that is late again and again, too, after as many turns as its limit has halves of seconds", () => {
  for (const lateMs of [1_000, 2_000, 6_000]) {
    const { stage, told } = heldUp();
    stage.isAnswering = false;
    let turns = 0;
    for (; told().states.length === 0 && turns < 50; turns++) {
      stage.accept({ type: "tick" });
      stage.nowMs += lateMs;
    }
    assert(turns <= 12, `${turns} turns of ${lateMs} ms`);
    assert(told().states[0]?.startsWith("stale: "), told().states[0]);
  }
});

Deno.test("An update ahead of the book waits for the other connection in the time that was listened", () => {
  const stage = new EngineStage().goLive();
  const first = stage.connection;
  stage.accept({ type: "server_shutdown", connection: first });
  const second = stage.connection;
  stage.opened();
  stage.outputs.splice(0);
  stage.accept({ type: "depth_update", connection: second, update: depthUpdate(102, 102) });
  stage.nowMs += 20 * SECOND_MS;
  stage.accept({ type: "tick" });
  stage.accept({ type: "depth_update", connection: first, update: depthUpdate(101, 101) });
  assertEquals([states(stage.outputs), stage.engine.bookUpdateId], [[], 102]);
  assertEquals(stage.engine.feed.gaps, 0);
  stage.accept({ type: "depth_update", connection: second, update: depthUpdate(103, 103) });
  // What was replaced is heard for as long as that was listened to, not as it was late.
  stage.nowMs += RETIRE_MS + SECOND_MS;
  stage.accept({ type: "tick" });
  const closed = () => stage.commands.filter(({ type }) => type === "close_connection").length;
  assertEquals(closed(), 0);
  stage.ticks(RETIRE_MS);
  assertEquals(closed(), 1);
});
