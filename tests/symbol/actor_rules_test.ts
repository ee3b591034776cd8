/** What a symbol actor believes of how the store says that its rules stood. */
import { assertEquals } from "@std/assert";
import { ALL_RULES } from "../../shared/output.ts";
import { eventually } from "../support/eventually.ts";
import { ruleState } from "../support/outputs.ts";
import { Stage } from "./actor_stage.ts";

Deno.test("SymbolActor takes up how the store says that rules stood, but for what does not check", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  const rule = "extreme_imbalance_bid";
  const state = { phase: "idle" as const, last: null, restMs: 60_000 };
  const lifeCycle = { state, awayMs: 0, level: 3, quietMs: 0 };
  const memory = { rule, version: 1, lifeCycle, learnt: null, smoothed: null };
  const { isChange: _, ...sound } = ruleState({
    ...{ rule, phase: "resting", timeMs: Date.now(), memory: JSON.stringify(memory) },
  });
  const spent = JSON.stringify({ agosMs: [0, 1], suppressed: 4 });
  writer.restore([], [
    { ...sound, memory: "{" },
    { ...sound, memory: "{}" },
    { ...sound, symbol: "ETHUSDT" },
    { ...sound, rule: "another" },
    sound,
    { ...sound, rule: ALL_RULES, memory: spent },
  ]);
  await eventually(() => stage.actor.checkpoint().alerts.rules.length > 0);
  const { rules, notifications } = stage.actor.checkpoint().alerts;
  assertEquals(rules.map(({ rule, lifeCycle }) => [rule, lifeCycle?.level]), [[rule, 3]]);
  assertEquals([notifications.agosMs.length, notifications.suppressed], [2, 4]);
  assertEquals(stage.actor.gauges()["refusedAlerts"], 4);
});
