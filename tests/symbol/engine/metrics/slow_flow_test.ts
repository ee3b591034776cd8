/** What trades and mid over time tell equals what plain arrays tell, at many more updates than the reference has. */
import { assert, assertEquals } from "@std/assert";
import { FLOW_METRICS } from "../../../../shared/catalogue/flow_metrics.ts";
import { VPIN_BUCKETS } from "../../../../scripts/replay_run.ts";
import { readLines } from "../../../scripts/replayed.ts";
import { recordingsDir } from "../../../support/services.ts";
import { seeded } from "../market.ts";
import { REAL_RECORDINGS, SIMULATED_RECORDINGS, simulatedRecording } from "../recorded_rows.ts";
import { isReference, valuesAt } from "./reference.ts";
import { slowMarketOf, slowNumbers } from "./slow_flow.ts";

const NAMES = Object.keys(FLOW_METRICS) as (keyof typeof FLOW_METRICS)[];

/** `unknown`: what a recording is too short for. */
async function assertEqualsSlow(
  file: string,
  wanted: number,
  unknown: readonly string[] = [],
): Promise<void> {
  const lines = await readLines(file);
  const market = slowMarketOf(lines.map(({ payload }) => payload));
  const random = seeded(wanted);
  const picked = new Map<number, number>();
  while (picked.size < Math.min(wanted, market.updates.length)) {
    const n = Math.floor(random() * market.updates.length);
    picked.set(market.updates[n]?.u ?? NaN, n);
  }
  const found = await valuesAt(lines, new Set(picked.keys()));
  const known = new Set<string>();
  const differences: string[] = [];
  let live = 0;
  for (const [id, n] of picked) {
    const ours = found.get(id);
    if (ours?.state !== "live") continue;
    live += 1;
    const bucket = VPIN_BUCKETS[file.includes("btc") ? "BTCUSDT" : "ETHUSDT"] ?? NaN;
    const expected = slowNumbers(market, n, bucket);
    for (const name of NAMES) {
      if (ours.values[name] !== null) known.add(name);
      if (isReference(ours.values[name], expected[name])) continue;
      differences.push(`${name} at ${id} is ${ours.values[name]}, not ${expected[name]}`);
    }
  }
  assertEquals(differences.slice(0, 10), [], `${differences.length} differences`);
  assert(live >= 0.9 * picked.size, `live at ${live} updates only`);
  assertEquals(NAMES.filter((name) => !known.has(name)), [...unknown], "not known at any update");
}

for (const name of SIMULATED_RECORDINGS) {
  Deno.test(`Metrics of trades and of mid over time equal those of plain arrays in ${name}`, () =>
    assertEqualsSlow(simulatedRecording(name), 60, ["vpin"]));
}

for (const name of REAL_RECORDINGS) {
  Deno.test({
    name: `Metrics of trades and of mid over time equal those of plain arrays in ${name}`,
    ignore: recordingsDir === null,
    fn: () => assertEqualsSlow(`${recordingsDir}/${name}.gz`, 1_000),
  });
}
