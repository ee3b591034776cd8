import { assertEquals } from "@std/assert";
import { TradeSums } from "../../../../actors/symbol/engine/metrics/trade_sums.ts";
import { trade } from "../market.ts";

Deno.test("TradeSums.take() sums each side's trades: quantity, vwap, low, high and count", () => {
  const tradeSums = new TradeSums();
  tradeSums.add(trade({ price: 100, qty: 1, side: "buy" }));
  tradeSums.add(trade({ price: 104, qty: 3, side: "buy" }));
  tradeSums.add(trade({ price: 102, qty: 4, side: "buy" }));
  tradeSums.add(trade({ price: 99, qty: 0.5, side: "sell" }));
  assertEquals(tradeSums.take(), {
    buy: { qty: 8, notional: 820, vwap: 102.5, low: 100, high: 104, count: 3 },
    sell: { qty: 0.5, notional: 49.5, vwap: 99, low: 99, high: 99, count: 1 },
  });
});

Deno.test("TradeSums.take() begins anew; without trades it is null, and so is a side without", () => {
  const tradeSums = new TradeSums();
  assertEquals(tradeSums.take(), null);
  tradeSums.add(trade({ side: "sell" }));
  assertEquals(tradeSums.take()?.buy, null);
  assertEquals(tradeSums.take(), null);
  const sumsOf = (price: number, qty: number) => {
    tradeSums.add(trade({ price, qty }));
    return tradeSums.take()?.buy;
  };
  for (const [price, qty] of [[100, 2], [102, 1], [98, 4]] as const) {
    const notional = price * qty;
    const sums = { qty, notional, vwap: price, low: price, high: price, count: 1 };
    assertEquals(sumsOf(price, qty), sums);
  }
});

Deno.test("TradeSums.add() counts one kind of trade only: both tell of the same trades", () => {
  const tradeSums = new TradeSums();
  tradeSums.add(trade({ kind: "trade", qty: 1 }));
  tradeSums.add(trade({ kind: "agg", qty: 1 }));
  assertEquals(tradeSums.take()?.buy?.qty, 1);
  tradeSums.add(trade({ kind: "agg", qty: 1 }));
  assertEquals(tradeSums.take(), null, "the kind stays what it was");
});

Deno.test("TradeSums.take() says nothing of trades of quantity 0: they have no average price", () => {
  const tradeSums = new TradeSums();
  tradeSums.add(trade({ qty: 0 }));
  assertEquals(tradeSums.take(), null);
});

Deno.test("TradeSums.add() counts a trade once that two connections bring, in any order and on either tick", () => {
  const tradeSums = new TradeSums();
  for (const tradeId of [5, 7, 6, 7, 5]) tradeSums.add(trade({ tradeId }));
  assertEquals(tradeSums.take()?.buy?.count, 3);
  for (const tradeId of [6, 7, 8]) tradeSums.add(trade({ tradeId }));
  assertEquals(tradeSums.take()?.buy?.count, 1);
});

Deno.test("TradeSums.add() counts every trade once while one connection is 1,000 trades behind the other", () => {
  const tradeSums = new TradeSums();
  for (let id = 1; id <= 5_000; id++) {
    tradeSums.add(trade({ tradeId: id }));
    if (id > 1_000) tradeSums.add(trade({ tradeId: id - 1_000 }));
  }
  assertEquals(tradeSums.take()?.buy?.count, 5_000);
});

Deno.test("TradeSums.take() begins anew in every number, and takeSecond() has what all takes had", () => {
  const tradeSums = new TradeSums();
  tradeSums.add(trade({ price: 100, qty: 1 }));
  const first = { qty: 1, notional: 100, vwap: 100, low: 100, high: 100, count: 1 };
  assertEquals(tradeSums.take(), { buy: first, sell: null });
  for (const price of [90, 110]) {
    tradeSums.add(trade({ price, qty: 2 }));
    const next = { qty: 2, notional: 2 * price, vwap: price, low: price, high: price, count: 1 };
    assertEquals(tradeSums.take(), { buy: next, sell: null });
  }
  const all = { qty: 5, notional: 500, vwap: 100, low: 90, high: 110, count: 3 };
  assertEquals([tradeSums.takeSecond(), tradeSums.takeSecond()], [{ buy: all, sell: null }, null]);
});
