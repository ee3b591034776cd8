/** `deno task export` and `deno task import`: everything goes over, row for row, and nothing that must not. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type postgres from "postgres";
import { Database } from "../../actors/writer/postgres.ts";
import { DataLock } from "../../actors/data_lock.ts";
import { TABLE_NAMES } from "../../shared/catalogue/tables.ts";
import { FlagError } from "../../scripts/flags.ts";
import { copyStore, type Progress } from "../../scripts/stores/store_copy.ts";
import { contentOf, placeOf, restingStore, TEMP } from "../support/store_content.ts";
import { makePartitions } from "../support/partitions.ts";
import { openSide } from "../../scripts/stores/store_side.ts";
import { outputsOfEveryTable, storeOutputs } from "../support/every_table.ts";
import { freshDatabase, postgresUrl, serverAt, withClient } from "../support/services.ts";
import { alertEvent, bucketFrame } from "../writer/outputs.ts";
import { dropAll } from "./blank_schema.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);

async function copy(from: string, to: string, progress: Progress = () => {}) {
  const source = await openSide(placeOf(from), { isTarget: false, tempDir: TEMP });
  try {
    const target = await openSide(placeOf(to), { isTarget: true, tempDir: TEMP });
    try {
      return await copyStore(source, target, progress);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** What a task says, and how it ends. */
