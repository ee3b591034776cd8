/** Whole walks of a healthy feed, from start to live outputs; engine_trouble_test.ts has the others. */
import { assert, assertEquals } from "@std/assert";
import type { EngineEvent } from "../../../actors/symbol/engine/event.ts";
import type { Level } from "../../../shared/market.ts";
import { DEFAULT_ALERT_RULES } from "../../../shared/catalogue/built_in_rules.ts";
import type { AlertEvent, Output } from "../../../shared/output.ts";
import { EngineStage, feedStatuses, liveFrames, rows, START_MS } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate, MARKET, seeded, trade } from "./market.ts";

Deno.test("Engine.start() asks for a connection at once and says so", () => {
  const driver = new EngineStage();
  assertEquals(driver.commands, [
    { type: "open_connection", connection: 1, priority: "sync", delayMs: 0 },
  ]);
  assertEquals(
    feedStatuses(driver.outputs).map(({ state, reason }) => [state, reason]),
    [["syncing", "connecting to the exchange"]],
  );
  assertEquals([driver.engine.bookUpdateId, driver.engine.alertMemory.rules], [null, []]);
});

Deno.test("Engine asks for the snapshot after the first buffered update, once", () => {
  const driver = new EngineStage();
  assertEquals(driver.opened().commands, []);
  assertEquals(driver.update(depthUpdate(95, 98)).commands, [
    { type: "fetch_snapshot", generation: 1, limit: 1_000, purpose: "sync", delayMs: 0 },
  ]);
  assertEquals(driver.update(depthUpdate(99, 99)).commands, []);
});

Deno.test("Engine joins the snapshot, replays what waited and is live, in one step", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98, { bids: [[98, 9]] }));
  driver.update(depthUpdate(99, 103, { bids: [[99, 5]] }));
  driver.update(depthUpdate(104, 104, { asks: [[101, 0], [102, 4]] }));
  const { outputs } = driver.snapshot(depthSnapshot(100));
  assertEquals(
    feedStatuses(outputs).map(({ state, reason, bookUpdateId }) => [state, reason, bookUpdateId]),
    [["live", null, 104]],
  );
  assertEquals(
    driver.engine.book.bids.top(9),
    [[99, 5]],
    "the update below the snapshot is not in",
  );
  assertEquals(driver.engine.book.asks.top(9), [[102, 4]]);
  assertEquals(driver.engine.feed.snapshots, 1);
});

Deno.test("Engine gives a live frame with the numbers of the book on the tick after a change", () => {
  const driver = new EngineStage().goLive();
  driver.update(depthUpdate(101, 105, { bids: [[99, 3]] }));
  const [frame, ...more] = liveFrames(driver.ticks(100).outputs);
  assertEquals(more, []);
  assertEquals(
    [frame?.state, frame?.bookUpdateId, frame?.eventMs, frame?.timeMs],
    ["live", 105, 5_000, START_MS + 100],
  );
  assertEquals([frame?.values.mid, frame?.values.imbalance, frame?.values.velocity], [
    100,
    0.5,
    null,
  ]);
  assertEquals(liveFrames(driver.ticks(100).outputs), [], "nothing has changed since");
});

Deno.test("Engine closes every interval with a row, live or not, from the view at its end", () => {
  const driver = new EngineStage();
  driver.ticks(1_000);
  driver.goLive();
  driver.ticks(1_000);
  driver.nowMs += 1_000;
  // The first event of the new interval is an update: it is not yet in the row.
  driver.update(depthUpdate(101, 101, { bids: [[99, 3]] }));
  assertEquals(
    rows(driver.outputs).map((row) => [row.timeMs - START_MS, row.state, row.values.imbalance]),
    // It was not live yet when the second one began.
    [[1_000, "syncing", null], [2_000, "syncing", null], [3_000, "live", 0]],
  );
});

