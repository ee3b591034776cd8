import { DEFAULT_SETTINGS, type MetricSettings } from "../../shared/catalogue/settings.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { Outbox, type OutboxPolicy } from "../../shared/outbox.ts";
import type { AlertEvent, FeedStatus, Output, ProofStatus } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { feedStatus } from "../support/outputs.ts";

/** Feed statuses wait in order, proofs conflate, alerts never drop, the rest is not wanted. */
const POLICY: OutboxPolicy = {
  windowMax: 2,
  itemsMax: 3,
  queueMax: 5,
  laneOf: (output) => {
    if (output.type === "feed") return { kind: "ordered" };
    if (output.type === "proof") return { kind: "latest", key: output.symbol };
    return output.type === "alert" ? { kind: "alert" } : { kind: "skip" };
  },
};

const feed = (number: number): FeedStatus => feedStatus({ number, timeMs: number });

const proof = (symbol: string, exactChecked: number): ProofStatus => ({
  type: "proof",
  venue: "binance_spot",
  symbol,
  number: 1,
  timeMs: 0,
  forStore: false,
  exactChecked,
  exactMismatched: 0,
  carriedChecked: 0,
  carriedMismatched: 0,
  carriedHealed: 0,
  lastExactMs: null,
});

const alert = (alertId: string, revision: number): AlertEvent => ({
  type: "alert",
  alertId,
  revision,
  venue: "binance_spot",
  symbol: "BTCUSDT",
  rule: "extreme_imbalance",
  phase: "firing",
  severity: "warning",
  summary: "",
  startedMs: 0,
  firedMs: 0,
  resolvedMs: null,
  timeMs: 0,
  value: null,
  threshold: 0.8,
  bookUpdateId: null,
  mid: null,
});

/** Not those of the default: they are this life's own. */
const SETTINGS: MetricSettings = { ...DEFAULT_SETTINGS, imbalanceLevels: 7 };

function connected(policy: Partial<OutboxPolicy> = {}): Outbox {
  const outbox = new Outbox("BTCUSDT", 7, { ...POLICY, ...policy }, SETTINGS);
  outbox.connect();
  return outbox;
}

/** Everything that may leave now. */
function takeAll(outbox: Outbox): Delivery[] {
  const taken: Delivery[] = [];
  for (let next = outbox.take(); next !== null; next = outbox.take()) taken.push(next);
  return taken;
}

const brief = (output: Output) =>
  output.type === "feed"
    ? `f${output.number}`
    : output.type === "alert"
    ? `${output.alertId}.${output.revision}`
    : output.type === "proof"
    ? `${output.symbol}=${output.exactChecked}`
    : output.type;
const contents = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ seq, items }) => `${seq}: ${items.map(brief).join(" ")}`);

Deno.test("Outbox.take() gives nothing before connect(), and an idle outbox nothing at all", () => {
  const outbox = new Outbox("BTCUSDT", 7, POLICY, SETTINGS);
  outbox.offer(feed(1));
  assertEquals(outbox.take(), null);
  outbox.connect();
  assertEquals(outbox.take(), {
    type: "delivery",
    source: "BTCUSDT",
    incarnation: 7,
    settings: SETTINGS,
    seq: 1,
    items: [feed(1)],
  });
  assertEquals(outbox.take(), null);
});

Deno.test("Outbox.take() keeps order, and stops at a full window until an ack()", () => {
  const outbox = connected({ queueMax: 100 });
  for (let number = 1; number <= 8; number++) outbox.offer(feed(number));
  assertEquals(contents(takeAll(outbox)), ["1: f1 f2 f3", "2: f4 f5 f6"]);
  outbox.ack(1);
  assertEquals(contents(takeAll(outbox)), ["3: f7 f8"]);
  outbox.ack(3);
  assertEquals(outbox.unacked, 0);
});

Deno.test("Outbox.ack() is cumulative and ignores numbers it does not know", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number));
  takeAll(outbox);
  outbox.ack(0);
  outbox.ack(-1);
  assertEquals(outbox.unacked, 5);
  outbox.ack(2);
  outbox.ack(1);
  assertEquals(outbox.unacked, 0);
  outbox.ack(99);
  outbox.offer(feed(6));
  assertEquals(contents(takeAll(outbox)), ["3: f6"]);
});

