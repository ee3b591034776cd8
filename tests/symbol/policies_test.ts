import { assertEquals } from "@std/assert";
import { symbolPermissions } from "../../actors/symbol/permissions.ts";
import { WEB_POLICY, WRITER_POLICY } from "../../actors/symbol/peer.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { formOf, type Lane, OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { Outbox } from "../../shared/outbox.ts";
import type { Output } from "../../shared/output.ts";
import { delivery } from "../writer/outputs.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bookSecond,
  bucketFrame,
  depthProfile,
  feedStatus,
  gapRecord,
  metricsFrame,
  proofStatus,
  tradeFrame,
  tradesFrame,
  tradesSecond,
} from "../support/outputs.ts";

const TABLE: readonly (readonly [string, Output, writer: Lane, web: Lane])[] = [
  ["a live frame", metricsFrame(), "none", "newest"],
  ["the row of an interval", bucketFrame(), "rows", "rows"],
  ["a book for the screen", bookFrame(), "none", "newest"],
  ["a book for the store", bookFrame({ forStore: true }), "newest", "newest"],
  ["the book of a second", bookSecond(), "rows", "none"],
  ["a profile for the screen", depthProfile(), "none", "newest"],
  ["a profile for the store", depthProfile({ forStore: true }), "rows", "newest"],
  ["single trades", tradeFrame(), "none", "summed"],
  ["trades", tradesFrame(), "none", "summed"],
  ["trades of a second", tradesSecond(), "rows", "rows"],
  ["a proof for the screen", proofStatus(), "none", "newest"],
  ["a proof for the store", proofStatus({ forStore: true }), "rows", "newest"],
  ["a feed status", feedStatus(), "records", "records"],
  ["a gap", gapRecord(), "records", "records"],
  ["an audit", auditRecord(), "records", "records"],
  ["an alert", alertEvent(), "kept", "records"],
];

for (const [name, output, writer, web] of TABLE) {
  Deno.test(`WRITER_POLICY and WEB_POLICY put ${name} into its lane`, () => {
    assertEquals([WRITER_POLICY.laneOf(output), WEB_POLICY.laneOf(output)], [writer, web]);
  });
}

for (const intervalMs of [100, 1_000, 60_000]) {
  Deno.test(`WRITER_POLICY keeps 15 minutes of rows, one in ${intervalMs} ms, and every record`, () => {
    const outbox = new Outbox("BTCUSDT", 1, WRITER_POLICY, DEFAULT_SETTINGS);
    const minutes = (count: number) => count * 60_000;
    const records = [feedStatus(), gapRecord(), auditRecord()];
    for (const record of records) outbox.offer(record, 0);
    // Beside the rows of intervals, those of seconds.
    const seconds = [bookSecond(), depthProfile({ forStore: true }), tradesSecond()];
    let offered = 0;
    let newest = 0;
    const offer = (row: Output, ms: number) => {
      outbox.offer(row, ms);
      offered += 1;
      if (ms >= minutes(45)) newest += 1;
    };
    for (let ms = 100; ms <= minutes(60); ms += 100) {
      if (ms % intervalMs === 0) offer(bucketFrame(), ms);
      if (ms % 1_000 === 0) { for (const row of seconds) offer(row, ms); }
    }
    assertEquals(outbox.unacked, newest + records.length);
    assertEquals(outbox.dropped, { rows: offered - newest, records: 0 });
  });
}

Deno.test("OUTPUTS names the table of exactly what the writer stores", () => {
  for (const [name, output] of TABLE) {
    const rows = rowsOf(delivery(1, [output]));
    const { table } = OUTPUTS[output.type];
    assertEquals(rows.map((row) => row.table), formOf(output).stored ? [table] : [], name);
  }
});

Deno.test("symbolPermissions() names the exchange's hosts with their ports and nothing else", () => {
  assertEquals(
    symbolPermissions({
      restUrls: ["https://a.example", "https://c.example"],
      wsUrls: ["wss://b.example:9443", "wss://b.example"],
    }),
    { net: ["a.example:443", "c.example:443", "b.example:9443", "b.example:443"] },
  );
  assertEquals(
    symbolPermissions({ restUrls: ["http://127.0.0.1:8080"], wsUrls: ["ws://[::1]"] }),
    { net: ["127.0.0.1:8080", "[::1]:80"] },
  );
});
