/** What the writer promises while its databases come, go and belong to somebody else; mostly without a spool. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import { embeddedClient, startStoreActor } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { bucketFrame, delivery } from "../writer/outputs.ts";
import { onServer, SPOOL_MB, startWriter, SymbolPort } from "./writer_stage.ts";
import { serverAt, withClient } from "../support/services.ts";

const countRows = (url: string): Promise<number> =>
  withClient(url, async (sql) => {
    const [row] = await sql`SELECT count(*)::int AS count FROM metrics`;
    return Number(row?.count);
  });

onServer("writer: what comes while Postgres is away is written when it is back", async (
  server,
  address,
) => {
  const writer = startWriter({ database: address });
  const symbol = new SymbolPort(writer);
  for (const [round, mode] of (["fast", "immediate"] as const).entries()) {
    const seq = 3 * round;
    symbol.send(delivery(seq + 1, [bucketFrame(seq + 1)]));
    await symbol.acked(seq + 1);
    await server.down(mode);
    symbol.send(delivery(seq + 2, [bucketFrame(seq + 2)]));
    symbol.send(delivery(seq + 3, [bucketFrame(seq + 3)]));
    await writer.untilGauges(({ databaseUp, rows }) => databaseUp === 0 && rows === 2);
    assertEquals(symbol.acks.at(-1), seq + 1);
    await server.up();
    await symbol.acked(seq + 3);
    assertEquals(await countRows(server.url), seq + 3);
  }
  symbol.close();
  await writer.drain();
});

onServer("writer: a restart of Postgres under load loses and doubles no row", async (
  server,
  address,
) => {
  const writer = startWriter({ spoolMaxMb: SPOOL_MB, database: address });
  const symbol = new SymbolPort(writer);
  const windowMax = 4;
  let sent = 0;
  let goesOn = true;
  const load = (async () => {
    while (goesOn) {
      const seq = ++sent;
      symbol.send(delivery(seq, Array.from({ length: 20 }, (_, n) => bucketFrame(20 * seq + n))));
      await symbol.acked(seq - windowMax + 1);
    }
  })();
  for (const mode of ["immediate", "fast"] as const) {
    const seen = sent;
    await eventually(() => sent > seen + 5, "load goes on");
    await server.restart(mode);
  }
  const seen = sent;
  await eventually(() => sent > seen + 5, "load goes on after the restarts");
  goesOn = false;
  await load;
  await symbol.acked(sent);
  // What was acknowledged by the spool comes after it.
  await eventually(async () => await countRows(server.url) >= 20 * sent, "all is stored");
  assertEquals(await countRows(server.url), 20 * sent);
  symbol.close();
  await writer.drain();
});

onServer(
  "writer: a drain without Postgres ends at its deadline, and says that it confirms no more",
  async (
    server,
    address,
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    await server.down("immediate");
    symbol.send(delivery(2, [bucketFrame(2), bucketFrame(3)]));
    await writer.untilGauges(({ rows }) => rows === 2);
    writer.control({ type: "drain", deadlineMs: Date.now() + 500 });
    await symbol.ended();
    assertEquals(symbol.acks, [1]);
    await writer.report("drained");
    writer.crash();
    symbol.close();
  },
);

onServer("writer: the second writer of a database ends with the holder's name", async (
  _server,
  address,
) => {
  const first = startWriter({ database: address });
  await first.untilGauges(({ databaseUp }) => databaseUp === 1);
  const second = startWriter({ database: address });
  const { reason } = await second.report("fatal");
  assertMatch(
    reason,
    /^DATABASE_URL .*held by "order-book-monitor writer \S+:\d+" \(server process.*stop that monitor/,
  );
  assertMatch(reason, new RegExp(`:${Deno.pid}" .*connected from 127\\.0\\.0\\.1\\)`));
  await second.drain();
  await first.drain();
});

onServer("writer: a later life waits for the lock of the one before", async (server, address) => {
  const first = startWriter({ database: address });
  const symbol = new SymbolPort(first);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  const second = startWriter({ database: address, firstStart: false });
  const waiting = new SymbolPort(second);
  waiting.send(delivery(1, [bucketFrame(2)]));
  await second.untilGauges(({ rows }) => rows === 1);
  assertEquals(await countRows(server.url), 1);
  await first.drain();
  await waiting.acked(1);
  assertEquals(await countRows(server.url), 2);
  symbol.close();
  waiting.close();
  await second.drain();
});

onServer("writer: writes nothing while another has taken its lost lock", async (
  server,
  address,
) => {
  const writer = startWriter({ database: address });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  const thief = postgres(server.url, { max: 1, onnotice: () => {} });
  // Waits in the line for the lock, so that it has it the moment the writer's connection ends.
  const stolen = thief`SELECT pg_advisory_lock(7299693, 1)`.execute();
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const holders = () =>
    admin`SELECT pid, granted FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2`;
  await eventually(async () => (await holders()).length === 2, "the thief is in the line");
  const [holder] = (await holders()).filter(({ granted }) => granted);
  await admin`SELECT pg_terminate_backend(${holder?.pid})`;
  await stolen;
  symbol.send(delivery(2, [bucketFrame(2)]));
  await writer.untilGauges(({ databaseUp, rows }) => databaseUp === 0 && rows === 1);
  assertEquals(await countRows(server.url), 1);
  await thief.end({ timeout: 1 });
  await symbol.acked(2);
  assertEquals(await countRows(server.url), 2);
  await admin.end();
  symbol.close();
  await writer.drain();
});

const NOWHERE: [string, string, RegExp][] = [
  ["nobody listens", "postgres://me:secret@127.0.0.1:1/x", /connection refused; start PostgreSQL/],
  [
    "no such host",
    "postgres://me:secret@nowhere.invalid/x",
    /host name .*; correct the host in DATABASE_URL/,
  ],
];
for (const [what, url, expected] of NOWHERE) {
  Deno.test(`writer: DATABASE_URL where ${what} ends a first start with one line`, async () => {
    const writer = startWriter({ database: serverAt(url) });
    const { reason } = await writer.report("fatal");
    assertMatch(reason, /^DATABASE_URL postgres:\/\/me:\*\*\*@/);
    assertMatch(reason, expected);
    assert(!reason.includes("secret") && !reason.includes("\n"), reason);
    await writer.drain();
  });
}

onServer("writer: a database that does not exist ends a first start, not a later one", async (
  server,
) => {
  const url = new URL(server.url);
  url.pathname = "/later";
  const database = serverAt(url.href);
  const first = startWriter({ database });
  assertMatch(
    (await first.report("fatal")).reason,
    /it has no such database; create it \(CREATE DATABASE later\)/,
  );
  await first.drain();
  const next = startWriter({ database, firstStart: false });
  const symbol = new SymbolPort(next);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await next.untilGauges(({ rows }) => rows === 1);
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  await admin`CREATE DATABASE later`;
  await admin.end();
  await symbol.acked(1);
  symbol.close();
  await next.drain();
});

onServer(
  "writer: a second life takes what an earlier one has reached for an outage, and a mistake for a mistake",
  async (
    server,
    address,
  ) => {
    const silent = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const url = `postgres://me@127.0.0.1:${silent.addr.port}/x`;
    const stuck = startWriter({ database: serverAt(url) });
    await stuck.untilGauges(({ databaseUp }) => databaseUp === 0);
    stuck.crash();
    silent.close();
    const again = startWriter({
      database: serverAt(url),
      checkpoint: stuck.checkpoint(),
    });
    assertMatch((await again.report("fatal")).reason, /connection refused; start PostgreSQL/);
    again.crash();

    const lucky = startWriter({ database: address });
    await lucky.untilGauges(({ databaseUp }) => databaseUp === 1);
    await server.down("immediate");
    lucky.crash();
    const next = startWriter({ database: address, checkpoint: lucky.checkpoint() });
    const symbol = new SymbolPort(next);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await next.untilGauges(({ rows }) => rows === 1);
    await server.up();
    await symbol.acked(1);
    symbol.close();
    await next.drain();
  },
);

Deno.test("writer: waits for the embedded store, and bears its crash", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "obm-late-" });
  const socketDir = await Deno.makeTempDir({ prefix: "obm-late-socket-" });
  const startStore = () => startStoreActor(dataDir, socketDir);
  const writer = startWriter({
    spoolMaxMb: SPOOL_MB,
    database: { kind: "embedded", socketDir },
  });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await writer.untilGauges(({ rows }) => rows === 1);
  const store = startStore();
  await symbol.acked(1);
  // Acknowledged may mean spooled: only what is stored has nothing more to do with the life that crashes.
  await writer.untilGauges(({ rowsWritten, spoolRows }) => rowsWritten === 1 && spoolRows === 0);
  store.crash();
  symbol.send(delivery(2, [bucketFrame(2)]));
  await writer.untilGauges(({ databaseUp }) => databaseUp === 0);
  const next = startStore();
  await symbol.acked(2);
  await writer.untilGauges(({ rowsWritten, spoolRows }) => rowsWritten === 2 && spoolRows === 0);
  const sql = embeddedClient(socketDir, { max: 1 });
  assertEquals((await sql`SELECT count(*)::int AS count FROM metrics`)[0]?.count, 2);
  await sql.end();
  symbol.close();
  await writer.drain();
  await next.drain();
  await Deno.remove(dataDir, { recursive: true });
  await Deno.remove(socketDir, { recursive: true });
});
