/** A stream that is alive while the book stands still: its numbers are old, and must not be shown. */
import { assertEquals } from "@std/assert";
import { DEAD_AFTER_MS, STALE_AFTER_MS } from "../../../actors/symbol/engine/feed.ts";
import { delays, EngineDriver, liveFrames, rows, states } from "./engine_driver.ts";
import { bookTicker, depthUpdate } from "./market.ts";

/** Lets time pass while `say` is heard each second; returns the changes of state. */
function listen(driver: EngineDriver, ms: number, say: (second: number) => void): string[] {
  const before = driver.outputs.length;
  for (let second = 1; second <= ms / 1_000; second++) {
    say(second);
    driver.ticks(1_000);
  }
  return states(driver.outputs.slice(before));
}

const STALE = "stale: the exchange speaks of changes that the book has not had for 15 s";

const tickersOnly = (driver: EngineDriver) => (second: number) =>
  driver.accept({
    type: "book_ticker",
    connection: driver.connection,
    ticker: bookTicker(100 + second, [90 - second, 1], [91, 1]),
  });

Deno.test("Engine calls a book stale whose tickers go on while its updates do not, and shows no number", () => {
  const driver = new EngineDriver().goLive();
  driver.ticks(1_000);
  assertEquals(listen(driver, STALE_AFTER_MS + 1_000, tickersOnly(driver)), [STALE]);
  const said = driver.ticks(1_000).outputs;
  assertEquals(rows(said).map(({ state, mid }) => [state, mid]), [["stale", null]]);
  assertEquals(liveFrames(driver.outputs).at(-1)?.mid, null);
});

Deno.test("Engine calls a book stale for which every update is too old: the exchange counts anew", () => {
  const driver = new EngineDriver().goLive();
  const countsAnew = (second: number) =>
    driver.update(depthUpdate(second, second, { bids: [[98, second]] }));
  assertEquals(listen(driver, STALE_AFTER_MS + 1_000, countsAnew), [STALE]);
});

Deno.test("Engine is live again as soon as the book moves on, and leaves a stream that never does", () => {
  const driver = new EngineDriver().goLive();
  listen(driver, STALE_AFTER_MS + 1_000, tickersOnly(driver));
  driver.update(depthUpdate(101, 140, { bids: [[98, 2]] }));
  assertEquals(listen(driver, 1_000, () => driver.update(depthUpdate(141, 141))), []);
  driver.update(depthUpdate(142, 142));
  assertEquals(driver.engine.feed.state, "live");

  const stuck = new EngineDriver().goLive();
  const before = stuck.commands.length;
  listen(stuck, DEAD_AFTER_MS + 1_000, tickersOnly(stuck));
  assertEquals(delays(stuck.commands.slice(before)).slice(0, 1), ["close_connection"]);
});

Deno.test("Engine stays live while tickers run ahead of a book that moves, however seldom", () => {
  const driver = new EngineDriver().goLive();
  const seldom = (second: number) => {
    tickersOnly(driver)(second);
    if (second % 10 === 0) driver.update(depthUpdate(91 + second, 100 + second));
  };
  assertEquals(listen(driver, 4 * STALE_AFTER_MS, seldom), []);
});
