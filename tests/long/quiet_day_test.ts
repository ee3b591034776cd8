/**
 * A day of the simulated market with nothing planted: who is called, and how often. The budget of notifications is
 * switched off, so that what is counted is the rules' own. Two symbols whose market was measured on recordings, and one
 * with coarse ticks.
 */
import { assert, assertEquals } from "@std/assert";
import { EpisodeLog } from "../../actors/rule_trial/episode_log.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { bothSides } from "../support/planted_rules.ts";
import { runSimulated } from "../support/simulated_run.ts";

const DAY_MS = 86_400_000;
const PER_HOUR_MAX = 6;

for (const [i, symbol] of ["BTCUSDT", "ETHUSDT", "SOLUSDT"].entries()) {
  Deno.test(`A day of ${symbol} without planted events calls nobody more than ${PER_HOUR_MAX} times an hour`, () => {
    const found = new EpisodeLog(DEFAULT_ALERT_RULES);
    const alerts: AlertEvent[] = [];
    runSimulated({
      symbol,
      seed: 100 + i,
      planted: [],
      durationMs: DAY_MS,
      alertRules: DEFAULT_ALERT_RULES,
      notificationsPerHour: Infinity,
      metricsIntervalMs: 1_000,
      onOutput: (output) => {
        found.take(output);
        if (output.type === "alert") alerts.push(output);
      },
    });
    const outcomes = found.outcomes();
    console.table(outcomes.filter(({ episodes }) => episodes > 0));
    const hours = found.liveMs / 3_600_000;
    assert(hours > 23.9, `live for ${hours} h`);
    const notified = outcomes.reduce((sum, outcome) => sum + outcome.notified, 0);
    console.log(`${symbol}: ${(notified / hours).toFixed(2)} notifications an hour`);
    assert(notified / hours <= PER_HOUR_MAX, `${notified} notifications in ${hours} h`);
    assertEquals(bothSides(alerts), []);
  });
}
