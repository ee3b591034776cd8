/** A symbol of which seldom anything is heard: its quiet is no fault, and its death is no quiet. */
import { assert, assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/book_sync.ts";
import { SILENCE_MIN_MS } from "../../../actors/symbol/engine/liveness/interarrival.ts";
import type { Level } from "../../../shared/market.ts";
import { EngineStage, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate } from "./market.ts";

const MINUTE_MS = 60_000;

function connectionsAsked(driver: EngineStage): number {
  return driver.commands.filter(({ type }) => type === "open_connection").length;
}

/** What was said of the state while `walk` ran. */
function statesOf(driver: EngineStage, walk: () => void): string[] {
  const before = driver.outputs.length;
  walk();
  return states(driver.outputs.slice(before));
}

/** One update each `intervalMs`, each of another quantity deep in the book. */
function speak(driver: EngineStage, count: number, intervalMs: number): void {
  for (let i = 1; i <= count; i++) {
    driver.ticks(intervalMs);
    const id = (driver.engine.bookUpdateId ?? NaN) + 1;
    driver.update(depthUpdate(id, id, { bids: [[90, i]] }));
  }
}

for (const isAnswering of [true, false]) {
  const how = isAnswering ? "proven by probes" : "though no probe is answered any more";
  Deno.test(`Engine keeps a symbol live that speaks once a minute, for an hour, ${how}`, () => {
    const driver = new EngineStage().goLive();
    speak(driver, 10, MINUTE_MS);
    // A socket that does not answer is a suspicion of its own.
    const before = driver.probes.length;
    driver.isAnswering = isAnswering;
    assertEquals(statesOf(driver, () => speak(driver, 60, MINUTE_MS)), []);
    assertEquals([connectionsAsked(driver), driver.probes.length - before], [1, 0]);
  });
}

for (const [intervalMs, count] of [[100, 200], [1_000, 100], [60_000, 20]] as const) {
  const promise = "within max(5 s, 5 x its usual interval)";
  Deno.test(`Engine flags a stream of ${intervalMs} ms that is cut ${promise}`, () => {
    const driver = new EngineStage().goLive();
    speak(driver, count, intervalMs);
    driver.isProving = false;
    const cutMs = driver.nowMs;
    const limitMs = Math.max(SILENCE_MIN_MS, 5 * intervalMs * 1.11);
    while (driver.engine.feed.state === "live") {
      driver.ticks(100);
      assert(driver.nowMs - cutMs <= limitMs, `live ${driver.nowMs - cutMs} ms after the cut`);
    }
    assert(driver.nowMs - cutMs >= Math.max(SILENCE_MIN_MS, 5 * intervalMs), "not too early");
    assertEquals(driver.engine.feed.state, "stale");
  });
}

Deno.test("Engine calls a book stale whose connection does not answer, until something proves it", () => {
  const driver = new EngineStage().goLive();
  speak(driver, 20, MINUTE_MS);
  driver.isAnswering = false;
  // A probe after half of the silence that would be unusual, and five seconds for the answer.
  driver.ticks(2.5 * 1.11 * MINUTE_MS + 5_100);
  assertEquals([driver.engine.feed.state, driver.connection], ["stale", 2]);
  driver.isAnswering = true;
  driver.accept({ type: "opened", connection: 2 });
  driver.ticks(6_000);
  assertEquals(driver.engine.feed.state, "live", "the exchange has the same best bid and ask");
});

Deno.test("Engine does not take a repeated update before a quiet time for an exchange that counts anew", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(STEADY_AFTER_MS);
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  const update = depthUpdate(101, 105, { bids: [[99, 2]] });
  const step = statesOf(driver, () => {
    driver.accept({ type: "depth_update", connection: 1, update });
    driver.accept({ type: "depth_update", connection: 2, update });
    driver.ticks(MINUTE_MS);
  });
  assertEquals([step, driver.engine.feed.resyncs, connectionsAsked(driver)], [[], 0, 2]);
});

Deno.test("Engine does not count anew because a connection ended while it was behind", () => {
  const driver = new EngineStage().goLive();
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  const tell = (connection: number, first: number, final: number) =>
    driver.accept({ type: "depth_update", connection, update: depthUpdate(first, final) });
  tell(2, 101, 105);
  tell(1, 101, 103);
  assertEquals(statesOf(driver, () => driver.ticks(MINUTE_MS)), []);
  assertEquals(driver.engine.feed.resyncs, 0);
});

