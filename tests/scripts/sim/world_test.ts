import { assertEquals, assertNotEquals } from "@std/assert";
import { Campaign } from "../../../scripts/sim/campaign.ts";
import { FAULT_KINDS } from "../../../scripts/sim/fault.ts";
import { CALM_END_MS, planOf } from "../../../scripts/sim/plan.ts";
import { withFaults } from "../../../scripts/sim/shrink.ts";
import { runWorld } from "../../../scripts/sim/world.ts";

const TEN_MINUTES_MS = 600_000;

Deno.test("the engine breaks no promise in 15 seeds of ten virtual minutes", () => {
  const campaign = new Campaign();
  for (let seed = 1; seed <= 15; seed++) {
    const outcome = runWorld(planOf(seed, TEN_MINUTES_MS));
    assertEquals(outcome.violation, null, `deno task sim --seeds 1 --from ${seed}`);
    campaign.add(outcome);
  }
  assertEquals(campaign.shortfalls(), []);
});

Deno.test("runWorld() goes the same way for the same plan", () => {
  const [one, same, other] = [4, 4, 5].map((seed) => runWorld(planOf(seed, 120_000)));
  assertEquals(same, one);
  assertNotEquals(other?.digest, one?.digest);
});

Deno.test("runWorld() without faults loses no book", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const outcome = runWorld(withFaults(planOf(seed, 120_000), new Set()));
    assertEquals(outcome.violation, null, `seed ${seed}`);
    for (const { recoveries, outOfBand } of outcome.tallies) {
      // A price that leaves what is known is no loss.
      assertEquals(Math.max(1, recoveries - outOfBand), 1, `seed ${seed}`);
    }
  }
});

Deno.test("runWorld() of a machine that holds its monitor up for longer than half a minute breaks no promise", () => {
  const plan = planOf(218, TEN_MINUTES_MS);
  const [fault] = plan.faults;
  assertNotEquals(fault, undefined);
  for (let atMs = 70_000; fault !== undefined && atMs < 72_000; atMs += 100) {
    const slow = { ...fault, index: 0, kind: "slow_loop", symbol: 0, atMs, forMs: 34_000 } as const;
    const outcome = runWorld({ ...plan, durationMs: 110_000, faults: [slow] });
    assertEquals(outcome.violation, null, `held up from ${atMs} on`);
  }
});

Deno.test("planOf() knows every kind of fault, and none near the end", () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 50; seed++) {
    for (const { kind, atMs } of planOf(seed, TEN_MINUTES_MS).faults) {
      kinds.add(kind);
      assertEquals(atMs < TEN_MINUTES_MS - CALM_END_MS, true, `seed ${seed}`);
    }
  }
  assertEquals([...kinds].sort(), [...FAULT_KINDS].sort());
});
