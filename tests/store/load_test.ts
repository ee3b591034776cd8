import { assert, assertEquals } from "@std/assert";
import { startEmbeddedStore } from "../support/embedded_store.ts";

/** As long as the promise below says. */
const LOAD_MS = 10_000;
/** Of each connection; fewer are no load. */
const COUNT_MIN = 100;
/** Rows of one statement, and of one transaction in two statements. */
const ROWS = 20;

Deno.test("store: three connections, one of them in transactions, ten seconds of load: every acknowledged row is there, no read fails, every answer belongs to its question", async () => {
  const store = await startEmbeddedStore();
  const setUp = store.client({ max: 1 });
  await setUp`CREATE TABLE load (client int, number int, text text, PRIMARY KEY (client, number))`;
  await setUp.end();

  const endMs = performance.now() + LOAD_MS;
  const acknowledged = [0, 0, 0];
  // Longer where a busy machine has not done enough by then.
  const goesOn = () =>
    performance.now() < endMs || acknowledged.some((count) => count <= COUNT_MIN);
  let reads = 0;
  const numbers = (from: number) => Array.from({ length: ROWS }, (_, index) => from + index);

  // Single statements, prepared once and named, several on their way at a time.
  const inserts = async () => {
    const sql = store.client({ max: 1 });
    while (goesOn()) {
      const from = acknowledged[0] ?? 0;
      const statements = [from, from + ROWS, from + 2 * ROWS].map((first) =>
        sql`INSERT INTO load SELECT 0, n, 'zero ' || n FROM unnest(${numbers(first)}::int[]) n`
      );
      for (const result of await Promise.all(statements)) assertEquals(result.count, ROWS);
      acknowledged[0] = from + 3 * ROWS;
    }
    await sql.end();
  };
  // Transactions of two statements with an answer in between; every third is rolled back.
  const transactions = async () => {
    const sql = store.client({ max: 1 });
    for (let round = 0; goesOn(); round++) {
      const from = acknowledged[1] ?? 0;
      const rollBack = new Error("wanted");
      const write = sql.begin(async (tx) => {
        await tx`INSERT INTO load SELECT 1, n, 'one' FROM unnest(${numbers(from)}::int[]) n`;
        const [row] = await tx`SELECT count(*)::int AS count FROM load WHERE client = 1`;
        assertEquals(row?.count, from + ROWS);
        if (round % 3 === 2) throw rollBack;
        await tx`INSERT INTO load VALUES (1, ${from + ROWS}, 'one')`;
      });
      const outcome = await write.catch((error: unknown) => error);
      if (outcome === rollBack) continue;
      if (outcome instanceof Error) throw outcome;
      acknowledged[1] = from + ROWS + 1;
    }
    await sql.end();
  };
  // Reads with a question that only their own answer fits, unnamed statements, and some errors.
  const questions = async () => {
    const sql = store.client({ max: 1, prepare: false });
    while (goesOn()) {
      const asked = crypto.randomUUID();
      const [row] = await sql`SELECT ${asked}::text AS asked, ${reads}::int + 1 AS next`;
      assertEquals({ ...row }, { asked, next: reads + 1 });
      const [found] = await sql`SELECT count(*)::int AS count FROM load WHERE client = 0`;
      assert((found?.count ?? -1) % ROWS === 0, "half of a statement was visible");
      const wrong = await sql`SELECT ${asked}::int`.catch((error: { code: string }) => error.code);
      assertEquals(wrong, "22P02");
      acknowledged[2] = ++reads;
      await sql`INSERT INTO load VALUES (2, ${reads}, ${asked})`;
    }
    await sql.end();
  };
  await Promise.all([inserts(), transactions(), questions()]);

  const check = store.client({ max: 1 });
  const rows = await check`SELECT client, count(*)::int AS count FROM load GROUP BY 1 ORDER BY 1`;
  // deno-lint-ignore no-console
  console.log(`rows acknowledged ${acknowledged}, reads ${reads}`);
  assertEquals(rows.map((row) => row.count), acknowledged);
  const mixed = await check`SELECT 1 FROM load WHERE client = 0 AND text <> 'zero ' || number`;
  assertEquals(mixed.length, 0);
  assert(acknowledged.every((count) => count > COUNT_MIN), `too little load: ${acknowledged}`);
  await check.end();
  // Ten seconds of writing are a checkpoint's time: the log goes into the tables while everything goes on.
  await store.actor.untilGauges(({ checkpoints = 0 }) => checkpoints > 0);
  await store.stop();
  await store.remove();
});
