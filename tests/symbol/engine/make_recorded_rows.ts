/**
 * Makes the fixtures of `recorded_rows_test.ts`, from the real recordings in a folder and the simulated ones:
 * `deno run -A --config tests/deno.json tests/symbol/engine/make_recorded_rows.ts ../shared/recordings`.
 * Only the program whose numbers are to be kept may be asked: a fixture made after a change hides it.
 */
import { readLines } from "../../scripts/replayed.ts";
import { writePackedJson } from "../../support/packed_json.ts";
import {
  damaged,
  REAL_RECORDINGS,
  recordedRows,
  rowsFixture,
  SIMULATED_RECORDINGS,
  simulatedRecording,
  toColumns,
} from "./recorded_rows.ts";

const [folder = "../shared/recordings"] = Deno.args;
for (const name of REAL_RECORDINGS) {
  const lines = await readLines(`${folder}/${name}.gz`);
  await writePackedJson(rowsFixture(name), toColumns(await recordedRows(lines)));
}
for (const name of SIMULATED_RECORDINGS) {
  const lines = await readLines(simulatedRecording(name));
  await writePackedJson(rowsFixture(name), toColumns(await recordedRows(lines)));
  await writePackedJson(
    rowsFixture(`${name}_damaged`),
    toColumns(await recordedRows(damaged(lines))),
  );
}
