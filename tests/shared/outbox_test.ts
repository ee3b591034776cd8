import { DEFAULT_SETTINGS, type MetricSettings } from "../../shared/catalogue/settings.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { type Lane, OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { Outbox, type OutboxPolicy, type Untold } from "../../shared/outbox.ts";
import type {
  AlertEvent,
  FeedStatus,
  Output,
  ProofStatus,
  TradesFrame,
} from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { Tally } from "../../shared/tally.ts";
import { hand } from "../support/in_hand.ts";
import {
  alertEvent,
  bookFrame,
  feedStatus,
  gapRecord,
  lossRecord,
  proofStatus,
  tradesFrame,
  tradesOfSide as side,
} from "../support/outputs.ts";

/** Feed statuses and gaps wait in order, proofs conflate, trades add up, alerts never drop. */
const POLICY: OutboxPolicy = {
  windowMax: 2,
  itemsMax: 3,
  bounds: { rows: { spanMsMax: 100, bytesMax: 1e9 }, records: { spanMsMax: 100, bytesMax: 1e9 } },
  laneOf: ({ type }) => LANES[type],
};
const LANES: Readonly<Record<Output["type"], Lane>> = {
  feed: "rows",
  gap: "records",
  proof: "newest",
  trades: "summed",
  trades_1s: "none",
  alert: "kept",
  rule_state: "none",
  metric_state: "none",
  mute: "none",
  micro_price: "none",
  metrics: "none",
  book: "none",
  book_1s: "none",
  depth_profile: "none",
  trade: "none",
  audit: "none",
  loss: "none",
};
/** So many feed statuses at most. */
const atMost = (count: number): Partial<OutboxPolicy> => ({
  bounds: { ...POLICY.bounds, rows: { spanMsMax: 100, bytesMax: count * OUTPUTS.feed.bytes } },
});

const feed = (number: number): FeedStatus => feedStatus({ number, timeMs: number });

const proof = (symbol: string, exactChecked: number): ProofStatus =>
  proofStatus({ symbol, exactChecked, timeMs: 0 });

const alert = (alertId: string, revision: number): AlertEvent =>
  alertEvent({ alertId, revision, timeMs: 0 });

/** Not those of the default: they are this life's own. */
const SETTINGS: MetricSettings = { ...DEFAULT_SETTINGS, imbalanceLevels: 7 };

function connected(policy: Partial<OutboxPolicy> = {}): Outbox {
  const outbox = new Outbox("BTCUSDT", 7, { ...POLICY, ...policy }, SETTINGS);
  outbox.connect(1);
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
    : output.type === "gap"
    ? `g${output.number}`
    : output.type === "proof"
    ? `${output.symbol}=${output.exactChecked}`
    : output.type;
const contents = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ seq, items }) => `${seq}: ${items.map(brief).join(" ")}`);

Deno.test("Outbox.take() gives nothing before connect(), and an idle outbox nothing at all", () => {
  const outbox = new Outbox("BTCUSDT", 7, POLICY, SETTINGS);
  outbox.offer(feed(1), 0);
  assertEquals(outbox.take(), null);
  outbox.connect(1);
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
  const outbox = connected();
  for (let number = 1; number <= 8; number++) outbox.offer(feed(number), 0);
  assertEquals(contents(takeAll(outbox)), ["1: f1 f2 f3", "2: f4 f5 f6"]);
  outbox.ack(1);
  assertEquals(contents(takeAll(outbox)), ["3: f7 f8"]);
  outbox.ack(3);
  assertEquals(outbox.unacked, 0);
});

Deno.test("Outbox.ack() is cumulative and ignores numbers it does not know", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number), 0);
  takeAll(outbox);
  outbox.ack(0);
  outbox.ack(-1);
  assertEquals(outbox.unacked, 5);
  outbox.ack(2);
  outbox.ack(1);
  assertEquals(outbox.unacked, 0);
  outbox.ack(99);
  outbox.offer(feed(6), 0);
  assertEquals(contents(takeAll(outbox)), ["3: f6"]);
});

Deno.test("Outbox.connect(1) sends again what is unacknowledged, in order, under the same seq", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number), 0);
  const first = takeAll(outbox);
  outbox.disconnect();
  outbox.offer(feed(6), 0);
  assertEquals(outbox.take(), null);
  outbox.connect(1);
  const again = takeAll(outbox);
  assertEquals(again, first);
  outbox.ack(1);
  assertEquals(contents(takeAll(outbox)), ["3: f6"]);
});

Deno.test("Outbox.connect(1) skips what was acknowledged while nobody was connected", () => {
  const outbox = connected(atMost(5));
  for (let number = 1; number <= 6; number++) outbox.offer(feed(number), 0);
  assertEquals(outbox.dropped, { rows: 1, records: 0 });
  takeAll(outbox);
  outbox.disconnect();
  outbox.ack(1);
  outbox.connect(1);
  assertEquals(contents(takeAll(outbox)), ["2: f5 f6"]);
});

