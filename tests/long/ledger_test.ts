/**
 * A whole monitor beside a look-alike exchange: its process, its database, its writer and its store are ended at moments of
 * chance, and what is stored in the end is held against all that the exchange has said and sent, which the monitor does
 * not count itself.
 */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type postgres from "postgres";
import { foldingJob } from "../../actors/writer/folding.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { onServer, type TestDatabase } from "../integration/writer_stage.ts";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { type Ask, noFigures, type Row } from "../support/ledger_case.ts";
import { judge } from "../support/ledger_judge.ts";
import { LedgeredLives } from "../support/ledgered_lives.ts";
import { TrueExchange } from "../support/market_truth.ts";
import type { PostgresServer } from "../support/postgres_server.ts";
import { randomOf } from "../support/random.ts";
import { differencesIn, foldAll } from "../support/rollup_stage.ts";
import { serverAt, withClient } from "../support/services.ts";

/** Lives, and so kills of each kind. */
const LIVES = Number(Deno.env.get("KILLS") ?? 50);
const SEED = Number(Deno.env.get("SEED") ?? 20_261_129);
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT"];
const INTERVAL_MS = 200;
/** A kill comes at any moment of so many milliseconds. */
const MOMENT_MAX_MS = 2_000;
/** Of so many lives one is killed while its database is away. */
const AWAY_SHARE = 1 / 3;
const DEADLINE_MS = 300_000;
const LATER_MS = 1e12;
/**
 * What a killed life may not have stored of its end: the time of a batch, and half a second or five in which a database that
 * is away is not known to be; on a machine that others keep busy, some times as much.
 */
const LOST_MS_MAX = 20_000;
/** Of the monitor's log, when something went wrong. */
const LOG_CHARS = 10_000;

interface Stage {
  readonly lives: LedgeredLives;
  readonly dataDir: string;
  readonly random: () => number;
  /** Waits for a moment of chance. */
  readonly moment: () => Promise<void>;
  /** Holds what is stored in the end against the ledger. */
  readonly check: (database: TestDatabase) => Promise<void>;
}

async function onStage(
  environment: Readonly<Record<string, string>>,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const random = randomOf(SEED);
  const folders = {
    dataDir: await Deno.makeTempDir({ prefix: "obm-ledger-" }),
    marks: await Deno.makeTempDir({ prefix: "obm-marks-" }),
  };
  const truth = await TrueExchange.start(SYMBOLS, SEED);
  const settings = { ...environment, METRICS_INTERVAL_MS: String(INTERVAL_MS) };
  const lives = new LedgeredLives(truth, folders, settings);
  console.log(`SEED=${SEED}`);
  const check = async ({ address, sql }: TestDatabase) => {
    const database = new Database(address, "comparison");
    await foldAll({ database, job: foldingJob(database.partitions) }, Date.now() + LATER_MS);
    await database.close();
    const { differences, buckets } = await differencesIn(sql);
    assertEquals(differences, [], "roll-ups are those of the rows");
    const losses = await sql`SELECT * FROM losses`;
    assertEquals([...losses], [], "nothing is told as lost");
    await checkAlerts(sql, lives.revisions);
    const figures = noFigures();
    const ask: Ask = (text, values) => sql.unsafe<Row[]>(text, values);
    const wrong: string[] = [];
    for (const symbol of SYMBOLS) {
      const one = { symbol, truth: truth.truthOf(symbol), lives: lives.ended };
      wrong.push(...await judge(ask, { ...one, intervalMs: INTERVAL_MS }, figures));
    }
    console.log(`${lives.ended.length} lives, ${buckets} buckets, ${JSON.stringify(figures)}`);
    assertEquals(wrong, []);
    assert(figures.lostMsMax <= LOST_MS_MAX, `a life has lost its last ${figures.lostMsMax} ms`);
    assert(figures.live > 0 && figures.trades > 0 && figures.books > 0 && buckets > 0);
  };
  const moment = () => delay(random() * MOMENT_MAX_MS);
  try {
    await act({ lives, dataDir: folders.dataDir, random, moment, check });
  } catch (cause) {
    console.log(`after ${lives.ended.length} lives: ${cause}`);
    throw new Error(`The monitor said: ${lives.log.slice(-LOG_CHARS)}`, { cause });
  } finally {
    await lives.stop();
    await truth.exchange.stop();
    for (const folder of Object.values(folders)) await Deno.remove(folder, { recursive: true });
  }
}

