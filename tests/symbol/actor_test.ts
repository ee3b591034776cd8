import { assert, assertEquals, assertThrows } from "@std/assert";
import { utcNowMs } from "../../shared/clock.ts";
import { declareFamily } from "../../actors/symbol/engine/metrics/family.ts";
import { type Checkpoint, NO_CHECKPOINT } from "../../actors/symbol/checkpoint.ts";
import {
  type AlertMemory,
  NO_ALERT_MEMORY,
} from "../../actors/symbol/engine/alerts/alert_memory.ts";
import { NO_METRIC_MEMORY } from "../../actors/symbol/engine/metrics/metric_memory.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent } from "../support/outputs.ts";
import { METRICS_INTERVAL_MS, type PortUnderTest, SETTINGS, Stage } from "./actor_stage.ts";
import { combined, depthFrame } from "./tiny_exchange.ts";

Deno.test("SymbolActor goes live and tells the writer rows and the web live frames", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  const web = stage.port("web");
  await stage.goLive();
  stage.exchange.send(depthFrame(101, 105, 3));
  await eventually(() =>
    writer.items.some((item) => item.type === "metrics" && item.bookUpdateId === 105) &&
    web.items.some((item) => item.type === "book" && item.bookUpdateId === 105)
  );
  const kinds = (items: typeof writer.items) => [...new Set(items.map(({ type }) => type))].sort();
  const stored = ["book", "book_1s", "depth_profile", "feed", "metrics"];
  await eventually(() => kinds(writer.items).length >= stored.length, `${stored}`);
  assertEquals(writer.feed.at(-1)?.state, "live");
  assertEquals(web.feed.at(-1)?.state, "live");
  assert((stage.actor.gauges()["learningRules"] ?? 0) > 0, "no rule has learnt what is usual yet");
  const row = writer.items.findLast((item) => item.type === "metrics");
  assertEquals([row?.bucketMs, row?.values.mid, row?.values.imbalance, (row?.timeMs ?? 1) % 200], [
    200,
    100,
    4 / 6,
    0,
  ]);
  assertEquals(kinds(writer.items), stored);
  assert(web.items.some((item) => item.type === "metrics" && item.bucketMs === null));
  const [first] = writer.deliveries;
  assertEquals([first?.source, first?.incarnation, first?.seq], ["BTCUSDT", 7, 1]);
  for (const { settings } of [...writer.deliveries, ...web.deliveries]) {
    assertEquals(settings, SETTINGS);
  }
});

Deno.test("SymbolActor asks for three streams on one connection, and for the configured depth", async () => {
  await using stage = new Stage();
  await stage.goLive();
  assertEquals(stage.exchange.streamUrls, [
    "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@aggTrade",
  ]);
  assertEquals(stage.exchange.restUrls, ["/api/v3/depth?symbol=BTCUSDT&limit=500"]);
});

Deno.test("SymbolActor finds a symbol that is not ASCII", async () => {
  await using stage = new Stage({ symbol: "币安人生USDT" });
  await stage.exchange.connected();
  stage.exchange.send(depthFrame(95, 100, null, "币安人生USDT"));
  await eventually(() => stage.actor.gauges().snapshots === 1);
  const name = encodeURIComponent("币安人生usdt");
  assert(stage.exchange.streamUrls[0]?.startsWith(`/stream?streams=${name}@depth@100ms/`));
  assertEquals(stage.exchange.restUrls, [
    `/api/v3/depth?symbol=${encodeURIComponent("币安人生USDT")}&limit=500`,
  ]);
});

Deno.test("SymbolActor refuses unusable frames of every kind, counts them, and goes on", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  await stage.goLive();
  const bad = [
    "hello",
    "[1]",
    '{"e":"kline"}',
    '{"e":"depthUpdate","U":"x"}',
    depthFrame(101, 101, 9, "ETHUSDT"),
    combined({ u: 101, s: "ETHUSDT", b: "1", B: "1", a: "2", A: "1" }),
    combined({ e: "trade", E: 1, s: "ETHUSDT", t: 1, p: "1", q: "1", T: 1, m: true }),
  ];
  for (const frame of [...bad, ...bad]) stage.exchange.send(frame);
  stage.exchange.send(new Uint8Array([1, 2, 3]).buffer);
  stage.exchange.send('{"result":null,"id":1}');
  stage.exchange.send(depthFrame(101, 105, 3));
  await eventually(() =>
    writer.items.some((item) => item.type === "metrics" && item.bookUpdateId === 105)
  );
  const { malformed, gaps, resyncs, frames } = stage.actor.gauges();
  assertEquals({ malformed, gaps, resyncs, frames }, {
    malformed: 15,
    gaps: 0,
    resyncs: 0,
    frames: 18,
  });
});