Deno.test("Outbox.ack() in the middle of sending again neither repeats nor leaves out", () => {
  const outbox = connected();
  for (let number = 1; number <= 5; number++) outbox.offer(feed(number), 0);
  takeAll(outbox);
  outbox.connect(1);
  assertEquals(outbox.take()?.seq, 1);
  outbox.ack(1);
  outbox.offer(feed(6), 0);
  assertEquals(contents(takeAll(outbox)), ["2: f4 f5", "3: f6"]);
});

Deno.test("Outbox.offer() drops the oldest of a full ordered lane and counts it", () => {
  const outbox = connected({ windowMax: 0, ...atMost(5) });
  for (let number = 1; number <= 12; number++) outbox.offer(feed(number), 0);
  assertEquals([outbox.dropped.rows, outbox.unacked], [7, 5]);
  const roomy = connected(atMost(5));
  roomy.disconnect();
  for (let number = 1; number <= 6; number++) roomy.offer(feed(number), 0);
  roomy.connect(1);
  assertEquals(contents(takeAll(roomy)), ["1: f2 f3 f4", "2: f5 f6"]);
});

Deno.test("Outbox.offer() keeps the newest of a type, in order of last change, as no loss", () => {
  const outbox = connected({ laneOf: () => "newest" });
  outbox.offer(proof("A", 1), 0);
  outbox.offer(feed(1), 0);
  outbox.offer(proof("A", 2), 0);
  assertEquals(outbox.unacked, 2);
  assertEquals(contents(takeAll(outbox)), ["1: f1 A=2"]);
  assertEquals(outbox.dropped, { rows: 0, records: 0 });
});

Deno.test("Outbox.offer() replaces nothing of another key, in whichever lane", () => {
  for (const lane of ["newest", "kept"] as const) {
    const outbox = connected({ laneOf: () => lane, itemsMax: 10 });
    const offered = [alert("a", 1), feed(1), alert("b", 1), feed(2), alert("b", 2)];
    for (const output of offered) outbox.offer(output, 0);
    const [{ items } = { items: [] }] = takeAll(outbox);
    assertEquals(items.map(brief).sort(), ["a.1", "b.2", "f2"], lane);
  }
});

Deno.test("Outbox.offer() never drops an alert, and keeps the newest revision of an episode", () => {
  const outbox = connected(atMost(1));
  outbox.disconnect();
  for (let i = 0; i < 50; i++) outbox.offer(alert(`a${i % 10}`, i), 0);
  assertEquals(outbox.unackedAlerts().map(brief).at(-1), "a9.49");
  outbox.connect(1);
  const received = Array.from({ length: 4 }, () => {
    const taken = takeAll(outbox);
    outbox.ack(taken.at(-1)?.seq ?? 0);
    return taken.flatMap(({ items }) => items.map(brief));
  }).flat();
  assertEquals(received, Array.from({ length: 10 }, (_, i) => `a${i}.${40 + i}`));
  assertEquals([outbox.dropped, outbox.unacked], [{ rows: 0, records: 0 }, 0]);
});

Deno.test("Outbox.take() lets alerts pass what waits, and fills up with it", () => {
  const outbox = connected();
  outbox.offer(proof("A", 1), 0);
  outbox.offer(feed(1), 0);
  outbox.offer(feed(2), 0);
  outbox.offer(alert("a", 1), 0);
  assertEquals(contents(takeAll(outbox)), ["1: a.1 f1 f2", "2: A=1"]);
});

Deno.test("Outbox.unackedAlerts() has the newest revision, in flight or waiting, until its ack", () => {
  const outbox = connected({ itemsMax: 1 });
  outbox.offer(alert("a", 1), 0);
  outbox.offer(alert("b", 1), 0);
  takeAll(outbox);
  outbox.offer(alert("a", 2), 0);
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
  outbox.offer(bookFrame(), 0);
  assertEquals(outbox.unacked, 0);
  const summed = connected({ laneOf: () => "summed" });
  summed.offer(feed(1), 0);
  assertThrows(() => summed.offer(feed(2), 0), TypeError, "received feed");
});

Deno.test("Outbox.offer() keeps of an ordered lane what came within its time, whatever its pace", () => {
  for (const stepMs of [1, 10, 30]) {
    const outbox = connected({ windowMax: 0 });
    for (let n = 1; n <= 1_000; n++) outbox.offer(feed(n), n * stepMs);
    const kept = Math.floor(100 / stepMs) + 1;
    assertEquals([outbox.unacked, outbox.dropped.rows], [kept, 1_000 - kept]);
  }
});

