import { assertEquals } from "@std/assert";
import { EngineStage, START_MS, states } from "../engine_stage.ts";
import { depthSnapshot, depthUpdate } from "../market.ts";

const REASON = "the exchange has banned this address (HTTP 418)";
const began = (bannedForMs: number) => ({ type: "budget", bannedForMs, reason: REASON }) as const;
const OVER = { type: "budget", bannedForMs: null, reason: null } as const;
/** `12:34:56Z`, so long after the driver's start. */
const at = (ms: number) => `${new Date(START_MS + ms).toISOString().slice(11, 19)}Z`;

Deno.test("Engine says until when a ban keeps it from its snapshot, and that it is over", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.accept(began(120_000));
  assertEquals(states(driver.ticks(200).outputs), [
    `syncing: no snapshot until ${at(120_000)}: ${REASON}`,
  ]);
  assertEquals(states(driver.accept(OVER).outputs), ["syncing: waiting for the snapshot"]);
  assertEquals(states(driver.snapshot(depthSnapshot(100)).outputs), ["live"]);
  assertEquals(states(driver.ticks(200).outputs), []);
});

Deno.test("Engine with a live book is not touched by a ban, until it loses the book", () => {
  const driver = new EngineStage().goLive();
  driver.accept(began(3 * 86_400_000));
  assertEquals(states(driver.ticks(1_000).outputs), []);
  const step = driver.update(depthUpdate(150, 151)).outputs;
  assertEquals(states(step), ["syncing: resyncing: updates 101 to 149 were missed"]);
  const day = new Date(START_MS + 3 * 86_400_000).toISOString().slice(0, 10);
  assertEquals(states(driver.ticks(100).outputs), [
    `syncing: no snapshot until ${day} ${at(0)}: ${REASON}`,
  ]);
});

Deno.test("Engine says nothing of a ban while it waits for its connection", () => {
  const driver = new EngineStage();
  driver.accept(began(120_000));
  assertEquals(states(driver.ticks(1_000).outputs), []);
  assertEquals(states(driver.accept(OVER).outputs), []);
});

Deno.test("Engine says nothing of the end of a ban that it knows nothing of", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  assertEquals(states(driver.accept(OVER).outputs), []);
});
