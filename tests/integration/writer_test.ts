/** What the writer promises on either database: the embedded one and a PostgreSQL server. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { eventually } from "../support/eventually.ts";
import { depthProfile } from "../support/outputs.ts";
import { asStored } from "../support/stored_rows.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  delivery,
  feedStatus,
  gapRecord,
  proofStatus,
} from "../writer/outputs.ts";
import {
  EXCHANGE,
  type Promised,
  SIMULATION,
  startWriter,
  SymbolPort,
  testOnBothDatabases,
} from "./writer_stage.ts";

const FIRST_MIGRATION = new URL(
  "../../actors/writer/migrations/001_first_light.sql",
  import.meta.url,
);

const MIGRATION_FILES = Array.from(
  Deno.readDirSync(new URL("../../actors/writer/migrations", import.meta.url)),
  ({ name }) => name,
).sort();

const PROMISES: Record<string, Promised> = {
  "stores every field exactly and acknowledges it": async ({ address, sql }) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const nothing = { mid: null, imbalance: null, bookUpdateId: null, eventMs: null };
    const frames = [bucketFrame(1), bucketFrame(2, { state: "syncing", ...nothing })];
    symbol.send(delivery(1, [...frames, feedStatus({ reason: 'öffnet, "so"' })]));
    await symbol.acked(1);
    const rows = await sql`
      SELECT *, extract(epoch FROM time) * 1000 AS ms, extract(epoch FROM event_time) * 1000 AS event
      FROM metrics_with_market ORDER BY time`;
    frames.forEach((frame, index) => {
      const row = rows[index] ?? {};
      assertEquals(Number(row.ms), frame.timeMs);
      assertEquals(row.event === null ? null : Number(row.event), frame.eventMs);
      const id = row.book_update_id === null ? null : Number(row.book_update_id);
      assertEquals(id, frame.bookUpdateId);
      for (const name of METRIC_NAMES) {
        assertEquals(row[definitionOf(name).column], asStored(name, frame.values[name]), name);
      }
      const { venue, symbol, state, bucketMs: bucket_ms } = frame;
      const words = { venue, symbol, state, bucket_ms };
      assertEquals({ ...row, ...words }, { ...row });
    });
    const [feed] = await sql`SELECT * FROM feed_status_with_market`;
    assertEquals([feed?.symbol, feed?.incarnation, feed?.number], ["BTCUSDT", "1", 1]);
    assertEquals([feed?.state, feed?.reason, feed?.gaps], ["live", 'öffnet, "so"', 0]);
    symbol.close();
    await writer.drain();
  },

  "takes what a dead symbol has sent to the last, and says when all of it is safe": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    await symbol.restored();
    symbol.send(delivery(1, [bucketFrame(1), alertEvent()]));
    // The port and this way know no common order: the last word may come before what was sent before it.
    writer.control({ type: "disconnect", peer: "symbol:BTCUSDT", lastSeq: 2 });
    await writer.untilGauges(({ rowsWritten = 0 }) => rowsWritten > 0);
    symbol.send(delivery(2, [bucketFrame(2)]));
    const life = { type: "inherited", symbol: "BTCUSDT", incarnation: 1 } as const;
    let last = await writer.report("inherited");
    // It may have been told of what was still in hand.
    while (last.rows !== null) last = await writer.report("inherited");
    assertEquals(last, { ...life, rows: null, alerts: 0 });
    const [count] = await sql`SELECT count(*)::int FROM metrics`;
    assertEquals([count?.count, symbol.acks], [2, []]);
    symbol.close();
    await writer.drain();
  },

  "stores what is delivered twice once, and acknowledges it twice": async ({ address, sql }) => {
    const writer = startWriter({ database: address });
    const numbered = [feedStatus(), gapRecord(), auditRecord(), proofStatus()];
    const items = [bucketFrame(1), bucketFrame(2), alertEvent(), ...numbered];
    const first = new SymbolPort(writer);
    first.send(delivery(1, items));
    await first.acked(1);
    const second = new SymbolPort(writer);
    second.send(delivery(1, items));
    await second.acked(1);
    const [count] = await sql`
      SELECT (SELECT count(*)::int FROM metrics) AS metrics,
        (SELECT count(*)::int FROM alerts) AS alerts, (SELECT count(*)::int FROM feed_status) AS feed,
        (SELECT count(*)::int FROM gaps) AS gaps, (SELECT count(*)::int FROM audits) AS audits,
        (SELECT count(*)::int FROM proofs) AS proofs`;
    assertEquals({ ...count }, { metrics: 2, alerts: 1, feed: 1, gaps: 1, audits: 1, proofs: 1 });
    first.close();
    second.close();
    await writer.drain();
  },

  "loses and doubles nothing when it dies between commit and acknowledgement": async (
    { address, sql },
  ) => {
    const stored = async () => {
      const [row] = await sql`SELECT count(*)::int AS count FROM metrics`.catch(() => []);
      return Number(row?.count ?? 0);
    };
    let expected = 0;
    for (let life = 1; life <= 3; life++) {
      const writer = startWriter({ database: address, firstStart: life === 1 });
      const symbol = new SymbolPort(writer);
      // What the life before committed comes again, and something new.
      const items = Array.from({ length: expected + 50 }, (_, number) => bucketFrame(number));
      expected = items.length;
      symbol.send(delivery(1, items.slice(0, expected - 50)));
      symbol.send(delivery(2, items.slice(expected - 50)));
      await eventually(async () => await stored() === expected, `${expected} rows`);
      writer.crash();
      symbol.close();
    }
    const writer = startWriter({ database: address, firstStart: false });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, Array.from({ length: expected }, (_, number) => bucketFrame(number))));
    await symbol.acked(1);
    assertEquals(await stored(), expected);
    symbol.close();
    await writer.drain();
  },

  "keeps the highest revision of an alert, and restores what is firing": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const before = new SymbolPort(writer);
    assertEquals(await before.restored(), []);
    const other = alertEvent({ alertId: "other" });
    const resolved = { phase: "resolved", resolvedMs: 5_000, revision: 3 } as const;
    before.send(delivery(1, [alertEvent({ revision: 2, value: 0.99 }), other]));
    before.send(delivery(2, [alertEvent({ revision: 1, value: 0.5 })]));
    before.send(delivery(3, [alertEvent({ alertId: "other", ...resolved })]));
    before.send(delivery(4, [alertEvent({ alertId: "third", symbol: "ETHUSDT" })]));
    await before.acked(4);
    // Not acknowledged yet and already known to the answer: it waits before the question.
    before.send(delivery(5, [alertEvent({ alertId: "fourth", firedMs: 1 })]));
    const after = new SymbolPort(writer);
    const fourth = alertEvent({ alertId: "fourth", firedMs: 1 });
    assertEquals(await after.restored(), [fourth, alertEvent({ revision: 2, value: 0.99 })]);
    const [row] = await sql`SELECT revision, phase FROM alerts WHERE alert_id = 'other'`;
    assertEquals({ ...row }, { revision: 3, phase: "resolved" });
    before.close();
    after.close();
    await writer.drain();
  },

  "leaves out and counts what Postgres refuses, and stores the rest": async ({ address, sql }) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const items = Array.from({ length: 20 }, (_, number) => bucketFrame(number));
    items[3] = bucketFrame(3, { bookUpdateId: 2 ** 70 });
    items[17] = bucketFrame(17, { symbol: "NUL\0" });
    // More than any quantity: it has no code, and none is invented.
    const profiles = [1, 2].map((number) =>
      depthProfile({ number, symbol: "ETHUSDT", forStore: true, bids: [number === 1 ? 3e16 : 1] })
    );
    symbol.send(delivery(1, [...items, alertEvent(), ...profiles]));
    symbol.send(delivery(2, [bucketFrame(20)]));
    await symbol.acked(2);
    const [row] = await sql`SELECT count(*)::int AS count FROM metrics`;
    assertEquals(row?.count, 19);
    assertEquals([...await sql`SELECT number FROM depth_profiles`], [{ number: 2 }]);
    await writer.untilGauges(({ poisonRows, rows }) => (poisonRows ?? 0) >= 3 && rows === 0);
    // What was lost is told, and has a row of its own, under a name that can be stored.
    const told = await writer.report("losses");
    assertEquals(told.losses.map(({ cause, rows, lostBy }) => [cause, rows, lostBy]), [
      ["poison", 1, "writer"],
      ["poison", 1, "writer"],
      ["poison", 1, "writer"],
    ]);
    const lost = () =>
      sql`
      SELECT symbol, rows::int, cause, lost_by, from_time = to_time AS moment, detail
      FROM losses_with_market WHERE symbol = 'BTCUSDT'`;
    await eventually(async () => (await lost()).length === 1, "the loss is stored");
    const [loss] = await lost();
    assertEquals([loss?.rows, loss?.cause, loss?.lost_by, loss?.moment], [
      1,
      "poison",
      "writer",
      true,
    ]);
    assertMatch(loss?.detail, /bigint/);
    symbol.close();
    await writer.drain();
  },

  "acknowledges what is not stored without a row": async ({ address, sql }) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bookFrame(), bucketFrame(1, { bucketMs: null })]));
    symbol.send(delivery(2, []));
    await symbol.acked(2);
    assertEquals((await sql`SELECT 1 FROM metrics`).length, 0);
    symbol.close();
    await writer.drain();
  },

  "writes nothing before it knows the source": async ({ address, sql }) => {
    const writer = startWriter({ database: address }, null);
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await writer.untilGauges(({ databaseUp, rows }) => databaseUp === 1 && rows === 1);
    assertEquals([(await sql`SELECT 1 FROM metrics`).length, symbol.acks.length], [0, 0]);
    writer.control({ type: "source", source: SIMULATION });
    await symbol.acked(1);
    const [identity] = await sql`SELECT kind, label FROM store_identity`;
    assertEquals([identity?.kind, identity?.label], [SIMULATION.kind, SIMULATION.label]);
    symbol.close();
    await writer.drain();
  },

  "ends the process when the store holds another kind of data": async ({ address, sql }) => {
    const first = startWriter({ database: address }, SIMULATION);
    const symbol = new SymbolPort(first);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    await first.drain();
    const second = startWriter({ database: address }, EXCHANGE);
    const refused = new SymbolPort(second);
    refused.send(delivery(1, [bucketFrame(2)]));
    const { reason } = await second.report("fatal");
    assertMatch(reason, /holds data of SIMULATED .* source is Binance spot .* never mix\. Choose/);
    assertMatch(reason, address.kind === "server" ? /DATABASE_URL/ : /DATA_DIR/);
    await second.drain();
    assertEquals((await sql`SELECT 1 FROM metrics`).length, 1);
    symbol.close();
    refused.close();
  },

  "applies its migrations once, and refuses what it does not know": async ({ address, sql }) => {
    for (const firstStart of [true, false]) {
      const writer = startWriter({ database: address, firstStart });
      await writer.untilGauges(({ databaseUp }) => databaseUp === 1);
      await writer.drain();
    }
    const applied = () =>
      sql`SELECT version, name, length(checksum) AS l FROM schema_migrations ORDER BY version`;
    const all = MIGRATION_FILES.map((name) => ({ version: Number(name.slice(0, 3)), name, l: 64 }));
    assertEquals([...await applied()], all);
    // What the first version of the program has left is brought up to date, and keeps its rows.
    const made = await sql<{ name: string }[]>`
      SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> 'schema_migrations'`;
    await sql.unsafe(`DROP TABLE ${made.map(({ name }) => name).join(", ")} CASCADE`);
    await sql.unsafe(await Deno.readTextFile(FIRST_MIGRATION)).simple();
    await sql`INSERT INTO store_identity (kind, label) VALUES (${EXCHANGE.kind}, ${EXCHANGE.label})`;
    await sql`DELETE FROM schema_migrations WHERE version >= 2`;
    const upgrading = startWriter({ database: address, firstStart: false });
    await upgrading.untilGauges(({ databaseUp }) => databaseUp === 1);
    await upgrading.drain();
    assertEquals([...await applied()], all);
    assertEquals((await sql`SELECT 1 FROM store_identity`).length, 1);
    await sql`INSERT INTO schema_migrations VALUES (999, '999_later.sql', 'sum')`;
    const newer = startWriter({ database: address, firstStart: false });
    assertMatch((await newer.report("fatal")).reason, /newer than this program.*999_later\.sql/);
    newer.crash();
    await sql`DELETE FROM schema_migrations WHERE version = 999`;
    await sql`UPDATE schema_migrations SET checksum = 'another'`;
    const changed = startWriter({ database: address, firstStart: false });
    assertMatch((await changed.report("fatal")).reason, /001_first_light\.sql was changed after/);
    changed.crash();
  },

  "writes a thousand rows and more of many symbols": async ({ address, sql }) => {
    const writer = startWriter({ database: address });
    const names = Array.from({ length: 5 }, (_, index) => `币${index}USDT`);
    const ports = names.map((name) => new SymbolPort(writer, name));
    ports.forEach((port, index) => {
      const source = names[index] ?? "";
      for (const seq of [1, 2, 3, 4]) {
        const items = Array.from(
          { length: 200 },
          (_, n) => bucketFrame(1_000 * seq + n, { symbol: source }),
        );
        port.send(delivery(seq, items, { source }));
      }
    });
    await Promise.all(ports.map((port) => port.acked(4)));
    const rows = await sql`SELECT count(*)::int AS count FROM metrics GROUP BY symbol_id`;
    assertEquals(rows.map(({ count }) => count), [800, 800, 800, 800, 800]);
    const { flushes } = await writer.untilGauges(({ rowsWritten }) => rowsWritten === 4_000);
    assert(flushes !== undefined && flushes < 20, `${flushes} flushes`);
    for (const port of ports) port.close();
    await writer.drain();
  },
};

testOnBothDatabases("writer", PROMISES);
