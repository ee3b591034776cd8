/** Whole walks of a feed in trouble: what is lost, said, asked for again, and ignored. */
import { assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/engine.ts";
import type { Command } from "../../../actors/symbol/engine/event.ts";
import type { Output } from "../../../shared/output.ts";
import { EngineDriver, feedStatuses, liveFrames, rows } from "./engine_driver.ts";
import { bookTicker, depthSnapshot, depthUpdate, trade } from "./market.ts";

const states = (outputs: readonly Output[]) =>
  feedStatuses(outputs).map(({ state, reason }) => reason === null ? state : `${state}: ${reason}`);

const delays = (commands: readonly Command[]) =>
  commands.map((command) =>
    command.type === "close_connection" ? command.type : `${command.type} ${command.delayMs}`
  );

// -- Snapshots --

Deno.test("Engine asks again for a snapshot that is too old, keeping what waits", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.update(depthUpdate(99, 102, { bids: [[99, 7]] }));
  const { outputs, commands } = driver.snapshot(depthSnapshot(50));
  assertEquals(commands, [
    { type: "fetch_snapshot", generation: 2, limit: 1_000, delayMs: 125 },
  ]);
  assertEquals(states(outputs), [
    "syncing: the snapshot was older than the stream, asking again",
  ]);
  driver.snapshot(depthSnapshot(100));
  assertEquals([driver.engine.bookUpdateId, driver.engine.book.bids.qty(0)], [102, 7]);
  assertEquals(driver.engine.feed.gaps, 0);
});

Deno.test("Engine ignores the late answer to an older snapshot request", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.snapshot(depthSnapshot(50));
  const late = { type: "depth_snapshot", generation: 1, limit: 1_000 } as const;
  assertEquals(driver.accept({ ...late, snapshot: depthSnapshot(100) }).outputs, []);
  assertEquals(driver.engine.feed.state, "syncing");
  driver.accept({ type: "snapshot_failed", generation: 1, reason: "late", retryAfterMs: null });
  assertEquals(driver.generation, 2, "a late failure asks for nothing");
});

Deno.test("Engine asks again when a snapshot fails, later each time, and says why", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  const fail = (retryAfterMs: number | null) =>
    driver.accept({
      type: "snapshot_failed",
      generation: driver.generation,
      reason: "HTTP 503",
      retryAfterMs,
    });
  assertEquals(states(fail(null).outputs), ["syncing: no snapshot: HTTP 503"]);
  assertEquals(delays(fail(null).commands), ["fetch_snapshot 250"]);
  assertEquals(delays(fail(30_000).commands), ["fetch_snapshot 30000"]);
});

Deno.test("Engine honours Retry-After over a reconnect: a ban is the address's, not the connection's", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.accept({
    type: "snapshot_failed",
    generation: driver.generation,
    reason: "HTTP 418",
    retryAfterMs: 120_000,
  });
  driver.ticks(20_000);
  driver.accept({ type: "closed", connection: driver.connection, reason: "gone" });
  driver.opened();
  assertEquals(delays(driver.update(depthUpdate(195, 198)).commands), ["fetch_snapshot 100000"]);
});

// -- Gaps and crossed books --

Deno.test("Engine answers a gap in order: last row, FeedStatus, null metrics, and a resync", () => {
  const driver = new EngineDriver().goLive();
  driver.ticks(900);
  driver.nowMs += 150;
  const { outputs, commands } = driver.update(depthUpdate(103, 104, { bids: [[99, 7]] }));
  assertEquals(outputs.map(({ type }) => type), ["metrics", "feed"]);
  assertEquals(rows(outputs).map(({ state, mid }) => [state, mid]), [["live", 100]]);
  const [status] = feedStatuses(outputs);
  assertEquals(
    [status?.state, status?.reason, status?.gaps, status?.resyncs, status?.bookUpdateId],
    ["syncing", "resyncing: updates 101 to 102 were missed", 1, 1, null],
  );
  assertEquals(delays(commands), ["fetch_snapshot 125"]);
  const frame = liveFrames(driver.ticks(100).outputs)[0];
  assertEquals([frame?.state, frame?.mid, frame?.velocity, frame?.bookUpdateId], [
    "syncing",
    null,
    null,
    null,
  ]);
  assertEquals(driver.engine.book.bids.size, 0);
  assertEquals(states(driver.snapshot(depthSnapshot(103)).outputs), ["live"]);
  assertEquals([driver.engine.bookUpdateId, driver.engine.book.bids.qty(0)], [104, 7]);
});

