import { assertEquals, assertNotEquals } from "@std/assert";
import { type Market, marketText, MONITOR, parseMarket } from "../../shared/market.ts";

Deno.test("marketText() is a spot market's symbol, and parseMarket() finds the market again", () => {
  const markets: readonly [text: string, market: Market][] = [
    ["BTCUSDT", { venue: "binance_spot", symbol: "BTCUSDT" }],
    ["币安人生USDT", { venue: "binance_spot", symbol: "币安人生USDT" }],
    // As long as no market has a suffix, a point is part of a name.
    ["A.B", { venue: "binance_spot", symbol: "A.B" }],
    ["monitor", MONITOR],
  ];
  for (const [text, market] of markets) {
    assertEquals(marketText(market), text);
    assertEquals(parseMarket(text), market);
  }
  assertNotEquals(parseMarket("MONITOR"), MONITOR);
});
