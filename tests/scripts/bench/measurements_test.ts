import { assertEquals } from "@std/assert";
import { firstDifference } from "../../../scripts/bench/agreement.ts";
import { MEASURES } from "../../../scripts/bench/books/measures.ts";
import { Measurements, tableOf } from "../../../scripts/bench/measurements.ts";
import { measurePasses } from "../../../scripts/bench/passes.ts";
import { VERSIONS, versionsOf } from "../../../scripts/bench/versions.ts";

Deno.test("Measurements keeps one metric together and compares costs with tardis-dev, round by round", () => {
  const measurements = new Measurements();
  for (const [ours, theirs] of [[2, 40], [4, 40], [2, 50]] as const) {
    measurements.add("btc.gz", "b", "µs", "obm", ours);
    measurements.add("btc.gz", "e", "frames/s", "obm", 1_234_567);
    measurements.add("btc.gz", "b", "µs", "tardis-dev", theirs);
  }
  measurements.add("eth.gz", "b", "µs", "obm", 3);
  const told = measurements.told();
  assertEquals(told.map(({ on, metric, implementation }) => `${on} ${metric} ${implementation}`), [
    "btc.gz b obm",
    "btc.gz b tardis-dev",
    "eth.gz b obm",
    "btc.gz e obm",
  ]);
  assertEquals(told.map(({ timesLess }) => timesLess), [
    { median: 20, min: 10, max: 25 },
    null,
    null,
    null,
  ]);
  assertEquals(tableOf(told, { "tardis-dev": "13.35.3" }).split("\n"), [
    "btc.gz  implementation                  median              min … max  less than tardis-dev 13.35.3",
    "b       obm                            2.00 µs            2.00 … 4.00           20.0x (10.0 … 25.0)",
    "        tardis-dev 13.35.3             40.0 µs            40.0 … 50.0",
    "e       obm                 1,234,567 frames/s  1,234,567 … 1,234,567",
    "",
    "eth.gz  implementation   median    min … max  less than tardis-dev 13.35.3",
    "b       obm             3.00 µs  3.00 … 3.00",
  ]);
});

Deno.test("versionsOf() reads what the peers are pinned to, and VERSIONS names every peer's", () => {
  assertEquals(
    versionsOf({
      "ccxt": "npm:ccxt@4.5.84",
      "sorted-btree": "npm:@some/tree@2.1.0-rc.1",
      "zod": "npm:zod@4",
    }),
    { ccxt: "4.5.84", "sorted-btree": "2.1.0-rc.1" },
  );
  assertEquals(Object.keys(VERSIONS).sort(), ["ccxt", "sorted-btree", "tardis-dev"]);
});

Deno.test("firstDifference() names the number, the frame and the way it was applied", () => {
  const expected = new Float64Array(2 * 2 * MEASURES.length).fill(5);
  const actual = Float64Array.from(expected);
  assertEquals(firstDifference(actual, expected), null);
  actual[3 * MEASURES.length + 4] = 5.1;
  assertEquals(
    firstDifference(actual, expected),
    "spread after frame 2 (applied pre-parsed): 5.1, expected 5",
  );
  actual[MEASURES.length] = NaN;
  assertEquals(
    firstDifference(actual, expected),
    "best bid price after frame 2 (parsed and applied): NaN, expected 5",
  );
  assertEquals(firstDifference(actual.subarray(1), expected), "51 numbers, expected 52");
});

Deno.test("measurePasses() prepares before every pass, with one at least to warm up and to measure", () => {
  const calls: string[] = [];
  const once = measurePasses(10, 0, 0, () => calls.push("prepare"), () => {
    const untilMs = performance.now() + 0.1;
    while (performance.now() < untilMs);
    calls.push("pass");
  });
  assertEquals([once.count, calls], [1, ["prepare", "pass", "prepare", "pass"]]);
});
