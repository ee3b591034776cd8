/** What the writer promises of rows that an earlier version has stored, in tables that it has renamed since. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Housekeeping } from "../../actors/writer/housekeeping.ts";
import { type HistoryLimits, jobsOf } from "../../actors/writer/jobs.ts";
import { areOldMetricsFolded, oldMetricsJob } from "../../actors/writer/old_metrics.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";
import { depthProfile } from "../support/outputs.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { monotonicMs } from "../../shared/clock.ts";
import { toldLines } from "../support/told_lines.ts";
import { bucketFrame, delivery, START_MS, tradesSecond } from "../writer/outputs.ts";
import { answersTo } from "./old_database.ts";
import { type Promised, type TestDatabase, testOnBothDatabases } from "./writer_stage.ts";

const DAY_MS = 86_400_000;
const OLD = [
  "metrics_unpartitioned",
  "metrics_before",
  "depth_profiles_unpartitioned",
  "trades_1s_unpartitioned",
];
const LIMITS = { ...HISTORY_LIMITS, historyMaxGb: 1_000, keepTradesDays: 2 };

/** What is stored of one second: a row of each table that was renamed. */
function second(number: number) {
  const timeMs = START_MS + number * 1_000;
  return [
    bucketFrame(number),
    depthProfile({ number, timeMs, forStore: true }),
    tradesSecond({ number, timeMs }),
  ];
}

async function open(address: TestDatabase["address"]): Promise<Database> {
  const database = new Database(address, "test");
  await database.open();
  return database;
}

/** Stores these seconds as an earlier version has them: the first of metrics are from before markets had ids. */
async function storeAsBefore(
  { address, sql }: TestDatabase,
  numbers: readonly number[],
): Promise<void> {
  const database = await open(address);
  await database.write(rowsOf(delivery(1, numbers.flatMap(second))));
  await database.close();
  const move = async (table: string, old: string, isOld: string, from = table) => {
    const columns = await sql`SELECT column_name AS name FROM information_schema.columns
      WHERE table_name = ${old} ORDER BY 1`;
    const names = columns.map(({ name }) => name).join(", ");
    await sql.unsafe(`INSERT INTO ${old} (${names}) SELECT ${names} FROM ${from} AS one
      JOIN symbols USING (symbol_id) WHERE ${isOld};
      DELETE FROM ${table} AS one WHERE ${isOld}`).simple();
  };
  await move("metrics", "metrics_before", `time <= to_timestamp(${START_MS / 1_000 + 2})`);
  await move("metrics", "metrics_unpartitioned", "true");
  // There quantities are numbers, as the view has them.
  await move(
    "depth_profiles",
    "depth_profiles_unpartitioned",
    "true",
    "depth_profiles_with_market",
  );
  await move("trades_1s", "trades_1s_unpartitioned", "true");
  await sql`DELETE FROM rollup_due`;
}

