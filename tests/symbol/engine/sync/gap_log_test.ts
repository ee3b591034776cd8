import { assertEquals } from "@std/assert";
import { GapLog } from "../../../../actors/symbol/engine/sync/gap_log.ts";
import { UtcClock } from "../../../../actors/symbol/engine/utc_clock.ts";
import { EngineStage, START_MS } from "../engine_stage.ts";
import { depthSnapshot, depthUpdate, MARKET } from "../market.ts";

const gap = (expectedId: number, receivedId: number) =>
  ({ kind: "gap", expectedId, receivedId }) as const;

Deno.test("GapLog.healed() tells of the gap once: the ids that were missed, when, and for how long", () => {
  const log = new GapLog(MARKET, new UtcClock());
  log.noticed(gap(101, 105), 5_000);
  assertEquals(log.healed(5_700), {
    type: "gap",
    ...MARKET,
    number: 1,
    timeMs: 5_000,
    fromId: 101,
    toId: 104,
    durationMs: 700,
  });
  assertEquals(log.healed(5_800), null);
});

Deno.test("GapLog.noticed() makes one gap of holes that follow each other before a live book", () => {
  const log = new GapLog(MARKET, new UtcClock());
  assertEquals(log.noticed(gap(101, 105), 5_000)?.durationMs, null);
  assertEquals(log.noticed(gap(120, 130), 6_000), null, "it is longer now");
  const { fromId, toId, durationMs } = log.healed(7_000) ?? {};
  assertEquals([fromId, toId, durationMs], [101, 129, 2_000]);
  log.noticed(gap(200, 201), 8_000);
  assertEquals(log.healed(8_000)?.number, 2);
});

Deno.test("Engine tells of a gap at once and when its book is live again, and of nothing for a first book", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(1_000);
  driver.update(depthUpdate(104, 105));
  driver.ticks(2_000);
  driver.update(depthUpdate(109, 110));
  driver.snapshot(depthSnapshot(104));
  const gaps = () => driver.outputs.filter((output) => output.type === "gap");
  const noticed = {
    type: "gap",
    ...MARKET,
    number: 1,
    timeMs: START_MS + 1_000,
    fromId: 101,
    toId: 103,
    durationMs: null,
  } as const;
  assertEquals(gaps(), [noticed], "the snapshot is too old: there is no book yet");
  driver.snapshot(depthSnapshot(110));
  assertEquals(gaps(), [noticed, { ...noticed, toId: 108, durationMs: 2_000 }]);
});

Deno.test("GapLog.noticed() forgets the ids of the listing before when a new one counts from below", () => {
  const log = new GapLog(MARKET, new UtcClock());
  log.noticed(gap(4_000_001, 4_000_005), 5_000);
  log.noticed(gap(101, 105), 6_000);
  const { fromId, toId, durationMs } = log.healed(7_000) ?? {};
  assertEquals([fromId, toId, durationMs], [101, 104, 2_000], "no book all the while");
});