Deno.test("Outbox.connect() sends again what is unacknowledged, in order, under the same seq", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number));
  const first = takeAll(outbox);
  outbox.disconnect();
  outbox.offer(feed(6));
  assertEquals(outbox.take(), null);
  outbox.connect();
  const again = takeAll(outbox);
  assertEquals(again, first);
  outbox.ack(1);
  assertEquals(contents(takeAll(outbox)), ["3: f6"]);
});

Deno.test("Outbox.connect() skips what was acknowledged while nobody was connected", () => {
  const outbox = connected();
  for (let number = 1; number <= 6; number++) outbox.offer(feed(number));
  assertEquals(outbox.dropped, 1);
  takeAll(outbox);
  outbox.disconnect();
  outbox.ack(1);
  outbox.connect();
  assertEquals(contents(takeAll(outbox)), ["2: f5 f6"]);
});

Deno.test("Outbox.ack() in the middle of sending again neither repeats nor leaves out", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number));
  takeAll(outbox);
  outbox.connect();
  assertEquals(outbox.take()?.seq, 1);
  outbox.ack(1);
  outbox.offer(feed(6));
  assertEquals(contents(takeAll(outbox)), ["2: f4 f5", "3: f6"]);
});

Deno.test("Outbox.offer() drops the oldest of a full ordered lane and counts it", () => {
  const outbox = connected({ windowMax: 0 });
  for (let number = 1; number <= 12; number++) outbox.offer(feed(number));
  assertEquals([outbox.dropped, outbox.unacked], [7, 5]);
  const roomy = connected();
  roomy.disconnect();
  for (let number = 1; number <= 6; number++) roomy.offer(feed(number));
  roomy.connect();
  assertEquals(contents(takeAll(roomy)), ["1: f2 f3 f4", "2: f5 f6"]);
});

Deno.test("Outbox.offer() keeps the newest of a key, in order of last change, as no loss", () => {
  const outbox = connected();
  outbox.offer(proof("A", 1));
  outbox.offer(proof("B", 1));
  outbox.offer(proof("A", 2));
  assertEquals(outbox.unacked, 2);
  assertEquals(contents(takeAll(outbox)), ["1: B=1 A=2"]);
  assertEquals(outbox.dropped, 0);
});

Deno.test("Outbox.offer() never drops an alert, and keeps the newest revision of an episode", () => {
  const outbox = connected({ queueMax: 1 });
  outbox.disconnect();
  for (let i = 0; i < 50; i++) outbox.offer(alert(`a${i % 10}`, i));
  assertEquals(outbox.unackedAlerts().map(brief).at(-1), "a9.49");
  outbox.connect();
  const received = Array.from({ length: 4 }, () => {
    const taken = takeAll(outbox);
    outbox.ack(taken.at(-1)?.seq ?? 0);
    return taken.flatMap(({ items }) => items.map(brief));
  }).flat();
  assertEquals(received, Array.from({ length: 10 }, (_, i) => `a${i}.${40 + i}`));
  assertEquals([outbox.dropped, outbox.unacked], [0, 0]);
});

Deno.test("Outbox.take() lets alerts pass what waits, and fills up with it", () => {
  const outbox = connected();
  outbox.offer(proof("A", 1));
  outbox.offer(feed(1));
  outbox.offer(feed(2));
  outbox.offer(alert("a", 1));
  assertEquals(contents(takeAll(outbox)), ["1: a.1 f1 f2", "2: A=1"]);
});

Deno.test("Outbox.unackedAlerts() has the newest revision, in flight or waiting, until its ack", () => {
  const outbox = connected({ itemsMax: 1 });
  outbox.offer(alert("a", 1));
  outbox.offer(alert("b", 1));
  takeAll(outbox);
  outbox.offer(alert("a", 2));
  assertEquals(outbox.unackedAlerts().map(brief).sort(), ["a.2", "b.1"]);
  outbox.ack(1);
  assertEquals(outbox.unackedAlerts().map(brief).sort(), ["a.2", "b.1"]);
  outbox.ack(2);
  assertEquals(outbox.unackedAlerts().map(brief), ["a.2"]);
  takeAll(outbox);
  outbox.ack(3);
  assertEquals(outbox.unackedAlerts(), []);
});

Deno.test("Outbox.offer() leaves out what its peer does not want, and refuses a policy's mistake", () => {
  const outbox = connected();
  outbox.offer({
    type: "trades",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    timeMs: 0,
    state: "live",
    buy: null,
    sell: null,
  });
  assertEquals(outbox.unacked, 0);
  const mistaken = connected({ laneOf: () => ({ kind: "alert" }) });
  assertThrows(() => mistaken.offer(feed(1)), TypeError, "received feed");
});
