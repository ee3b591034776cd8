/** What is stored of a part of simulated history, as the engine says it. */
import { assert, assertEquals } from "@std/assert";
import { type Grain, partsOf, type SeedPart } from "../../../scripts/seed/seed_plan.ts";
import { PartRun } from "../../../scripts/seed/part_run.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import type { Output } from "../../../shared/output.ts";

const MINUTE_MS = 60_000;
const END_MS = Date.UTC(2026, 7, 1, 12, 0, 7);

/** The first part of this grain, shortened to its last minutes. */
function partOf(grain: Grain, minutes: number, over: Partial<SeedPart> = {}): SeedPart {
  const part = partsOf({ symbols: ["SOLUSDT"], endMs: END_MS, days: 3, seed: 5 })
    .find((one) => one.grain === grain);
  assert(part !== undefined);
  return { ...part, fromMs: part.toMs - minutes * MINUTE_MS, silences: [], ...over };
}

function outputsOf(part: SeedPart, rows = 400): Output[] {
  const run = new PartRun(part, DEFAULT_SETTINGS);
  const all: Output[] = [];
  for (let chunk = run.next(rows); chunk !== null; chunk = run.next(rows)) all.push(...chunk.items);
  return all;
}

const of = <Type extends Output["type"]>(outputs: readonly Output[], type: Type) =>
  outputs.filter((one): one is Extract<Output, { type: Type }> => one.type === type);

for (const [grain, minutes] of [["hour", 2], ["day", 20], ["days", 300]] as const) {
  Deno.test(`PartRun of the ${grain} has a row of each interval up to its end and no other, live but for its beginning`, () => {
    const part = partOf(grain, minutes);
    const rows = of(outputsOf(part), "metrics");
    const { fromMs, toMs, metricsIntervalMs: ms } = part;
    const first = Math.floor(fromMs / ms) * ms + ms;
    const expected = Array.from(
      { length: Math.floor((toMs - first) / ms) + 1 },
      (_, i) => first + i * ms,
    );
    assertEquals(rows.map(({ timeMs }) => timeMs), expected);
    assert(rows.every(({ bucketMs }) => bucketMs === ms));
    assert(rows.slice(3).every(({ state, values }) => state === "live" && values.mid !== null));
  });
}

Deno.test("PartRun says the same again, however it is cut into chunks", () => {
  const part = partOf("day", 15);
  assertEquals(outputsOf(part, 50), outputsOf(part, 5_000));
});

Deno.test("PartRun stores books and profiles as far apart as its part says, and nothing that a process would go on from", () => {
  const outputs = outputsOf(partOf("day", 10));
  for (const type of ["book_1s", "depth_profile"] as const) {
    const tens = of(outputs, type).map(({ timeMs }) => Math.floor(timeMs / 10_000));
    assertEquals(new Set(tens).size, tens.length);
    assert(tens.length >= 59, `${tens.length} ${type}`);
  }
  const types = new Set(outputs.map(({ type }) => type));
  assertEquals(
    ["rule_state", "metric_state", "book", "trade", "trades"].filter((type) =>
      types.has(type as Output["type"])
    ),
    [],
  );
  assert(outputs.every(({ timeMs }) => timeMs <= END_MS));
});

Deno.test("PartRun leaves no episode firing, and tells of a silence as the engine does", () => {
  const { toMs } = partOf("day", 0);
  const silence = { fromMs: toMs - 20 * MINUTE_MS, toMs: toMs - 19 * MINUTE_MS };
  const outputs = outputsOf(partOf("day", 60, { silences: [silence] }));
  const alerts = of(outputs, "alert");
  assert(alerts.length > 0);
  const last = new Map(alerts.map((alert) => [alert.alertId, alert]));
  assertEquals([...last.values()].filter(({ phase }) => phase === "firing"), []);
  const states = of(outputs, "feed").map(({ state }) => state);
  assert(states.includes("stale") && states.at(-1) === "live", states.join());
  assert(of(outputs, "gap").length > 0);
});

Deno.test("PartRun of the days before has what is folded, how far it could be trusted, and no alerts", () => {
  const types = new Set(outputsOf(partOf("days", 300)).map(({ type }) => type));
  assertEquals([...types].sort(), ["audit", "feed", "metrics"]);
});

Deno.test("PartRun ends about where the next part begins, whatever the price has done", () => {
  const [began = NaN] = midsOf(outputsOf(partOf("hour", 1)));
  for (const seed of [1, 2, 3]) {
    const mids = midsOf(outputsOf(partOf("days", 600, { seed })));
    const farthest = Math.max(...mids.map((mid) => Math.abs(mid / began - 1)));
    const ends = Math.abs((mids.at(-1) ?? NaN) / began - 1);
    assert(ends < Math.min(0.0025, farthest / 2), `${ends} at last, ${farthest} meanwhile`);
  }
});

const midsOf = (outputs: readonly Output[]) =>
  of(outputs, "metrics").flatMap(({ values }) => values.mid ?? []);
