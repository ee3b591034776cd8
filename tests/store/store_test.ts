import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { TREE } from "../../actors/children.ts";
import { DatabaseRefusal, EmbeddedDatabase } from "../../actors/store/database.ts";
import { storePermissions } from "../../actors/store/permissions.ts";
import { Supervisor } from "../../actors/supervisor/supervisor.ts";
import { findBinary } from "../support/child_process.ts";
import { embeddedClient, startEmbeddedStore, startStoreActor } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { startStoreProcess } from "../support/power_cuts.ts";
import { madeDataDir } from "../support/made_database.ts";

Deno.test("store: a kill -9 of its process loses no acknowledged row", async () => {
  const dataDir = await madeDataDir("obm-killed-");
  const socketDir = await Deno.makeTempDir({ prefix: "obm-killed-socket-" });
  const host = await startStoreProcess(dataDir, socketDir);
  const sql = embeddedClient(socketDir, { max: 1 });
  await sql`CREATE TABLE kept (n int PRIMARY KEY)`;
  let acknowledged = 0;
  const killed = Promise.withResolvers<void>();
  const writing = (async () => {
    while (true) {
      await sql`INSERT INTO kept VALUES (${acknowledged + 1})`;
      acknowledged += 1;
      // In the middle of the load, with the next insert already on its way.
      if (acknowledged === 500) killed.resolve();
    }
  })().catch(() => {});
  await killed.promise;
  host.kill("SIGKILL");
  await host.status;
  await writing;
  await sql.end({ timeout: 0 });

  const again = await startEmbeddedStore(dataDir);
  const reader = again.client({ max: 1 });
  const [row] = await reader`SELECT count(*)::int AS count, max(n)::int AS max FROM kept`;
  await reader.end();
  await again.stop();
  // The statement that was on its way may have been committed and not acknowledged.
  assert(row?.count === row?.max && row?.count >= acknowledged, `${acknowledged}, ${row?.count}`);
  await again.remove();
  await Deno.remove(socketDir, { recursive: true });
});

Deno.test("store: a database that was half created is created again", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-torn-" });
  await Deno.mkdir(`${dataDir}/pgdata.new/base`, { recursive: true });
  await Deno.writeTextFile(`${dataDir}/pgdata.new/PG_VERSION`, "18\n");
  const store = await startEmbeddedStore(dataDir);
  const sql = store.client({ max: 1 });
  assertEquals((await sql`SELECT 1 AS one`)[0]?.one, 1);
  await sql.end();
  await store.stop();
  const names = Array.from(Deno.readDirSync(dataDir), ({ name }) => name).toSorted();
  assertEquals(names, ["pgdata", "pgdata.lock"]);
  await store.remove();
});

Deno.test("store: a life after a crash serves the same folder and the same socket", async () => {
  const store = await startEmbeddedStore();
  const sql = store.client({ max: 1 });
  await sql`CREATE TABLE kept (n int)`;
  await sql`INSERT INTO kept VALUES (1)`;
  store.actor.crash();
  const next = startStoreActor(store.dataDir, store.socketDir);
  await next.report("ready");
  // The driver notices that its connection is gone and makes another.
  const rows = await sql`SELECT n FROM kept`.catch(() => sql`SELECT n FROM kept`);
  assertEquals(rows[0]?.n, 1);
  await sql.end();
  await next.drain();
  await Deno.remove(store.dataDir, { recursive: true });
  await Deno.remove(store.socketDir, { recursive: true });
});

Deno.test("store: a life waits for the Postgres of the one before it, which goes on when its worker is ended", async () => {
  const store = await startEmbeddedStore();
  const sql = store.client({ max: 1 });
  await sql`CREATE TABLE kept (n int)`;
  const lockPath = `${store.dataDir}/pgdata.lock`;
  // As a thread does that the runtime cannot stop.
  const holder = await Deno.open(lockPath, { write: true });
  assertEquals(await holder.tryLock(true), false);
  await sql`INSERT INTO kept VALUES (1)`;
  store.actor.crash();
  await holder.lock(true);
  await eventually(() => opened(lockPath) === 1, "nobody else has it");
  const next = startStoreActor(store.dataDir, store.socketDir);
  const ready = next.report("ready").then(() => "ready");
  await eventually(() => opened(lockPath) > 1, "the next life asks for it");
  await sql.end({ timeout: 0 });
  // It has not looked at the database, and its socket is not there.
  const late = embeddedClient(store.socketDir, { max: 1, connect_timeout: 1 });
  await assertRejects(() => late`SELECT 1`);
  holder.close();
  assertEquals(await ready, "ready");
  assertEquals([...await late`SELECT n FROM kept`], [{ n: 1 }]);
  await late.end();
  await next.drain();
  await eventually(() => opened(lockPath) === 0, "it is given back");
  await Deno.remove(store.dataDir, { recursive: true });
  await Deno.remove(store.socketDir, { recursive: true });
});

Deno.test("store: a Postgres of before that does not end is no reason to open a second one", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-endless-" });
  const folder = `${dataDir}/pgdata`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/PG_VERSION`, "18\n");
  const holder = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await holder.lock(true);
  await assertRejects(
    () => EmbeddedDatabase.open(folder, 100),
    DatabaseRefusal,
    `still runs in ${folder}, and nothing but the end of this process ends it`,
  );
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["PG_VERSION"]);

  // The real supervisor does not wait for ever for one that waits.
  const args = { dataDir, socketDir: dataDir, creationUrl: "" };
  const supervisor = new Supervisor({
    logLevel: "error",
    tree: TREE,
    greeting: () => [],
    onErrand: () => {},
    onReady: () => {},
    onEnded: () => {},
    onLost: () => {},
    onPulse: () => {},
  });
  supervisor.start({
    actorId: "store",
    group: "store",
    url: new URL("../../actors/store/worker.ts", import.meta.url),
    args,
    permissions: storePermissions({ ...args, creationUrl: import.meta.url }),
    limits: { intensity: 5, periodMs: 60_000 },
    readyMaxMs: 1_000,
    heartbeatMaxMs: 60_000,
    isEssential: true,
  });
  const restarts = () => supervisor.statuses[0]?.restarts ?? 0;
  await eventually(() => restarts() >= 1, "it is started again");
  supervisor.fail("it has been seen");
  await supervisor.ended;
  holder.close();
  await Deno.remove(dataDir, { recursive: true });
});

/** How many have this file open in this process. */
function opened(path: string): number {
  const names = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => name);
  return names.filter((name) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

Deno.test("store: a folder of another Postgres version ends the start with one line", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-old-" });
  await Deno.mkdir(`${dataDir}/pgdata`);
  await Deno.writeTextFile(`${dataDir}/pgdata/PG_VERSION`, "17\n");
  const actor = startStoreActor(dataDir, dataDir);
  const { reason } = await actor.report("fatal");
  assertMatch(reason, /^DATA_DIR: .*written by Postgres 17, and this program embeds Postgres 18;/);
  actor.crash();
  await Deno.remove(dataDir, { recursive: true });
});

const psql = findBinary(["psql"]);
Deno.test({ name: "store: psql connects to its socket", ignore: psql === null }, async () => {
  const store = await startEmbeddedStore();
  const { stdout } = await new Deno.Command(psql ?? "psql", {
    args: ["-X", "-h", store.socketDir, "-U", "postgres", "-Atc", "SELECT 6 * 7"],
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "42");
  await store.stop();
  await store.remove();
});