const AT = 1_723_161_255_208;
const depthAt = (E: number, id: number, more: object = {}) =>
  combined({ e: "depthUpdate", E, s: "BTCUSDT", U: id, u: id, b: [], a: [], ...more });

Deno.test("SymbolActor takes the times of a connection in microseconds for what they are", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  await stage.goLive();
  stage.exchange.send(depthAt(AT * 1_000 + 999, 101));
  const row = () =>
    writer.items.find((item) => item.type === "metrics" && item.bookUpdateId === 101);
  await eventually(() => row() !== undefined);
  const metrics = row();
  assertEquals(metrics?.type === "metrics" && metrics.eventMs, AT);
  assertEquals(stage.actor.gauges().malformed, 0);
});

Deno.test("SymbolActor takes nothing of a futures market, nor of times that are no exchange's", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  await stage.exchange.connected();
  for (const more of [{ pu: 100, T: AT }, { E: AT * 1e6 }, { E: Math.floor(AT / 1_000) }]) {
    for (const id of [101, 102]) stage.exchange.send(depthAt(AT, id, more));
  }
  await eventually(() => stage.actor.gauges().malformed === 6);
  assertEquals(stage.actor.gauges().snapshots, 0);
  assertEquals(writer.feed.some(({ state }) => state === "live"), false);
});

Deno.test("SymbolActor counts what it has: levels, snapshots, proofs, what waits", async () => {
  await using stage = new Stage();
  await stage.goLive();
  const ticker = (u: number) =>
    combined({ u, s: "BTCUSDT", b: "99.00", B: "1.00", a: "101.00", A: "1.0" });
  stage.exchange.send(ticker(101));
  stage.exchange.send(depthFrame(101, 101));
  stage.exchange.send(ticker(102));
  await eventually(() => stage.actor.gauges().exactChecked === 1);
  const { bidLevels, askLevels, snapshots, exactMismatched, writerUnacked } = stage.actor.gauges();
  assertEquals({ bidLevels, askLevels, snapshots, exactMismatched }, {
    bidLevels: 2,
    askLevels: 1,
    snapshots: 1,
    exactMismatched: 0,
  });
  assert((writerUnacked ?? 0) > 0, "no writer has taken anything");
});

Deno.test("SymbolActor passes trades on to the web", async () => {
  await using stage = new Stage();
  const web = stage.port("web");
  await stage.goLive();
  const trade = { e: "aggTrade", E: 1, s: "BTCUSDT", a: 1, p: "100", q: "2", f: 1, l: 2, T: 1 };
  stage.exchange.send(combined({ ...trade, m: true }));
  await eventually(() => web.items.some(({ type }) => type === "trades"));
  const trades = web.items.find((item) => item.type === "trades");
  assertEquals([trades?.sell?.qty, trades?.buy], [2, null]);
});

Deno.test("SymbolActor tells single trades while it is in focus, over this port and no later one", async () => {
  await using stage = new Stage();
  await stage.goLive();
  let id = 0;
  /** The ids that are told one by one, of a trade that both ports are told the sum of. */
  const idsAfterTrade = async (web: PortUnderTest) => {
    id += 1;
    const count = web.items.filter(({ type }) => type === "trades").length;
    const trade = { e: "aggTrade", E: 1, s: "BTCUSDT", a: id, p: "100", q: "2", f: 1, l: 2, T: 1 };
    stage.exchange.send(combined({ ...trade, m: true }));
    await eventually(() => web.items.filter(({ type }) => type === "trades").length > count);
    return web.items.flatMap((item) => item.type === "trade" ? item.trades : []).map((one) =>
      one.id
    );
  };
  const first = stage.port("web");
  assertEquals(await idsAfterTrade(first), []);
  first.focus(true);
  await eventually(async () => (await idsAfterTrade(first)).length > 0);
  assert(!(await idsAfterTrade(first)).includes(1), "what was traded before nobody has asked for");
  const second = stage.port("web");
  assertEquals(await idsAfterTrade(second), []);
  second.focus(true);
  await eventually(async () => (await idsAfterTrade(second)).length > 0);
  stage.actor.disconnect("web");
  const third = stage.port("web");
  assertEquals(await idsAfterTrade(third), []);
});

