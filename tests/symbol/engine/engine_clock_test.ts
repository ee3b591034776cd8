/** The wall clock is set while the monitor runs: no wait notices, and what leaves carries the new time. */
import { assert, assertEquals } from "@std/assert";
import { EngineStage, rows, START_MS, states } from "./engine_stage.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";

const HOUR_MS = 3_600_000;

/** A live book that hears an update each 100 ms. */
function speak(driver: EngineStage, fromId: number, ms: number): void {
  for (let id = fromId; id < fromId + ms / 100; id++) {
    driver.update(depthUpdate(id, id, { bids: [[98, 1 + id % 7]] }));
    driver.ticks(100);
  }
}

for (const offsetMs of [HOUR_MS, -HOUR_MS]) {
  const how = offsetMs > 0 ? "ahead" : "back";

  Deno.test(`Engine stays live when the wall clock is set an hour ${how}, and its rows follow`, () => {
    const driver = new EngineStage().goLive();
    speak(driver, 101, 5_000);
    const before = driver.outputs.length;
    driver.accept({ type: "clock_set", utcOffsetMs: offsetMs });
    speak(driver, 151, 5_000);
    const step = driver.outputs.slice(before);
    assertEquals([states(step), driver.engine.feed.resyncs], [[], 0]);
    const times = step.flatMap((output) => "timeMs" in output ? [output.timeMs] : []);
    const newest = driver.nowMs + offsetMs;
    assert(times.length > 10 && times.slice(-10).every((ms) => ms > newest - 2_000), `${times}`);
    const live = rows(step).filter(({ state }) => state === "live");
    assertEquals(live.slice(-4).map(({ timeMs }) => newest - timeMs), [3_000, 2_000, 1_000, 0]);
  });

  Deno.test(`Engine flags a stream that is cut when the wall clock is set ${how}, neither sooner nor later`, () => {
    const silent = (isSet: boolean) => {
      const driver = new EngineStage().goLive();
      speak(driver, 101, 5_000);
      driver.isAnswering = false;
      driver.ticks(2_000);
      if (isSet) driver.accept({ type: "clock_set", utcOffsetMs: offsetMs });
      let ms = 0;
      for (; driver.engine.feed.state === "live"; ms += 100) driver.ticks(100);
      return ms;
    };
    assertEquals(silent(true), silent(false));
  });
}

Deno.test("Engine tells when a gap began in the time that held then, and how long it was whatever the clock says", () => {
  const driver = new EngineStage().goLive();
  driver.update(depthUpdate(105, 105));
  driver.accept({ type: "clock_set", utcOffsetMs: HOUR_MS });
  driver.ticks(700);
  driver.snapshot(depthSnapshot(105));
  const gap = driver.outputs.findLast((output) => output.type === "gap");
  assertEquals([gap?.timeMs, gap?.durationMs], [START_MS, 700]);
});

Deno.test("Engine takes a reading that has gone back for its last one", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(1_000);
  driver.nowMs -= HOUR_MS;
  driver.update(depthUpdate(105, 105));
  driver.snapshot(depthSnapshot(105));
  const gap = driver.outputs.findLast((output) => output.type === "gap");
  assertEquals([gap?.timeMs, gap?.durationMs], [START_MS + 1_000, 0]);
});

Deno.test("Engine tells whole milliseconds, however finely its clock counts", () => {
  const driver = new EngineStage();
  driver.nowMs += 0.75;
  driver.goLive();
  driver.ticks(1_000);
  const times = driver.outputs.flatMap((output) => "timeMs" in output ? [output.timeMs] : []);
  assert(times.length > 3 && times.every(Number.isInteger), `${times}`);
});
