import { assert, assertEquals } from "@std/assert";
import { partsOf, type SeedPlan } from "../../../scripts/seed/seed_plan.ts";

const HOUR_MS = 3_600_000;
const END_MS = Date.UTC(2026, 7, 1, 12, 34, 56);
const plan = (over: Partial<SeedPlan> = {}): SeedPlan => ({
  symbols: ["BTCUSDT", "SOLUSDT"],
  endMs: END_MS,
  days: 7,
  seed: 1,
  ...over,
});

Deno.test("partsOf() makes of each symbol one line without a hole, the last hour first and the days before last", () => {
  const parts = partsOf(plan());
  assertEquals(parts.map(({ symbol, grain }) => `${symbol} ${grain}`), [
    "BTCUSDT hour",
    "SOLUSDT hour",
    "BTCUSDT day",
    "SOLUSDT day",
    "BTCUSDT days",
    "SOLUSDT days",
  ]);
  const [hour, day, days] = parts.filter(({ symbol }) => symbol === "SOLUSDT");
  assertEquals([hour?.toMs, day?.toMs, days?.toMs], [END_MS, hour?.fromMs, day?.fromMs]);
  assertEquals(days?.fromMs, Math.floor((END_MS - 7 * 24 * HOUR_MS) / HOUR_MS) * HOUR_MS);
  // Rows of 24 hours at least are stored as they are, and what is folded is whole hours.
  assert((day?.fromMs ?? Infinity) <= END_MS - 24 * HOUR_MS);
  assertEquals([day?.isFolded, days?.isFolded, (day?.fromMs ?? 1) % HOUR_MS], [false, true, 0]);
  assertEquals(new Set(parts.map(({ seed, symbol }) => `${symbol} ${seed}`)).size, 6);
});

Deno.test("partsOf() makes the same of the same plan, and something else of another seed", () => {
  assertEquals(partsOf(plan()), partsOf(plan()));
  const other = partsOf(plan({ seed: 2 }));
  assert(partsOf(plan()).every(({ seed }, i) => seed !== other[i]?.seed));
});

Deno.test("partsOf() has silences within a part only, apart from each other, none in the last hour, and no days before the first", () => {
  const parts = partsOf(plan({ days: 60 }));
  assert(parts.some(({ silences }) => silences.length > 10));
  for (const { silences, fromMs, toMs, grain } of parts) {
    if (grain === "hour") assertEquals(silences, []);
    let lastMs = fromMs;
    for (const silence of silences) {
      assert(silence.fromMs >= lastMs && silence.toMs <= toMs - HOUR_MS);
      lastMs = silence.toMs + HOUR_MS;
    }
  }
  assertEquals(partsOf(plan({ days: 1 })).map(({ grain }) => grain), [
    "hour",
    "hour",
    "day",
    "day",
  ]);
});