async function task(args: readonly string[], dataDir: string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}scripts/move.ts`, ...args],
    env: { DATA_DIR: dataDir, TMPDIR: TEMP, ...env },
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return { code, said };
}

/** A promise about a store that rests in this DATA_DIR and is not changed. */
type Promised = (dataDir: string) => Promise<void>;

const PROMISES: Record<string, Promised> = {
  "to PostgreSQL and back is equal, row for row, however often": async (dataDir) => {
    const { url, drop } = await freshDatabase();
    const before = await contentOf(dataDir);
    for (const name of [...TABLE_NAMES, "metrics_10s", "rollup_due", "retention_floor"]) {
      assert((before[name]?.length ?? 0) > 0, name);
    }

    // The first one is interrupted in the middle, after some tables.
    let pages = 0;
    await assertRejects(
      () =>
        copy(dataDir, url, (_table, done) => {
          if (done > 0 && ++pages === 5) throw new Error("interrupted");
        }),
      "interrupted",
    );
    const { code, said } = await task(["export", "DATABASE_URL"], dataDir, { DATABASE_URL: url });
    assertEquals([code, said.includes("each table counted")], [0, true], said);
    const password = new URL(url).password;
    assert(password === "" || !said.includes(password), "no password is said");
    assertEquals(await contentOf(url), before);

    const again = await copy(dataDir, url);
    assertEquals(again.filter(({ name }) => name === "metrics").map(({ written }) => written), [0]);
    assertEquals(await contentOf(url), before);

    const back = await Deno.makeTempDir({ prefix: "obm-back-" });
    await copy(url, back);
    assertEquals(await contentOf(back), before);
    await drop();
    await Deno.remove(back, { recursive: true });
  },
  "in a store that has history of its own ids are matched by name, and later words win": async (
    dataDir,
  ) => {
    const { url, drop } = await freshDatabase();
    // There ETHUSDT has the id that BTCUSDT has here, and an episode stands as it was before.
    const theirs = [
      bucketFrame(100, { symbol: "ETHUSDT" }),
      bucketFrame(101, { symbol: "SOLUSDT" }),
      alertEvent({ revision: 0, summary: "as it was" }),
    ];
    await storeOutputs(serverAt(url), theirs);
    await withClient(
      url,
      (sql) =>
        sql`INSERT INTO retention_floor (table_name, floor) VALUES ('metrics', '2020-01-01Z')`,
    );
    await copy(dataDir, url);
    await withClient(url, async (sql) => {
      const symbols = await sql`SELECT symbol FROM symbols ORDER BY symbol`;
      assertEquals(symbols.map(({ symbol }) => symbol), [
        "BTCUSDT",
        "ETHUSDT",
        "SOLUSDT",
        "monitor",
      ]);
      const counts = await sql`SELECT symbol, count(*)::int AS count FROM metrics_with_market
        GROUP BY symbol ORDER BY symbol`;
      const frames = outputsOfEveryTable().filter(({ type }) => type === "metrics");
      assertEquals(counts.map(({ symbol, count }) => [symbol, count]), [
        ["BTCUSDT", frames.length - 1],
        ["ETHUSDT", 2],
        ["SOLUSDT", 1],
      ]);
      const [dropped] = await sql`SELECT floor = '2020-01-01Z' AS "isOurs" FROM retention_floor`;
      assertEquals(dropped?.isOurs, true, "what was dropped there is gone");
      const [alert] = await sql`SELECT revision, summary FROM alerts
        WHERE alert_id = 'extreme_imbalance:BTCUSDT:1'`;
      assertEquals([alert?.revision, alert?.summary], [1, alertEvent().summary]);
    });
    await drop();
  },
  "buckets of which both have rows are made anew by the next monitor, others come as they are":
    async (
      dataDir,
    ) => {
      const from = await freshDatabase();
      const { url, drop } = await freshDatabase();
      await copy(dataDir, from.url);
      const minuteMs = Date.UTC(2025, 0, 1, 0, 1);
      await withClient(from.url, async (sql) => {
        // All that is due there has been made; the other knows nothing of this hour.
        await sql`DELETE FROM rollup_due`;
        for (const table of ["metrics_1m", "metrics_1h"]) {
          await makePartitions(sql, table, minuteMs, minuteMs);
          await sql.unsafe(`INSERT INTO ${table} (symbol_id, settings_id, samples, time)
          SELECT symbol_id, 1, 1, '2025-01-01T03:00:00Z' FROM symbols WHERE symbol = 'BTCUSDT'`);
        }
      });
      // One second of a bucket of which the other has some, and one of another bucket.
      await storeOutputs(serverAt(url), [bucketFrame(9), bucketFrame(300)]);
      const endMs = Math.ceil(bucketFrame(9).timeMs / 10_000) * 10_000;
      await withClient(url, async (sql) => {
        await makePartitions(sql, "metrics_10s", endMs, endMs);
        await makePartitions(sql, "metrics_1m", minuteMs, minuteMs);
        // So it has here, with a minute of which the other has ten seconds.
        await sql`DELETE FROM rollup_due`;
        await sql`INSERT INTO metrics_10s (symbol_id, settings_id, samples, time)
        SELECT symbol_id, 1, 1, to_timestamp(${endMs}::float8 / 1000)
        FROM symbols WHERE symbol = 'BTCUSDT'`;
        await sql`INSERT INTO metrics_1m (symbol_id, settings_id, samples, time)
        SELECT symbol_id, 1, 1, to_timestamp(${minuteMs}::float8 / 1000)
        FROM symbols WHERE symbol = 'BTCUSDT'`;
      });
      // The second time nothing is new.
      for (let times = 0; times < 2; times++) {
        await copy(from.url, url);
        const due = await withClient(
          url,
          async (sql) =>
            await sql<{ level: number; symbol: string; ms: number }[]>`
          SELECT level, symbol, (extract(epoch FROM time) * 1000)::float8 AS ms
          FROM rollup_due JOIN symbols USING (symbol_id) ORDER BY level`,
        );
        assertEquals(due.map(({ level, symbol, ms }) => [level, symbol, ms]), [
          [1, "BTCUSDT", endMs],
          [2, "BTCUSDT", minuteMs],
        ]);
      }
      await from.drop();
      await drop();
    },
  "what one has in a table of an earlier version and the other in that of now is not there twice":
    async (dataDir) => {
      const from = await freshDatabase();
      await copy(dataDir, from.url);
      const families = {
        metrics: ["symbol_id", "time"],
        depth_profiles: ["symbol_id", "incarnation", "number"],
        trades_1s: ["symbol_id", "incarnation", "number"],
      };
      const all = (sql: postgres.Sql) =>
        Promise.all(
          Object.keys(families).map(async (name) => {
            const [row] = await sql.unsafe<{ count: number }[]>(
              `SELECT count(*)::int AS count FROM ${name}_with_market`,
            );
            return row?.count;
          }),
        );
      const counts = await withClient(from.url, async (sql) => {
        const before = await all(sql);
        // As a store looks in which the same rows are of an earlier version: half of them.
        for (const name of Object.keys(families)) {
          const columns = await sql.unsafe<{ name: string }[]>(
            `SELECT column_name AS name FROM information_schema.columns
             WHERE table_name = '${name}_unpartitioned'`,
          );
          const names = columns.map((column) => column.name).join(", ");
          await sql.unsafe(
            `WITH moved AS (DELETE FROM ${name} WHERE (symbol_id, time) IN (SELECT symbol_id, time
               FROM ${name} ORDER BY time LIMIT (SELECT (count(*) + 1) / 2 FROM ${name})) RETURNING *)
             INSERT INTO ${name}_unpartitioned (${names}) SELECT ${names} FROM moved`,
          );
        }
        assertEquals(await all(sql), before);
        return before;
      });
      assert(counts.every((count) => (count ?? 0) > 0), String(counts));
      // The one way and the other; and again.
      const { url, drop } = await freshDatabase();
      await copy(dataDir, url);
      const copied = await copy(from.url, url);
      const elsewhere = copied.filter(({ name }) => name.endsWith("_unpartitioned"));
      assert(elsewhere.every((each) => each.elsewhere === each.rows && each.rows > 0));
      assertEquals(await withClient(url, all), counts);
      await copy(dataDir, from.url);
      await copy(dataDir, from.url);
      assertEquals(await withClient(from.url, all), counts);
      await from.drop();
      await drop();
    },
  "what must not be moved is refused in one line": async (dataDir) => {
    const empty = await Deno.makeTempDir({ prefix: "obm-none-" });
    const { url, drop } = await freshDatabase();
    const says = async (act: () => Promise<unknown>, words: string) => {
      const { message } = await assertRejects(act, Error);
      assertStringIncludes(message, words);
      assertEquals(message.split("\n").length, 1, message);
    };
    const refused = (from: string, words: string) =>
      says(() => openSide(placeOf(from), { isTarget: false, tempDir: TEMP }), words);
    await refused(empty, `There is no database in ${empty}`);
    await refused(url, "nothing is stored in it: a monitor has never run on it");

    const lock = await DataLock.take(dataDir);
    await refused(dataDir, "stop it first: a store is moved while it rests");
    lock.release();

    await storeOutputs(serverAt(url), [], { kind: "exchange", label: "Binance spot" });
    await says(() => copy(dataDir, url), "they never mix; choose another target");
    const writer = new Database(serverAt(url), "test");
    await writer.open();
    await refused(url, "stop that monitor first");
    await writer.close();

    await Deno.mkdir(`${dataDir}/spool`);
    await Deno.writeTextFile(`${dataDir}/spool/kept-0000000001.5.jsonl`, "");
    await refused(dataDir, `still wait in ${dataDir}/spool`);
    await Deno.remove(`${dataDir}/spool`, { recursive: true });
    await withClient(url, async (sql) => {
      await sql`UPDATE store_identity SET kind = 'simulation'`;
      await sql`INSERT INTO schema_migrations (version, name, checksum) VALUES (900, '900_x.sql', '')`;
      await refused(url, "newer than this program");
      await sql`DELETE FROM schema_migrations WHERE version IN (900, 23)`;
      await refused(url, "its tables are of an earlier version");
      await dropAll(sql);
      await sql`CREATE TABLE metrics (n int)`;
      await refused(url, "it holds tables of another program");
    });
    const same = await task(["export", dataDir], dataDir);
    assertEquals([same.code, same.said], [
      1,
      `Cannot export: the embedded database in ${dataDir} is on both sides\n`,
    ]);
    assertRejectsPlace("mysql://me:secret@there/db");
    assertRejectsPlace("postgres://me:secret@there:1/db?sslcert=secret");
    await drop();
    await Deno.remove(empty, { recursive: true });
  },
};

Deno.test({
  name: "deno task export and import",
  ignore: postgresUrl === null,
  fn: async (t) => {
    const dataDir = await restingStore();
    for (const [promise, test] of Object.entries(PROMISES)) {
      await t.step(promise, () => test(dataDir));
    }
    await Deno.remove(dataDir, { recursive: true });
  },
});

function assertRejectsPlace(url: string): void {
  try {
    placeOf(url);
  } catch (error) {
    assert(error instanceof FlagError && !error.message.includes("secret"), String(error));
    return;
  }
  throw new Error(`${url} was taken`);
}
