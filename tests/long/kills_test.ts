/** Whatever is killed in the middle of whatever: what was acknowledged is stored, once, and roll-ups are as if nothing had been. */
// deno-lint-ignore-file no-console
import { delay } from "@std/async/delay";
import type postgres from "postgres";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { FedRows } from "../support/fed_rows.ts";
import { onServer, type TestDatabase } from "../integration/writer_stage.ts";
import type { PostgresServer } from "../support/postgres_server.ts";
import { randomOf } from "../support/random.ts";
import { serverAt, withClient } from "../support/services.ts";
import { assertUndisturbed } from "../support/undisturbed.ts";

const KILLS = 50;
const SEED = 20_261_129;
/** Rows of a symbol that each life has at least: something to lose. */
const ROWS_MIN = 5;
/** From then on the kill comes at any moment of so many milliseconds. */
const MOMENT_MAX_MS = 1_500;

/** Ten symbols at ten rows a second, in a folder of their own. */
async function withFeeder(
  databaseUrl: string | null,
  act: (rows: FedRows, dataDir: string, moment: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-kills-" });
  const random = randomOf(SEED);
  console.log(`seed ${SEED}`);
  try {
    const rows = new FedRows({ dataDir, databaseUrl, symbols: 10, intervalMs: 100 });
    await act(rows, dataDir, () => delay(random() * MOMENT_MAX_MS));
    console.log(`${rows.count} rows were acknowledged`);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Metrics and roll-ups of a server that was disturbed, beside those of a database that was not. */
async function compare(server: PostgresServer, sql: postgres.Sql): Promise<void> {
  await sql`CREATE DATABASE peace`;
  const url = new URL(server.url);
  url.pathname = "/peace";
  await withClient(url.href, async (empty) => {
    const disturbed = { address: serverAt(server.url), sql };
    told(await assertUndisturbed(disturbed, { address: serverAt(url.href), sql: empty }));
  });
}

/** Whether nothing waits in a spool. */
function isStored(folder: string): boolean {
  return Array.from(Deno.readDirSync(folder)).every(({ name }) => !name.endsWith(".jsonl"));
}

function told({ rows, buckets }: { readonly rows: number; readonly buckets: number }): void {
  console.log(`${rows} rows and ${buckets} buckets are those of an undisturbed run`);
}

function onPostgres(
  name: string,
  act: (server: PostgresServer, sql: postgres.Sql) => Promise<void>,
): void {
  onServer(name, (server) => withClient(server.url, (sql) => act(server, sql)));
}

onPostgres(
  `${KILLS} kills of the process lose and double no acknowledged row`,
  (server, sql) =>
    withFeeder(server.url, async (rows, _dataDir, moment) => {
      for (let kill = 0; kill < KILLS; kill++) {
        rows.start();
        await rows.untilAcked(ROWS_MIN);
        await moment();
        await rows.kill();
      }
      rows.start();
      await rows.untilStored(sql);
      await rows.kill();
      await compare(server, sql);
    }),
);

onPostgres(
  `${KILLS} kills of PostgreSQL lose and double no acknowledged row`,
  (server, sql) =>
    withFeeder(server.url, async (rows, _dataDir, moment) => {
      rows.start();
      for (let kill = 0; kill < KILLS; kill++) {
        await rows.untilAcked(ROWS_MIN);
        await moment();
        await server.down("kill");
        // Every other time the process is killed as well, while the server is away.
        if (kill % 2 === 1) {
          await rows.untilAcked(ROWS_MIN);
          await rows.kill();
          rows.start();
          await rows.untilAcked(ROWS_MIN);
        }
        await server.up();
      }
      await rows.untilAcked(ROWS_MIN);
      await rows.kill();
      rows.start();
      await rows.untilStored(sql);
      await rows.kill();
      await compare(server, sql);
    }),
);

onPostgres(
  `${KILLS} writers ended in the middle of a statement lose and double no acknowledged row`,
  (
    server,
    sql,
  ) =>
    withFeeder(server.url, async (rows, _dataDir, moment) => {
      rows.start();
      for (let kill = 0; kill < KILLS; kill++) {
        await rows.untilAcked(ROWS_MIN);
        await moment();
        // A statement is under way: it waits for this lock. Of every other one the server ends the session.
        const lock = await sql.reserve();
        await lock`BEGIN`;
        await lock`LOCK TABLE metrics IN ACCESS EXCLUSIVE MODE`;
        let waiting: readonly { pid?: number }[] = [];
        while (waiting.length === 0) {
          waiting = await lock`SELECT pid FROM pg_locks WHERE NOT granted`;
        }
        if (kill % 2 === 0) await rows.crash("writer");
        else await lock`SELECT pg_terminate_backend(${waiting[0]?.pid ?? 0})`;
        await lock`COMMIT`;
        lock.release();
      }
      await rows.untilAcked(ROWS_MIN);
      await rows.kill();
      rows.start();
      await rows.untilStored(sql);
      await rows.kill();
      await compare(server, sql);
    }),
);

Deno.test(`${KILLS} ends each of process, writer and embedded store lose and double no acknowledged row`, () =>
  withFeeder(null, async (rows, dataDir, moment) => {
    for (let kill = 0; kill < KILLS; kill++) {
      rows.start();
      for (const worker of ["writer", "store"] as const) {
        await rows.untilAcked(ROWS_MIN);
        await moment();
        await rows.crash(worker);
      }
      await rows.untilAcked(ROWS_MIN);
      await moment();
      await rows.kill();
    }
    // The last life stores what is in the spool; then the folder is opened to look.
    rows.start();
    await rows.untilAcked(10 * ROWS_MIN);
    const isOver = () => rows.acked > 0 && isStored(`${dataDir}/spool`);
    await eventually(isOver, "the spool is stored", 300_000);
    await rows.kill();
    const stores = [await startEmbeddedStore(dataDir), await startEmbeddedStore()] as const;
    const [disturbed, empty] = stores.map(({ socketDir, client }): TestDatabase => ({
      address: { kind: "embedded", socketDir },
      sql: client({ max: 1 }),
    }));
    if (disturbed === undefined || empty === undefined) throw new TypeError("there are two");
    await rows.untilStored(disturbed.sql);
    told(await assertUndisturbed(disturbed, empty));
    for (const { sql } of [disturbed, empty]) await sql.end();
    for (const store of stores) await store.stop();
    await stores[1].remove();
  }));
