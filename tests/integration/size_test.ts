/** What the writer promises of the size of history: what is oldest gives way, and the newest hour never does. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { jobsOf } from "../../actors/writer/jobs.ts";
import { areOldMetricsFolded, oldMetricsJob } from "../../actors/writer/old_metrics.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { piecesIn } from "../../actors/writer/pieces.ts";
import { retentionBySize } from "../../actors/writer/retention_by_size.ts";
import { vacuuming } from "../../actors/writer/vacuuming.ts";
import { sizeOf } from "../../actors/writer/size_plan.ts";
import { monotonicMs } from "../../shared/clock.ts";
import { eventually } from "../support/eventually.ts";
import { makePartitions } from "../support/partitions.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { toldLines } from "../support/told_lines.ts";
import {
  type Promised,
  startWriter,
  type TestDatabase,
  testOnBothDatabases,
} from "./writer_stage.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
type Sql = TestDatabase["sql"];

/** Rows of metrics, one each second from one time to another, and no roll-up of them is due. */
async function fill(sql: Sql, fromMs: number, toMs: number): Promise<void> {
  await makePartitions(sql, "metrics", fromMs, toMs);
  await sql.unsafe(
    `INSERT INTO metrics (symbol_id, settings_id, bucket_ms, time, state, mid, nulls)
     SELECT 1, 0, 1000, to_timestamp($1::float8 / 1000 + n), 'live', 1, repeat('x', 400)
     FROM generate_series(0, $2::integer) n`,
    [fromMs, Math.floor((toMs - fromMs) / 1_000)],
  );
}

const sizeIn = (sql: Sql) => sql.begin(async (tx) => sizeOf(await piecesIn(tx)));

async function span(sql: Sql): Promise<{ readonly oldestMs: number; readonly newestMs: number }> {
  const [row] = await sql<{ oldestMs: number; newestMs: number }[]>`
    SELECT (extract(epoch FROM min(time)) * 1000)::float8 AS "oldestMs",
      (extract(epoch FROM max(time)) * 1000)::float8 AS "newestMs" FROM metrics`;
  if (row === undefined) throw new Error("there is no row");
  return row;
}

async function open({ address, sql }: TestDatabase): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  await database.close();
  await sql`INSERT INTO symbols VALUES (1, 'binance_spot', 'BTCUSDT')`;
}

/** What waits for what is tried at this time, whenever the test runs. */
const NOON_MS = Date.UTC(2026, 10, 29, 12);
const OLD_ROLLUP = "metrics_10s_p20201109";

const LIMITS = {
  historyMaxGb: 1_000,
  keepMetricsDays: null,
  keepBooksDays: null,
  keepTradesDays: null,
  keep10sDays: 14,
  keep1mDays: null,
  keep1hDays: null,
  keepAlertsDays: null,
  keepFeedDays: null,
};

/** Metrics of today and a day of roll-ups of long ago, and the job as it keeps them at this share of what they are. */
async function stage(
  { address, sql }: TestDatabase,
  share: number,
  { hours = 3, yesterday = 0, isDraining = () => false }: {
    readonly hours?: number;
    /** Hours of yesterday's metrics. */
    readonly yesterday?: number;
    readonly isDraining?: () => boolean;
  } = {},
) {
  await open({ address, sql });
  await fill(sql, NOON_MS - hours * HOUR_MS, NOON_MS);
  if (yesterday > 0) await fill(sql, NOON_MS - DAY_MS, NOON_MS - DAY_MS + yesterday * HOUR_MS);
  const rollupMs = Date.UTC(2020, 10, 9, 1);
  await makePartitions(sql, "metrics_10s", rollupMs, rollupMs);
  await sql`INSERT INTO metrics_10s (symbol_id, settings_id, time, samples)
    SELECT 1, 0, to_timestamp(${
    rollupMs / 1_000
  }::float8 + 10 * n), 10 FROM generate_series(1, 300) n`;
  await sql`DELETE FROM rollup_due`;
  // What a server does by itself, at a moment of its own, would keep rows that were just deleted from the vacuum that is tried here.
  const pieces = address.kind === "server" ? await sql.begin((tx) => piecesIn(tx)) : [];
  for (const { name } of pieces) {
    await sql.unsafe(`ALTER TABLE ${name} SET (autovacuum_enabled = off)`);
  }
  const database = new Database(address, "test");
  await database.open();
  const job = retentionBySize({
    maxBytes: share * await sizeIn(sql),
    floors: database.floors,
    onDrop: () => {},
    vacuum: (piece) => database.vacuum(piece, "VACUUM"),
    inflow: database.inflow,
    monotonicMs: () => 0,
    isDraining,
  });
  const isThere = async (name: string) => {
    const [row] = await sql`SELECT to_regclass(${name}) IS NOT NULL AS there`;
    return row?.there === true;
  };
  /** As long as there is more to do at once; of one step more than one is left over. */
  const settle = async () => {
    while (await job.step(database.step, NOON_MS));
  };
  return { database, job, isThere, settle };
}

