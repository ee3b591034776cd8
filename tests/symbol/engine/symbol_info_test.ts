import { assertEquals } from "@std/assert";
import type { SymbolInfo } from "../../../shared/market.ts";
import { EngineStage, states } from "./engine_stage.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";

const tickLot = { tickSize: 0.1, stepSize: 0.01 };
const told = (over: Partial<SymbolInfo> = {}) => {
  const assets = { symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT" };
  const info: SymbolInfo = { ...assets, status: "TRADING", ...tickLot, ...over };
  return { type: "symbol_info", info } as const;
};

Deno.test("Engine keeps its book through a halt, and shows it again when an update has proven it", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  assertEquals(states(driver.accept(told({ status: "BREAK" })).outputs), [
    "halted: the exchange does not trade it now: BREAK",
  ]);
  driver.ticks(60_000);
  driver.isAnswering = false;
  assertEquals(states(driver.accept(told()).outputs), [
    "stale: nothing has proven the book since the halt",
  ]);
  assertEquals(driver.probes.map(({ type }) => type), ["list_subscriptions", "probe_bbo"]);
  driver.update(depthUpdate(101, 101, { bids: [[98, 1]] }));
  assertEquals(states(driver.ticks(100).outputs), ["live"]);
  assertEquals([driver.engine.feed.resyncs, driver.engine.bookUpdateId], [0, 101]);
});

Deno.test("Engine shows a quiet book again when the exchange's best has proven it after a halt", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  driver.accept(told({ status: "HALT" }));
  driver.ticks(60_000);
  driver.accept(told());
  assertEquals(states(driver.ticks(200).outputs), ["live"]);
});

Deno.test("Engine goes on at once after a halt during which its stream has spoken", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  driver.accept(told({ status: "HALT" }));
  driver.ticks(60_000);
  driver.update(depthUpdate(101, 101, { bids: [[98, 1]] }));
  driver.ticks(100);
  assertEquals(states(driver.accept(told()).outputs), ["live"]);
});

Deno.test("Engine drops the book of a delisted symbol, asks for none, and begins anew when it is listed again", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  assertEquals(states(driver.accept({ type: "symbol_info", info: null }).outputs), [
    "halted: the exchange does not list the symbol any more",
  ]);
  assertEquals([driver.engine.bookUpdateId, driver.engine.book.bids.size], [null, 0]);
  const before = driver.commands.length;
  driver.update(depthUpdate(7, 9, { bids: [[98, 1]] }));
  driver.ticks(60_000);
  const asked = () =>
    driver.commands.slice(before).filter(({ type }) => type === "fetch_snapshot").length;
  assertEquals(asked(), 0);
  assertEquals(states(driver.accept(told()).outputs), [
    "syncing: waiting for the exchange to list the symbol",
  ]);
  driver.ticks(100);
  assertEquals(asked(), 1);
  driver.snapshot(depthSnapshot(8));
  assertEquals([driver.engine.feed.state, driver.engine.bookUpdateId], ["live", 9]);
});

Deno.test("Engine resyncs no second time when it is told of the tick size that prices have shown", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  driver.update(depthUpdate(101, 101, { bids: [[98.25, 1]] }));
  driver.snapshot(depthSnapshot(101));
  driver.accept(told({ tickSize: 0.01 }));
  driver.update(depthUpdate(102, 102, { bids: [[98.26, 2]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
});

Deno.test("Engine resyncs once when it is told of another tick size, and counts in it then", () => {
  const driver = new EngineStage({ tickLot }).goLive();
  driver.accept(told({ tickSize: 0.001 }));
  driver.snapshot(depthSnapshot(100));
  driver.update(depthUpdate(101, 101, { bids: [[98.125, 1]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
  assertEquals(driver.engine.book.priceDecimals, 3);
});

Deno.test("Engine takes a finer price for an order of before when it was told of a coarser tick size", () => {
  const driver = new EngineStage({ tickLot: { ...tickLot, tickSize: 0.01 } }).goLive();
  driver.accept(told({ tickSize: 0.1 }));
  driver.snapshot(depthSnapshot(100));
  assertEquals(driver.engine.feed.resyncs, 1);
  driver.update(depthUpdate(101, 101, { bids: [[98.25, 1]] }));
  assertEquals([driver.engine.feed.state, driver.engine.feed.resyncs], ["live", 1]);
  assertEquals(driver.engine.book.bids.top(2), [[99, 1], [98.25, 1]]);
});
