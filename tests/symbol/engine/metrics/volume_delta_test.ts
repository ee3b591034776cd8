import { assertEquals } from "@std/assert";
import type { FamilyMemories } from "../../../../actors/symbol/engine/metrics/metric_memory.ts";
import { VOLUME_DELTA } from "../../../../actors/symbol/engine/metrics/volume_delta.ts";
import { assertClose, Scene } from "./flow_scene.ts";

const DAY_MS = 86_400_000;
const NOON = 20_000 * DAY_MS + DAY_MS / 2;

const delta = (scene: Scene) =>
  scene.values("cumulativeVolumeDelta", "cumulativeVolumeDeltaFromMs");

Deno.test("Volume delta counts from the first trade after a start, and from midnight on", () => {
  const scene = new Scene([VOLUME_DELTA]).update(NOON);
  assertEquals([scene.value("cumulativeVolumeDelta"), scene.why("cumulativeVolumeDelta")], [
    null,
    "warming_up",
  ]);
  scene.trade(NOON + 10, "buy", 0.3).trade(NOON + 20, "sell", 0.1).update(NOON + 100);
  assertClose(scene.value("cumulativeVolumeDelta"), 0.2);
  assertEquals(scene.value("cumulativeVolumeDeltaFromMs"), NOON + 10);
  const midnight = 20_001 * DAY_MS;
  scene.trade(midnight - 1, "sell", 1).update(midnight - 1);
  assertEquals(scene.value("cumulativeVolumeDeltaFromMs"), NOON + 10);
  scene.update(midnight + 50);
  assertEquals(delta(scene), [0, midnight]);
  // A trade at midnight is today's, one that comes late yesterday's.
  scene.trade(midnight, "buy", 2).trade(midnight - 1, "buy", 5).update(midnight + 150);
  assertEquals(delta(scene), [2, midnight]);
});

Deno.test("Volume delta counts from after trades that were missed, and not before it is sure", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  scene.trade(NOON + 10, "buy", 2, 100, { tradeId: scene.nextId + 1 }).update(NOON + 100);
  scene.trade(NOON + 150, "sell", 5).update(NOON + 200);
  assertEquals(delta(scene), [-2, NOON]);
  scene.update(NOON + 1_100);
  assertEquals(delta(scene), [-3, NOON + 10]);
});

Deno.test("Volume delta goes on where two connections bring trades out of order", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  const { nextId } = scene;
  scene.trade(NOON + 10, "buy", 2, 100, { tradeId: nextId + 1 });
  scene.trade(NOON + 5, "buy", 4, 100, { tradeId: nextId }).update(NOON + 9_000);
  assertEquals(delta(scene), [7, NOON]);
});

Deno.test("Volume delta after the loss of a book is known with the next trade, which tells what was missed", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  scene.set.reset();
  scene.update(NOON + 5_000);
  assertEquals(delta(scene), [null, null]);
  scene.trade(NOON + 6_000, "buy", 1).update(NOON + 6_000);
  assertEquals(delta(scene), [2, NOON]);
  scene.set.reset();
  scene.trade(NOON + 7_000, "buy", 1, 100, { tradeId: scene.nextId + 1 }).update(NOON + 7_000);
  assertEquals(delta(scene), [1, NOON + 7_000]);
});

function nextLife(memory: FamilyMemories): Scene {
  const scene = new Scene([VOLUME_DELTA]);
  assertEquals(scene.set.recall(structuredClone(memory)), 0);
  return scene;
}

