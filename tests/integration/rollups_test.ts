/** Roll-ups in real databases, made by the job that the writer runs, against what their rows say. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { areOldMetricsFolded, oldMetricsJob } from "../../actors/writer/old_metrics.ts";
import { isFolded } from "../../actors/writer/retention.ts";
import { markSql } from "../../actors/writer/rollups.ts";
import { vacuuming } from "../../actors/writer/vacuuming.ts";
import { ROLLUP_NAMES, rollupOf } from "../../shared/catalogue/rollups.ts";
import { readSketch, sketchTextSql } from "../../shared/catalogue/sketches.ts";
import {
  chanceRow,
  chanceRows,
  differencesOf,
  rowsIn,
  type StoredRow,
} from "../support/naive_rollups.ts";
import {
  differencesIn,
  feedInDisorder,
  foldAll,
  onRollupStage,
  type RollupStage,
} from "../support/rollup_stage.ts";
import { type Promised, testOnBothDatabases } from "./writer_stage.ts";

/** Ten seconds before midnight UTC, at which a day, a month and a year end too. */
const START_MS = Date.UTC(2026, 11, 31, 23, 59, 50);
const MIDNIGHT_MS = START_MS + 10_000;
const HOUR_MS = 3_600_000;
/** All that is marked is over by then. */
const LATER_MS = START_MS + 240 * HOUR_MS;

const isoTime = (ms: number) => new Date(ms).toISOString();

/** What a row would be in the oldest table of metrics, which has these columns. */
function ofBefore(row: StoredRow, columns: readonly string[]): StoredRow {
  const known = (name: string) => ["symbol_id", "timeMs", ...columns].includes(name);
  const values = Object.entries(row).map(([name, value]) => [name, known(name) ? value : null]);
  return { ...Object.fromEntries(values), settings_id: 0 };
}

/** The columns of a table, but for the name of a symbol. */
async function columnsOf(sql: RollupStage["sql"], table: string): Promise<string[]> {
  const columns = await sql`SELECT column_name AS name FROM information_schema.columns
    WHERE table_name = ${table} AND column_name <> 'symbol'`;
  return columns.map(({ name }) => String(name));
}

/** The steps of one round; whatever fails. */
async function foldRound({ job, database }: RollupStage): Promise<void> {
  for (const _ of ROLLUP_NAMES) await job.step(database.step, LATER_MS).catch(() => {});
}

/** Rows of one symbol from a time on, one a second. */
function rowsFrom({ random }: RollupStage, fromMs: number, count: number) {
  return Array.from({ length: count }, (_, n) => chanceRow(random, "BTCUSDT", fromMs + 1_000 * n));
}

/** When buckets end that are there, in seconds from midnight. */
async function endsIn({ sql }: RollupStage, name: string): Promise<number[]> {
  const buckets = await rowsIn(sql, name);
  return [...new Set(buckets.map(({ timeMs }) => (timeMs - MIDNIGHT_MS) / 1_000))].sort((a, b) =>
    a - b
  );
}

