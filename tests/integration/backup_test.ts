/** `deno task backup` and `deno task restore`: what comes up afterwards is what was there at one moment. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type postgres from "postgres";
import { noteSocketFolder } from "../../actors/socket_folder.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { manifestText, readManifest } from "../../scripts/backup/backup_manifest.ts";
import { backUpEmbedded, restoreEmbedded } from "../../scripts/backup/embedded_backup.ts";
import { openSide } from "../../scripts/stores/store_side.ts";
import { findBinary } from "../support/child_process.ts";
import { startEmbeddedStore } from "../support/embedded_store.ts";
import { storeOutputs } from "../support/every_table.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import { contentOf, placeOf, TEMP } from "../support/store_content.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const NOBODY = () => {};

/** What a task says, and how it ends. */
async function task(args: readonly string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}scripts/backup.ts`, ...args],
    env: { TMPDIR: TEMP, ...env },
    stdin: "null",
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Each transaction writes to two tables, counts, changes old rows, and now and then makes a table and drops one. */
class PairedWriter {
  readonly #sql: postgres.Sql;
  readonly #ended: Promise<void>;
  #isOver = false;
  acknowledged = 0;

  constructor(sql: postgres.Sql) {
    this.#sql = sql;
    this.#ended = this.#write();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
    await this.#sql.end();
  }

  async #write(): Promise<void> {
    await this.#sql.unsafe(`
      CREATE TABLE pair_a (n int PRIMARY KEY, word text); CREATE TABLE pair_b (n int PRIMARY KEY, word text);
      CREATE TABLE pair_count (only_row bool PRIMARY KEY, n int); INSERT INTO pair_count VALUES (true, 0)`)
      .simple();
    while (!this.#isOver) {
      const n = this.acknowledged + 1;
      await this.#sql.begin(async (tx) => {
        await tx`INSERT INTO pair_a VALUES (${n}, repeat(md5(${n}::int::text), 20))`;
        await tx`UPDATE pair_a SET word = word || '.' WHERE n = ${n >> 1}`;
        await tx`INSERT INTO pair_b VALUES (${n}, repeat(md5(${n}::int::text), 20))`;
        await tx`UPDATE pair_b SET word = word || '.' WHERE n = ${n >> 1}`;
        await tx`UPDATE pair_count SET n = ${n}`;
        if (n % 20 === 0) {
          await tx.unsafe(`CREATE TABLE piece_${n} AS SELECT * FROM pair_a;
            DROP TABLE IF EXISTS piece_${Math.max(0, n - 60)}`).simple();
        }
      });
      this.acknowledged = n;
    }
  }
}

/** How far it had come, when both tables say the same, whichever way they are read. */
async function pairsIn(dataDir: string): Promise<number> {
  const side = await openSide(placeOf(dataDir), { isTarget: false, tempDir: TEMP });
  try {
    return await side.transact(async (tx) => {
      const [told] = await tx`SELECT n FROM pair_count`;
      const n = Number(told?.n);
      for (const way of ["enable_seqscan", "enable_indexscan"]) {
        await tx.unsafe(`SET LOCAL ${way} = off`).simple();
        const [pairs] = await tx`
          SELECT count(*)::int AS count, min(n) AS min, max(n) AS max,
            count(*) FILTER (WHERE a.word = b.word AND a.word LIKE repeat(md5(n::text), 20) || '%')::int AS equal
          FROM pair_a AS a FULL JOIN pair_b AS b USING (n)`;
        assertEquals({ ...pairs }, { count: n, min: 1, max: n, equal: n }, way);
        await tx.unsafe(`SET LOCAL ${way} = on`).simple();
      }
      const pieces =
        await tx`SELECT relname AS name FROM pg_class WHERE relname LIKE 'piece_%' ORDER BY oid`;
      const last = Math.floor(n / 20) * 20;
      assertEquals(pieces.map(({ name }) => name), [2, 1, 0].map((k) => `piece_${last - k * 20}`));
      const [rows] = await tx.unsafe(`SELECT count(*)::int AS count FROM piece_${last}`);
      assertEquals(rows?.count, last);
      return n;
    });
  } finally {
    await side.close();
  }
}

Deno.test("deno task backup of an embedded store that is written to all the while is of one moment, and restored as that", async () => {
  const store = await startEmbeddedStore();
  const { dataDir } = store;
  const base = await Deno.makeTempDir({ prefix: "obm-backup-" });
  const [folder, again] = [`${base}/copy`, `${base}/again`];
  await Deno.mkdir(folder);
  await storeOutputs({ kind: "embedded", socketDir: store.socketDir });
  await noteSocketFolder(dataDir, store.socketDir);
  await Deno.writeTextFile(`${dataDir}/symbols.json`, "{}");
  const writer = new PairedWriter(store.client({ max: 1 }));
  await eventually(() => writer.acknowledged > 100);

  // Between any two files, and so between those of one table, something is written.
  let acknowledged = 0;
  const parts = await backUpEmbedded(dataDir, TEMP, folder, async (done) => {
    const before = writer.acknowledged;
    if (done % 100 === 0) await eventually(() => writer.acknowledged > before + 3);
    acknowledged = writer.acknowledged;
  });
  assert(acknowledged > 120, `${acknowledged} transactions while it was copied`);
  // What was under way may be in it before it was acknowledged.
  const later = writer.acknowledged + 1;

  // A checkpoint in the middle would take away what is needed of the log.
  const meddler = store.client({ max: 1 });
  await Deno.mkdir(`${base}/useless`);
  await assertRejects(
    () =>
      backUpEmbedded(dataDir, TEMP, `${base}/useless`, async (done) => {
        if (done === 10) await meddler.unsafe("CHECKPOINT").simple();
      }),
    "A checkpoint was made while the store was copied",
  );
  await meddler.end();
  await writer.end();
  await store.stop();

  const text = manifestText({ ...parts, program: "test", takenAt: "" });
  await Deno.writeTextFile(`${folder}/manifest.json`, text);
  const manifest = await readManifest(folder);
  // Locks are of a run: they are in no backup, and one that is left over keeps nobody from restoring.
  await Deno.mkdir(again);
  await Deno.writeTextFile(`${again}/pgdata.lock`, "");
  const beside = Array.from(Deno.readDirSync(`${folder}/beside`), ({ name }) => name);
  assertEquals(beside, ["symbols.json"]);
  await restoreEmbedded(folder, manifest, again, NOBODY);
  assertEquals(await Deno.readTextFile(`${again}/symbols.json`), "{}");
  const n = await pairsIn(again);
  assert(n >= acknowledged && n <= later, `${acknowledged} ≤ ${n} ≤ ${later}`);

  const refused = async (to: string, words: string) => {
    const { message } = await assertRejects(
      async () => await restoreEmbedded(folder, await readManifest(folder), to, NOBODY),
      Error,
    );
    assertStringIncludes(message, words);
    assertEquals(message.split("\n").length, 1, message);
  };
  await refused(again, "is not empty (pgdata, symbols.json), and nothing is overwritten");
  const write = (over: object) =>
    Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify({ ...manifest, ...over }));
  await write({ postgresMajor: 99 });
  await refused(`${base}/a`, "is of Postgres 99");
  await write({ format: 99 });
  await refused(`${base}/a`, "in a form that this version does not know");
  await write({ files: [{ path: "../../etc/passwd", bytes: 0, sha256: "0".repeat(64) }] });
  await refused(`${base}/a`, "files.0.path of its manifest.json is not what it must be");
  // What is damaged is looked at first.
  const files = manifest.files.toSorted((x, y) => y.bytes - x.bytes);
  await write({ files });
  const damaged = `${folder}/${files[0]?.path}`;
  const bytes = await Deno.readFile(damaged);
  bytes[bytes.length >> 1] = 1 + (bytes[bytes.length >> 1] ?? 0);
  await Deno.writeFile(damaged, bytes);
  await refused(`${base}/b`, "is not what was written to it: this backup is damaged");
  await Deno.remove(damaged);
  await refused(`${base}/b`, "is missing: this backup is damaged");
  assertEquals(Array.from(Deno.readDirSync(`${base}/b`), ({ name }) => name), ["lock"]);
  await Deno.remove(`${folder}/manifest.json`);
  await refused(`${base}/a`, "it may have been broken off");
  await Deno.remove(base, { recursive: true });
  await store.remove();
});

Deno.test({
  name:
    "deno task backup and restore of a PostgreSQL: by pg_dump while a monitor writes, into a database that is new",
  ignore: postgresUrl === null || findBinary(["pg_dump"]) === null,
  fn: async () => {
    const { url, drop } = await freshDatabase();
    const other = await freshDatabase();
    const base = await Deno.makeTempDir({ prefix: "obm-dump-" });
    const folder = `${base}/copy`;
    const to = { DATA_DIR: `${base}/data` };
    await storeOutputs(serverAt(url));
    // Its lock is held all the while.
    const writer = new Database(serverAt(url), "test");
    await writer.open();
    const taken = await task(["backup", folder], { DATABASE_URL: url, ...to });
    assertEquals(taken.code, 0, taken.said);
    const back = await task(["restore", folder], { DATABASE_URL: url, ...to });
    assertEquals(back.code, 1);
    assertStringIncludes(back.said, "stop that monitor first");
    await writer.close();
    const full = await task(["restore", folder], { DATABASE_URL: url, ...to });
    assertEquals(full.code, 1);
    assertStringIncludes(full.said, "is not empty");
    const made = await task(["restore", folder], { DATABASE_URL: other.url, ...to });
    assertEquals(made.code, 0, made.said);
    assertEquals(await contentOf(other.url), await contentOf(url));
    const without = await task(["backup", `${base}/none`], {
      DATABASE_URL: url,
      PATH: base,
      ...to,
    });
    assertEquals(without.code, 1);
    assertStringIncludes(without.said, "run where they are: pg_dump --format=custom");
    const stray = await task(["restore", folder], to);
    assertStringIncludes(stray.said, "is of a PostgreSQL: set DATABASE_URL");
    await drop();
    await other.drop();
    await Deno.remove(base, { recursive: true });
  },
});
