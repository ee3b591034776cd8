/** What the writer promises of history that is too old: it goes by whole days beside who reads and writes, and stays gone. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Housekeeping } from "../../actors/writer/housekeeping.ts";
import { jobsOf } from "../../actors/writer/jobs.ts";
import type { Loss } from "../../actors/writer/losses.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { retentionByAge } from "../../actors/writer/retention.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { SetAside } from "../../actors/writer/set_aside.ts";
import { judgeTimes } from "../../actors/writer/time_gate.ts";
import { monotonicMs } from "../../shared/clock.ts";
import { eventually } from "../support/eventually.ts";
import { toldLines } from "../support/told_lines.ts";
import { bucketFrame, delivery, gapRecord, tradesSecond } from "../writer/outputs.ts";
import {
  KEEPS_ALL,
  type Promised,
  startWriter,
  SymbolPort,
  type TestDatabase,
  testOnBothDatabases,
} from "./writer_stage.ts";

const DAY_MS = 86_400_000;
/** Midnight of so many days ago. */
const dayAgo = (days: number) => Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS;
const nameAt = (table: string, ms: number) =>
  `${table}_p${new Date(ms).toISOString().slice(0, 10).replaceAll("-", "")}`;

/** As a writer that kept everything has left it: a row of metrics and of trades a day, and gaps. */
async function fill({ address }: TestDatabase, before = 0): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  const items = Array.from({ length: 6 }, (_, days) => days).flatMap((days) => {
    const timeMs = dayAgo(before + days) + 1;
    return [
      bucketFrame(1, { timeMs }),
      tradesSecond({ number: days + 1, timeMs }),
      gapRecord({ number: days + 1, timeMs }),
    ];
  });
  await database.write(rowsOf(delivery(1, items)));
  await database.close();
}

/** The exchange says that it is today, in a row that is there already: before that nothing is old. */
async function confirmToday(writer: ReturnType<typeof startWriter>): Promise<SymbolPort> {
  const symbol = new SymbolPort(writer);
  const timeMs = dayAgo(0) + 1;
  symbol.send(delivery(1, [bucketFrame(1, { timeMs, eventMs: timeMs })]));
  await symbol.acked(1);
  return symbol;
}