const PROMISES: Record<string, Promised> = {
  "are not stored once more when they are told again, nor is one lost that was not there": async (
    stage,
  ) => {
    const { address, sql } = stage;
    await storeAsBefore(stage, [1, 2, 3, 4, 6]);
    const database = await open(address);
    // 5 had not been stored, and 7 is new.
    for (const numbers of [[4, 5, 6, 7], [1, 2, 3, 4], [6, 7, 8], [8]]) {
      await database.write(rowsOf(delivery(1, numbers.flatMap(second))));
    }
    const all = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const view of ["metrics", "depth_profiles", "trades_1s"]) {
      const shown = await sql.unsafe(
        `SELECT (extract(epoch FROM time) * 1000)::float8 AS ms FROM ${view}_with_market ORDER BY 1`,
      );
      assertEquals(shown.map(({ ms }) => (Number(ms) - START_MS) / 1_000), all, view);
    }
    const [due] = await sql`SELECT count(*)::int AS marks FROM rollup_due`;
    assertEquals(due?.marks, 1);
    const [job, old] = [foldingJob(database.partitions), oldMetricsJob()];
    while (!await database.step(areOldMetricsFolded)) {
      await old.step(database.step, START_MS + DAY_MS);
      await foldAll({ job, database }, START_MS + DAY_MS);
    }
    const samples = await sql`SELECT sum(samples)::int AS n FROM metrics_1h`;
    assertEquals(samples[0]?.n, all.length);
    await database.close();
    const path = `/api/metrics?symbol=BTCUSDT&from=${START_MS}&to=${START_MS + 60_000}`;
    const trades = path.replace("metrics", "trades");
    const profiles = path.replace("metrics", "depth-profiles");
    const answers = await answersTo(address, [path, trades, profiles]) as Record<string, {
      readonly columns: {
        readonly timeMs: readonly number[];
        readonly mid: readonly (number | null)[];
      };
      readonly trades_1s: readonly unknown[];
      readonly depth_profiles: readonly { readonly bids: readonly number[] }[];
    }>;
    const { timeMs = [], mid = [] } = answers[path]?.columns ?? {};
    assertEquals(timeMs.map((ms) => (ms - START_MS) / 1_000), all);
    assertEquals(mid, all.map((number) => bucketFrame(number).values.mid));
    assertEquals(answers[trades]?.trades_1s.length, all.length);
    assertEquals(
      answers[profiles]?.depth_profiles.map(({ bids: [first, second] }) => [first, second]),
      all.map(() => [1.4997, 0]),
    );
  },

  "are told of when the program starts, with what becomes of them, and when they are gone": async (
    stage,
  ) => {
    const { address, sql } = stage;
    await storeAsBefore(stage, [1, 2, 3, 4, 6]);
    await sql`INSERT INTO trades_1s_unpartitioned (symbol_id, incarnation, number, time, state)
      SELECT 1, 9, n, to_timestamp(${START_MS / 1_000}::float8) - n * interval '1 second', 'live'
      FROM generate_series(1, 20000) n`;
    const database = await open(address);
    const houseOf = (limits: HistoryLimits) =>
      new Housekeeping(jobsOf(address.kind, database, limits), 0, () => 0.5);
    const atStart = await toldLines(() =>
      houseOf({ ...LIMITS, keepBooksDays: null }).step(database.step, 0, START_MS + DAY_MS)
    );
    assertEquals(atStart.length, OLD.length, atStart.join("\n"));
    const [ofMetrics = "", before = "", profiles = "", trades = ""] = atStart;
    const [at3, at6] = ["2026-08-01 12:00:03Z", "2026-08-01 12:00:06Z"];
    const metrics = "of an earlier version has 3 rows, " +
      `${at3} to ${at6}: they are read beside those of metrics, ` +
      "roll-ups are being made of them, and they go at 2026-08-05 00:00:00Z (KEEP_METRICS_DAYS=3), " +
      "or sooner when HISTORY_MAX_GB is reached";
    assert(ofMetrics.endsWith(`metrics_unpartitioned ${metrics}`), ofMetrics);
    assertMatch(before, /metrics_before .* has 2 rows, .*01Z to .*02Z: .*roll-ups are being made/);
    assertMatch(
      profiles,
      /depth_profiles_unpartitioned .* has 5 rows, [^:]*:[^,]*01Z to .* of depth_profiles, and they go when HISTORY_MAX_GB is reached$/,
    );
    const [, about = ""] = /_unpartitioned .* has about ([0-9,]+) rows/.exec(trades) ?? [];
    const rows = Number(about.replaceAll(",", ""));
    assert(rows > 18_000 && rows < 22_000, trades);
    const laterMs = START_MS + 30 * DAY_MS;
    database.clock.confirmed(laterMs, monotonicMs());
    const house = houseOf(LIMITS);
    let nowMs = 0;
    const left = async () => {
      const counts = await Promise.all(
        OLD.map((table) => sql.unsafe(`SELECT FROM ${table} LIMIT 1`)),
      );
      return counts.reduce((sum, found) => sum + found.length, 0);
    };
    const gone = await toldLines(async () => {
      for (let rounds = 0; await left() > 0; rounds++) {
        assert(rounds < 50, "something stays");
        nowMs += 10_000;
        while (house.dueMs <= nowMs) await house.step(database.step, nowMs, laterMs);
      }
    });
    assertMatch(
      gone[0] ?? "",
      /metrics_unpartitioned .* they go when those are made \(KEEP_METRICS_DAYS=3\)$/,
    );
    assertMatch(
      gone[2] ?? "",
      /depth_profiles_unpartitioned .* they go now \(KEEP_BOOKS_DAYS=1\)$/,
    );
    for (const table of OLD) {
      const line = `emptied ${table} of an earlier version, `;
      assertEquals(gone.filter((one) => one.includes(line)).length, 1, table);
    }
    // Of what is gone nothing is told.
    const after = await toldLines(() => houseOf(LIMITS).step(database.step, 0, laterMs));
    assertEquals(after, []);
    await database.close();
  },
};

testOnBothDatabases("Rows of an earlier version", PROMISES, "empty");
