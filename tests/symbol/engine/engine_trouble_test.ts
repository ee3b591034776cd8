/** Whole walks of a book in trouble: bad snapshots, gaps, crossings; engine_connection_test.ts follows. */
import { assert, assertEquals } from "@std/assert";
import { STEADY_AFTER_MS } from "../../../actors/symbol/engine/book_sync.ts";
import {
  delays,
  EngineStage,
  failures,
  feedStatuses,
  liveFrames,
  rows,
  states,
} from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate } from "./market.ts";

// -- Snapshots --

Deno.test("Engine asks again for a snapshot that is too old, keeping what waits", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.update(depthUpdate(99, 102, { bids: [[99, 7]] }));
  const { outputs, commands } = driver.snapshot(depthSnapshot(50));
  assertEquals(failures(commands), ["fetch_snapshot after failure 1"]);
  assertEquals(driver.generation, 2);
  assertEquals(states(outputs), [
    "syncing: the snapshot was older than the stream, asking again",
  ]);
  driver.snapshot(depthSnapshot(100));
  assertEquals([driver.engine.bookUpdateId, driver.engine.book.bids.qty(0)], [102, 7]);
  assertEquals(driver.engine.feed.gaps, 0);
});

Deno.test("Engine ignores the late answer to an older snapshot request", () => {
  const driver = new EngineStage();
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
  const driver = new EngineStage();
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
  assertEquals(failures(fail(null).commands), ["fetch_snapshot after failure 2"]);
  assertEquals(delays(fail(30_000).commands), ["fetch_snapshot 30000"]);
});

Deno.test("Engine honours Retry-After over a reconnect: a ban is the address's, not the connection's", () => {
  const driver = new EngineStage();
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

Deno.test("Engine answers a gap in order: last row, what was missed, FeedStatus, null metrics, and a resync", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(1_900);
  driver.nowMs += 150;
  const { outputs, commands } = driver.update(depthUpdate(103, 104, { bids: [[99, 7]] }));
  assertEquals(outputs.map(({ type }) => type), ["metrics", "gap", "feed"]);
  assertEquals(rows(outputs).map(({ state, values }) => [state, values.mid]), [["live", 100]]);
  const [status] = feedStatuses(outputs);
  assertEquals(
    [status?.state, status?.reason, status?.gaps, status?.resyncs, status?.bookUpdateId],
    ["syncing", "resyncing: updates 101 to 102 were missed", 1, 1, null],
  );
  assertEquals(failures(commands), ["fetch_snapshot after failure 1"]);
  const frame = liveFrames(driver.ticks(100).outputs)[0];
  assertEquals([frame?.state, frame?.values.mid, frame?.values.velocity, frame?.bookUpdateId], [
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
  const driver = new EngineStage();
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
  const driver = new EngineStage().goLive();
  const { outputs, commands } = driver.update(depthUpdate(101, 101, { bids: [[101, 1]] }));
  assertEquals(states(outputs), ["degraded: resyncing: the book was crossed"]);
  assertEquals(failures(commands), ["fetch_snapshot after failure 1"]);
  assertEquals([driver.engine.feed.resyncs, driver.engine.book.bids.size], [1, 0]);
  assertEquals(
    states(driver.snapshot(depthSnapshot(101, { bids: [[102, 1]] })).outputs),
    [],
    "it is as it was",
  );
  assertEquals(liveFrames(driver.ticks(100).outputs).map(({ values }) => values.mid), [null]);
  driver.snapshot(depthSnapshot(101));
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine resyncs once when the tick size becomes finer, and not for finer quantities", () => {
  const driver = new EngineStage({ tickLot: { tickSize: 0.1, stepSize: 0.01 } }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98.5, 0.12345678]] }));
  assertEquals(driver.engine.feed.state, "live", "dust is older than the lot size");
  const { outputs, commands } = driver.update(depthUpdate(102, 102, { bids: [[98.25, 1]] }));
  assertEquals(states(outputs), [
    "syncing: resyncing: the tick size has changed: prices have more than 1 decimals",
  ]);
  assertEquals(failures(commands), ["fetch_snapshot after failure 1"]);
  // The snapshot need not reach to the level that showed it.
  driver.snapshot(depthSnapshot(102));
  driver.update(depthUpdate(103, 103, { bids: [[98.25, 2]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
  assertEquals(driver.engine.book.bids.top(2), [[99, 1], [98.25, 2]]);
});

Deno.test("Engine takes a snapshot with older, finer prices, and a removal between ticks, as they are", () => {
  const driver = new EngineStage({ tickLot: { tickSize: 0.1, stepSize: 0.01 } }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98.125, 0]] }));
  assertEquals([driver.engine.feed.resyncs, driver.engine.book.priceDecimals], [0, 1]);
  driver.update(depthUpdate(105, 105));
  driver.snapshot(depthSnapshot(105, { bids: [[99, 1], [98.25, 1]] }));
  driver.update(depthUpdate(106, 106, { bids: [[98.25, 2]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1], "of the gap");
  assertEquals(driver.engine.book.bids.top(2), [[99, 1], [98.25, 2]]);
});

Deno.test("Engine learns the tick size from the levels when nobody has told it", () => {
  const driver = new EngineStage({ tickLot: null }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98.25, 1]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
});

Deno.test("Engine stops replaying what waited when the book becomes crossed on the way", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(101, 101, { bids: [[150, 1]] }));
  driver.update(depthUpdate(102, 102, { bids: [[150, 0], [98, 1]] }));
  driver.snapshot(depthSnapshot(100));
  assertEquals([driver.engine.feed.state, driver.engine.book.bids.size], ["degraded", 0]);
  assertEquals(driver.engine.bookUpdateId, null);
  driver.update(depthUpdate(103, 103));
  driver.snapshot(depthSnapshot(102));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 103]);
});

