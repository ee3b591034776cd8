/** A stream that is alive while the book stands still: its numbers are old, and must not be shown. */
import { assertEquals } from "@std/assert";
import { SILENCE_MIN_MS } from "../../../actors/symbol/engine/liveness/interarrival.ts";
import { EngineStage, liveFrames, rows, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate } from "./market.ts";

/** Lets time pass while `say` is heard each second; returns the changes of state. */
function listen(driver: EngineStage, ms: number, say: (second: number) => void): string[] {
  const before = driver.outputs.length;
  for (let second = 1; second <= ms / 1_000; second++) {
    say(second);
    driver.ticks(1_000);
  }
  return states(driver.outputs.slice(before));
}

const STALE = "stale: the exchange speaks of changes that the book has not had for 5 s";

const tickersOnly = (driver: EngineStage) => (second: number) =>
  driver.accept({
    type: "book_ticker",
    connection: driver.connection,
    ticker: bookTicker(100 + second, [90 - second, 1], [91, 1]),
  });

Deno.test("Engine calls a book stale whose tickers go on while its updates do not, and shows no number", () => {
  const driver = new EngineStage().goLive();
  driver.ticks(1_000);
  driver.isAnswering = false;
  const step = listen(driver, SILENCE_MIN_MS + 1_000, tickersOnly(driver));
  assertEquals(step, ["stale: no depth update for 5 s", STALE]);
  const after = driver.ticks(1_000).outputs;
  assertEquals(
    rows(after).map(({ state, values, bookUpdateId }) => [state, values.mid, bookUpdateId]),
    [["stale", null, null]],
  );
  assertEquals(liveFrames(driver.outputs).at(-1)?.values.mid, null);
});

Deno.test("Engine begins anew when every update is too old for its book: the exchange counts anew", () => {
  const driver = new EngineStage().goLive();
  const countsAnew = (second: number) =>
    driver.update(depthUpdate(second, second, { bids: [[98, second]] }));
  const resync = `degraded: resyncing: ${STALE.slice(7)}`;
  // The second one in a row shows that the first was no late one.
  assertEquals(listen(driver, SILENCE_MIN_MS + 2_000, countsAnew), [resync]);
  driver.snapshot(depthSnapshot(7));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 7]);
});

Deno.test("Engine keeps the book of a quiet symbol to which one old update comes late", () => {
  const driver = new EngineStage().goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98, 1]] }));
  driver.update(depthUpdate(102, 102, { bids: [[98, 2]] }));
  driver.update(depthUpdate(101, 101, { bids: [[98, 1]] }));
  assertEquals(listen(driver, 4 * SILENCE_MIN_MS, () => {}), []);
  assertEquals([driver.engine.feed.resyncs, driver.engine.bookUpdateId], [0, 102]);
});

Deno.test("Engine is live again as soon as the book moves on", () => {
  const driver = new EngineStage().goLive();
  listen(driver, SILENCE_MIN_MS + 1_000, tickersOnly(driver));
  assertEquals(driver.engine.feed.state, "stale");
  const update = depthUpdate(101, 140, { bids: [[98, 2]] });
  driver.accept({ type: "depth_update", connection: 1, update });
  assertEquals(states(driver.ticks(100).outputs), ["live"]);
});

Deno.test("Engine opens a second connection beside one whose depth stream has died", () => {
  const driver = new EngineStage().goLive();
  const before = driver.commands.length;
  listen(driver, SILENCE_MIN_MS + 1_000, tickersOnly(driver));
  const opened = driver.commands.slice(before).filter(({ type }) => type === "open_connection");
  assertEquals(opened, [
    { type: "open_connection", connection: 2, priority: "renew", delayMs: 0, suspect: 1 },
  ]);
});

Deno.test("Engine stays live while tickers run ahead of a book that moves, however seldom", () => {
  const driver = new EngineStage().goLive();
  const seldom = (second: number) => {
    const ticker = bookTicker(100 + second, [99, 1], [101, 1]);
    driver.accept({ type: "book_ticker", connection: driver.connection, ticker });
    if (second % 4 === 0) driver.update(depthUpdate(97 + second, 100 + second));
  };
  assertEquals(listen(driver, 12 * SILENCE_MIN_MS, seldom), []);
});

Deno.test("Engine begins anew for an exchange that counts anew, though one of its updates is lost on the way", () => {
  const driver = new EngineStage().goLive();
  const countsAnew = (second: number) => {
    if (second !== 4) driver.update(depthUpdate(second, second, { bids: [[98, second]] }));
  };
  const step = listen(driver, SILENCE_MIN_MS + 3_000, countsAnew);
  assertEquals(step, [`degraded: resyncing: ${STALE.slice(7)}`]);
});
