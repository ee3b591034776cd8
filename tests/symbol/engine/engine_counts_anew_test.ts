/** Ids that go back: what the tickers told of the old count says nothing of the new one. */
import { assert, assertEquals } from "@std/assert";
import { EngineStage, states } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate } from "./market.ts";

const MINUTE_MS = 60_000;

Deno.test("Engine forgets the tickers of the old count when the exchange counts anew", () => {
  const driver = new EngineStage().goLive();
  const old = bookTicker(5_000, [99, 1], [101, 1]);
  driver.accept({ type: "book_ticker", connection: 1, ticker: old });
  for (let id = 1; driver.engine.feed.resyncs === 0; id++) {
    assert(id < 100);
    driver.accept({ type: "depth_update", connection: 1, update: depthUpdate(id, id) });
    driver.ticks(1_000);
  }
  driver.snapshot(depthSnapshot(50));
  assertEquals(states(driver.ticks(5 * MINUTE_MS).outputs), []);
  assertEquals(driver.engine.feed.state, "live");
});

Deno.test("Engine proves a book of a new count by the tickers of that count, though the ids went back before it", () => {
  const driver = new EngineStage();
  const connection = driver.connection;
  driver.opened();
  driver.update(depthUpdate(5_000, 5_010));
  const ticker = (id: number, bidQty: number) => bookTicker(id, [99, bidQty], [101, 1]);
  driver.accept({ type: "book_ticker", connection, ticker: ticker(5_010, 1) });
  for (const id of [1, 2]) driver.update(depthUpdate(id, id));
  driver.snapshot(depthSnapshot(2));
  driver.update(depthUpdate(3, 3, { bids: [[99, 2]] }));
  for (const id of [3, 4]) {
    driver.accept({ type: "book_ticker", connection, ticker: ticker(id, 2) });
  }
  assertEquals(driver.engine.proof.exact, { checked: 1, mismatched: 0 });
});

Deno.test("Engine does not call a quiet new listing stale because of what tickers told of the one before", () => {
  const driver = new EngineStage({ tickLot: { tickSize: 1, stepSize: 1 } }).goLive();
  const old = bookTicker(5_000, [99, 1], [101, 1]);
  driver.accept({ type: "book_ticker", connection: driver.connection, ticker: old });
  driver.accept({ type: "symbol_info", info: null });
  const assets = { symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT" };
  const info = { ...assets, status: "TRADING", tickSize: 1, stepSize: 1 };
  driver.accept({ type: "symbol_info", info });
  // It says nothing yet: no update shows that its ids have gone back.
  driver.ticks(10_000);
  driver.snapshot(depthSnapshot(7));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 7]);
  assertEquals(states(driver.ticks(MINUTE_MS).outputs), []);
});
