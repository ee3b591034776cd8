/** Whole walks of a connection in trouble: closed, silent, replaced, shutting down. */
import { assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/engine.ts";
import type { Command, EngineEvent } from "../../../actors/symbol/engine/event.ts";
import type { Output } from "../../../shared/output.ts";
import { delays, EngineDriver, liveFrames, rows, states } from "./engine_driver.ts";
import { bookTicker, depthSnapshot, depthUpdate, trade } from "./market.ts";

Deno.test("Engine reconnects when the connection closes, later each time, and says why", () => {
  const driver = new EngineDriver();
  const close = () =>
    driver.accept({ type: "closed", connection: driver.connection, reason: "refused" });
  const { outputs, commands } = close();
  assertEquals(states(outputs), ["syncing: reconnecting: refused"]);
  assertEquals(commands, [{ type: "open_connection", connection: 2, delayMs: 125 }]);
  assertEquals(delays(close().commands), ["open_connection 250"]);
  driver.goLive();
  driver.ticks(STEADY_AFTER_MS);
  assertEquals(delays(close().commands), ["open_connection 125"]);
  assertEquals([driver.engine.book.bids.size, driver.engine.feed.resyncs], [0, 0]);
});

Deno.test("Engine does not ask faster of an exchange that closes after each snapshot", () => {
  const driver = new EngineDriver();
  const reconnects = Array.from({ length: 4 }, () => {
    driver.goLive();
    return delays(
      driver.accept({ type: "closed", connection: driver.connection, reason: "gone" }).commands,
    )[0];
  });
  assertEquals(reconnects, [125, 250, 500, 1_000].map((ms) => `open_connection ${ms}`));
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

function said(driver: EngineDriver, events: readonly EngineEvent[]): (Output | Command)[] {
  const answers = [...events.map((event) => driver.accept(event)), driver.ticks(100)];
  return answers.flatMap(({ outputs, commands }) => [...outputs, ...commands]);
}

Deno.test("Engine ignores every event of an older connection, though the new one is live", () => {
  const driver = new EngineDriver().goLive();
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.goLive();
  driver.ticks(100);
  assertEquals(said(driver, everything(1)), []);
  assertEquals(said(driver, [{ type: "closed", connection: 1, reason: "again" }]), []);
  assertEquals(said(driver, [{ type: "opened", connection: 1 }]), []);
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 100]);
});

Deno.test("Engine ignores every event of a connection that has not opened", () => {
  const driver = new EngineDriver();
  driver.ticks(100);
  assertEquals(said(driver, everything(driver.connection)), []);
});

Deno.test("Engine does not let what an older connection says end a silence", () => {
  const driver = new EngineDriver().goLive();
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.goLive();
  for (let i = 0; i < 16; i++) {
    driver.ticks(1_000);
    driver.accept({ type: "trade", connection: 1, trade: trade() });
  }
  assertEquals(driver.engine.feed.state, "stale");
});

Deno.test("Engine ignores the snapshot of a connection that was lost meanwhile", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  driver.opened();
  assertEquals(driver.snapshot(depthSnapshot(100)).outputs, []);
  assertEquals(driver.engine.bookUpdateId, null);
});

Deno.test("Engine opens a connection once: a second opened changes nothing", () => {
  const driver = new EngineDriver().goLive();
  assertEquals(driver.opened(), { outputs: [], commands: [] });
  assertEquals(driver.engine.bookUpdateId, 100);
});

Deno.test("Engine leaves at once when the exchange shuts down", () => {
  const driver = new EngineDriver().goLive();
  const { outputs, commands } = driver.accept({
    type: "server_shutdown",
    connection: driver.connection,
  });
  assertEquals(delays(commands), ["close_connection", "open_connection 125"]);
  assertEquals(states(outputs), ["syncing: reconnecting: the exchange is shutting down"]);
});

Deno.test("Engine marks a silent feed stale with null metrics, and live again with the next event", () => {
  const driver = new EngineDriver().goLive();
  driver.ticks(14_900);
  const { outputs } = driver.ticks(100);
  assertEquals(outputs.map(({ type }) => type), ["metrics", "feed", "metrics"]);
  assertEquals(states(outputs), ["stale: nothing received for 15 s"]);
  assertEquals(liveFrames(outputs).map(({ state, mid }) => [state, mid]), [["stale", null]]);
  driver.ticks(1_000);
  assertEquals(rows(driver.outputs).at(-1)?.state, "stale");
  const { connection } = driver;
  const heard = driver.accept({ type: "trade", connection, trade: trade() });
  assertEquals(states(heard.outputs), ["live"]);
  const frame = liveFrames(driver.ticks(100).outputs)[0];
  assertEquals([frame?.state, frame?.mid, frame?.bookUpdateId], ["live", 100, 100]);
});

Deno.test("Engine gives up a connection that was silent for a minute and opens another", () => {
  const driver = new EngineDriver().goLive();
  assertEquals(driver.ticks(59_900).commands, []);
  const { outputs, commands } = driver.ticks(100);
  assertEquals(delays(commands), ["close_connection", "open_connection 125"]);
  assertEquals(states(outputs), ["syncing: reconnecting: the stream was silent for too long"]);
  driver.opened();
  driver.update(depthUpdate(195, 198));
  driver.snapshot(depthSnapshot(200));
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine carries no ticker over a reconnect into its proof", () => {
  const driver = new EngineDriver().goLive();
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

Deno.test("Engine waits anew for a first update when the clock is set back, not until it returns", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.nowMs -= 600_000;
  assertEquals(delays(driver.ticks(10_200).commands), ["fetch_snapshot 125"]);
});