const PROMISES: Record<string, Promised> = {
  "drops whole days, the oldest first, until it is small enough, before they are too old": async (
    database,
  ) => {
    const { address, sql } = database;
    await open(database);
    const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    for (const day of [5, 4, 3, 2]) {
      const fromMs = todayMs - day * DAY_MS;
      await fill(sql, fromMs, fromMs + HOUR_MS);
    }
    // Time goes on: for the writer it is no later than its newest row.
    await fill(sql, Date.now() - 1_000, Date.now());
    const full = await sizeIn(sql);
    const dayBytes = 3_600 * 500;
    const historyMaxGb = (full - 1.5 * dayBytes) / 1e9;
    const writer = startWriter({ database: address, historyMaxGb });
    await eventually(async () => (await span(sql)).oldestMs > todayMs - 4 * DAY_MS, "they go");
    await eventually(async () => await sizeIn(sql) < historyMaxGb * 1e9, "small enough");
    assert((await span(sql)).oldestMs < todayMs - 2 * DAY_MS, "no more than must");
    const drops = await sql`SELECT cause FROM history_drops`;
    assertEquals([...new Set(drops.map(({ cause }) => cause))], ["size"]);
    await writer.drain();
  },

  "deletes rows of today before any roll-up goes, and then roll-ups": async (on) => {
    const { database, isThere, settle } = await stage(on, 1);
    await settle();
    assert((await span(on.sql)).oldestMs > NOON_MS - 3 * HOUR_MS, "rows of today go");
    assertEquals(await isThere(OLD_ROLLUP), true);
    // As much again comes, of what cannot go.
    await fill(on.sql, NOON_MS + 1_000, NOON_MS + 3 * HOUR_MS);
    await on.sql`DELETE FROM rollup_due`;
    await settle();
    assert((await span(on.sql)).oldestMs >= NOON_MS - HOUR_MS, "all but the newest hour goes");
    assertEquals(await isThere(OLD_ROLLUP), false);
    await database.close();
  },

  "drops a day of the past before any roll-up, when what is to come has less room than it takes":
    async (on) => {
      const { database, isThere, job } = await stage(on, 1.8, { hours: 1, yesterday: 0.25 });
      const comes = (fromMs: number, toMs: number) =>
        database.inflow.add(
          Array.from({ length: (toMs - fromMs) / 1_000 }, (_, n) => ({
            table: "metrics",
            timeMs: fromMs + 1_000 * n,
          })),
        );
      const startMs = NOON_MS - HOUR_MS / 3;
      assertEquals(await job.step(database.step, startMs), false, "nothing is known of what comes");
      comes(startMs, NOON_MS);
      assertEquals(await job.step(database.step, NOON_MS), true);
      assertEquals((await span(on.sql)).oldestMs, NOON_MS - HOUR_MS);
      assertEquals(await isThere(OLD_ROLLUP), true);
      // There are no raw rows but the newest hour left.
      assertEquals(await job.step(database.step, NOON_MS), true);
      assertEquals(await isThere(OLD_ROLLUP), false);
      await database.close();
    },

  "waits for roll-ups that are still to be made, those of the whole hour too, before roll-ups go":
    async (on) => {
      const { sql } = on;
      const { database, isThere, settle } = await stage(on, 1);
      for (
        const [level, atMs] of [[1, NOON_MS - 3 * HOUR_MS], [3, NOON_MS - 2 * HOUR_MS]] as const
      ) {
        await sql`INSERT INTO rollup_due VALUES (${level}, to_timestamp(${
          atMs / 1_000
        }::float8), 1)`;
        await settle();
        assertEquals((await span(sql)).oldestMs, NOON_MS - 3 * HOUR_MS, `level ${level}`);
        assertEquals(await isThere(OLD_ROLLUP), true);
        await sql`DELETE FROM rollup_due`;
      }
      // One after them holds nothing up.
      await sql`INSERT INTO rollup_due VALUES (3, to_timestamp(${
        (NOON_MS - HOUR_MS) / 1_000
      }::float8), 1)`;
      await settle();
      assert((await span(sql)).oldestMs > NOON_MS - 3 * HOUR_MS);
      await database.close();
    },

  "makes a piece again that was dropped, by retention or by hand": async (on) => {
    const { database, isThere } = await stage(on, 1);
    const timeMs = Date.UTC(2020, 10, 9, 1);
    const make = async () => {
      const made = await database.step((tx) =>
        database.partitions.make(tx, [{ table: "metrics_10s", timeMs }])
      );
      made.keep();
      assertEquals(await isThere(OLD_ROLLUP), true);
    };
    await make();
    const byAge = jobsOf(on.address.kind, database, LIMITS).find(({ name }) =>
      /too old/.test(name)
    );
    database.clock.confirmed(NOON_MS, monotonicMs());
    await byAge?.step(database.step, NOON_MS);
    assertEquals(await isThere(OLD_ROLLUP), false);
    await make();
    await on.sql.unsafe(`DROP TABLE ${OLD_ROLLUP}`);
    await assertRejects(() =>
      database.step((tx) =>
        tx`INSERT INTO metrics_10s (symbol_id, settings_id, time, samples)
           VALUES (1, 0, to_timestamp(${timeMs / 1_000}::float8), 1)`
      )
    );
    await make();
    await database.close();
  },

  "leaves what an earlier version has stored until roll-ups are made of it, however large it is":
    async (on) => {
      const { database, isThere, settle } = await stage(on, 0.3);
      const { sql } = on;
      await sql`INSERT INTO metrics_unpartitioned (symbol_id, settings_id, time, bucket_ms, state, mid)
        VALUES (1, 0, to_timestamp(${NOON_MS / 1_000 - 90_000}::float8), 1000, 'live', 1)`;
      const oldRows = async () => (await sql`SELECT FROM metrics_unpartitioned`).length;
      const told = await toldLines(settle);
      await settle();
      assertEquals(await oldRows(), 1);
      assertEquals((await span(sql)).oldestMs, NOON_MS - 3 * HOUR_MS);
      assertEquals(await isThere(OLD_ROLLUP), true);
      assertEquals(told.filter((line) => /over its size/.test(line)).length, 1);
      const [old, job] = [oldMetricsJob(), foldingJob(database.partitions)];
      while (!await database.step(areOldMetricsFolded)) {
        await old.step(database.step, NOON_MS);
        await foldAll({ job, database }, NOON_MS);
      }
      const [hour] = await sql`SELECT samples FROM metrics_1h`;
      assertEquals(hour?.samples, 1);
      await settle();
      assertEquals(await oldRows(), 0);
      await database.close();
    },

  "deletes no row while some of before wait to be stored": async (on) => {
    let isDraining = true;
    const { database, settle } = await stage(on, 1, { isDraining: () => isDraining });
    await settle();
    assertEquals((await span(on.sql)).oldestMs, NOON_MS - 3 * HOUR_MS);
    isDraining = false;
    await settle();
    assert((await span(on.sql)).oldestMs > NOON_MS - 3 * HOUR_MS);
    await database.close();
  },

  "holds a day of now at its size while rows come, which have the room of those that went": async (
    on,
  ) => {
    const { database, settle } = await stage(on, 1.02);
    const maxBytes = 1.02 * await sizeIn(on.sql);
    await settle();
    for (let n = 0; n < 20; n++) {
      const fromMs = NOON_MS + 1_000 + n * 100_000;
      await fill(on.sql, fromMs, fromMs + 99_000);
      await on.sql`DELETE FROM rollup_due`;
      database.inflow.add(
        Array.from({ length: 100 }, () => ({ table: "metrics", timeMs: NOON_MS })),
      );
      await settle();
      const bytes = await sizeIn(on.sql);
      assert(bytes < maxBytes, `${bytes} of ${maxBytes} after ${n} times`);
    }
    assert((await span(on.sql)).oldestMs < NOON_MS - 2 * HOUR_MS, "no more than must");
    await database.close();
  },

  "looks at the days of now beforehand, so that it takes no long time to make room in them": async (
    { address, sql },
  ) => {
    await open({ address, sql });
    await fill(sql, NOON_MS - HOUR_MS, NOON_MS);
    const database = new Database(address, "test");
    await database.open();
    const job = vacuuming(database.vacuum);
    while (await job.step(database.step, NOON_MS));
    const [looked] = await sql<{ pages: number }[]>`
      SELECT relallvisible AS pages FROM pg_class WHERE oid = 'metrics_p20261129'::regclass`;
    assert((looked?.pages ?? 0) > 0);
    await database.close();
  },

  "deletes the oldest rows of the days of now, but for the newest hour, and grows no more": async (
    database,
  ) => {
    const { address, sql } = database;
    await open(database);
    const nowMs = Date.now();
    await fill(sql, nowMs - 2 * HOUR_MS, nowMs);
    const full = await sizeIn(sql);
    const writer = startWriter({ database: address, historyMaxGb: full / 1e9 });
    await eventually(async () => (await span(sql)).oldestMs > nowMs - 2 * HOUR_MS, "some go");
    await eventually(async () => (await sql`SELECT FROM history_drops`).length > 0, "room is made");
    if (address.kind === "embedded") {
      const analyzed = await sql`SELECT FROM pg_stats WHERE tablename LIKE 'metrics_p%'`;
      assertEquals(analyzed.length, 0, "room is made without statistics, which hold up all others");
    }
    // As long as it does not grow nothing more goes; all that may go does when it has to.
    await fill(sql, nowMs + 1_001, nowMs + 2 * HOUR_MS);
    await eventually(async () => (await span(sql)).oldestMs > nowMs - HOUR_MS - 60_000, "all go");
    const { oldestMs, newestMs } = await span(sql);
    assert(oldestMs < Date.now() - HOUR_MS + 60_000, "the newest hour stays");
    assert(newestMs > nowMs + HOUR_MS);
    const [floor] = await sql`SELECT (extract(epoch FROM floor) * 1000)::float8 AS ms
      FROM retention_floor WHERE table_name = 'metrics'`;
    assert(floor?.ms <= oldestMs, `${floor?.ms} is the floor of ${oldestMs}`);
    await writer.drain();
  },
};

testOnBothDatabases("Retention by size", PROMISES);
