import { assertEquals } from "@std/assert";
import { UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { symbolPermissions } from "../../actors/symbol/permissions.ts";
import { WEB_POLICY, WRITER_POLICY } from "../../actors/symbol/policies.ts";
import type { Lane } from "../../shared/outbox.ts";
import type { Output } from "../../shared/output.ts";
import { auditRecord, gapRecord, proofStatus } from "../support/outputs.ts";

const base = { venue: "binance_spot", symbol: "BTCUSDT", timeMs: 1 } as const;
const metrics = {
  ...base,
  type: "metrics",
  state: "live",
  bookUpdateId: null,
  eventMs: null,
  values: UNKNOWN_VALUES,
} as const;
const book = { ...base, type: "book", bookUpdateId: 1, bids: [], asks: [] } as const;
const ALERT: Output = {
  ...base,
  type: "alert",
  alertId: "a",
  revision: 1,
  rule: "r",
  phase: "firing",
  severity: "info",
  summary: "",
  startedMs: 1,
  firedMs: 1,
  resolvedMs: null,
  value: null,
  threshold: 1,
  bookUpdateId: null,
  mid: null,
};
const FEED: Output = {
  ...base,
  type: "feed",
  number: 1,
  state: "live",
  reason: null,
  bookUpdateId: null,
  resyncs: 0,
  gaps: 0,
};

const ordered: Lane = { kind: "ordered" };
const skip: Lane = { kind: "skip" };
const latest = (key: string): Lane => ({ kind: "latest", key });

const TABLE: readonly (readonly [string, Output, writer: Lane, web: Lane])[] = [
  ["a live frame", { ...metrics, bucketMs: null }, skip, latest("metrics")],
  ["the row of an interval", { ...metrics, bucketMs: 1_000 }, ordered, ordered],
  ["a book for the screen", { ...book, forStore: false }, skip, latest("book")],
  ["a book for the store", { ...book, forStore: true }, latest("book"), latest("book")],
  [
    "trades",
    { ...base, type: "trades", state: "live", buy: null, sell: null },
    skip,
    latest("trades"),
  ],
  ["a proof for the screen", proofStatus(), skip, latest("proof")],
  ["a proof for the store", proofStatus({ forStore: true }), ordered, latest("proof")],
  ["a feed status", FEED, ordered, ordered],
  ["a gap", gapRecord(), ordered, ordered],
  ["an audit", auditRecord(), ordered, ordered],
  ["an alert", ALERT, { kind: "alert" }, ordered],
];

for (const [name, output, writer, web] of TABLE) {
  Deno.test(`WRITER_POLICY and WEB_POLICY put ${name} into its lane`, () => {
    assertEquals([WRITER_POLICY.laneOf(output), WEB_POLICY.laneOf(output)], [writer, web]);
  });
}

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
