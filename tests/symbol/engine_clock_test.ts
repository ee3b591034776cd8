import { assertEquals } from "@std/assert";
import { EngineClock } from "../../actors/symbol/engine_clock.ts";

function clocks() {
  const read = { utcNowMs: 1_700_000_000_000, monotonicMs: 5_000 };
  const clock = new EngineClock(() => read.utcNowMs, () => read.monotonicMs);
  const pass = (ms: number) => {
    read.utcNowMs += ms;
    read.monotonicMs += ms;
  };
  return { read, clock, pass };
}

Deno.test("EngineClock begins as UTC, and passes as monotonic time whatever the wall clock is set to", () => {
  const { read, clock, pass } = clocks();
  assertEquals(clock.nowMs, 1_700_000_000_000);
  pass(1_000);
  read.utcNowMs -= 3_600_000;
  assertEquals(clock.nowMs, 1_700_000_001_000);
});

Deno.test("EngineClock.takeOffset() tells once of each time that the wall clock is set, and of no noise", () => {
  const { read, clock, pass } = clocks();
  pass(60_000);
  read.utcNowMs += 5;
  assertEquals(clock.takeOffset(), null);
  read.utcNowMs += 3_600_000;
  assertEquals([clock.takeOffset(), clock.takeOffset()], [3_600_005, null]);
  read.utcNowMs -= 3_600_000;
  assertEquals([clock.takeOffset(), clock.takeOffset()], [5, null]);
  assertEquals(clock.utcMs(clock.nowMs), read.utcNowMs);
});
