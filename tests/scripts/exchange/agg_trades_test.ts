import { assertEquals } from "@std/assert";
import { unitsE8, withAggTrades } from "../../../scripts/exchange/agg_trades.ts";
import type { MarketEvent, TradeEvent } from "../../../scripts/exchange/market_event.ts";

function trade(tradeId: number, price: string, qty: string, tradeMs: number): TradeEvent {
  return {
    type: "trade",
    atMs: tradeMs + 1,
    eventMs: tradeMs,
    tradeMs,
    tradeId,
    price,
    qty,
    isBuyerMaker: false,
  };
}

Deno.test("withAggTrades() groups consecutive trades of one price, side and time", () => {
  const ticker: MarketEvent = {
    type: "ticker",
    atMs: 6,
    updateId: 1,
    bid: "1",
    bidQty: "1",
    ask: "2",
    askQty: "1",
  };
  const events = [
    trade(71, "9.0", "0.1", 5),
    trade(72, "9.0", "0.2", 5),
    ticker,
    trade(73, "9.1", "0.3", 5),
    { ...trade(74, "9.1", "0.4", 5), isBuyerMaker: true },
    { ...trade(75, "9.1", "0.5", 6), isBuyerMaker: true },
  ];
  const all = withAggTrades(events);
  assertEquals(
    all.map((e) => e.type === "aggTrade" ? `a${e.firstTradeId}-${e.lastTradeId}` : e.type),
    [
      "trade",
      "trade",
      "a71-72",
      "ticker",
      "trade",
      "a73-73",
      "trade",
      "a74-74",
      "trade",
      "a75-75",
    ],
  );
  assertEquals(
    all.flatMap((e) => e.type === "aggTrade" ? [e.aggTradeId] : []),
    [71, 72, 73, 74],
  );
  const first = all.find((e) => e.type === "aggTrade");
  // 0.1 + 0.2 as decimals, not as floats.
  assertEquals(first?.type === "aggTrade" && first.qty, "0.30000000");
});

Deno.test("unitsE8() is exact where floating point is not", () => {
  assertEquals(unitsE8("61837.63000001"), 6183763000001);
  assertEquals(unitsE8("7"), 700000000);
});
