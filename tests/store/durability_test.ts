/** What an update of PGlite could take away unseen: syncs at each commit, and an end to long statements. */
import { assert, assertEquals } from "@std/assert";
import { startEmbeddedStore } from "../support/embedded_store.ts";

const COMMITS = 100;
/** More than the page cache holds, so that reading them all must read the file. */
const LARGE_BYTES = 40_000_000;

Deno.test("store: each commit is synced before it is acknowledged, and a reader's statement ends at its deadline", async (t) => {
  const store = await startEmbeddedStore();
  const writer = store.client({ max: 1 });
  await writer`CREATE TABLE t (n int PRIMARY KEY, text text)`;
  // A gauge is as old as the last heartbeat: this one is of after the groups that it counts.
  const syncs = async () => {
    const [row] = await writer`SELECT 1`;
    assert(row !== undefined);
    const { groups = 0 } = store.actor.gauges();
    return (await store.actor.untilGauges((gauges) => (gauges["groups"] ?? 0) > groups))["syncs"] ??
      0;
  };

  await t.step("each commit", async () => {
    const before = await syncs();
    for (let n = 0; n < COMMITS; n++) await writer`INSERT INTO t VALUES (${n}, 'x')`;
    const made = await syncs() - before;
    assert(made >= COMMITS, `${made} syncs in ${COMMITS} commits`);
  });

  await t.step("the deadline", async () => {
    await writer`INSERT INTO t SELECT 1000 + n, repeat('x', 1000) FROM generate_series(1, ${
      LARGE_BYTES / 1_000
    }::int) n`;
    const connection = { default_transaction_read_only: true, statement_timeout: 1 };
    const reader = store.client({ max: 1, fetch_types: false, connection });
    const read = () => reader`SELECT sum(length(text)) FROM t AS a`;
    for (const turn of ["once", "again"]) {
      const code = await read().then(() => "none", (error: { code: string }) => error.code);
      assertEquals(code, "57014", turn);
    }
    // The interrupt was the statement's own: whoever is next, and may write, is not hit.
    assertEquals((await writer`SELECT count(*)::int AS count FROM t`)[0]?.count, 40_100);
    assertEquals((await reader`SELECT 1 AS one`)[0]?.one, 1);
    await reader.end();
  });
  await writer.end();
  await store.stop();
  await store.remove();
});
