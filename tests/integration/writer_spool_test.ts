/** What the writer promises of rows that wait on disk: acknowledged is stored, once, whatever ends in between. */
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import postgres from "postgres";
import type { Outage } from "../../actors/writer/store_watch.ts";
import type { ActorUnderTest } from "../support/actor_worker.ts";
import { embeddedClient, startStoreActor } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import {
  alertEvent,
  auditRecord,
  bucketFrame,
  delivery,
  gapRecord,
  tradesSecond,
} from "../writer/outputs.ts";
import {
  EXCHANGE,
  freshDataDir,
  onServer,
  SIMULATION,
  SPOOL_MB,
  startWriter as startAnyWriter,
  SymbolPort,
} from "./writer_stage.ts";
import { serverAt, withClient } from "../support/services.ts";

const startWriter = (...[args, ...source]: Parameters<typeof startAnyWriter>) =>
  startAnyWriter({ spoolMaxMb: SPOOL_MB, ...args }, ...source);

/** Numbers of the stored intervals, in order; each is there once by its key. */
async function stored(sql: postgres.Sql): Promise<number[]> {
  const rows =
    await sql`SELECT extract(epoch FROM time)::float8 * 1000 AS ms FROM metrics ORDER BY 1`;
  return rows.map(({ ms }) => (Number(ms) - bucketFrame(0).timeMs) / 1_000);
}

/** Of an outage: longer than any test. */
const HOUR_MS = 3_600_000;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const untilStored = (writer: ActorUnderTest) =>
  writer.untilGauges(({ databaseUp, spoolRows, rows }) =>
    databaseUp === 1 && spoolRows === 0 && rows === 0
  );

onServer(
  "writer: what is acknowledged while Postgres is away survives lives and ends of the writer",
  async (
    server,
    address,
  ) => {
    const dataDir = freshDataDir();
    const first = startWriter({ database: address, dataDir });
    const symbol = new SymbolPort(first);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    assertEquals((await first.untilGauges(({ rowsWritten }) => rowsWritten === 1)).spoolRows, 0);
    await server.down("immediate");
    symbol.send(delivery(2, [bucketFrame(2), tradesSecond()]));
    symbol.send(delivery(3, [bucketFrame(3), gapRecord()]));
    await symbol.acked(3);
    await first.untilGauges(({ databaseUp }) => databaseUp === 0);
    // A life that is cut off, and has told of an outage: which goes on in the next one.
    first.crash();
    const { outages, ...memory } = first.checkpoint() as {
      readonly outages: { readonly database: Outage | null };
    };
    const database = outages.database && { ...outages.database, forMs: HOUR_MS };
    const checkpoint = { ...memory, outages: { ...outages, database } };
    const second = startWriter({ database: address, dataDir, checkpoint });
    const again = new SymbolPort(second);
    again.send(delivery(1, [bucketFrame(4)], { incarnation: 2 }));
    await again.acked(1);
    again.send(delivery(2, [bucketFrame(5)], { incarnation: 2 }));
    // An end in order, which is told that it has come before it is asked to drain.
    second.control({ type: "ending", deadlineMs: Date.now() + 60_000 });
    await again.acked(2);
    const later = second.checkpoint() as typeof checkpoint;
    assertGreaterOrEqual(later.outages.database?.forMs ?? 0, HOUR_MS);
    assertEquals(await second.drain(), { unacked: null, kept: 6 });
    // Another process: that nobody answers is no mistake of whoever named this database before.
    const third = startWriter({ database: address, dataDir });
    const last = new SymbolPort(third);
    last.send(delivery(1, [bucketFrame(6)], { incarnation: 3 }));
    await last.acked(1);
    await server.up();
    last.send(delivery(2, [bucketFrame(7)], { incarnation: 3 }));
    await last.acked(2);
    await untilStored(third);
    await withClient(server.url, async (sql) => {
      assertEquals(await stored(sql), numbers(1, 7));
      assertEquals((await sql`SELECT 1 FROM trades_1s`).length, 1);
      assertEquals((await sql`SELECT 1 FROM gaps`).length, 1);
    });
    for (const port of [symbol, again, last]) port.close();
    assertEquals(await third.drain(), { unacked: null, kept: 0 });
  },
);