Deno.test("SymbolActor.connect() refuses a peer that it does not know", async () => {
  await using stage = new Stage();
  const { port1, port2 } = new MessageChannel();
  assertThrows(() => stage.actor.connect("store", port1, 1), TypeError, "unknown peer");
  assertThrows(() => stage.actor.disconnect("symbol:ETHUSDT"), TypeError, "unknown peer");
  port1.close();
  port2.close();
});

// -- Alerts and the next life --

/** Episodes that fire, by a checkpoint. */
function firingIn({ alerts }: Checkpoint): AlertEvent[] {
  return alerts.rules.flatMap(({ lifeCycle }) =>
    lifeCycle?.state.phase === "firing" ? [lifeCycle.state.event] : []
  );
}

/** The memory of a rule that fires. */
function firing(event: AlertEvent): AlertMemory {
  const state = { phase: "firing" as const, event, toldAgoMs: 0, peak: 0.87, goneMs: null };
  const lifeCycle = { state, awayMs: 0, level: 0, quietMs: null };
  const rules = [{ rule: event.rule, version: 1, lifeCycle, learnt: null, smoothed: null }];
  return { ...NO_ALERT_MEMORY, rules };
}

Deno.test("SymbolActor hands unconfirmed alerts and firing episodes to its next life", async () => {
  let checkpoint: unknown;
  {
    await using stage = new Stage();
    const writer = stage.port("writer", false);
    writer.restore({});
    await stage.goLive();
    stage.exchange.send(depthFrame(101, 101, 500));
    await eventually(() => stage.beats > 0, "an alert asks for a heartbeat at once");
    checkpoint = structuredClone(stage.actor.checkpoint());
    assertEquals(stage.actor.checkpoint().unacked.length, 1);
    await stage.drain();
  }
  await using next = new Stage({ checkpoint });
  const writer = next.port("writer");
  await eventually(() => writer.alerts.length > 0, "the alert comes again");
  const [alert] = writer.alerts;
  assertEquals([alert?.phase, alert?.rule, alert?.revision], [
    "firing",
    "extreme_imbalance_bid",
    1,
  ]);
  await eventually(() => {
    const { unacked } = next.actor.checkpoint();
    return unacked.length === 0;
  }, "the acknowledgement is remembered");
  assertEquals(firingIn(next.actor.checkpoint()), writer.alerts);
  assertEquals(next.actor.gauges().refusedCheckpoints, 0);
});

Deno.test("SymbolActor begins with nothing, and counts it, when its checkpoint does not check", async () => {
  const sound = alertEvent({ rule: "extreme_imbalance_bid" });
  const bad: unknown[] = [
    "a text",
    { alerts: firing(sound), metrics: NO_METRIC_MEMORY },
    { alerts: firing(sound), unacked: [] },
    {
      alerts: firing(sound),
      metrics: NO_METRIC_MEMORY,
      unacked: [{ ...sound, value: "0.85" }],
    },
    { alerts: firing({ ...sound, symbol: "ETHUSDT" }), metrics: NO_METRIC_MEMORY, unacked: [] },
  ];
  for (const checkpoint of bad) {
    await using stage = new Stage({ checkpoint });
    assertEquals(stage.actor.checkpoint(), NO_CHECKPOINT, JSON.stringify(checkpoint));
    assertEquals(stage.actor.gauges()["refusedCheckpoints"], 1);
  }
  await using stage = new Stage({
    checkpoint: { alerts: firing(sound), metrics: NO_METRIC_MEMORY, unacked: [sound] },
  });
  const { unacked } = stage.actor.checkpoint();
  assertEquals([firingIn(stage.actor.checkpoint()), unacked], [[sound], [sound]]);
  assertEquals(stage.actor.gauges()["refusedCheckpoints"], 0);
});

