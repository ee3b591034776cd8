/** What a symbol actor believes of what the store remembers, and what it leaves there. */
import { assertEquals } from "@std/assert";
import { ALL_RULES } from "../../shared/output.ts";
import { eventually } from "../support/eventually.ts";
import { metricState } from "../support/memory_outputs.ts";
import { ruleState } from "../support/outputs.ts";
import { declareFamily } from "../../actors/symbol/engine/metrics/family.ts";
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
  writer.restore({
    rules: [
      { ...sound, memory: "{" },
      { ...sound, memory: "{}" },
      { ...sound, symbol: "ETHUSDT" },
      { ...sound, rule: "another" },
      sound,
      { ...sound, rule: ALL_RULES, memory: spent },
    ],
  });
  await eventually(() => stage.actor.checkpoint().alerts.rules.length > 0);
  const { rules, notifications } = stage.actor.checkpoint().alerts;
  assertEquals(rules.map(({ rule, lifeCycle }) => [rule, lifeCycle?.level]), [[rule, 3]]);
  assertEquals([notifications.agosMs.length, notifications.suppressed], [2, 4]);
  assertEquals(stage.actor.gauges()["refusedAlerts"], 4);
});

Deno.test("SymbolActor takes up once what the store's metrics remember, but for what does not check, and leaves its own at its end", async () => {
  const recalled: unknown[] = [];
  const family = declareFamily(["mid"], "book", () => ({
    write() {},
    remember: () => ({ days: recalled.length }),
    recall: (memory) => recalled.push(memory) > 0,
  }));
  await using stage = new Stage({ families: [family] });
  const writer = stage.port("writer");
  const sound = metricState({ metric: "mid", memory: '{"days":7}' });
  const metrics = [
    sound,
    metricState({ metric: "spread", memory: "{" }),
    metricState({ metric: "spread", memory: "null" }),
    metricState({ metric: "spread", symbol: "ETHUSDT" }),
    metricState({ metric: "spread", number: 0 }),
  ];
  writer.restore({ metrics });
  await eventually(() => recalled.length > 0);
  assertEquals(recalled, [{ days: 7 }]);
  assertEquals(stage.actor.checkpoint().metrics, {
    families: { mid: { days: 1 } },
    isRestored: true,
  });
  // A checkpoint of before would have its next life take it up again.
  assertEquals([stage.beats, stage.actor.gauges()["refusedMetrics"]], [1, 4]);
  writer.restore({ metrics: [sound] });
  await stage.drain(5_000);
  assertEquals(recalled.length, 1);
  const [left] = writer.items.filter((item) => item.type === "metric_state");
  assertEquals([left?.metric, left?.memory], ["mid", '{"days":1}']);
});
