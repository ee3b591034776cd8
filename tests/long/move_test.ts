/**
 * Much that leaves: exports of hundreds of thousands of rows whose readers take their time, read by a program of others; a move
 * that is killed again and again; backups of a monitor under load. Prints the counts that it went by.
 */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { openSide } from "../../scripts/stores/store_side.ts";
import { ExportDesk } from "../../web/export/export_desk.ts";
import { openServer } from "../../web/server.ts";
import { createApp } from "../../web/app.ts";
import { type Bench, embeddedBench, serverBench } from "../integration/writer_stage.ts";
import { run } from "../support/child_process.ts";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { fillHistory } from "../support/long_history.ts";
import { startMonitor } from "../support/monitor.ts";
import { randomOf } from "../support/random.ts";
import { freshDatabase, postgresUrl } from "../support/services.ts";
import { contentOf, placeOf, TEMP } from "../support/store_content.ts";
import { appOptions } from "../web/app_stage.ts";
import { createHub } from "../web/hub_stage.ts";
import { patientHistory } from "../support/patient_history.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const MB = 1_048_576;
const EXPORTED = 300_000;
/** What an export may take of this process, with its reader and the garbage of both: the JSON is 768 MB. */
const GROWTH_MB_MAX = { csv: 120, ndjson: 350, parquet: 250 } as const;
const WARM_MB = { csv: 20, ndjson: 20, parquet: 1 } as const;
const MOVED = 100_000;
const KILLS = 8;
const BACKUPS = 6;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "BNBUSDT", "ADAUSDT"];
const DUCKDB = "duckdb==2.0.1";

