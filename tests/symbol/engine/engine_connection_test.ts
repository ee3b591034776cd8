/** Whole walks of a connection in trouble: closed, silent, replaced, shutting down. */
import { assert, assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/book_sync.ts";
import type { Command, EngineEvent } from "../../../actors/symbol/engine/event.ts";
import type { Output } from "../../../shared/output.ts";
import { EngineStage, failures, liveFrames, rows, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate, trade } from "./market.ts";

Deno.test("Engine reconnects when the connection closes, later each time, and says why", () => {
  const driver = new EngineStage();
  const close = () =>
    driver.accept({ type: "closed", connection: driver.connection, reason: "refused" });
  const { outputs, commands } = close();
  assertEquals(states(outputs), ["syncing: reconnecting: refused"]);
  assertEquals(failures(commands), ["open_connection after failure 1"]);
  assertEquals(failures(close().commands), ["open_connection after failure 2"]);
  driver.goLive();
  driver.ticks(STEADY_AFTER_MS);
  assertEquals(failures(close().commands), ["open_connection after failure 1"]);
  assertEquals([driver.engine.book.bids.size, driver.engine.feed.resyncs], [0, 0]);
});

Deno.test("Engine does not ask faster of an exchange that closes after each snapshot", () => {
  const driver = new EngineStage();
  const reconnects = Array.from({ length: 4 }, () => {
    driver.goLive();
    return failures(
      driver.accept({ type: "closed", connection: driver.connection, reason: "gone" }).commands,
    )[0];
  });
  assertEquals(reconnects, [1, 2, 3, 4].map((n) => `open_connection after failure ${n}`));
});

/** One of everything that a stream can bring, at an id that a book at 100 would take. */
function everything(connection: number): EngineEvent[] {
  return [
    { type: "depth_update", connection, update: depthUpdate(101, 102, { bids: [[99, 7]] }) },
    { type: "book_ticker", connection, ticker: bookTicker(101, [99, 1], [101, 1]) },
    { type: "trade", connection, trade: trade() },
    { type: "server_shutdown", connection },
  ];
}

function step(driver: EngineStage, events: readonly EngineEvent[]): (Output | Command)[] {
  const answers = [...events.map((event) => driver.accept(event)), driver.ticks(100)];
  return answers.flatMap(({ outputs, commands }) => [...outputs, ...commands]);
}

Deno.test("Engine ignores every event of an older connection, though the new one is live", () => {
  const driver = new EngineStage().goLive();
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.goLive();
  driver.ticks(100);
  assertEquals(step(driver, everything(1)), []);
  assertEquals(step(driver, [{ type: "closed", connection: 1, reason: "again" }]), []);
  assertEquals(step(driver, [{ type: "opened", connection: 1 }]), []);
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 100]);
});

Deno.test("Engine ignores every event of a connection that has not opened", () => {
  const driver = new EngineStage();
  driver.ticks(100);
  assertEquals(step(driver, everything(driver.connection)), []);
});

Deno.test("Engine does not let what an older connection says end a silence", () => {
  const driver = new EngineStage().goLive();
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.goLive();
  driver.isAnswering = false;
  for (let i = 0; i < 16; i++) {
    driver.ticks(1_000);
    driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(101, 101) });
  }
  assertEquals(driver.engine.feed.state, "stale");
});

Deno.test("Engine ignores the snapshot of a connection that was lost meanwhile", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.opened();
  assertEquals(driver.snapshot(depthSnapshot(100)).outputs, []);
  assertEquals(driver.engine.bookUpdateId, null);
});

Deno.test("Engine opens a connection once: a second opened changes nothing", () => {
  const driver = new EngineStage().goLive();
  assertEquals(driver.opened(), { outputs: [], commands: [] });
  assertEquals(driver.engine.bookUpdateId, 100);
});

Deno.test("Engine marks a dead depth stream stale with null metrics, and live again with its next update", () => {
  const driver = new EngineStage().goLive();
  driver.isAnswering = false;
  driver.ticks(4_900);
  const { outputs } = driver.ticks(100);
  assertEquals(outputs.map(({ type }) => type), ["metrics", "feed", "metrics"]);
  assertEquals(states(outputs), ["stale: no depth update for 5 s"]);
  assertEquals(liveFrames(outputs).map(({ state, values }) => [state, values.mid]), [[
    "stale",
    null,
  ]]);
  driver.ticks(1_000);
  assertEquals(rows(driver.outputs).at(-1)?.state, "stale");
  driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(101, 101) });
  const heard = driver.ticks(100);
  assertEquals(states(heard.outputs), ["live"]);
  const frame = liveFrames(heard.outputs)[0];
  assertEquals([frame?.state, frame?.values.mid, frame?.bookUpdateId], ["live", 100, 101]);
});

Deno.test("Engine keeps a quiet symbol live that the exchange proves right, for hours", () => {
  const driver = new EngineStage().goLive();
  const before = driver.outputs.length;
  driver.ticks(3_600_000);
  assertEquals(states(driver.outputs.slice(before)), []);
  assertEquals(driver.commands.filter(({ type }) => type === "open_connection").length, 1);
  // At least every 2.5 s at first: nothing is known of its intervals.
  assert(driver.probes.length <= 2 * 3_600 / 2.5);
});

Deno.test("Engine replaces a connection that does not answer, though nothing else is wrong", () => {
  const driver = new EngineStage().goLive();
  driver.isAnswering = false;
  driver.ticks(8_000);
  assertEquals(driver.connection, 2);
  assertEquals(driver.probes[0], { type: "list_subscriptions", connection: 1 });
});

Deno.test("Engine carries no ticker over a reconnect into its proof", () => {
  const driver = new EngineStage().goLive();
  const tell = (id: number) =>
    driver.accept({
      type: "book_ticker",
      connection: driver.connection,
      ticker: bookTicker(id, [1, 1], [2, 1]),
    });
  tell(100);
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.opened();
  driver.update(depthUpdate(195, 198));
  driver.snapshot(depthSnapshot(200));
  tell(205);
  assertEquals(driver.engine.proof.carried.checked, 0);
});
