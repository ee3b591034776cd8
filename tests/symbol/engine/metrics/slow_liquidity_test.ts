/** Resilience, walls and the micro-price equal what plain arrays tell, at many updates. */
import { assert, assertEquals } from "@std/assert";
import { microPrice } from "../../../../actors/symbol/engine/metrics/micro_price.ts";
import { RESILIENCE } from "../../../../actors/symbol/engine/metrics/resilience.ts";
import { WALLS } from "../../../../actors/symbol/engine/metrics/walls.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { readLines } from "../../../scripts/replayed.ts";
import { recordingsDir } from "../../../support/services.ts";
import { seeded } from "../market.ts";
import { REAL_RECORDINGS, SIMULATED_RECORDINGS, simulatedRecording } from "../recorded_rows.ts";
import { isReference, valuesAt } from "./reference.ts";
import { SlowLiquidity } from "./slow_liquidity.ts";

/** A recording has no hour. */
const LIMITS = { countedMs: 20_000, moves: 10, visits: 5 };
const FAMILIES = [RESILIENCE, WALLS, microPrice(LIMITS)];
const TICK = 0.01;

/** At so many random updates; what is not known at any of them is named. */
async function assertEqualsSlow(
  file: string,
  wanted: number,
  unknown: readonly MetricName[],
): Promise<void> {
  const lines = await readLines(file);
  const slow = new SlowLiquidity(lines.map(({ payload }) => payload), TICK);
  const random = seeded(wanted);
  const picked = new Map<number, number>();
  while (picked.size < Math.min(wanted, slow.updates.length)) {
    const n = Math.floor(random() * slow.updates.length);
    picked.set(slow.updates[n]?.u ?? NaN, n);
  }
  const found = await valuesAt(lines, new Set(picked.keys()), FAMILIES);
  const known = new Set<string>();
  const names = new Set<MetricName>();
  const differences: string[] = [];
  const tables = new Map<number, readonly number[]>();
  let live = 0;
  for (const [id, n] of picked) {
    const ours = found.get(id);
    if (ours?.state !== "live") continue;
    live += 1;
    const [resilienceHalfLife, resilienceShocks] = slow.resilience(n);
    const [price, microPriceHours, microPriceMoves] = slow.microPrice(n, LIMITS, tables);
    const expected = {
      resilienceHalfLife,
      resilienceShocks,
      bidWalls: slow.walls("bid", n),
      askWalls: slow.walls("ask", n),
      bidPullRate: slow.pullRate("bid", n),
      askPullRate: slow.pullRate("ask", n),
      microPrice: price,
      microPriceHours,
      microPriceMoves,
    } as const;
    for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
      names.add(name);
      const value = expected[name];
      if (ours.values[name] !== null) known.add(name);
      if (value === undefined || isReference(ours.values[name], value)) continue;
      differences.push(`${name} at ${id} is ${ours.values[name]}, not ${value}`);
    }
  }
  assertEquals(differences.slice(0, 10), [], `${differences.length} differences`);
  assert(live >= 0.9 * picked.size, `live at ${live} updates only`);
  assertEquals([...names].filter((name) => !known.has(name)), unknown);
}

for (const name of SIMULATED_RECORDINGS) {
  // It is shorter than the window of the rate.
  Deno.test(`Resilience, walls and micro-price equal those of plain arrays in ${name}`, () =>
    assertEqualsSlow(simulatedRecording(name), 60, ["bidPullRate", "askPullRate"]));
}

for (const name of REAL_RECORDINGS) {
  Deno.test({
    name: `Resilience, walls and micro-price equal those of plain arrays in ${name}`,
    ignore: recordingsDir === null,
    fn: () => assertEqualsSlow(`${recordingsDir}/${name}.gz`, 1_000, []),
  });
}