Deno.test("Engine finds no fault with a ticker stream whose tickers come before the updates", () => {
  const driver = new EngineStage().goLive();
  const step = statesOf(driver, () => {
    for (let i = 1; i <= 9; i++) {
      const [from, to]: [Level, Level] = i % 2 === 0 ? [[98, 1], [99, 1]] : [[99, 1], [98, 1]];
      const ticker = bookTicker(100 + i, to, [101, 1]);
      driver.accept({ type: "book_ticker", connection: driver.connection, ticker });
      driver.update(depthUpdate(100 + i, 100 + i, { bids: [[from[0], 0], to] }));
      driver.ticks(MINUTE_MS);
    }
  });
  assertEquals([step, connectionsAsked(driver)], [[], 1]);
});

Deno.test("Engine does find fault when the best price moves and no ticker tells of it", () => {
  const driver = new EngineStage().goLive();
  const ticker = bookTicker(100, [99, 1], [101, 1]);
  driver.accept({ type: "book_ticker", connection: 1, ticker });
  driver.ticks(SILENCE_MIN_MS);
  driver.update(depthUpdate(101, 101, { bids: [[99, 0], [98, 1]] }));
  const step = statesOf(driver, () => driver.ticks(9_900));
  assertEquals([step, connectionsAsked(driver)], [
    ["live: no book tickers: the best price is not proven"],
    1,
  ]);
  driver.ticks(200);
  assertEquals(connectionsAsked(driver), 2);
});

// -- Probes --

/** Probes are sent and not answered; returns the number of the last one. */
function probed(driver: EngineStage): number {
  driver.isAnswering = false;
  const before = driver.probes.length;
  while (driver.probes.length === before) driver.ticks(100);
  driver.accept({ type: "subscriptions_listed", connection: driver.connection });
  const probe = driver.probes.findLast(({ type }) => type === "probe_bbo");
  driver.isAnswering = true;
  return probe?.type === "probe_bbo" ? probe.probe : NaN;
}

function answer(driver: EngineStage, probe: number, bid: Level): void {
  const best = { bidPrice: bid[0], bidQty: bid[1], askPrice: 101, askQty: 1 };
  driver.accept({ type: "bbo_probed", probe, best });
}

Deno.test("Engine throws a book away that a probe has refuted and no update has explained", () => {
  const driver = new EngineStage().goLive();
  const probe = probed(driver);
  driver.isAnswering = false;
  answer(driver, probe, [98, 1]);
  assertEquals(statesOf(driver, () => driver.ticks(1_900)), []);
  const step = statesOf(driver, () => driver.ticks(100));
  assertEquals(step, [
    "degraded: resyncing: the exchange's best bid and ask are others, and no update has told of it",
  ]);
  assertEquals([driver.engine.feed.resyncs, connectionsAsked(driver)], [1, 2]);
  driver.snapshot(depthSnapshot(100, { bids: [[98, 1]] }));
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine keeps a book that differs from a probe until an update explains it", () => {
  const driver = new EngineStage().goLive();
  answer(driver, probed(driver), [98, 1]);
  const step = statesOf(driver, () => {
    driver.ticks(1_900);
    driver.update(depthUpdate(101, 101, { bids: [[99, 0], [98, 1]] }));
    driver.ticks(4_000);
  });
  assertEquals([step, driver.engine.feed.resyncs], [[], 0]);
});

Deno.test("Engine does not take a probe's late answer against a book that has moved since", () => {
  const driver = new EngineStage().goLive();
  const probe = probed(driver);
  const step = statesOf(driver, () => {
    driver.update(depthUpdate(101, 101, { bids: [[99, 2]] }));
    answer(driver, probe, [99, 1]);
    driver.ticks(MINUTE_MS);
  });
  assertEquals([step, driver.engine.feed.resyncs], [[], 0]);
});

Deno.test("Engine does not take the late answer to a probe for that to the next", () => {
  const driver = new EngineStage().goLive();
  const old = probed(driver);
  driver.accept({ type: "probe_failed", probe: old, reason: "timeout" });
  driver.isProving = false;
  driver.ticks(2_600);
  assert(driver.probes.some((it) => it.type === "probe_bbo" && it.probe > old));
  answer(driver, old, [98, 1]);
  driver.ticks(2_100);
  assertEquals(driver.engine.feed.resyncs, 0);
});