const PROMISES: Record<string, Promised> = {
  "equal what rows say that come late, twice, in any order and between folds": onRollupStage(
    async (stage) => {
      const { sql, random } = stage;
      const rows = chanceRows(random, ["BTCUSDT", "ETHUSDT"], START_MS, 2 * HOUR_MS, 400);
      await feedInDisorder(stage, rows, LATER_MS);
      assertEquals((await differencesIn(sql)).differences, []);
      const [left] = await sql`SELECT count(*)::int AS marks FROM rollup_due`;
      assertEquals(left?.marks, 0);
    },
  ),
  "are made when a run of buckets is over, and once more when a row comes late": onRollupStage(
    async (stage) => {
      const { database, sql } = stage;
      // From midnight on 75 s, and one of the minute before.
      await database.write(rowsFrom(stage, MIDNIGHT_MS, 76));
      await foldAll(stage, MIDNIGHT_MS + 61_000);
      assertEquals(await endsIn(stage, "metrics_10s"), [0]);
      await foldAll(stage, MIDNIGHT_MS + 62_000);
      assertEquals(await endsIn(stage, "metrics_10s"), [0, 10, 20, 30, 40, 50, 60]);
      assertEquals(await endsIn(stage, "metrics_1m"), [0]);
      await foldAll(stage, MIDNIGHT_MS + 602_000);
      assertEquals(await endsIn(stage, "metrics_1m"), [0, 60, 120]);
      assertEquals(await endsIn(stage, "metrics_1h"), [0]);
      await database.write(rowsFrom(stage, MIDNIGHT_MS + 500, 3));
      await foldAll(stage, MIDNIGHT_MS + 602_000);
      await foldAll(stage, MIDNIGHT_MS + HOUR_MS + 2_000);
      assertEquals((await differencesIn(sql)).differences, []);
    },
  ),
  "stay as they are when retention has dropped what they are made of": onRollupStage(
    async (stage) => {
      const { database, sql } = stage;
      await database.write([
        ...rowsFrom(stage, MIDNIGHT_MS - 5_000, 5),
        ...rowsFrom(stage, MIDNIGHT_MS + 1_000, 5),
      ]);
      await foldAll(stage, LATER_MS);
      const before = [await rowsIn(sql, "metrics_10s"), await rowsIn(sql, "metrics_1h")];
      await sql`DROP TABLE metrics_p20261231`;
      await sql`INSERT INTO retention_floor VALUES ('metrics', to_timestamp(${
        MIDNIGHT_MS / 1_000
      }::float8))`;
      // The bucket that ends at midnight has this row, and others that are gone.
      await database.write(rowsFrom(stage, MIDNIGHT_MS, 1));
      await foldAll(stage, LATER_MS);
      assertEquals([await rowsIn(sql, "metrics_10s"), await rowsIn(sql, "metrics_1h")], before);
      const [left] = await sql`SELECT count(*)::int AS marks FROM rollup_due`;
      assertEquals(left?.marks, 0);
      // The hour after it is whole.
      await database.write(rowsFrom(stage, MIDNIGHT_MS + 6_000, 3));
      await foldAll(stage, LATER_MS);
      const [, after] = await rowsIn(sql, "metrics_1h").then((hours) =>
        Map.groupBy(hours, ({ timeMs }) => timeMs).values()
      );
      assertEquals(after?.reduce((sum, { samples }) => sum + Number(samples), 0), 8);
    },
  ),
  "keep the sketches of rows that are gone": onRollupStage(async (stage) => {
    const { database, sql } = stage;
    await database.write(rowsFrom(stage, MIDNIGHT_MS - 99_000, 100));
    await foldAll(stage, LATER_MS);
    const sketches = () =>
      sql`SELECT imbalance_quantiles, velocity_quantiles FROM metrics_1h ORDER BY settings_id`;
    const before = await sketches();
    // Only the row of midnight is there still.
    await sql`DROP TABLE metrics_p20261231`;
    await sql`INSERT INTO retention_floor
      VALUES ('metrics', to_timestamp(${MIDNIGHT_MS / 1_000}::float8))`;
    await sql`INSERT INTO rollup_due SELECT DISTINCT 3, time, symbol_id FROM metrics_1h`;
    await foldAll(stage, LATER_MS);
    assertEquals(await sketches(), before);
  }),
  "have sketches that are read as what they are made of, each number of them as short as it may be":
    onRollupStage(
      async ({ sql, random }) => {
        const write = async (keys: readonly number[], counts: readonly number[]) => {
          const rows =
            `SELECT * FROM unnest('{${keys}}'::int4[], '{${counts}}'::int4[]) AS of (key, count)`;
          const [row] = await sql.unsafe(`SELECT ${sketchTextSql(rows)} AS text`);
          return row?.text;
        };
        assertEquals(await write([], []), null);
        for (let round = 0; round < 20; round++) {
          // Every number of characters, of keys, of gaps and of counts.
          const size = 10 ** (1 + round % 6);
          const picked = Array.from({ length: 30 }, () => Math.round((random() - 0.5) * size));
          const keys = [...new Set(picked)].toSorted((a, b) => a - b);
          const counts = keys.map(() => 1 + Math.floor(random() * size));
          assertEquals(readSketch(String(await write(keys, counts))), { keys, counts });
        }
        const ends = [51, 52, 1_559, 1_560, 46_799, 46_800, 1_403_999];
        const lengths = [];
        for (const count of ends) lengths.push(String(await write([0], [count])).length - 1);
        assertEquals(lengths, [1, 2, 2, 3, 3, 4, 4]);
      },
    ),
  "are made of all that can be made when one cannot": onRollupStage(async (stage) => {
    const { database, sql, job } = stage;
    const endMs = MIDNIGHT_MS + 40_000;
    await sql`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      ${sql.unsafe(`$$ BEGIN RAISE EXCEPTION 'not this one'; END $$`)}`;
    await database.write(rowsFrom(stage, MIDNIGHT_MS + 1_000, 100));
    await sql.unsafe(`CREATE TRIGGER refuse BEFORE INSERT ON metrics_10s FOR EACH ROW
      WHEN (NEW.time = '${new Date(endMs).toISOString()}') EXECUTE FUNCTION refuse()`);
    await assertRejects(() => job.step(database.step, LATER_MS), "not this one");
    assertEquals(await endsIn(stage, "metrics_10s"), []);
    // Rows are stored as ever.
    await database.write(rowsFrom(stage, MIDNIGHT_MS + 101_000, 100));
    for (let round = 0; round < 40; round++) await foldRound(stage);
    const ends = await endsIn(stage, "metrics_10s");
    assertEquals(
      ends,
      Array.from({ length: 20 }, (_, n) => 10 * (n + 1)).filter((end) => end !== 40),
    );
    assertEquals(await endsIn(stage, "metrics_1m"), [120, 180, 240]);
    await sql`DROP TRIGGER refuse ON metrics_10s`;
    await foldAll(stage, LATER_MS + HOUR_MS);
    assertEquals((await differencesIn(sql)).differences, []);
  }),
  "are made of what earlier versions have stored, and of what is between": onRollupStage(
    async (stage) => {
      const { database, sql, random } = stage;
      await database.write(chanceRows(random, ["BTCUSDT", "ETHUSDT"], START_MS, 2 * HOUR_MS, 300));
      const rows = await rowsIn(sql, "metrics");
      // In the middle of buckets: the program was replaced there.
      const [firstMs, secondMs] = [MIDNIGHT_MS + 63_000, MIDNIGHT_MS + 127_000];
      const known = await columnsOf(sql, "metrics_before");
      const columns = await columnsOf(sql, "metrics_unpartitioned");
      await sql.unsafe(`INSERT INTO metrics_before (symbol, ${known}) SELECT symbol, ${known}
        FROM metrics JOIN symbols USING (symbol_id) WHERE time < '${isoTime(firstMs)}'`);
      await sql.unsafe(
        `INSERT INTO metrics_unpartitioned (${columns}) SELECT ${columns} FROM metrics
        WHERE time >= '${isoTime(firstMs)}' AND time < '${isoTime(secondMs)}'`,
      );
      await sql.unsafe(`DELETE FROM metrics WHERE time < '${isoTime(secondMs)}'`);
      await sql`DELETE FROM rollup_due`;
      await sql.unsafe(markSql("metrics_10s", "metrics"));
      const old = oldMetricsJob();
      let steps = 0;
      const mayGo = () =>
        database.step((tx) =>
          isFolded(tx, { name: "metrics_10s", ...rollupOf("metrics_10s") }, MIDNIGHT_MS)
        );
      while (!await database.step(areOldMetricsFolded)) {
        // Nothing is due, and more of the day is to come.
        assertEquals(await mayGo(), false);
        // Each hour of each table, and that there is none after it.
        assert(++steps <= 5);
        await old.step(database.step, LATER_MS);
        await foldAll(stage, LATER_MS);
      }
      assertEquals(await mayGo(), true);
      await sql`INSERT INTO rollup_due
        VALUES (3, to_timestamp(${MIDNIGHT_MS / 1_000}::float8), 1)`;
      assertEquals(await database.step(areOldMetricsFolded), false);
      await foldAll(stage, LATER_MS);
      assertEquals(await database.step(areOldMetricsFolded), true);
      const all = rows.map((row) => row.timeMs >= firstMs ? row : ofBefore(row, known));
      for (const name of ROLLUP_NAMES) {
        assertEquals(differencesOf(name, await rowsIn(sql, name), all).slice(0, 10), []);
      }
    },
  ),
  "take no more room for what is due, however often it was": onRollupStage(async (stage) => {
    const { database, sql } = stage;
    const job = vacuuming(database.vacuum);
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      await sql`INSERT INTO rollup_due SELECT 1, to_timestamp(n), 1 FROM generate_series(1, 5000) n`;
      await sql`DELETE FROM rollup_due`;
      while (await job.step(database.step, LATER_MS));
      const [size] = await sql`SELECT pg_relation_size('rollup_due')::int AS bytes`;
      sizes.push(size?.bytes ?? 0);
    }
    assertEquals(sizes, sizes.map(() => sizes[0]));
  }),
};

testOnBothDatabases("Roll-ups", PROMISES);
