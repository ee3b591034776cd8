import { assert, assertEquals } from "@std/assert";
import { MarketClock } from "../../../scripts/exchange/market_clock.ts";

Deno.test("MarketClock.steps() goes at the pace asked for, in small steps", () => {
  const clock = new MarketClock(1_000, 10);
  clock.resume(50);
  const steps = [...clock.steps(60)];
  assertEquals(steps.at(-1), 1_100);
  assert(steps.every((ms, i) => ms - (steps[i - 1] ?? 1_000) <= 20));
});

Deno.test("MarketClock.steps() catches up over several turns after a long silence", () => {
  const clock = new MarketClock(0, 1);
  clock.resume(0);
  assertEquals([...clock.steps(12_000)].at(-1), 5_000);
  assertEquals([...clock.steps(12_000)].at(-1), 10_000);
  assertEquals([...clock.steps(12_010)].at(-1), 12_010);
});

Deno.test("MarketClock.resume() owes nothing for the time it was stopped", () => {
  const clock = new MarketClock(0, 1);
  clock.resume(0);
  Array.from(clock.steps(10));
  clock.resume(1_000);
  assertEquals([...clock.steps(1_005)].at(-1), 15);
});