/** Each alert that somebody has read is there, in that revision or in a newer one. */
async function checkAlerts(sql: postgres.Sql, read: ReadonlyMap<string, number>): Promise<void> {
  const rows = await sql<{ id: string; revision: number }[]>`
    SELECT alert_id AS id, revision FROM alerts`;
  const stored = new Map(rows.map(({ id, revision }) => [id, revision]));
  const older = [...read].filter(([id, revision]) => !((stored.get(id) ?? 0) >= revision));
  console.log(`${read.size} alerts were read, ${stored.size} are stored`);
  assertEquals(older, []);
}

/** A life that nothing befalls any more stores all that waits, and ends in order. */
async function lastLife({ lives, dataDir }: Stage): Promise<void> {
  lives.start();
  await lives.untilNewRows();
  const isStored = () =>
    Array.from(Deno.readDirSync(`${dataDir}/spool`)).every(({ name }) => !name.endsWith(".jsonl"));
  await eventually(isStored, "the spool is stored", DEADLINE_MS);
  await lives.untilNewRows();
  assertEquals(await lives.end("SIGTERM"), 0, lives.log);
}

/** Ends the writer while a statement of its is under way: it waits for a lock. */
async function crashWriter(lives: LedgeredLives, sql: postgres.Sql): Promise<void> {
  const lock = await sql.reserve();
  await lock`BEGIN`;
  await lock`LOCK TABLE metrics IN ACCESS EXCLUSIVE MODE`;
  await eventually(
    async () =>
      (await lock`SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock'`).length >
        0,
    "a statement is under way",
    DEADLINE_MS,
  );
  await lives.crash("writer");
  await lock`COMMIT`;
  lock.release();
}

async function disturbServer(stage: Stage, server: PostgresServer, sql: postgres.Sql) {
  const { lives, random, moment } = stage;
  for (let life = 0; life < LIVES; life++) {
    lives.start();
    await lives.untilSent();
    // The last one may have left its database away.
    await moment();
    await server.up();
    await lives.untilNewRows();
    await moment();
    await crashWriter(lives, sql);
    // Now and then before anything of the new writer is to be seen.
    if (random() < 0.5) await lives.untilNewRows();
    await moment();
    await lives.look();
    await server.down("kill");
    await moment();
    if (random() >= AWAY_SHARE) {
      await server.up();
      if (random() < 0.5) await lives.untilNewRows();
      await moment();
    }
    await lives.end("SIGKILL");
  }
  await server.up();
}

onServer(
  `A monitor, its writer and its PostgreSQL killed ${LIVES} times each have stored what the exchange sent`,
  (server) =>
    onStage({ DATABASE_URL: server.url }, (stage) =>
      withClient(server.url, async (sql) => {
        await disturbServer(stage, server, sql);
        await lastLife(stage);
        await stage.check({ address: serverAt(server.url), sql });
      })),
);

Deno.test(`A monitor, its writer and its embedded store ended ${LIVES} times each have stored what the exchange sent`, () =>
  onStage({}, async (stage) => {
    const { lives, dataDir, random, moment, check } = stage;
    for (let life = 0; life < LIVES; life++) {
      lives.start();
      await lives.untilNewRows();
      const first = random() < 0.5 ? ["writer", "store"] as const : ["store", "writer"] as const;
      for (const worker of first) {
        await moment();
        await lives.crash(worker);
        if (random() < 0.5) await lives.untilNewRows();
      }
      await moment();
      await lives.look();
      await lives.end("SIGKILL");
    }
    await lastLife(stage);
    const store = await startEmbeddedStore(dataDir);
    const sql = store.client({ max: 1 });
    await check({ address: { kind: "embedded", socketDir: store.socketDir }, sql });
    await sql.end();
    await store.stop();
  }));
