import { assertEquals } from "@std/assert";
import { Campaign } from "../../../scripts/sim/campaign.ts";
import { FAULT_KINDS } from "../../../scripts/sim/fault.ts";
import type { Outcome } from "../../../scripts/sim/world.ts";

function outcome(liveTicks: number, faultsEach: number): Outcome {
  return {
    violation: null,
    faults: new Map(FAULT_KINDS.map((kind) => [kind, faultsEach])),
    tallies: [{
      steps: 200,
      fullComparisons: 2,
      levelsCompared: 400,
      framesCompared: 110,
      bounds: 11,
      gaps: 2,
      trades: 110,
      tradeWindows: 1e7,
      alerts: 11,
      freeTicks: 100,
      liveTicks,
      recoveries: 1,
      slowestRecoveryMs: 5,
      outOfBand: 1,
      replacements: 1,
      audits: 1,
      laggingAudits: 1,
    }],
    peakWeight: 50,
    digest: 0,
    trace: [],
  };
}

Deno.test("Campaign.shortfalls() names a run in which books were hardly live", () => {
  const campaign = new Campaign();
  campaign.add(outcome(79, 1));
  assertEquals(campaign.shortfalls(), [
    "books were live for 79.0 % only of the fault-free time",
  ]);
  campaign.add(outcome(81, 1));
  assertEquals(campaign.shortfalls(), []);
});

Deno.test("Campaign.shortfalls() names the faults that a full run has hardly seen", () => {
  const campaign = new Campaign();
  for (let i = 0; i < 999; i++) campaign.add(outcome(90, 0));
  assertEquals(campaign.shortfalls(), []);
  campaign.add(outcome(90, 99));
  assertEquals(campaign.shortfalls().length, FAULT_KINDS.length);
  campaign.add(outcome(90, 1));
  assertEquals(campaign.shortfalls(), []);
});
