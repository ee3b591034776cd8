import { assert, assertEquals } from "@std/assert";
import { delivery } from "../writer/outputs.ts";
import {
  answersTo,
  type AppliedMigration,
  firstLoss,
  migrationsOf,
  type OldDatabase,
  readOldDatabase,
  recreate,
} from "./old_database.ts";
import {
  EXCHANGE,
  type Promised,
  SIMULATION,
  startWriter,
  SymbolPort,
  type TestDatabase,
  testOnBothDatabases,
} from "./writer_stage.ts";

const old: OldDatabase = await readOldDatabase();

/** Feed states have no answer of their own. */
async function feedStates(sql: TestDatabase["sql"]): Promise<unknown[]> {
  const rows = await sql`
    SELECT (extract(epoch FROM time) * 1000)::float8 AS ms, incarnation::float8, number, state, reason,
      book_update_id::float8 AS id, resyncs, gaps
    FROM feed_status ORDER BY time, incarnation, number`;
  return rows.map((row) => ({ ...row }));
}

const PROMISES: Record<string, Promised> = {
  "is opened and migrated, and answers what it always answered": async ({ address, sql }) => {
    await recreate(sql, old);
    const states = await feedStates(sql);
    const writer = startWriter({ database: address }, SIMULATION);
    for (const [symbol, firing] of Object.entries(old.firing)) {
      const port = new SymbolPort(writer, symbol);
      assertEquals(firstLoss(firing, await port.restored()), null, `alerts of ${symbol}`);
      port.close();
    }
    await writer.drain();
    const applied = await sql<AppliedMigration[]>`
      SELECT name, checksum FROM schema_migrations ORDER BY version`;
    migrationsOf(old).forEach(({ name, checksum }, i) => {
      assertEquals({ ...applied[i] }, { name, checksum });
    });
    assertEquals(await feedStates(sql), states);
    // For a reader from outside every row is still there, in words, and of settings of its own.
    for (const [table, rows] of Object.entries(old.tables)) {
      const before: { symbol?: string }[] = JSON.parse(rows);
      if (before[0]?.symbol === undefined) continue;
      const shown = await sql`SELECT venue, symbol FROM ${sql(`${table}_with_market`)}`;
      const markets = (all: readonly { symbol?: string }[]) =>
        all.map(({ symbol }) => `binance_spot ${symbol}`).sort();
      assertEquals(shown.map((row) => `${row.venue} ${row.symbol}`).sort(), markets(before), table);
    }
    const settings = await sql`SELECT DISTINCT settings_id AS id FROM metrics_with_market`;
    assertEquals(settings.map(({ id }) => id), [0]);
    const before = Object.fromEntries(Object.entries(old.answers).filter(keptToLimit));
    assertEquals(Object.keys(before).length, Object.keys(old.answers).length - 1);
    const answers = await answersTo(address, Object.keys(before));
    assertEquals(firstLoss(asWasMeant(before), asWasMeant(answers)), null);
  },

  "is another kind's still": async ({ address, sql }) => {
    await recreate(sql, old);
    const writer = startWriter({ database: address }, EXCHANGE);
    const { reason } = await writer.report("fatal");
    assert(reason.includes("holds data of SIMULATED"), reason);
    writer.crash();
  },

  "has an alert go on that was firing when the program was replaced": async ({ address, sql }) => {
    await recreate(sql, old);
    const writer = startWriter({ database: address }, SIMULATION);
    const port = new SymbolPort(writer, "ETHUSDT");
    const [firing] = await port.restored();
    assert(firing !== undefined);
    const { revision, timeMs, alertId } = firing;
    const end = { phase: "resolved", revision: revision + 1, resolvedMs: timeMs + 1 } as const;
    port.send(delivery(1, [{ ...firing, ...end, timeMs: timeMs + 1 }]));
    await port.acked(1);
    const again = new SymbolPort(writer, "ETHUSDT");
    assertEquals(await again.restored(), []);
    port.close();
    again.close();
    await writer.drain();
    const path = "/api/alerts?symbol=ETHUSDT";
    const answers = await answersTo(address, [path]);
    const before = { alertId, ...end, timeMs: timeMs + 1 };
    assertEquals(firstLoss({ alerts: [before] }, answers[path]), null);
  },
};

testOnBothDatabases("A database of before", PROMISES, "empty");

