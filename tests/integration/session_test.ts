/** Whatever a role, a database or a server has set for sessions, the same rows are written and read. */
import { assertEquals } from "@std/assert";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import { pointsOf } from "../web/point_columns.ts";
import { alertsQuery, recordsQuery } from "../web/questions.ts";
import { findPostgresBin, startPostgres } from "../support/postgres_server.ts";
import { withAdmin } from "../support/store_faults.ts";
import { alertEvent, bucketFrame, delivery, gapRecord, START_MS } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { startWriter, SymbolPort } from "./writer_stage.ts";

/** Each as a person, a provider or a pooler may have it. */
const HOSTILE: readonly (readonly [name: string, value: string])[] = [
  ["DateStyle", "'SQL, DMY'"],
  ["TimeZone", "'America/St_Johns'"],
  ["IntervalStyle", "'iso_8601'"],
  ["standard_conforming_strings", "off"],
  ["array_nulls", "off"],
  ["extra_float_digits", "'-10'"],
  ["default_transaction_isolation", "serializable"],
  ["default_transaction_deferrable", "on"],
  ["statement_timeout", "'400ms'"],
  ["synchronous_commit", "off"],
  ["transform_null_equals", "on"],
  ["search_path", "''"],
];

Deno.test({
  name: "What a role has set for its sessions changes nothing in what is written and read",
  ignore: findPostgresBin() === null,
  fn: async () => {
    const server = await startPostgres();
    const admin = (...statements: string[]) => withAdmin(server, "monitor", ...statements);
    await withAdmin(server, "postgres", "CREATE ROLE monitor LOGIN");
    await withAdmin(server, "postgres", "CREATE DATABASE monitor OWNER monitor");
    const url = new URL(server.url);
    url.username = url.pathname = "monitor";
    const address = {
      kind: "server",
      variable: "DATABASE_URL",
      server: readDatabaseUrl(url.href),
    } as const;
    const frames = [1, 2, 3].map((number) =>
      bucketFrame(number, { bestAskQty: null, weightedMid: 0.1 + 0.2 })
    );
    const alert = alertEvent();
    const gap = gapRecord();
    let seq = 0;
    const store = async () => {
      const writer = startWriter({ database: address });
      const symbol = new SymbolPort(writer);
      // Once more what is there already: nothing is doubled, and nothing else is made of it.
      symbol.send(delivery(++seq, [...frames, alert, gap]));
      await symbol.acked(seq);
      const firing = await symbol.restored();
      symbol.close();
      assertEquals((await writer.drain()).unacked, null);
      return firing;
    };
    const read = async () => {
      const history = patientHistory(address);
      try {
        const span = { fromMs: START_MS, toMs: START_MS + 10_000 };
        const range = { ...span, symbol: "BTCUSDT" };
        const columns = ["weightedMid", "bestBidQty", "spreadBps", "bestAskQty"] as const;
        const rows = await pointsOf(history, { ...range, limit: 10, columns });
        const bins = await pointsOf(history, { ...range, limit: 5, columns });
        const alerts = await history.alerts(alertsQuery({ fromMs: START_MS }));
        const gaps = await history.records("gaps", recordsQuery({ ...span, symbols: ["BTCUSDT"] }));
        return { rows, bins, alerts, gaps };
      } finally {
        await history.close();
      }
    };
    await store();
    const expected = await read();
    assertEquals(expected.rows.timeMs, frames.map(({ timeMs }) => timeMs));
    const { weightedMid, bestBidQty } = expected.rows.values;
    assertEquals(weightedMid, [0.1 + 0.2, 0.1 + 0.2, 0.1 + 0.2]);
    assertEquals(bestBidQty, [0.3, 0.3, 0.3], "of four bytes");
    assertEquals(expected.alerts.map(({ firedMs }) => firedMs), [alert.firedMs]);
    for (const [name, value] of HOSTILE) await admin(`ALTER ROLE monitor SET ${name} = ${value}`);
    await admin("CREATE SCHEMA another AUTHORIZATION monitor");
    for (const path of ["''", "another"]) {
      await admin(`ALTER ROLE monitor SET search_path = ${path}`);
      assertEquals((await store()).map(({ alertId }) => alertId), [alert.alertId]);
      assertEquals(await read(), expected, `search_path ${path}`);
    }
    const others = await admin(
      "SELECT relname FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid " +
        "WHERE nspname = 'another'",
    );
    assertEquals(others.length, 0, "no second store was made");
    assertEquals((await admin("SELECT 1 FROM metrics")).length, 3, "nothing is doubled");
    await server.stop();
  },
});