Deno.test("SymbolActor hands what a family remembers to its next life, and counts what none knows", async () => {
  const recalled: unknown[] = [];
  const family = declareFamily(["mid"], "book", () => ({
    write() {},
    remember: () => ({ days: recalled.length + 1 }),
    recall: (memory) => recalled.push(memory) > 0,
  }));
  let checkpoint: unknown;
  {
    await using stage = new Stage({ families: [family] });
    checkpoint = structuredClone(stage.actor.checkpoint());
  }
  {
    await using next = new Stage({ checkpoint, families: [family] });
    assertEquals(recalled, [{ days: 1 }]);
    assertEquals(next.actor.checkpoint().metrics.families, { mid: { days: 2 } });
    assertEquals(next.actor.gauges().refusedCheckpoints, 0);
  }
  await using other = new Stage({ checkpoint });
  assertEquals(other.actor.gauges().refusedCheckpoints, 1);
});

Deno.test("SymbolActor takes up what the store has firing, but for what does not check", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  const sound = alertEvent({ rule: "extreme_imbalance_bid" });
  const bad = { ...sound, rule: "extreme_imbalance_ask", revision: 0.5 };
  writer.restore({ firing: [bad, sound] });
  await eventually(() => firingIn(stage.actor.checkpoint()).length > 0);
  assertEquals(firingIn(stage.actor.checkpoint()), [sound]);
  assertEquals(stage.actor.gauges()["refusedAlerts"], 1);
});

// -- Drain --

Deno.test("SymbolActor.drain() closes the feed and waits until the writer has confirmed all", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer", false);
  await stage.goLive();
  await eventually(() => writer.deliveries.length > 0);
  let unacked: number | null = null;
  const drained = stage.drain(60_000).then((count) => unacked = count);
  await eventually(() => stage.exchange.open === 0, "the socket is closed");
  assertEquals(unacked, null, "nothing has been confirmed yet");
  writer.acknowledge();
  assertEquals(await drained, 0);
});

Deno.test("SymbolActor.drain() ends what is said, however many intervals it lasts and whatever port is left", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer", false);
  stage.port("web");
  await stage.goLive();
  await eventually(() => writer.deliveries.length > 0);
  const sinceMs = utcNowMs();
  const drained = stage.drain(60_000);
  await eventually(() => utcNowMs() - sinceMs > 2 * METRICS_INTERVAL_MS, "an interval ends");
  writer.acknowledge();
  assertEquals(await drained, 0);
  assertEquals(stage.actor.leftovers().unacked, 0);
});

Deno.test("SymbolActor.drain() gives up at its deadline and tells what was not confirmed", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer", false);
  await stage.goLive();
  await eventually(() => writer.feed.some(({ state }) => state === "live"));
  const unacked = await stage.drain();
  assert(unacked !== null && unacked > 0);
  writer.acknowledge();
  await eventually(() => stage.actor.leftovers().unacked === 0, "a late word counts");
});

Deno.test("SymbolActor.drain() waits no longer than for a writer that confirms nothing any more", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer", false);
  await stage.goLive();
  await eventually(() => writer.deliveries.length > 1);
  const drained = stage.drain(600_000);
  const [first] = writer.deliveries;
  writer.ack(first?.seq ?? 0);
  writer.end();
  const left = await drained;
  // The last of what was sent may still be on its way to the port.
  await eventually(() => left === writer.items.length - (first?.items.length ?? 0), `${left} left`);
});

Deno.test("SymbolActor.drain() goes on with a writer that came back meanwhile: nothing is lost", async () => {
  await using stage = new Stage();
  const crashed = stage.port("writer", false);
  await stage.goLive();
  await eventually(() => crashed.feed.some(({ state }) => state === "live"));
  const drained = stage.drain(60_000);
  stage.actor.disconnect("writer");
  const writer = stage.port("writer");
  assertEquals(await drained, 0);
  assertEquals(writer.items.slice(0, crashed.items.length), crashed.items, "in the same order");
  assertEquals(writer.deliveries.map(({ seq }) => seq), writer.deliveries.map((_, i) => i + 1));
});