onServer(
  "writer: a new process that cannot reach the database that one before has stored in keeps rows for it, and takes another for a mistake",
  async (server, address) => {
    const dataDir = freshDataDir();
    const first = startWriter({ database: address, dataDir });
    const symbol = new SymbolPort(first);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    assertEquals(await first.drain(), { unacked: null, kept: 0 });
    await server.down("immediate");
    const other = startWriter({ database: serverAt(`${server.url}_other`), dataDir });
    assertMatch((await other.report("fatal")).reason, /connection refused/);
    await other.drain();
    // Its source comes late, as that of an exchange that cannot be reached either.
    const next = startWriter({ database: address, dataDir, incarnation: 2 }, null);
    await next.untilGauges(({ databaseUp }) => databaseUp === 0);
    next.control({ type: "source", source: EXCHANGE });
    const again = new SymbolPort(next);
    again.send(delivery(1, [bucketFrame(2)], { incarnation: 2 }));
    await again.acked(1);
    await server.up();
    await untilStored(next);
    await withClient(server.url, async (sql) => assertEquals(await stored(sql), [1, 2]));
    for (const port of [symbol, again]) port.close();
    assertEquals(await next.drain(), { unacked: null, kept: 0 });
  },
);

onServer("writer: a server that hangs is away, and what it had in hand is there once", async (
  server,
  address,
) => {
  const writer = startWriter({ database: address });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  await withClient(server.url, async (sql) => {
    const lock = await sql.reserve();
    await lock`BEGIN`;
    await lock`LOCK TABLE metrics IN ACCESS EXCLUSIVE MODE`;
    symbol.send(delivery(2, [bucketFrame(2)]));
    await symbol.acked(2);
    symbol.send(delivery(3, [bucketFrame(3)]));
    await symbol.acked(3);
    await lock`COMMIT`;
    lock.release();
    await untilStored(writer);
    assertEquals(await stored(sql), numbers(1, 3));
  });
  symbol.close();
  await writer.drain();
});

onServer(
  "writer: a symbol learns what fires from database and spool together, and waits for it",
  async (
    server,
    address,
  ) => {
    const writer = startWriter({ database: address });
    const before = new SymbolPort(writer);
    assertEquals(await before.restored(), []);
    const resolved = { revision: 2, phase: "resolved", resolvedMs: 5_000 } as const;
    before.send(delivery(1, [alertEvent({ alertId: "a" }), alertEvent({ alertId: "b" })]));
    await before.acked(1);
    await server.down("immediate");
    before.send(delivery(2, [alertEvent({ alertId: "b", ...resolved })]));
    before.send(delivery(3, [alertEvent({ alertId: "c", firedMs: 1 }), bucketFrame(1)]));
    await before.acked(3);
    const asking = new SymbolPort(writer);
    await asking.held();
    await server.up();
    const firing = await asking.restored();
    assertEquals(firing.map(({ alertId }) => alertId), ["c", "a"]);
    for (const port of [before, asking]) port.close();
    await writer.drain();
  },
);

onServer(
  "writer: a spool that is full of what is never dropped takes nothing, and loses nothing",
  async (
    server,
    address,
  ) => {
    const writer = startWriter({ database: address, spoolMaxMb: 8 });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    await server.down("immediate");
    const differences = [1, 2, 3, 4].map((n) => `${n}`.repeat(500));
    const audits = (seq: number) =>
      Array.from({ length: 500 }, (_, n) => auditRecord({ number: 500 * seq + n, differences }));
    let sent = 1;
    while (writer.gauges().spoolFull !== 1) {
      symbol.send(delivery(++sent, audits(sent)));
      await eventually(
        () => symbol.acks.at(-1) === sent || writer.gauges().spoolFull === 1,
        "it is acknowledged, or the spool is full",
      );
      assert(sent < 30, "it is never full");
    }
    const acknowledged = symbol.acks.at(-1) ?? 0;
    assertEquals(acknowledged, sent - 1);
    await server.up();
    await symbol.acked(sent);
    const { spoolDroppedRows, spoolFull } = await untilStored(writer);
    assertEquals([spoolDroppedRows, spoolFull], [0, 0]);
    await withClient(server.url, async (sql) => {
      const [row] = await sql`SELECT count(*)::int AS count FROM audits`;
      assertEquals(row?.count, 500 * (sent - 1));
    });
    symbol.close();
    await writer.drain();
  },
);

