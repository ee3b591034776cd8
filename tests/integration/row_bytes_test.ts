/** What a row takes on disk, with its indexes, on a real server: of each second, and of roll-ups. */
import { assert } from "@std/assert";
import type postgres from "postgres";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { BOOK_FRAME_LEVELS, type MetricsFrame, PROFILE_BUCKETS } from "../../shared/output.ts";
import { storeOutputs } from "../support/every_table.ts";
import { bookSecond, bucketFrame, depthProfile, START_MS } from "../support/outputs.ts";
import { makePartitions } from "../support/partitions.ts";
import { randomOf } from "../support/random.ts";
import { foldAll } from "../support/rollup_stage.ts";
import { freshDatabase, postgresUrl, serverAt, withClient } from "../support/services.ts";

const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const SECONDS = 1_200;
const HOUR_MS = 3_600_000;
/** An hour of one symbol begins here. */
const FROM_MS = Math.ceil(START_MS / HOUR_MS) * HOUR_MS;
/** So often is each table repeated, so that what a table takes for itself does not count. */
const COPIES = {
  metrics: 4,
  books: 4,
  depth_profiles: 4,
  metrics_10s: 40,
  metrics_1m: 200,
  metrics_1h: 2_000,
} as const;
/** As many bytes as a row may take; `rowBytesOf` says no less. */
const BUDGETS = [
  ["metrics", 590],
  ["books", 640],
  ["depth_profiles", 680],
  ["metrics_10s", 600],
  ["metrics_1m", 600],
  ["metrics_1h", 1_300],
] as const;

/** A row in which every metric is known: no row has more. Values spread about as those of the simulated market in an hour. */
function frame(random: () => number, second: number): MetricsFrame {
  const gauss = () => random() + random() + random() + random() - 2;
  const values = METRIC_NAMES.map((name, at) => {
    const { stored, range: [min, max] } = definitionOf(name);
    if (max === 1) return [name, Math.max(min ?? 0, Math.min(max, gauss() / 2))];
    if (min === null) return [name, gauss()];
    const size = 10 ** (at % 5) * Math.exp(gauss());
    return [name, stored?.startsWith("int") ? Math.floor(Math.min(20, size)) : size];
  });
  const timeMs = FROM_MS + 1_000 * (second + 1);
  const common = { timeMs, bookUpdateId: 9_000_000_000_000, eventMs: timeMs - 37, nulls: "" };
  return bucketFrame({ ...Object.fromEntries(values), ...common });
}

/** Rows of books and profiles, and the metrics of an hour. */
function outputs(random: () => number) {
  const some = (length: number) => Array.from({ length }, () => random() * 100);
  const levels = () => ({
    tick: Math.floor(random() * 1e7),
    steps: Array.from({ length: BOOK_FRAME_LEVELS }, (_, level) => level * 3),
    qtys: some(BOOK_FRAME_LEVELS),
  });
  const ofSeconds = Array.from({ length: SECONDS }, (_, second) =>
    SYMBOLS.flatMap((symbol, i) => {
      const common = { symbol, number: second, timeMs: START_MS + second * 1_000 + 17 * i };
      const [bids, asks] = [some(PROFILE_BUCKETS), some(PROFILE_BUCKETS)];
      return [
        bookSecond({ ...common, bids: levels(), asks: levels() }),
        depthProfile({
          ...common,
          forStore: true,
          bidCoveredBps: 150.5,
          askCoveredBps: 180,
          bids,
          asks,
        }),
      ];
    })).flat();
  return [
    ...ofSeconds,
    ...Array.from({ length: HOUR_MS / 1_000 }, (_, second) => frame(random, second)),
  ];
}

/** Many hours like the one that there is. */
async function repeat(sql: postgres.Sql): Promise<void> {
  for (const [name, copies] of Object.entries(COPIES)) {
    await makePartitions(sql, name, FROM_MS, FROM_MS + (copies + 1) * HOUR_MS);
    const columns = await sql<{ name: string }[]>`
      SELECT column_name AS name FROM information_schema.columns
      WHERE table_name = ${name} AND column_name <> 'time' ORDER BY ordinal_position`;
    const others = columns.map((column) => column.name).join(", ");
    await sql.unsafe(
      `INSERT INTO ${name} (time, ${others}) SELECT time + n * interval '1 h', ${others}
        FROM ${name}, generate_series(1, ${copies}) n ORDER BY 1`,
    );
  }
}

Deno.test({
  name:
    "A row takes no more on disk, with its indexes, than what days of history are reckoned with",
  ignore: postgresUrl === null,
  fn: async () => {
    const { url, drop } = await freshDatabase();
    try {
      await storeOutputs(serverAt(url), outputs(randomOf(1)));
      const database = new Database(serverAt(url), "test");
      await database.open();
      await foldAll({ job: foldingJob(database.partitions), database }, FROM_MS + 3 * HOUR_MS);
      await database.close();
      await withClient(url, async (sql) => {
        await repeat(sql);
        for (const [table, budget] of BUDGETS) {
          assert(budget <= rowBytesOf(table), `${table}: days are reckoned with less`);
          const [size] = await sql<{ bytes: number }[]>`
            SELECT sum(pg_total_relation_size(relid))::float8 AS bytes
            FROM pg_partition_tree(${table}::regclass)`;
          const [kept] = await sql.unsafe<{ rows: number }[]>(
            `SELECT count(*)::int AS rows FROM ${table}`,
          );
          const mean = (size?.bytes ?? NaN) / (kept?.rows ?? NaN);
          assert(mean <= budget, `${table}: a row takes ${mean} bytes`);
        }
      });
    } finally {
      await drop();
    }
  },
});