Deno.test("Engine gives velocity as the imbalance's slope per second", () => {
  const driver = new EngineStage().goLive();
  for (let i = 1; i <= 20; i++) {
    // Imbalance rises by 0.02 each 100 ms.
    driver.ticks(100);
    const target = 0.02 * i;
    const update = depthUpdate(100 + i, 100 + i, { bids: [[99, (1 + target) / (1 - target)]] });
    driver.update({ ...update, eventMs: 5_000 + 100 * i });
  }
  driver.ticks(100);
  const velocity = liveFrames(driver.outputs).at(-1)?.values.velocity ?? NaN;
  assert(Math.abs(velocity - 0.2) < 1e-9, `${velocity}`);
});

Deno.test("Engine sends book frames of a live book, at most four a second", () => {
  const driver = new EngineStage().goLive();
  for (let i = 1; i <= 20; i++) {
    driver.update(depthUpdate(100 + i, 100 + i, { bids: [[99, i]] }));
    driver.ticks(100);
  }
  const books = driver.outputs.filter((output) => output.type === "book");
  assertEquals(books.length, 7, "each 300 ms: the first tick at or after 250 ms");
  assertEquals(books.filter(({ forStore }) => forStore).length, 2);
  assertEquals(books.at(-1)?.bookUpdateId, 119);
});

Deno.test("Engine sends the trades of a tick, summed by side", () => {
  const driver = new EngineStage().goLive();
  const { connection } = driver;
  driver.accept({ type: "trade", connection, trade: trade({ side: "sell", qty: 2 }) });
  driver.accept({ type: "trade", connection, trade: trade({ side: "sell", qty: 1 }) });
  const { outputs } = driver.ticks(200);
  assertEquals(outputs.filter((output) => output.type === "trades"), [{
    type: "trades",
    ...MARKET,
    fromMs: START_MS,
    timeMs: START_MS + 100,
    state: "live",
    buy: null,
    sell: { qty: 3, notional: 300, vwap: 100, low: 100, high: 100, count: 2 },
  }]);
});

Deno.test("Engine compares its book with the book ticker and tells at most once a second", () => {
  const driver = new EngineStage().goLive();
  const { connection } = driver;
  for (let id = 101; id <= 140; id++) {
    driver.accept({ type: "book_ticker", connection, ticker: bookTicker(id, [99, 1], [101, 1]) });
    driver.update(depthUpdate(id, id));
    driver.ticks(100);
  }
  const proofs = driver.outputs.filter((output) => output.type === "proof");
  assertEquals(proofs.length, 4);
  const { exact, carried } = driver.engine.proof;
  assertEquals([exact, carried.mismatched], [{ checked: 39, mismatched: 0 }, 0]);
  assert(proofs.every(({ exactMismatched }) => exactMismatched === 0));
});

const EXTREME: Level[] = [[99, 99]];
const ALERT_RULES = DEFAULT_ALERT_RULES.filter(({ name }) => name === "extreme_imbalance")
  .map((rule) => ({ ...rule, smoothMs: 0 }));

/** Those by which an episode begins or ends. */
function alertsOf(outputs: readonly Output[]): AlertEvent[] {
  return outputs.filter((output) => output.type === "alert")
    .filter(({ phase, revision }) => phase === "resolved" || revision === 1);
}

Deno.test("Engine tells with an alert what it was raised on: levels, and the metric before", () => {
  const driver = new EngineStage({ alertRules: ALERT_RULES }).goLive();
  driver.ticks(3_000);
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  const [alert] = alertsOf(driver.ticks(3_000).outputs);
  const { bids, asks, series = [], metric } = alert?.evidence ?? {};
  assertEquals([bids?.[0], asks?.length, metric], [[99, 99], 1, "imbalance"]);
  assertEquals(series.at(-1), alert?.value);
  assert(series.some((value) => value !== null && value < 0.8), "as it was before");
});