Deno.test("Outbox.offer() never lets rows push records out, nor the other way, and both leave in one order", () => {
  const outbox = connected({ itemsMax: 100, ...atMost(2) });
  outbox.disconnect();
  const gap = (number: number) => gapRecord({ number });
  outbox.offer(gap(1), 0);
  for (let n = 1; n <= 50; n++) outbox.offer(feed(n), 0);
  outbox.offer(gap(2), 0);
  outbox.offer(feed(51), 0);
  assertEquals(outbox.dropped, { rows: 49, records: 0 });
  outbox.connect(1);
  assertEquals(contents(takeAll(outbox)), ["1: g1 f50 g2 f51"]);
  outbox.ack(1);
  outbox.offer(feed(52), 0);
  for (let n = 0; n <= 500; n++) outbox.offer(gap(n), n);
  assertEquals(outbox.dropped, { rows: 49, records: 400 });
  assertEquals(
    contents(takeAll(outbox))[0],
    "2: f52 " + [...Array(99)].map((_, i) => `g${i + 400}`).join(" "),
  );
});

Deno.test("Outbox.offer() adds up what is summed: late, and never less", () => {
  const outbox = connected({ windowMax: 1 });
  const offer = (fromMs: number, timeMs: number, over: Partial<TradesFrame>) =>
    outbox.offer(tradesFrame({ fromMs, timeMs, buy: null, sell: null, ...over }), timeMs);
  offer(0, 100, { buy: side({ qty: 1, notional: 100, low: 100, high: 100 }) });
  assertEquals(takeAll(outbox)[0]?.items.length, 1);
  offer(100, 200, { buy: side({ qty: 3, notional: 306, low: 102, high: 102, count: 2 }) });
  offer(300, 400, { sell: side({ qty: 5 }), state: "stale" });
  offer(400, 500, { buy: side({ qty: 1, notional: 98, low: 98, high: 98 }), state: "stale" });
  assertEquals([outbox.unacked, takeAll(outbox)], [2, []]);
  outbox.ack(1);
  const merged = tradesFrame({
    fromMs: 100,
    timeMs: 500,
    state: "stale",
    buy: { qty: 4, notional: 404, vwap: 101, low: 98, high: 102, count: 3 },
    sell: side({ qty: 5 }),
  });
  assertEquals(takeAll(outbox)[0]?.items, [merged]);
});

Deno.test("Outbox.note() tells what nobody else has, and what the peer has been given and has not confirmed", () => {
  const lanes: Readonly<Record<Output["type"], Lane>> = { ...LANES, loss: "summed" };
  const policy = { ...POLICY, laneOf: ({ type }: Output) => lanes[type] };
  const outbox = new Outbox("BTCUSDT", 7, policy, SETTINGS);
  const tally = new Tally();
  const noted = (untold: readonly Untold[] = []) => {
    outbox.note(tally, untold);
    // As whoever made it reads it.
    const { own, sent: { to, lastSeq, ...sent } } = new Tally(tally.memory).read();
    return [own, sent, `${to}#${lastSeq}`];
  };
  const NONE = { rows: null, alerts: 0 };
  assertEquals(noted(), [NONE, NONE, "0#0"]);
  outbox.connect(5);
  for (const number of [1, 2, 3, 4]) outbox.offer(feed(number), 0);
  assertEquals(noted(), [hand(4, 1, 4), NONE, "5#0"]);
  outbox.take();
  assertEquals(noted(), [hand(1, 4, 4), hand(3, 1, 3), "5#1"]);
  outbox.offer(alert("a", 1), 0);
  outbox.take();
  assertEquals(noted(), [NONE, hand(4, 1, 4, 1), "5#2"]);
  outbox.offer(gapRecord({ timeMs: 9 }), 0);
  outbox.offer(tradesFrame({}), 0);
  outbox.offer(lossRecord({ rows: 100, fromMs: 2, toMs: 3, timeMs: 8 }), 0);
  assertEquals(noted()[0], hand(101, 2, 9), "a loss is as many as it tells of");
  outbox.ack(1);
  assertEquals(noted()[1], hand(1, 4, 4, 1));
  outbox.disconnect();
  const all = hand(102, 2, 9, 1);
  assertEquals(noted(), [all, NONE, "0#0"], "what it has not confirmed comes back");
  outbox.connect(6);
  assertEquals(noted(), [all, NONE, "6#0"], "until it has been sent again");
  outbox.take();
  assertEquals(noted(), [hand(101, 2, 9), hand(1, 4, 4, 1), "6#2"]);
  const untold = [{ rows: 7, span: { fromMs: 1, toMs: 2 } }];
  assertEquals(noted(untold)[0], hand(108, 1, 9), "a loss that no record tells of yet");
  outbox.offer(feed(10), 0);
  outbox.offer(feed(20), 5_000);
  assertEquals(noted()[0], hand(103, 2, 20), "nor one that nobody has been asked about");
  assertEquals(outbox.takeLost(), [{ rows: 1, fromMs: 10, toMs: 10 }]);
  assertEquals(noted()[0], hand(102, 2, 20));
});
