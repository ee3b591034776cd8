import { assert, assertEquals, assertMatch } from "@std/assert";
import { findBinary } from "../support/child_process.ts";
import { embeddedClient, startEmbeddedStore, startStoreActor } from "../support/embedded_store.ts";
import { startStoreProcess } from "../support/power_cuts.ts";

Deno.test("store: a kill -9 of its process loses no acknowledged row", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-killed-" });
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
  assertEquals(Array.from(Deno.readDirSync(dataDir), ({ name }) => name), ["pgdata"]);
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
