import { assert, assertEquals } from "@std/assert";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { METRIC_NAMES, UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import { readLines } from "../../../scripts/replayed.ts";
import { valuesOf } from "../../../support/metric_values.ts";
import { readPackedJson } from "../../../support/packed_json.ts";
import { recordingsDir } from "../../../support/services.ts";
import { REAL_RECORDINGS, SIMULATED_RECORDINGS, simulatedRecording } from "../recorded_rows.ts";
import { numberOf, referenceFixture } from "./by_hand.ts";
import {
  compareWithReference,
  type Comparison,
  type HandWorkedBook,
  isReference,
  levelsOf,
  realReference,
  type ReferenceValues,
} from "./reference.ts";

/** Are unknown at every update of a recording: its snapshot held the whole book, or too little of it. */
const UNKNOWN_IN: Readonly<Record<string, readonly MetricName[]>> = {
  // 50 buckets are more than was traded.
  simulated_btcusdt: ["bidCoveredBps", "askCoveredBps", "vpin"],
  simulated_ethusdt: ["bidCoveredBps", "askCoveredBps", "vpin"],
  btcusdt_20240808: ["weightedImbalance"],
  ethusdt_20240808: [],
};

/** Live at so many of the 50 updates at least. */
const UPDATES_MIN = 45;

function assertIsReference(name: string, { updates, known, differences }: Comparison): void {
  assertEquals(differences.slice(0, 10), [], `${differences.length} differences in ${name}`);
  assert(updates >= UPDATES_MIN, `${name}: live at ${updates} updates only`);
  const unknown = METRIC_NAMES.filter((metric) => !known.has(metric) && IN_REFERENCE.has(metric));
  assertEquals(unknown, UNKNOWN_IN[name], `not known at any update of ${name}`);
}

const fixtures = await Promise.all(SIMULATED_RECORDINGS.map(async (name) => {
  const reference = await readPackedJson<ReferenceValues>(referenceFixture(`${name}.json.gz`));
  return { name, reference };
}));
const IN_REFERENCE = new Set<string>([...fixtures[0]?.reference.fields ?? [], "velocity"]);

for (const { name, reference } of fixtures) {
  Deno.test(`Metrics of ${name} equal those that another program computed`, async () => {
    const lines = await readLines(simulatedRecording(name));
    assertIsReference(name, await compareWithReference(reference, lines));
  });
}

for (const name of REAL_RECORDINGS) {
  Deno.test({
    name: `Metrics of the recording ${name} equal those that another program computed`,
    ignore: recordingsDir === null,
    fn: async () => {
      const reference = await realReference(recordingsDir ?? "", name);
      const lines = await readLines(`${recordingsDir}/${name}.gz`);
      assertIsReference(name, await compareWithReference(reference, lines));
    },
  });
}

Deno.test("MetricSet.values() gives the numbers of the eight books that were worked by hand", async () => {
  const { books }: { books: readonly HandWorkedBook[] } = JSON.parse(
    await Deno.readTextFile(referenceFixture("by_hand.json")),
  );
  assertEquals(books.length, 8);
  let compared = 0;
  for (const { name, bids, asks, tick, bidEdge, askEdge, expected } of books) {
    const book = new OrderBook();
    book.apply(Levels.of(levelsOf(bids)), Levels.of(levelsOf(asks)));
    const edge = (price: string | null) => price === null ? null : Number(price);
    const edges = { bidEdge: edge(bidEdge), askEdge: edge(askEdge) };
    const values = valuesOf(book, edges, Number(tick));
    if (expected === null) {
      assertEquals(values, UNKNOWN_VALUES, name);
      continue;
    }
    for (const metric of METRIC_NAMES) {
      const worked = expected[metric];
      if (worked === undefined) continue;
      compared += 1;
      assert(
        isReference(values[metric], numberOf(worked)),
        `${name}: ${metric} is ${values[metric]}, not ${worked}`,
      );
    }
  }
  assert(compared >= 100, `${compared} numbers were compared`);
});