const partitions = async (sql: TestDatabase["sql"], table: string) =>
  (await sql<{ name: string }[]>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent = ${table}::regclass ORDER BY 1`).map(({ name }) => name);

const days = async (sql: TestDatabase["sql"], table: string) =>
  (await sql.unsafe<{ ms: number }[]>(
    `SELECT (extract(epoch FROM time) * 1000)::float8 AS ms FROM ${table} ORDER BY 1 DESC`,
  )).map(({ ms }) => (dayAgo(0) + 1 - ms) / DAY_MS);

const PROMISES: Record<string, Promised> = {
  "drops nothing and makes no later day while a clock that is a year ahead is all that says so":
    async (stage) => {
      const { address, sql } = stage;
      // The newest row is a year old.
      await fill(stage, 365);
      const there = async () => [
        await partitions(sql, "metrics"),
        await partitions(sql, "trades_1s"),
        (await sql`SELECT FROM gaps`).length,
      ];
      const before = await there();
      const database = new Database(address, "test");
      const [line = ""] = await toldLines(() => database.open());
      assertMatch(line, /the clock says .*, the newest row is of .*: nothing is dropped/);
      const limits = { ...KEEPS_ALL, keepMetricsDays: 3, keepTradesDays: 3, keepFeedDays: 3 };
      const house = new Housekeeping(jobsOf(address.kind, database, limits), 0, () => 0.5);
      const keepHouse = async (nowMs: number) => {
        while (house.dueMs <= nowMs) await house.step(database.step, nowMs, Date.now());
      };
      // What is of this machine's clock alone confirms nothing.
      const lies = { timeMs: dayAgo(364) + 2, eventMs: dayAgo(700) };
      const rows = rowsOf(delivery(1, [bucketFrame(7, lies)]));
      await database.write(judgeTimes(rows, limits, database, monotonicMs()).rows);
      await keepHouse(0);
      const tomorrow = (table: string) => nameAt(table, dayAgo(363));
      const today = (table: string) => nameAt(table, dayAgo(364));
      const [metrics = [], trades = [], gaps = 0] = before as [string[], string[], number];
      assertEquals(await there(), [
        [...metrics, today("metrics"), tomorrow("metrics")].toSorted(),
        [...trades, today("trades_1s"), tomorrow("trades_1s")].toSorted(),
        gaps,
      ]);
      const timeMs = Date.now();
      const live = rowsOf(delivery(2, [bucketFrame(8, { timeMs, eventMs: timeMs - 30 })]));
      await database.write(judgeTimes(live, limits, database, monotonicMs()).rows);
      await eventually(async () => {
        await keepHouse(monotonicMs());
        return (await days(sql, "metrics")).length === 1;
      }, "what is old goes");
      assertEquals((await sql`SELECT FROM gaps`).length, 0);
      await database.close();
    },

  "drops the days that are too old, of each table by its own age, and takes none of their rows again":
    async (database) => {
      const { address, sql } = database;
      await fill(database);
      const writer = startWriter({
        database: address,
        keepMetricsDays: 3,
        keepTradesDays: 4,
        keepFeedDays: 2,
      });
      const symbol = await confirmToday(writer);
      await eventually(async () => (await days(sql, "gaps")).length === 2, "gaps are gone");
      // These wait until the hour is made that sketches are of.
      await eventually(async () => (await days(sql, "metrics")).length === 4, "metrics are gone");
      await eventually(async () => (await days(sql, "trades_1s")).length === 5, "trades are gone");
      assertEquals(await days(sql, "metrics"), [0, 1, 2, 3]);
      assertEquals(await days(sql, "trades_1s"), [0, 1, 2, 3, 4]);
      assertEquals(await days(sql, "gaps"), [0, 1]);
      const drops = await sql`
        SELECT table_name AS table, piece, cause, (extract(epoch FROM to_time) * 1000)::float8 AS "toMs"
        FROM history_drops ORDER BY piece`;
      const drop = (table: string, day: number) => ({
        table,
        piece: nameAt(table, dayAgo(day)),
        cause: "age",
        toMs: dayAgo(day - 1),
      });
      const expected = [drop("metrics", 5), drop("metrics", 4), drop("trades_1s", 5)];
      assertEquals(drops.map((row) => ({ ...row })), expected);
      const late = (day: number) => bucketFrame(1, { timeMs: dayAgo(day) + 2 });
      symbol.send(delivery(2, [late(5), late(4), late(3)]));
      await symbol.acked(2);
      assertEquals((await days(sql, "metrics")).length, 5);
      const { losses: [loss] } = await writer.report("losses");
      assertEquals(
        [loss?.cause, loss?.rows, loss?.fromMs, loss?.toMs],
        ["too old", 2, dayAgo(5) + 2, dayAgo(4) + 2],
      );
      assert(!(await partitions(sql, "metrics")).includes(nameAt("metrics", dayAgo(4))));
      await eventually(
        async () => (await sql`SELECT FROM losses`).length === 1,
        "the loss is told",
      );
      symbol.close();
      await writer.drain();
      // Another life, which keeps for longer, makes nothing of what is gone.
      const later = startWriter({ database: address });
      const again = new SymbolPort(later);
      again.send(delivery(1, [late(5), late(2)]));
      await again.acked(1);
      assertEquals((await days(sql, "metrics")).length, 6);
      again.close();
      await later.drain();
    },

  "waits for who reads what is to go, and stores rows meanwhile": async (database) => {
    const { address, sql } = database;
    if (address.kind === "embedded") return;
    await fill(database);
    const reader = await sql.reserve();
    await reader.unsafe(`BEGIN; SELECT 1 FROM metrics`).simple();
    const writer = startWriter({ database: address, keepMetricsDays: 3 });
    const symbol = await confirmToday(writer);
    await writer.untilGauges(({ housekeepingFailing }) => housekeepingFailing === 1);
    symbol.send(delivery(2, [bucketFrame(1, { timeMs: dayAgo(0) + 5 })]));
    await symbol.acked(2);
    await writer.untilGauges(({ databaseUp }) => databaseUp === 1);
    await reader.unsafe("COMMIT");
    reader.release();
    await eventually(async () => (await days(sql, "metrics")).length === 5, "old days are gone");
    await writer.untilGauges(({ housekeepingFailing }) => housekeepingFailing === 0);
    symbol.close();
    await writer.drain();
  },

  "lets no day wait for ever for a roll-up that cannot be made, and tells what is missing then":
    async (
      stage,
    ) => {
      const { address, sql } = stage;
      await fill(stage);
      const endMs = (day: number) => dayAgo(day) + 10_000;
      const never = [5, 2].map((day) => `time <> to_timestamp(${endMs(day) / 1_000})`).join(
        " AND ",
      );
      await sql.unsafe(`ALTER TABLE metrics_10s ADD CONSTRAINT never CHECK (${never})`);
      const database = new Database(address, "test");
      await database.open();
      const { partitions, floors, step } = database;
      const aside = new SetAside();
      const losses: Loss[] = [];
      const ages = { ...KEEPS_ALL, keepMetricsDays: 1 };
      const folding = foldingJob(partitions, aside, (some) => losses.push(...some));
      const retention = retentionByAge(ages, floors, ({ name }) => partitions.drop(name), aside);
      const noonMs = dayAgo(0) + DAY_MS / 2;
      const keepHouse = async (nowMs: number) => {
        let tries = 0;
        for (let isBusy = true; isBusy || tries < 30; tries++) {
          isBusy = await folding.step(step, nowMs).catch(() => true);
        }
        while (await retention.step(step, nowMs));
      };
      await keepHouse(noonMs);
      assertEquals(aside.of("metrics_10s").map((due) => due.endMs), [endMs(5), endMs(2)]);
      // What is not twice as old as it may be waits for the oldest one too, which stands aside still.
      assertEquals(await days(sql, "metrics"), [0, 1, 2, 3]);
      assertEquals(losses, []);
      await keepHouse(noonMs + 61_000);
      assertEquals(await days(sql, "metrics"), [0, 1, 2], "and the second day for its own");
      assertEquals(
        losses.map(({ cause, market, rows, span }) => [cause, market?.symbol, rows, span]),
        [["not rolled up", "BTCUSDT", 1, { fromMs: endMs(5), toMs: endMs(5) }]],
      );
      await database.close();
    },

  "leaves a day, and what earlier versions have left, until what is made of them is made": async (
    database,
  ) => {
    const { address, sql } = database;
    await fill(database);
    const at = (day: number) => dayAgo(day) + 2;
    await sql`INSERT INTO metrics_unpartitioned (symbol_id, settings_id, time, bucket_ms, state, mid)
      SELECT symbol_id, 0, to_timestamp(ms / 1000), 1000, 'live', 100
      FROM symbols, unnest(${[at(6), at(5)]}::float8[]) AS ms WHERE symbol = 'BTCUSDT'`;
    await sql`INSERT INTO metrics_before (symbol, time, bucket_ms, state, mid)
      VALUES ('BTCUSDT', to_timestamp(${at(9) / 1_000}::float8), 1000, 'live', 100)`;
    for (const day of [6, 2]) {
      await sql`INSERT INTO trades_1s_unpartitioned (symbol_id, incarnation, number, time, state)
        SELECT symbol_id, 1, ${day}, to_timestamp(${at(day) / 1_000}::float8), 'live'
        FROM symbols WHERE symbol = 'BTCUSDT'`;
    }
    await sql`ALTER TABLE metrics_10s ADD CONSTRAINT nothing_yet CHECK (false) NOT VALID`;
    const writer = startWriter({ database: address, keepMetricsDays: 3, keepTradesDays: 3 });
    (await confirmToday(writer)).close();
    await eventually(async () => (await days(sql, "trades_1s")).length === 4, "trades are gone");
    const counted = async (table: string) => (await days(sql, table)).length;
    assertEquals(await days(sql, "metrics"), [0, 1, 2, 3, 4, 5]);
    assertEquals([await counted("metrics_unpartitioned"), await counted("metrics_before")], [2, 1]);
    await sql`ALTER TABLE metrics_10s DROP CONSTRAINT nothing_yet`;
    await eventually(async () => await counted("metrics") === 4, "the days are gone");
    await eventually(async () => await counted("metrics_unpartitioned") === 0, "they are emptied");
    assertEquals(await counted("trades_1s_unpartitioned"), 2);
    await eventually(async () => await counted("metrics_before") === 0, "so is the earliest");
    // Of six days, and of three before; the rows of one day that are of two settings are two buckets.
    await eventually(async () => await counted("metrics_10s") === 9, "roll-ups are made");
    await writer.drain();
  },
};

testOnBothDatabases("Retention by age", PROMISES);