Deno.test("Engine counts holes while it waits as gaps, not as resyncs: there is no book to lose", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  const { commands } = driver.update(depthUpdate(105, 106));
  assertEquals(commands, [], "the snapshot is on its way already");
  assertEquals([driver.engine.feed.gaps, driver.engine.feed.resyncs], [1, 0]);
  driver.snapshot(depthSnapshot(100));
  driver.snapshot(depthSnapshot(105));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 106]);
});

Deno.test("Engine throws a crossed book away, whether an update or the snapshot crossed it", () => {
  const driver = new EngineDriver().goLive();
  const { outputs, commands } = driver.update(depthUpdate(101, 101, { bids: [[101, 1]] }));
  assertEquals(states(outputs), ["syncing: resyncing: the book was crossed"]);
  assertEquals(delays(commands), ["fetch_snapshot 125"]);
  assertEquals([driver.engine.feed.resyncs, driver.engine.book.bids.size], [1, 0]);
  assertEquals(
    states(driver.snapshot(depthSnapshot(101, { bids: [[102, 1]] })).outputs),
    ["syncing: resyncing: the book was crossed"],
  );
  assertEquals(liveFrames(driver.ticks(100).outputs).map(({ mid }) => mid), [null]);
  driver.snapshot(depthSnapshot(101));
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine stops replaying what waited when the book becomes crossed on the way", () => {
  const driver = new EngineDriver();
  driver.opened();
  driver.update(depthUpdate(101, 101, { bids: [[150, 1]] }));
  driver.update(depthUpdate(102, 102, { bids: [[150, 0]] }));
  driver.snapshot(depthSnapshot(100));
  assertEquals([driver.engine.feed.state, driver.engine.book.bids.size], ["syncing", 0]);
  assertEquals(driver.engine.bookUpdateId, null);
  driver.update(depthUpdate(103, 103));
  driver.snapshot(depthSnapshot(102));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 103]);
});

Deno.test("Engine waits longer for each book that is lost as soon as it is found", () => {
  const driver = new EngineDriver().goLive();
  const lose = () => {
    const id = (driver.engine.bookUpdateId ?? NaN) + 5;
    const { commands } = driver.update(depthUpdate(id, id));
    driver.snapshot(depthSnapshot(id));
    return delays(commands)[0];
  };
  const lost = Array.from({ length: 5 }, lose);
  assertEquals(lost, [125, 250, 500, 1_000, 2_000].map((ms) => `fetch_snapshot ${ms}`));
  driver.ticks(STEADY_AFTER_MS - 100);
  assertEquals(lose(), "fetch_snapshot 4000");
  driver.ticks(STEADY_AFTER_MS);
  assertEquals(lose(), "fetch_snapshot 125", "a book that has lived makes it a first failure");
});

// -- Connections --

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

Deno.test("Engine ignores every event of an older connection, and of one that is not open", () => {
  const driver = new EngineDriver().goLive();
  driver.accept({ type: "closed", connection: 1, reason: "gone" });
  const before = driver.ticks(200);
  assertEquals(before.commands, []);
  for (const connection of [1, driver.connection]) {
    const said = [
      driver.accept({ type: "depth_update", connection, update: depthUpdate(101, 102) }),
      driver.accept({
        type: "book_ticker",
        connection,
        ticker: bookTicker(101, [99, 1], [101, 1]),
      }),
      driver.accept({ type: "trade", connection, trade: trade() }),
      driver.accept({ type: "server_shutdown", connection }),
      driver.ticks(100),
    ];
    assertEquals(said.flatMap(({ outputs, commands }) => [...outputs, ...commands]), []);
  }
  const old = [
    driver.accept({ type: "opened", connection: 1 }),
    driver.accept({ type: "closed", connection: 1, reason: "again" }),
  ];
  assertEquals(old.flatMap(({ outputs, commands }) => [...outputs, ...commands]), []);
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
