/** Ten thousand buckets of roll-ups against what their rows say. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { testOnBothDatabases } from "../integration/writer_stage.ts";
import { chanceRows } from "../support/naive_rollups.ts";
import { differencesIn, feedInDisorder, onRollupStage } from "../support/rollup_stage.ts";

const BUCKETS_MIN = 10_000;
const START_MS = Date.UTC(2026, 11, 31, 20, 0, 0);
const LENGTH_MS = 8 * 3_600_000;
const LATER_MS = START_MS + 240 * 3_600_000;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
/** Seconds in which each symbol has a row; a fifth as many are anywhere. */
const SECONDS = 12_000;

testOnBothDatabases("Roll-ups", {
  "equal a plain computation at ten thousand buckets, late and repeated rows included":
    onRollupStage(
      async (stage) => {
        const rows = chanceRows(stage.random, SYMBOLS, START_MS, LENGTH_MS, SECONDS);
        await feedInDisorder(stage, rows, LATER_MS);
        const { differences, buckets } = await differencesIn(stage.sql);
        console.log(`${buckets} buckets of ${rows.length} rows`);
        assertEquals(differences, []);
        assert(buckets >= BUCKETS_MIN);
      },
    ),
});