Deno.test("What an answer of before has lost is named; what it has gained is not", () => {
  const before = { gaps: [{ number: 1, durationMs: null }], columns: { mid: [1, null, 0.1] } };
  assertEquals(firstLoss(before, structuredClone(before)), null);
  assertEquals(firstLoss({ a: 1 }, { a: 1, venue: "binance_spot" }), null);
  const off = { ...before, columns: { mid: [1, null, 0.1 + Number.EPSILON / 16] } };
  assertEquals(
    firstLoss(before, off),
    `/columns/mid/2: 0.1 before, ${off.columns.mid[2]} now`,
  );
  const zero = { ...before, gaps: [{ number: 1, durationMs: 0 }] };
  assertEquals(firstLoss(before, zero), "/gaps/0/durationMs: null before, 0 now");
  assertEquals(
    firstLoss(before, { ...before, gaps: [{ number: 1 }] }),
    "/gaps/0/durationMs: null before, missing now",
  );
  const averaged = (mid: number, timeMs: number) => ({
    isAveraged: true,
    columns: { mid, timeMs },
  });
  assertEquals(firstLoss(averaged(61840.926666666666, 1), averaged(61840.92666666667, 1)), null);
  assertEquals(
    firstLoss(averaged(61840.9266, 1), averaged(61840.9267, 1)),
    "/columns/mid: 61840.9266 before, 61840.9267 now",
  );
  assertEquals(
    firstLoss(averaged(0.5, 1795908808000), averaged(0.5, 1795908808001)),
    "/columns/timeMs: 1795908808000 before, 1795908808001 now",
  );
  // As exact as columns of four bytes are, and no less.
  const short = (imbalance: number) => ({ columns: { imbalance: [imbalance] } });
  assertEquals(firstLoss(short(0.1 + 1e-10), short(0.1)), null);
  assertEquals(
    firstLoss(short(0.1001), short(0.1)),
    "/columns/imbalance/0: 0.1001 before, 0.1 now",
  );
  assertEquals(firstLoss([1], [1, 2]), ": [1] before, [1,2] now");
  assertEquals(firstLoss({ a: {} }, { a: null }), "/a: {} before, null now");
});

Deno.test("The database of before holds every table, state and kind of row", () => {
  const rows = (table: string): Record<string, unknown>[] => JSON.parse(old.tables[table] ?? "[]");
  const distinct = (table: string, column: string) =>
    [...new Set(rows(table).map((row) => row[column]))].sort();
  assertEquals(migrationsOf(old).length, 4);
  assert(rows("metrics").length >= 120);
  assertEquals(distinct("metrics", "state"), ["degraded", "halted", "live", "stale", "syncing"]);
  assertEquals(distinct("alerts", "phase"), ["firing", "resolved"]);
  for (const table of ["alerts", "audits", "feed_status", "gaps", "metrics", "proofs"]) {
    assert(distinct(table, "symbol").length >= 2, table);
  }
  assert(distinct("gaps", "duration_ms").includes(null));
  assert(distinct("audits", "mismatched").includes(2));
  assert(rows("metrics").filter((row) => typeof row.bid_covered_bps === "number").length >= 50);
  const averaged = Object.values(old.answers).filter((answer) =>
    JSON.stringify(answer).includes('"isAveraged":true')
  );
  assert(averaged.length >= 5);
});

/** One answer of before had six points where five were asked for. */
function keptToLimit([question, answer]: [string, unknown]): boolean {
  const limit = Number(/^\/api\/metrics\?.*limit=(\d+)/.exec(question)?.[1] ?? Infinity);
  const { columns } = answer as { readonly columns?: { readonly timeMs?: readonly number[] } };
  return (columns?.timeMs?.length ?? 0) <= limit;
}

/**
 * Episodes in an order of their own: firing ones come by their beginning now; and without those that went on at `from` and had
 * begun before: they are answered too by now.
 */
function asWasMeant(answers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers).map(([question, answer]) => {
      if (!question.startsWith("/api/alerts?") && question !== "/api/alerts") {
        return [question, answer];
      }
      const fromMs = Number(/from=(\d+)/.exec(question)?.[1] ?? 0);
      const { alerts } = answer as { readonly alerts: readonly Episode[] };
      const meant = alerts.filter(({ timeMs }) => timeMs >= fromMs)
        .toSorted((a, b) => a.alertId < b.alertId ? -1 : 1);
      return [question, { ...answer as object, alerts: meant }];
    }),
  );
}

interface Episode {
  readonly alertId: string;
  readonly timeMs: number;
}
