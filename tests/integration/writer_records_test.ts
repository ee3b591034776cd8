/** The writer's records of one life: gaps, audits and proofs, and trades by the second. */
import { assertEquals } from "@std/assert";
import { auditRecord, delivery, gapRecord, proofStatus, tradesSecond } from "../writer/outputs.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { type Promised, startWriter, SymbolPort, testOnBothDatabases } from "./writer_stage.ts";

const PROMISES: Record<string, Promised> = {
  "stores what it loses while it ends, and while the word of another loss is on its way": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    await symbol.restored();
    // Nothing is stored meanwhile.
    const holder = await sql.reserve();
    await holder.unsafe("BEGIN; LOCK TABLE gaps IN ACCESS EXCLUSIVE MODE").simple();
    // What is told of the second is refused as it is, and told under another name.
    const refused = [{ fromId: 2 ** 70 }, { symbol: "NUL\0" }];
    const gaps = refused.map((over, i) => gapRecord({ number: i + 2, ...over }));
    symbol.send(delivery(1, [gapRecord(), ...gaps]));
    await writer.untilGauges(({ rows }) => rows === 3);
    const ended = writer.drain(PATIENCE_MS);
    await holder.unsafe("COMMIT");
    holder.release();
    await ended;
    const lost = await sql`
      SELECT symbol, cause, rows::int FROM losses_with_market ORDER BY symbol`;
    assertEquals(lost.map(({ symbol, cause, rows }) => [symbol, cause, rows]), [
      ["BTCUSDT", "poison", 1],
      ["monitor", "poison", 1],
    ]);
    symbol.close();
  },

  "stores gaps and audits exactly, an empty list of differences among them": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const { differences } = auditRecord();
    const equal = auditRecord({ number: 2, mismatched: 0, differences: [] });
    symbol.send(delivery(1, [gapRecord(), auditRecord(), equal], { incarnation: 5 }));
    await symbol.acked(1);
    const [gap] = await sql`
      SELECT venue, symbol, incarnation::int, number, (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
        from_id::float8 AS "fromId", to_id::float8 AS "toId", duration_ms AS "durationMs"
      FROM gaps_with_market`;
    assertEquals({ type: "gap", ...gap }, { ...gapRecord(), incarnation: 5 });
    const audits = await sql`
      SELECT incarnation::int, number, book_update_id::float8 AS id, levels, mismatched, differences,
        (extract(epoch FROM time) * 1000)::float8 AS time FROM audits ORDER BY number`;
    const common = { incarnation: 5, id: equal.bookUpdateId, levels: 5_000, time: equal.timeMs };
    assertEquals(audits.map((audit) => ({ ...audit })), [
      { ...common, number: 1, mismatched: 3, differences: [...differences] },
      { ...common, number: 2, mismatched: 0, differences: [] },
    ]);
    symbol.close();
    await writer.drain();
  },

  "stores a gap when it is noticed, and completes it once, in whatever order it is told": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const open = gapRecord({ toId: 103, durationMs: null });
    const whole = gapRecord({ toId: 108, durationMs: 2_000 });
    const rows = () =>
      sql`SELECT number, to_id::int AS to, duration_ms AS ms FROM gaps ORDER BY number`;
    symbol.send(delivery(1, [open]));
    await symbol.acked(1);
    assertEquals([...await rows()].map((row) => ({ ...row })), [{ number: 1, to: 103, ms: null }]);
    const [second, complete] = [open, whole].map((gap) => ({ ...gap, number: 2 }));
    symbol.send(delivery(2, [whole, second ?? open, complete ?? whole, open]));
    await symbol.acked(2);
    symbol.send(delivery(3, [open]));
    await symbol.acked(3);
    assertEquals([...await rows()].map((row) => ({ ...row })), [
      { number: 1, to: 108, ms: 2_000 },
      { number: 2, to: 108, ms: 2_000 },
    ]);
    symbol.close();
    await writer.drain();
  },

  "stores proofs exactly, each with the life that its counters are of": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const first = proofStatus();
    const later = proofStatus({ number: 61, lastExactMs: null });
    const onScreen = proofStatus({ number: 2, forStore: false });
    symbol.send(delivery(1, [first, later, onScreen], { incarnation: 5 }));
    symbol.send(delivery(1, [first], { incarnation: 6 }));
    await symbol.acked(1);
    await writer.untilGauges(({ rowsWritten }) => rowsWritten === 3);
    const rows = await sql`
      SELECT venue, symbol, incarnation::int, number, (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
        exact_checked::float8 AS "exactChecked", exact_mismatched::float8 AS "exactMismatched",
        carried_checked::float8 AS "carriedChecked",
        carried_mismatched::float8 AS "carriedMismatched",
        carried_healed::float8 AS "carriedHealed",
        (extract(epoch FROM last_exact_at) * 1000)::float8 AS "lastExactMs"
      FROM proofs_with_market ORDER BY incarnation, number`;
    assertEquals<unknown>(rows.map((row) => ({ type: "proof", forStore: true, ...row })), [
      { ...first, incarnation: 5 },
      { ...later, incarnation: 5 },
      { ...first, incarnation: 6 },
    ]);
    symbol.close();
    await writer.drain();
  },

  "stores each second's trades exactly and once, a side that had none as NULL": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const both = tradesSecond();
    // The clock was set back: the same second again.
    const again = tradesSecond({ number: 2, buy: null, state: "stale" });
    symbol.send(delivery(1, [both, again, tradesSecond({ number: 3, sell: null })]));
    symbol.send(delivery(2, [again], { incarnation: 1 }));
    await symbol.acked(2);
    const rows = await sql`
      SELECT venue, symbol, incarnation::int, number, state,
        (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
        ARRAY[buy_qty, buy_vwap, buy_low, buy_high, buy_count]::text AS buy,
        ARRAY[sell_qty, sell_vwap, sell_low, sell_high, sell_count]::text AS sell
      FROM trades_1s_with_market ORDER BY number`;
    const { venue, symbol: name, timeMs } = both;
    const common = { venue, symbol: name, incarnation: 1, timeMs, state: "live" };
    const buy = "{0.30000000000000004,0.3333333333333333,0.25,0.5,3}";
    const sell = "{1e-08,60000,59000,61000.5,7}";
    const none = "{NULL,NULL,NULL,NULL,NULL}";
    assertEquals(rows.map((row) => ({ ...row })), [
      { ...common, number: 1, buy, sell },
      { ...common, number: 2, state: "stale", buy: none, sell },
      { ...common, number: 3, buy, sell: none },
    ]);
    symbol.close();
    await writer.drain();
  },
};

testOnBothDatabases("writer of records", PROMISES);
