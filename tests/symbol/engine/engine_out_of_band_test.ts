/** A price that leaves what the snapshot covered: what lies there is not known, whatever is left. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Level } from "../../../shared/market.ts";
import { EngineStage, rows, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate } from "./market.ts";
import { leaveBook, NARROW_LEVELS, NARROW_SNAPSHOT, narrowBook } from "./narrow_book.ts";

Deno.test("Engine does not pass a best price off as known that lies beyond what its snapshot covered", () => {
  const driver = narrowBook();
  driver.ticks(1_000);
  leaveBook(driver);
  assertEquals(driver.engine.feed.state, "degraded");
  const { outputs } = driver.ticks(1_000);
  assertEquals(rows(outputs).map(({ state, values }) => [state, values.bestBidPrice]), [
    ["degraded", null],
  ]);
  const asked = driver.commands.at(-1);
  assert(asked?.type === "fetch_snapshot" && asked.purpose === "resync" && asked.limit === 5);
  // The exchange's own ticker knows.
  driver.accept({
    type: "book_ticker",
    connection: driver.connection,
    ticker: bookTicker(101, [90, 1], [101, 1]),
  });
  assertEquals(states(driver.ticks(1_500).outputs), ["live"]);
  driver.update(depthUpdate(102, 102, { bids: [[90, 0], [89, 1]] }));
  assertEquals(driver.engine.feed.state, "degraded");
  driver.snapshot(depthSnapshot(102, { bids: [[94, 1], [89, 1]] }), NARROW_LEVELS);
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
  assertEquals(driver.engine.book.bids.bestPrice, 94);
});

Deno.test("Engine proves no best price that it does not show: what lies beyond the band refutes no book", () => {
  const driver = narrowBook();
  driver.ticks(100);
  leaveBook(driver);
  driver.ticks(5_000);
  // The exchange had a level at 94 that nobody has told of.
  const { connection } = driver;
  driver.accept({ type: "book_ticker", connection, ticker: bookTicker(101, [94, 1], [101, 1]) });
  driver.accept({ type: "book_ticker", connection, ticker: bookTicker(102, [94, 2], [101, 1]) });
  assertEquals([driver.engine.proof.exact.checked, driver.engine.feed.resyncs], [0, 0]);
  driver.snapshot(depthSnapshot(102, { bids: [[94, 2], [90, 1]] }), NARROW_LEVELS);
  driver.update(depthUpdate(102, 102, { bids: [[94, 2]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 0]);
});

Deno.test("Engine does not show a best price because of an audit of a book from before the price had left", () => {
  const driver = narrowBook(20_000);
  driver.ticks(20_000);
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  leaveBook(driver);
  driver.snapshot(NARROW_SNAPSHOT, NARROW_LEVELS);
  assert(driver.outputs.some((output) => output.type === "audit" && output.mismatched === 0));
  assertEquals(driver.engine.feed.state, "degraded");
});

Deno.test("Engine tells of no audit that has compared no level, and goes on with the newer book", () => {
  const around = (mid: number): { readonly bids: Level[]; readonly asks: Level[] } => ({
    bids: [1, 2, 3, 4, 5].map((i) => [mid - i, 1]),
    asks: [1, 2, 3, 4, 5].map((i) => [mid + i, 1]),
  });
  const driver = new EngineStage({ depthLevels: 5, auditIntervalMs: 50_000 });
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.snapshot(depthSnapshot(100, around(100)), 5);
  driver.ticks(1_000);
  const { bids, asks } = around(100);
  const none = (levels: readonly Level[]) => levels.map(([price]): Level => [price, 0]);
  driver.update(depthUpdate(101, 101, {
    bids: [...none(bids), [49, 1]],
    asks: [...none(asks), [51, 1]],
  }));
  driver.ticks(5_000);
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  driver.snapshot(depthSnapshot(101, around(50)), 5);
  assertEquals(driver.engine.book.bids.top(9), around(50).bids);
  assertEquals([driver.engine.feed.state, driver.outputs.filter(({ type }) => type === "audit")], [
    "live",
    [],
  ]);
  driver.untilAudit();
  driver.accept({ type: "snapshot_asked", generation: driver.generation });
  driver.snapshot(depthSnapshot(101, around(50)), 5);
  const told = driver.outputs.flatMap((it) => it.type === "audit" ? [it.number] : []);
  assertEquals(told, [1], "the first that has");
});

Deno.test("Engine asks anew when a side has run empty as far as it is known, not when the exchange's is", () => {
  const after = (driver: EngineStage, bids: readonly Level[]) => {
    driver.ticks(1_000);
    driver.update(depthUpdate(101, 101, { bids: bids.map(([price]): Level => [price, 0]) }));
    driver.ticks(1_500);
    const asked = driver.commands.flatMap((it) => it.type === "fetch_snapshot" ? it.purpose : []);
    return [driver.engine.feed.state, ...asked];
  };
  const known: Level[] = [99, 98, 97, 96, 95].map((price) => [price, 1]);
  assertEquals(after(narrowBook(), known), ["degraded", "sync", "resync"]);
  const whole = new EngineStage({ depthLevels: 5_000 }).goLive();
  assertEquals(after(whole, [[99, 1]]), ["live", "sync"]);
});

Deno.test("Engine says of a price that has left until when a ban keeps it from a snapshot", () => {
  const driver = narrowBook();
  driver.ticks(1_000);
  leaveBook(driver);
  const reason = "the exchange has banned this address (HTTP 418)";
  driver.accept({ type: "budget", bannedForMs: 120_000, reason });
  const [step] = states(driver.ticks(200).outputs);
  assertMatch(
    step ?? "",
    /^degraded: the price has left .+: no snapshot until [\d:]+Z: .+HTTP 418/,
  );
  driver.accept({ type: "budget", bannedForMs: null, reason: null });
  assertMatch(states(driver.ticks(200).outputs)[0] ?? "", /another is awaited$/);
});

Deno.test("Engine asks more and more seldom for the snapshot that a price that has left needs", () => {
  const driver = narrowBook();
  driver.ticks(1_000);
  leaveBook(driver);
  const asked: number[] = [];
  for (let i = 0; i < 1_200; i++) {
    const { commands } = driver.ticks(100);
    if (!commands.some(({ type }) => type === "fetch_snapshot")) continue;
    asked.push(i);
    driver.accept({ type: "snapshot_asked", generation: driver.generation });
    const { generation } = driver;
    driver.accept({ type: "snapshot_failed", generation, reason: "HTTP 503", retryAfterMs: null });
  }
  const waits = asked.slice(1).map((at, i) => (at - (asked[i] ?? 0)) / 10);
  assertEquals(waits, [10, 20, 40]);
});