Deno.test("Engine tells of a feed that was live and is not any more, and of nothing else meanwhile", () => {
  const driver = new EngineStage({ alertRules: DEFAULT_ALERT_RULES });
  driver.ticks(20_000);
  assertEquals(alertsOf(driver.outputs), [], "on its way");
  driver.goLive();
  driver.ticks(1_000);
  driver.accept({ type: "closed", connection: driver.connection, reason: "gone" });
  const alerts = alertsOf(driver.ticks(6_000).outputs);
  assertEquals(alerts.map(({ rule, phase }) => [rule, phase]), [["feed_degraded", "firing"]]);
});

/** The next life of an engine, by a clock that has nothing to do with the last one's. */
function nextLife({ engine }: EngineStage, ageMs: number): EngineStage {
  const memory = structuredClone(engine.alertMemory);
  return new EngineStage({ alertRules: ALERT_RULES, alertMemory: { memory, ageMs } }).goLive();
}

Deno.test("Engine fires an alert of a live book and remembers it for the next life", () => {
  const driver = new EngineStage({ alertRules: ALERT_RULES }).goLive();
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  const alerts = alertsOf(driver.ticks(3_000).outputs);
  assertEquals(alerts.map(({ phase, bookUpdateId }) => [phase, bookUpdateId]), [["firing", 101]]);
  const next = nextLife(driver, 1_000);
  next.ticks(10_000);
  next.update(depthUpdate(101, 101));
  next.ticks(10_000);
  assertEquals(
    alertsOf(next.outputs).map(({ phase, alertId }) => [phase, alertId]),
    [["resolved", alerts[0]?.alertId]],
  );
});

Deno.test("Engine goes on with what was pending: a book that is not live yet does not end it", () => {
  const driver = new EngineStage({ alertRules: ALERT_RULES }).goLive();
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  assertEquals(alertsOf(driver.ticks(1_900).outputs), []);
  const memory = structuredClone(driver.engine.alertMemory);
  const alertMemory = { memory, ageMs: 1_000 };
  const next = new EngineStage({ alertRules: ALERT_RULES, alertMemory });
  next.ticks(3_000);
  next.goLive();
  next.update(depthUpdate(101, 101, { bids: EXTREME }));
  assertEquals(alertsOf(next.ticks(300).outputs).map(({ phase }) => phase), ["firing"]);
});

Deno.test("Engine ends what fires with that reason when its symbol is followed no more, and begins nothing", () => {
  const driver = new EngineStage({ alertRules: ALERT_RULES }).goLive();
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  const [fired] = alertsOf(driver.ticks(3_000).outputs);
  const [resolved, ...others] = alertsOf(driver.accept({ type: "removed" }).outputs);
  assertEquals(others, []);
  assertEquals([resolved?.alertId, resolved?.phase, resolved?.reason, resolved?.value], [
    fired?.alertId,
    "resolved",
    "its symbol is not followed any more",
    null,
  ]);
  assertEquals(resolved?.revision, (fired?.revision ?? NaN) + 1);
  assertEquals(alertsOf(driver.ticks(120_000).outputs), []);
});

Deno.test("Engine rests after an episode of its last life", () => {
  const driver = new EngineStage({ alertRules: ALERT_RULES }).goLive();
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  driver.ticks(3_000);
  driver.update(depthUpdate(102, 102, { bids: [[99, 1]] }));
  assertEquals(alertsOf(driver.ticks(16_000).outputs).map(({ phase }) => phase), ["resolved"]);
  const next = nextLife(driver, 20_000);
  next.update(depthUpdate(101, 101, { bids: EXTREME }));
  assertEquals(alertsOf(next.ticks(38_000).outputs), [], "18 s before the restart, 20 s away");
  assertEquals(alertsOf(next.ticks(6_000).outputs).map(({ phase }) => phase), ["firing"]);
});

Deno.test("Engine holds its rules until the writer's restore, and takes its episodes over", () => {
  const driver = new EngineStage({ awaitRestore: true }).goLive();
  driver.update(depthUpdate(101, 101, { bids: EXTREME }));
  assertEquals(alertsOf(driver.ticks(10_000).outputs), []);
  driver.accept({
    type: "restore",
    stored: { firing: [], rules: [], notifications: null, mutes: [] },
  });
  assertEquals(alertsOf(driver.ticks(3_000).outputs).length, 1);
});

