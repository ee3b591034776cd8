import { assert, assertEquals } from "@std/assert";
import { readLines } from "../../scripts/replayed.ts";
import { readPackedJson } from "../../support/packed_json.ts";
import { recordingsDir } from "../../support/services.ts";
import type { RecordedLine } from "../../../scripts/recording.ts";
import {
  type ColumnsByKind,
  damaged,
  firstDifference,
  REAL_RECORDINGS,
  recordedRows,
  type RowsByKind,
  rowsFixture,
  SIMULATED_RECORDINGS,
  simulatedRecording,
} from "./recorded_rows.ts";

/** Below this a fixture is no recording of a minute and more. */
const VALUES_MIN = 5_000;

async function assertAsBefore(name: string, lines: readonly RecordedLine[]): Promise<void> {
  const before = await readPackedJson<ColumnsByKind>(rowsFixture(name));
  const values = Object.values(before).flatMap((columns) => Object.values(columns).flat());
  assert(values.length >= VALUES_MIN, `the fixture of ${name} has ${values.length} values`);
  assertEquals(firstDifference(before, await recordedRows(lines)), null, name);
}

for (const name of REAL_RECORDINGS) {
  Deno.test({
    name: `The engine says of the recording ${name} what it always said, value by value`,
    ignore: recordingsDir === null,
    fn: async () => await assertAsBefore(name, await readLines(`${recordingsDir}/${name}.gz`)),
  });
}

for (const name of SIMULATED_RECORDINGS) {
  Deno.test(`The engine says of ${name} what it always said, value by value, also after a gap`, async () => {
    const lines = await readLines(simulatedRecording(name));
    await assertAsBefore(name, lines);
    await assertAsBefore(`${name}_damaged`, damaged(lines));
  });
}

Deno.test("A value, a column or an output that is not what it was is named; what is new is not", () => {
  const before: ColumnsByKind = {
    row: { timeMs: [1_000, 2_000], mid: [0.1, null], imbalance: [0, -0], velocity: [0, 1] },
    gap: { timeMs: [1_500], fromId: [7] },
  };
  const rows = [
    { timeMs: 1_000, mid: 0.1, imbalance: 0, velocity: 5 },
    { timeMs: 2_000, mid: null, imbalance: -0, velocity: null },
  ];
  const [first = {}, second = {}] = rows;
  const gap = { timeMs: 1_500, fromId: 7 };
  const found = (row: RowsByKind["row"], gaps = [gap]) =>
    firstDifference(before, { row: row ?? [], gap: gaps, wall: [{ timeMs: 3 }] });
  assertEquals(found(rows), null);
  assertEquals(found([{ ...first, spreadTicks: 1 }, second]), null);
  assertEquals(found([{ ...first, mid: 0.1 + Number.EPSILON }, second]), null, "it was rounded");
  const off = 0.1 + 2e-9;
  assertEquals(
    found([{ ...first, mid: off }, second]),
    `row 0 at 1000: mid was 0.1, is ${off} now`,
  );
  assertEquals(found([first, { ...second, mid: 0 }]), "row 1 at 2000: mid was null, is 0 now");
  assertEquals(
    found([first, { ...second, imbalance: 0 }]),
    "row 1 at 2000: imbalance was -0, is 0 now",
  );
  assertEquals(
    found([{ timeMs: 1_000, imbalance: 0, velocity: 0 }, second]),
    "row 0 at 1000: mid was 0.1, is missing now",
  );
  assertEquals(found([first]), "row: 2 outputs before, 1 now");
  assertEquals(found([...rows, second]), "row: 2 outputs before, 3 now");
  assertEquals(found(rows, []), "gap: 1 outputs before, 0 now");
});
