import { assertEquals } from "@std/assert";
import { droppedGauges, Peer, WRITER_POLICY, WriterLosses } from "../../actors/symbol/peer.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { LossBook } from "../../shared/losses.ts";
import type { Output } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { bucketFrame, gapRecord, lossRecord } from "../support/outputs.ts";

Deno.test("WriterLosses.line() tells once when outputs begin to be lost, and at the end how many were", () => {
  const losses = new WriterLosses();
  const begun =
    "the writer has taken nothing for so long that the oldest outputs are lost from now on";
  const steps: [rows: number, records: number, unacked: number, line: string | null][] = [
    [0, 0, 900, null],
    [1, 0, 901, begun],
    [50, 2, 905, null],
    [50, 2, 451, null],
    [50, 2, 450, "the writer takes outputs again: 50 rows and 2 records were lost"],
    [50, 2, 3, null],
    [51, 2, 901, begun],
    [51, 2, 0, "the writer takes outputs again: 1 rows and 0 records were lost"],
  ];
  for (const [rows, records, unacked, line] of steps) {
    assertEquals(losses.line({ rows, records }, unacked), line);
  }
});

Deno.test("droppedGauges() has the whole and each lane", () => {
  const expected = { webDropped: 5, webDroppedRows: 2, webDroppedRecords: 3 };
  assertEquals(droppedGauges("web", { rows: 2, records: 3 }), expected);
});

Deno.test("What an outbox has lost reaches the writer as one record a cause, after what was kept", async () => {
  const bounds = { ...WRITER_POLICY.bounds, rows: { spanMsMax: 100_000, bytesMax: 1e9 } };
  const peer = new Peer("BTCUSDT", 1, { ...WRITER_POLICY, bounds }, DEFAULT_SETTINGS, {});
  const book = new LossBook("symbol");
  const market = { venue: "binance_spot", symbol: "BTCUSDT" } as const;
  peer.offer(gapRecord(), 0);
  // As the actor does on its tick; the writer is away for ten minutes.
  for (let second = 0; second < 600; second++) {
    const nowMs = 1_000 * second;
    peer.offer(bucketFrame({ timeMs: nowMs }), nowMs);
    for (const { rows, ...span } of peer.takeLost()) {
      book.add({ market, cause: "outbox full", span, rows, detail: null });
    }
    for (const loss of book.take(nowMs, nowMs)) peer.offer(loss, nowMs);
  }
  for (const loss of book.take(Infinity, 600_000)) peer.offer(loss, 600_000);
  const { port1, port2 } = new MessageChannel();
  const delivered = new Promise<readonly Output[]>((resolve) => {
    port2.onmessage = ({ data }: MessageEvent<Delivery>) => resolve(data.items);
  });
  peer.connect(port1, 1);
  const items = await delivered;
  port2.close();
  peer.disconnect();
  // The gap is 600 s old and a record: rows do not push it out.
  assertEquals(items[0]?.type, "gap");
  const rows = items.filter(({ type }) => type === "metrics");
  assertEquals([rows.length, rows[0]?.timeMs], [101, 499_000]);
  const { number: _, timeMs: __, ...lost } = lossRecord({ rows: 499, fromMs: 0, toMs: 498_000 });
  const [loss, ...more] = items.slice(1 + rows.length);
  const { number: ___, timeMs: ____, ...told } = loss?.type === "loss" ? loss : lossRecord();
  assertEquals([told, more], [lost, []]);
});