Deno.test("Engine goes live without an update when a quiet symbol sends none for 10 s", () => {
  const driver = new EngineStage();
  driver.opened();
  assertEquals(driver.ticks(9_900).commands, []);
  assertEquals(driver.ticks(100).commands.map(({ type }) => type), ["fetch_snapshot"]);
  assertEquals(driver.ticks(1_000).commands, [], "single flight");
  driver.snapshot(depthSnapshot(100));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 100]);
  driver.update(depthUpdate(98, 102, { bids: [[99, 2]] }));
  assertEquals(driver.engine.bookUpdateId, 102);
});

Deno.test("Engine says live with null metrics of a book that lacks a side", () => {
  const driver = new EngineStage().goLive();
  for (let id = 101; id <= 120; id++) {
    driver.update(depthUpdate(id, id, { bids: [[99, id]] }));
    driver.ticks(100);
  }
  driver.update(depthUpdate(121, 121, { asks: [[101, 0]] }));
  const frame = liveFrames(driver.ticks(100).outputs).at(-1);
  assertEquals(
    [frame?.state, frame?.bookUpdateId, frame?.values.bestBidPrice, frame?.values.velocity],
    ["live", 121, null, null],
  );
});

/** A random but reproducible life of a feed: mostly in order, sometimes broken. */
function randomEvents(seed: number): (readonly [EngineEvent, number])[] {
  const random = seeded(seed);
  const events: (readonly [EngineEvent, number])[] = [];
  let id = 100;
  let nowMs = START_MS;
  for (let step = 0; step < 600; step++) {
    nowMs += Math.floor(random() * 80);
    const connection = 1 + Math.floor(step / 250);
    const kind = random();
    if (step % 250 === 0) events.push([{ type: "opened", connection }, nowMs]);
    else if (step % 250 === 249) {
      events.push([{ type: "closed", connection, reason: "gone" }, nowMs]);
    } else if (kind < 0.5) {
      const first = id + (random() < 0.02 ? 3 : 1);
      id = first + Math.floor(random() * 3);
      const level = (sign: number): Level => [100 + sign * Math.ceil(random() * 9), random() * 5];
      const update = depthUpdate(first, id, { bids: [level(-1)], asks: [level(1)] });
      events.push([{ type: "depth_update", connection, update }, nowMs]);
    } else if (kind < 0.6) {
      const generation = 1 + Math.floor(random() * 6);
      const snapshot = depthSnapshot(id - Math.floor(random() * 4));
      events.push([{ type: "depth_snapshot", generation, snapshot, limit: 1_000 }, nowMs]);
    } else if (kind < 0.7) events.push([{ type: "trade", connection, trade: trade() }, nowMs]);
    else events.push([{ type: "tick" }, nowMs]);
  }
  return events;
}

Deno.test("Engine.accept() gives the same outputs and commands for the same events", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const run = () => {
      const driver = new EngineStage({ seed: 99 });
      for (const [event, nowMs] of randomEvents(seed)) {
        driver.nowMs = nowMs;
        driver.accept(event);
      }
      return { outputs: driver.outputs, commands: driver.commands };
    };
    assertEquals(run(), run(), `seed ${seed}`);
  }
});

Deno.test("Engine never shows numbers without a live state, nor an id without numbers, on any walk", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const driver = new EngineStage();
    for (const [event, nowMs] of randomEvents(seed)) {
      driver.nowMs = nowMs;
      driver.accept(event);
    }
    let state = "syncing";
    for (const output of driver.outputs) {
      if (output.type === "feed") state = output.state;
      if (output.type !== "metrics") continue;
      // A row may tell of trouble that is over, not of better times than these.
      if (output.bucketMs === null || output.state === "live") {
        assertEquals(output.state, state, `seed ${seed}: a frame before its status`);
      }
      if (output.state !== "live") {
        assertEquals([output.values.mid, output.bookUpdateId], [null, null]);
      }
    }
  }
});
