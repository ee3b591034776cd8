import { assert, assertEquals } from "@std/assert";
import { declareFamily } from "../../actors/symbol/engine/metrics/family.ts";
import { latenciesOf, SYMBOL_LEGS } from "../../shared/latency.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";
import { depthFrame } from "./tiny_exchange.ts";

Deno.test("SymbolActor tells how long its numbers take, the first leg once it knows the clocks' offset", async () => {
  await using stage = new Stage();
  stage.port("web");
  const latencies = () => latenciesOf(stage.actor.gauges());
  await stage.goLive();
  let id = 100;
  const speak = () => stage.exchange.send(depthFrame(id + 1, id += 1));
  await eventually(() => {
    speak();
    return latencies().receiveToComputed !== null && latencies().computedToSent !== null;
  });
  assertEquals(latencies().exchangeToReceive, null);
  stage.actor.control({ type: "clock_offset", clock: { offsetMs: 25, roundTripMs: 4 } });
  await eventually(() => {
    speak();
    return latencies().exchangeToReceive !== null;
  });
  for (const leg of SYMBOL_LEGS) {
    const { p50Ms = NaN, p99Ms = NaN } = latencies()[leg] ?? {};
    assert(p50Ms <= p99Ms, `${leg}: ${p50Ms}, ${p99Ms}`);
    assert(leg === "exchangeToReceive" || p50Ms > 0, `${leg}: ${p50Ms} by a monotonic clock`);
  }
});

Deno.test("SymbolActor lets an update wait for no clock: after one the tick comes sooner than after none", async () => {
  // Of the engine's own time, and both under what the machine does meanwhile.
  const after = { update: [] as number[], none: [] as number[] };
  let ticks = 0;
  let tickMs = NaN;
  let id = 100;
  let isAsked = false;
  const family = declareFamily(["mid"], "book", () => ({
    write() {},
    tick(nowMs) {
      if (!isAsked) return;
      // The update comes just after the first of four ticks, and nothing does between the last two.
      if (ticks % 4 === 0) stage.exchange.send(depthFrame(id + 1, id += 1, id));
      if (ticks % 4 === 1) after.update.push(nowMs - tickMs);
      if (ticks > 0 && ticks % 4 === 0) after.none.push(nowMs - tickMs);
      ticks += 1;
      tickMs = nowMs;
    },
  }));
  await using stage = new Stage({ families: [family] });
  await stage.goLive();
  isAsked = true;
  const middle = (list: readonly number[]) =>
    list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
  await eventually(
    () => after.none.length >= 5 && middle(after.update) < middle(after.none) / 2,
    "ticks come sooner after an update",
  );
  isAsked = false;
});