Deno.test("Engine waits for the answer to a probe rather than to replace it by the next, for a while", () => {
  const driver = new EngineStage().goLive();
  driver.isAnswering = false;
  const before = driver.probes.length;
  for (let i = 0; i < 60; i++) {
    const sent = driver.probes.length;
    while (driver.probes.length === sent) driver.ticks(100);
    driver.accept({ type: "subscriptions_listed", connection: 1 });
    const last = driver.probes.findLast(({ type }) => type === "probe_bbo");
    // A slow answer: the book is proven all the same, and no connection is blamed.
    driver.ticks(4_000);
    if (last?.type === "probe_bbo") answer(driver, last.probe, [99, 1]);
  }
  assertEquals([connectionsAsked(driver), driver.probes.length - before], [1, 120]);
});

for (const isTold of [true, false]) {
  const how = isTold ? "that failed" : "that nobody answered";
  Deno.test(`Engine probes again after a probe ${how}`, () => {
    const driver = new EngineStage().goLive();
    const probe = probed(driver);
    if (isTold) driver.accept({ type: "probe_failed", probe, reason: "HTTP 503" });
    driver.isAnswering = false;
    const before = driver.probes.length;
    driver.ticks(isTold ? 2_600 : 10_000);
    assert(driver.probes.length > before);
  });
}

Deno.test("Engine does not blame a new connection for a list that the one before it owed", () => {
  const driver = new EngineStage().goLive();
  driver.accept({ type: "server_shutdown", connection: 1 });
  driver.accept({ type: "opened", connection: 2 });
  driver.isAnswering = false;
  driver.ticks(2_600);
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.isAnswering = true;
  speak(driver, 20, 1_000);
  assertEquals(connectionsAsked(driver), 2);
});

// -- What quiet hides --

Deno.test("Engine opens another connection beside a lively stream that falls silent, though probes agree", () => {
  const driver = new EngineStage().goLive();
  speak(driver, 200, 100);
  const step = statesOf(driver, () => driver.ticks(29_900));
  assertEquals([step, connectionsAsked(driver)], [[], 1]);
  driver.ticks(200);
  assertEquals(connectionsAsked(driver), 2);
});

Deno.test("Engine calls a book stale that stays behind an audit's snapshot, though its best is right", () => {
  const driver = new EngineStage({ auditIntervalMs: MINUTE_MS }).goLive();
  driver.untilAudit();
  driver.snapshot(depthSnapshot(110, { bids: [[99, 1], [90, 1]] }));
  assertEquals(driver.engine.feed.state, "live", "the updates may be on their way");
  const step = statesOf(driver, () => driver.ticks(SILENCE_MIN_MS + 100));
  assertEquals(step, [
    "stale: the exchange speaks of changes that the book has not had for 5 s",
  ]);
  driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(101, 110) });
  assertEquals(driver.engine.feed.state, "degraded", "and the audit refutes it");
});

Deno.test("Engine takes no snapshot that the tickers at its id have refuted already", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  for (const id of [100, 101]) {
    const ticker = bookTicker(id, [99, 5], [101, 1]);
    driver.accept({ type: "book_ticker", connection: 1, ticker });
  }
  driver.snapshot(depthSnapshot(100));
  assertEquals(driver.engine.feed.state, "degraded");
});

for (const isLate of [false, true]) {
  const what = isLate
    ? "does not take updates that were held up for"
    : "takes updates that follow at their time for";
  Deno.test(`Engine without probes ${what} a quiet stream`, () => {
    const driver = new EngineStage().goLive();
    driver.isProving = false;
    let eventMs = driver.nowMs;
    const say = () => {
      const id = (driver.engine.bookUpdateId ?? NaN) + 1;
      const update = { ...depthUpdate(id, id, { bids: [[90, id]] }), eventMs };
      // Another connection is opened meanwhile and does not answer.
      driver.accept({ type: "depth_update", connection: 1, update });
    };
    say();
    const step = [0, 1, 2].map(() => {
      eventMs += isLate ? 100 : 20_000;
      return statesOf(driver, () => {
        driver.ticks(19_900);
        say();
        driver.ticks(100);
      }).map((state) => state.split(":")[0]);
    });
    const flagged = ["stale", "live"];
    assertEquals(step, isLate ? [flagged, flagged, flagged] : [flagged, [], []]);
  });
}