Deno.test("Engine waits longer for each book that is lost as soon as it is found", () => {
  const driver = new EngineStage().goLive();
  const lose = () => {
    const id = (driver.engine.bookUpdateId ?? NaN) + 5;
    const { commands } = driver.update(depthUpdate(id, id));
    driver.snapshot(depthSnapshot(id));
    return failures(commands)[0];
  };
  const lost = Array.from({ length: 5 }, lose);
  assertEquals(lost, [1, 2, 3, 4, 5].map((n) => `fetch_snapshot after failure ${n}`));
  driver.ticks(STEADY_AFTER_MS - 100);
  assertEquals(lose(), "fetch_snapshot after failure 6");
  driver.ticks(STEADY_AFTER_MS);
  assertEquals(
    lose(),
    "fetch_snapshot after failure 1",
    "a book that has lived makes it a first failure",
  );
});

Deno.test("Engine starts velocity anew with each book: the past belongs to another one", () => {
  const driver = new EngineStage().goLive();
  const rise = (fromId: number, count: number) => {
    for (let id = fromId; id < fromId + count; id++) {
      driver.ticks(100);
      driver.update({ ...depthUpdate(id, id, { bids: [[99, id]] }), eventMs: driver.nowMs });
    }
    driver.ticks(100);
    return liveFrames(driver.outputs).at(-1)?.values.velocity;
  };
  assert(typeof rise(101, 15) === "number");
  driver.update(depthUpdate(200, 200));
  driver.snapshot(depthSnapshot(200));
  assertEquals(rise(201, 5), null, "half a second of the new book");
  assert(typeof rise(206, 10) === "number");
});

Deno.test("Engine knows of an edge only on a side that filled the snapshot", () => {
  const driver = new EngineStage();
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.accept({
    type: "depth_snapshot",
    generation: driver.generation,
    snapshot: depthSnapshot(100, { bids: [[99, 1], [98, 1]], asks: [[101, 1]] }),
    limit: 2,
  });
  const [frame] = liveFrames(driver.ticks(100).outputs);
  assertEquals([frame?.values.bidCoveredBps, frame?.values.askCoveredBps], [200, null]);
});

Deno.test("Engine throws a book away whose best bid and ask the exchange's own refute at the same id", () => {
  const driver = new EngineStage().goLive();
  driver.update(depthUpdate(101, 101));
  const tell = (id: number, bidQty: number) =>
    driver.accept({
      type: "book_ticker",
      connection: driver.connection,
      ticker: bookTicker(id, [99, bidQty], [101, 1]),
    });
  tell(101, 2);
  const { outputs, commands } = tell(102, 2);
  assertEquals(states(outputs), [
    "degraded: resyncing: the best bid and ask were not the exchange's",
  ]);
  assertEquals(commands.map(({ type }) => type), ["fetch_snapshot"]);
  driver.snapshot(depthSnapshot(101, { bids: [[99, 2]] }));
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine goes on saying that its book was wrong until there is another, whatever fails meanwhile", () => {
  const driver = new EngineStage().goLive();
  driver.update(depthUpdate(101, 101, { bids: [[500, 1]] }));
  assertEquals(driver.engine.feed.state, "degraded");
  const { generation } = driver;
  driver.accept({ type: "snapshot_failed", generation, reason: "HTTP 503", retryAfterMs: null });
  assertEquals(
    states(driver.ticks(100).outputs.concat(driver.outputs)).at(-1),
    "degraded: no snapshot: HTTP 503",
  );
  driver.update(depthUpdate(102, 102));
  driver.update(depthUpdate(150, 151));
  assertEquals(driver.engine.feed.state, "degraded");
  driver.snapshot(depthSnapshot(151));
  assertEquals(driver.engine.feed.state, "live");
});