onServer("writer: a spool of another source or database is not stored here, and says where", async (
  server,
  address,
) => {
  const dataDir = freshDataDir();
  const writer = startWriter({ database: address, dataDir });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  await server.down("immediate");
  symbol.send(delivery(2, [bucketFrame(2)]));
  await symbol.acked(2);
  assertEquals((await writer.drain()).kept, 1);
  await server.up();
  const other = startWriter({ database: address, dataDir }, SIMULATION);
  assertMatch(
    (await other.report("fatal")).reason,
    /^DATA_DIR: .*\/spool holds rows of Binance spot .* source is SIMULATED .* never mix; start/,
  );
  await other.drain();
  const url = new URL(server.url);
  url.pathname = "/template1";
  const elsewhere = startWriter({ database: serverAt(url.href), dataDir });
  const { reason } = await elsewhere.report("fatal");
  assertStringIncludes(reason, `holds rows for the database 127.0.0.1:${server.port}/postgres`);
  await elsewhere.drain();
  const right = startWriter({ database: address, dataDir });
  await untilStored(right);
  assertEquals(await withClient(server.url, stored), [1, 2]);
  symbol.close();
  await right.drain();
});

onServer("writer: what Postgres refuses is in the file of dead letters, with its reason", async (
  server,
  address,
) => {
  const dataDir = freshDataDir();
  const writer = startWriter({ database: address, dataDir });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1), bucketFrame(2, { bookUpdateId: 2 ** 70 })]));
  await symbol.acked(1);
  await server.down("immediate");
  // The one is found by the check of what was on disk, the other by Postgres.
  symbol.send(delivery(2, [bucketFrame(3, { bookUpdateId: 2 ** 70 }), bucketFrame(4)]));
  symbol.send(delivery(3, [alertEvent({ summary: "NUL\0" })]));
  await symbol.acked(3);
  await server.up();
  await untilStored(writer);
  await writer.untilGauges(({ poisonRows }) => poisonRows === 3);
  assertEquals(await withClient(server.url, stored), [1, 4]);
  const lines = Deno.readTextFileSync(`${dataDir}/spool/dead_letters.jsonl`).trim().split("\n");
  const letters = lines.map((line) => JSON.parse(line));
  const told = letters.map(({ reason, table, item }) => [table, item.timeMs, reason]);
  assertEquals(told.map(([table, timeMs]) => [table, timeMs]), [
    ["metrics", bucketFrame(2).timeMs],
    ["alerts", alertEvent().timeMs],
    [null, bucketFrame(3).timeMs],
  ]);
  assertMatch(
    told.map(([, , reason]) => reason).join("; "),
    /bigint.*; .*0x00; bookUpdateId is no whole/,
  );
  symbol.close();
  await writer.drain();
});

Deno.test("writer: rows wait on disk for the embedded store, and the next start stores them", async () => {
  const [dataDir, socketDir] = [freshDataDir(), freshDataDir()];
  const startStore = () => startStoreActor(dataDir, socketDir);
  const database = { kind: "embedded", socketDir } as const;
  const store = startStore();
  const writer = startWriter({ database, dataDir });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  store.crash();
  symbol.send(delivery(2, [bucketFrame(2), gapRecord()]));
  await symbol.acked(2);
  assertEquals((await writer.drain()).kept, 2);
  const again = startStore();
  const next = startWriter({ database, dataDir });
  await untilStored(next);
  const sql = embeddedClient(socketDir, { max: 1 });
  assertEquals(await stored(sql), [1, 2]);
  await sql.end();
  symbol.close();
  await next.drain();
  await again.drain();
});

onServer(
  "writer: a spool that cannot be written is told as long as anything needs it",
  async (
    server,
    address,
  ) => {
    const dataDir = freshDataDir();
    const writer = startWriter({ database: address, dataDir });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    Deno.renameSync(`${dataDir}/spool`, `${dataDir}/away`);
    await server.down("immediate");
    symbol.send(delivery(2, [bucketFrame(2)]));
    await writer.untilGauges(({ spoolFull }) => spoolFull === 1);
    assertEquals(symbol.acks.at(-1), 1);
    await server.up();
    await symbol.acked(2);
    await writer.untilGauges(({ spoolFull, rowsWritten }) => spoolFull === 0 && rowsWritten === 2);
    symbol.close();
    await writer.drain();
  },
);