Deno.test("Volume delta is restored over a restart if no trade was missed, and counts from there otherwise", () => {
  const first = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 3).trade(NOON + 1, "sell", 1);
  first.update(NOON + 5);
  const memory = first.set.remember();
  const { nextId } = first;
  const restored = nextLife(memory).update(NOON + 900);
  assertEquals(restored.why("cumulativeVolumeDelta"), "warming_up");
  // A life that heard no trade leaves what it was left.
  assertEquals(restored.set.remember(), memory);
  restored.trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId }).update(NOON + 1_000);
  assertEquals(delta(restored), [3, NOON]);
  const missed = nextLife(memory).trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId + 1 });
  assertEquals(delta(missed.update(NOON + 1_000)), [1, NOON + 1_000]);
  // Ids of another kind of trade count something else.
  const other = nextLife(memory)
    .trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId, kind: "trade" });
  assertEquals(delta(other.update(NOON + 1_000)), [1, NOON + 1_000]);
  // Since midnight none was missed.
  const midnight = 20_001 * DAY_MS;
  const later = nextLife(memory).update(midnight)
    .trade(midnight + 9, "sell", 4, 100, { tradeId: nextId }).update(midnight + 10);
  assertEquals(delta(later), [-4, midnight]);
  for (const unknown of [null, 7, { ...Object(memory.cumulativeVolumeDelta), delta: "2" }]) {
    assertEquals(new Scene([VOLUME_DELTA]).set.recall({ cumulativeVolumeDelta: unknown }), 1);
  }
});

Deno.test("Volume delta takes in what an earlier process has counted when this one has counted already", () => {
  const first = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 3).update(NOON + 5);
  const memory = first.set.remember();
  const { nextId } = first;
  const since = (tradeId: number, part: object = {}) =>
    new Scene([VOLUME_DELTA]).update(NOON + 900)
      .trade(NOON + 1_000, "sell", 1, 100, { tradeId, ...part }).update(NOON + 1_000);
  const late = since(nextId);
  assertEquals([late.set.recall(memory), ...delta(late)], [0, 2, NOON]);
  // It is not counted twice, and nor is what this life remembers itself.
  assertEquals([late.set.recall(memory), ...delta(late)], [0, 2, NOON]);
  assertEquals([late.set.recall(late.set.remember()), ...delta(late)], [0, 2, NOON]);
  // A hole that is found later parts what came before it from what comes.
  late.trade(NOON + 2_000, "buy", 9, 100, { tradeId: late.nextId + 1 }).update(NOON + 9_000);
  assertEquals(delta(late), [9, NOON + 2_000]);
  for (const apart of [since(nextId + 1), since(nextId - 1), since(nextId, { kind: "trade" })]) {
    assertEquals([apart.set.recall(memory), ...delta(apart)], [0, -1, NOON + 1_000]);
  }
  // Through a life that has heard some trades and was not told yet what came before them.
  const third = nextLife(since(nextId).set.remember());
  third.trade(NOON + 3_000, "buy", 4, 100, { tradeId: nextId + 1 }).update(NOON + 3_000);
  assertEquals([third.set.recall(memory), ...delta(third)], [0, 6, NOON]);
  // After a hole nothing from before it completes the count.
  const lost = since(nextId).trade(NOON + 1_100, "buy", 5, 100, { tradeId: nextId + 5 });
  lost.update(NOON + 5_000);
  assertEquals(delta(lost), [5, NOON + 1_100]);
  assertEquals([lost.set.recall(memory), ...delta(lost)], [0, 5, NOON + 1_100]);
});

Deno.test("Volume delta of another day tells that none of today's trades was missed, and no more", () => {
  const first = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 3).update(NOON + 5);
  const memory = first.set.remember();
  const tomorrow = NOON + DAY_MS;
  const part = { tradeId: first.nextId };
  const late = new Scene([VOLUME_DELTA]).trade(tomorrow, "sell", 1, 100, part).update(tomorrow);
  assertEquals(delta(late), [-1, tomorrow]);
  assertEquals([late.set.recall(memory), ...delta(late)], [0, -1, 20_001 * DAY_MS]);
});

Deno.test("Volume delta does not remember a count in which trades are missing that may still come", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1);
  scene.trade(NOON + 1, "buy", 1, 100, { tradeId: scene.nextId + 1 });
  assertEquals(scene.set.remember(), {});
});