const seed = Number(Deno.env.get("SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
console.log(`SEED=${seed}`);
const random = randomOf(seed);

/** Runs SQL over a file by DuckDB; `null`: it cannot be installed here, which is told. */
async function askDuckDb(folder: string, sql: string): Promise<string | null> {
  try {
    await Deno.stat(`${folder}/duckdb`).catch(() =>
      run("python3", ["-m", "pip", "install", "-q", "--target", folder, DUCKDB])
    );
  } catch (error) {
    console.log(`NOT TESTED: DuckDB cannot be installed: ${String(error).slice(0, 300)}`);
    return null;
  }
  // On a busy machine a query is long enough for a bar of progress, which is no answer.
  const program = `import sys; sys.path.insert(0, sys.argv[1]); import duckdb
duckdb.sql("SET enable_progress_bar = false")
print(duckdb.sql(sys.argv[2]).fetchall())`;
  return await run("python3", ["-c", program, folder, sql]);
}

Deno.test(`GET /api/export: ${EXPORTED} rows for a slow reader take no more memory than a page, and others read the files`, async (t) => {
  const benches: [string, boolean, () => Promise<Bench> | Bench][] = [
    ["the embedded database", false, embeddedBench],
    ["PostgreSQL", postgresUrl === null, serverBench],
  ];
  const folder = await Deno.makeTempDir({ prefix: "obm-exported-" });
  for (const [name, ignore, makeBench] of benches) {
    if (ignore) continue;
    const bench = await makeBench();
    await bench.withDatabase(async ({ address, sql }) => {
      const endMs = Date.UTC(2026, 0, 10);
      await fillHistory(address, sql, EXPORTED, endMs);
      await sql`UPDATE metrics SET best_bid_price = 65000 + random(), top_qty = random(), nulls = 'some text'`;
      const history = patientHistory(address);
      const desk = new ExportDesk();
      const clocks = { monotonicMs: () => performance.now(), utcNowMs: () => endMs };
      const app = createApp(createHub(), history, appOptions({ exports: desk, clocks }));
      const limits = { max: 10, maxPerAddress: 10, isProxy: () => false };
      const answer = (request: Request, peer: string) => app.fetch(request, { peer });
      const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, limits, () => {});
      for (const format of ["csv", "ndjson", "parquet"] as const) {
        await t.step(`${name}, ${format}`, async () => {
          const path = `${folder}/${address.kind}.${format}`;
          const url = `http://127.0.0.1:${server.port}/api/export?table=metrics&format=${format}`;
          const response = await fetch(url);
          const file = await Deno.open(path, { create: true, write: true, truncate: true });
          // What the program itself takes comes with its first megabytes, and is no file's.
          let [bytes, before, most] = [0, Infinity, 0];
          for await (const chunk of response.body ?? []) {
            // Written and synced: the file's disk is slower than the database.
            await file.write(chunk);
            if (Math.floor(bytes / MB) !== Math.floor((bytes + chunk.length) / MB)) {
              await file.sync();
            }
            bytes += chunk.length;
            most = Math.max(most, Deno.memoryUsage().rss);
            if (bytes > WARM_MB[format] * MB && before === Infinity) before = most;
          }
          file.close();
          const grown = (most - before) / MB;
          console.log(`${name}, ${format}: ${bytes / MB | 0} MB, memory grew by ${grown | 0} MB`);
          assert(grown < GROWTH_MB_MAX[format], `${grown} MB`);
          assertEquals(desk.open, 0);
          const rows = `'${path}'`;
          const from = format === "ndjson" ? `read_json(${rows})` : rows;
          const found = await askDuckDb(
            `${folder}/python`,
            `SELECT count(*), count(mid), min(epoch_ms(time::timestamptz)), max(epoch_ms(time::timestamptz)),
               round(avg(mid)), min(symbol) FROM ${from}`,
          );
          if (found === null) return;
          assertEquals(
            found,
            `[(${EXPORTED}, ${EXPORTED}, ${
              endMs - (EXPORTED - 1) * 1_000
            }, ${endMs}, 500.0, 'BTCUSDT')]`,
          );
        });
      }
      await server.close(1_000);
      await history.close();
    });
    await bench.close();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name:
    `deno task export and import: killed ${KILLS} times each and repeated, ${MOVED} rows are equal, and none is doubled`,
  ignore: postgresUrl === null,
  fn: async () => {
    const store = await startEmbeddedStore();
    const sql = store.client({ max: 1 });
    const address = { kind: "embedded", socketDir: store.socketDir } as const;
    await fillHistory(address, sql, MOVED, Date.UTC(2026, 0, 10));
    await sql`INSERT INTO store_identity (kind, label) VALUES ('simulation', 'SIMULATED')`;
    await sql.end();
    await store.stop();
    const { url, drop } = await freshDatabase();
    const back = await Deno.makeTempDir({ prefix: "obm-back-" });
    const move = (args: readonly string[], dataDir: string) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", `${ROOT}scripts/move.ts`, ...args],
        env: { DATA_DIR: dataDir, TMPDIR: TEMP },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
    const before = await contentOf(store.dataDir, "digest");
    for (
      const [args, dataDir, target] of [
        [["export", url], store.dataDir, url],
        [["import", url], back, back],
      ] as const
    ) {
      for (let kill = 0; kill < KILLS; kill++) {
        const child = move(args, dataDir);
        const wait = 500 + random() * 6_000;
        const timer = setTimeout(() => child.kill("SIGKILL"), wait);
        const { code } = await child.output();
        clearTimeout(timer);
        console.log(`${args[0]} ${kill}: ended with ${code} within ${wait | 0} ms`);
      }
      const { code, stderr } = await move(args, dataDir).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const after = await contentOf(target, "digest");
      for (const [table, rows] of Object.entries(before)) {
        assertEquals(after[table]?.length, rows.length, table);
        assert(rows.every((row, i) => row === after[table]?.[i]), table);
      }
    }
    await drop();
    await Deno.remove(back, { recursive: true });
    await store.remove();
  },
});

/** One that is down has a word for it too. */
async function health(url: string): Promise<string> {
  const { status } = await (await fetch(`${url}/healthz`)).json();
  return status;
}

/** What must hold between the tables of a store at any one moment. */
async function inspect(
  dataDir: string,
  restarts: number,
): Promise<{ rows: number; alerts: number; newestMs: number }> {
  const side = await openSide(placeOf(dataDir), { isTarget: false, tempDir: TEMP });
  try {
    return await side.transact(async (tx) => {
      // A batch is stored as a whole and in order: no second is missing before one that is there.
      const holes = await tx`SELECT symbol_id, time FROM (
          SELECT symbol_id, time, time - lag(time) OVER (PARTITION BY symbol_id ORDER BY time) AS step FROM metrics
        ) AS steps WHERE step <> interval '1 second'`;
      const allowed = restarts * SYMBOLS.length;
      assert(
        holes.length <= allowed,
        `${holes.length} holes between seconds, ${allowed} by restarts`,
      );
      const numbered = await tx`SELECT symbol_id, incarnation FROM trades_1s
        GROUP BY symbol_id, incarnation HAVING count(*) <> max(number) - min(number) + 1`;
      assertEquals(numbered.length, 0, "seconds of trades that are missing");
      const orphans = await tx`SELECT 1 FROM metrics LEFT JOIN symbols USING (symbol_id)
        LEFT JOIN settings USING (settings_id) WHERE symbol IS NULL OR definitions IS NULL`;
      assertEquals(orphans.length, 0, "rows without a name");
      const [counts] = await tx`SELECT (SELECT count(*)::int FROM metrics) AS rows,
        (SELECT count(*)::int FROM alerts) AS alerts,
        (SELECT max(extract(epoch FROM time) * 1000)::float8 FROM metrics) AS newest`;
      for (const way of ["enable_seqscan", "enable_indexscan"]) {
        await tx.unsafe(`SET LOCAL ${way} = off`).simple();
        const [again] = await tx`SELECT count(*)::int AS rows FROM metrics WHERE symbol_id >= 0`;
        assertEquals(again?.rows, counts?.rows, way);
        await tx.unsafe(`SET LOCAL ${way} = on`).simple();
      }
      return {
        rows: Number(counts?.rows),
        alerts: Number(counts?.alerts),
        newestMs: Number(counts?.newest),
      };
    });
  } finally {
    await side.close();
  }
}

Deno.test(`deno task backup: ${BACKUPS} copies of a monitor under load are each of one moment, and the last goes on`, async () => {
  const base = await Deno.makeTempDir({ prefix: "obm-backups-" });
  const exchange = await startExchange({
    host: "127.0.0.1",
    port: 0,
    source: {
      kind: "simulate",
      symbols: SYMBOLS,
      seed,
    },
  });
  const environment = (dataDir: string) => ({
    DATA_DIR: dataDir,
    TMPDIR: TEMP,
    SYMBOLS: SYMBOLS.join(","),
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  });
  const task = async (args: readonly string[], dataDir: string) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${ROOT}scripts/backup.ts`, ...args],
      env: { DATA_DIR: dataDir, TMPDIR: TEMP },
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  };
  const dataDir = `${base}/data`;
  let monitor = startMonitor(environment(dataDir));
  const url = await monitor.url();
  await eventually(async () => (await health(url)) === "ok", "the market is followed", 120_000);
  let last = "";
  for (let i = 0; i < BACKUPS; i++) {
    await new Promise((resolve) => setTimeout(resolve, 3_000 + random() * 8_000));
    const begunMs = Date.now();
    await task(["backup", `${base}/copy${i}`], dataDir);
    const tookMs = Date.now() - begunMs;
    last = `${base}/restored${i}`;
    await task(["restore", `${base}/copy${i}`], last);
    const { rows, alerts, newestMs } = await inspect(last, i > BACKUPS >> 1 ? 1 : 0);
    console.log(`copy ${i}: ${rows} rows, ${alerts} alerts, ${tookMs} ms`);
    // A row is stored within seconds, on a busy machine too.
    assert(newestMs > begunMs - 30_000, `the newest row is ${begunMs - newestMs} ms old`);
    if (i === BACKUPS >> 1) {
      // One that was killed has a log to be read before it can be copied.
      await monitor.end("SIGKILL");
      if (random() < 0.5) monitor = startMonitor(environment(dataDir));
      else {
        await task(["backup", `${base}/resting`], dataDir);
        monitor = startMonitor(environment(dataDir));
      }
      await monitor.url();
    }
  }
  assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
  monitor = startMonitor(environment(last));
  const again = await monitor.url();
  await eventually(
    async () => (await health(again)) === "ok",
    "the restored store goes on",
    120_000,
  );
  assertEquals(await monitor.end("SIGTERM"), 0, monitor.log());
  await exchange.stop();
  await Deno.remove(base, { recursive: true });
});
