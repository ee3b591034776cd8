import { assertEquals } from "@std/assert";
import type { SymbolInfo } from "../../../shared/market.ts";
import { EngineDriver, states } from "./engine_driver.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";

const steps = { tickSize: 0.1, stepSize: 0.01 };
const told = (over: Partial<SymbolInfo> = {}) => {
  const assets = { symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT" };
  const info: SymbolInfo = { ...assets, status: "TRADING", ...steps, ...over };
  return { type: "symbol_info", info } as const;
};

Deno.test("Engine keeps its book through a halt and a delisting, and says what it is", () => {
  const driver = new EngineDriver({ steps }).goLive();
  assertEquals(states(driver.accept(told({ status: "BREAK" })).outputs), [
    "halted: the exchange does not trade it now: BREAK",
  ]);
  assertEquals(states(driver.accept({ type: "symbol_info", info: null }).outputs), [
    "halted: the exchange does not list the symbol any more",
  ]);
  const { outputs, commands } = driver.accept(told());
  assertEquals([states(outputs), commands, driver.engine.feed.resyncs], [["live"], [], 0]);
});

Deno.test("Engine resyncs no second time when it is told of the tick size that prices have shown", () => {
  const driver = new EngineDriver({ steps }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98.25, 1]] }));
  driver.snapshot(depthSnapshot(101));
  driver.accept(told({ tickSize: 0.01 }));
  driver.update(depthUpdate(102, 102, { bids: [[98.26, 2]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
});

Deno.test("Engine resyncs once when it is told of another tick size, and counts in it then", () => {
  const driver = new EngineDriver({ steps }).goLive();
  driver.accept(told({ tickSize: 0.001 }));
  driver.snapshot(depthSnapshot(100));
  driver.update(depthUpdate(101, 101, { bids: [[98.125, 1]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
  assertEquals(driver.engine.book.priceDecimals, 3);
});
