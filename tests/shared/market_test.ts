import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Market, marketOf, marketText, MONITOR, parseMarket } from "../../shared/market.ts";

Deno.test("marketText() is a spot market's symbol, and parseMarket() finds the market again", () => {
  const markets: readonly [text: string, market: Market][] = [
    ["BTCUSDT", { venue: "binance_spot", symbol: "BTCUSDT" }],
    ["币安人生USDT", { venue: "binance_spot", symbol: "币安人生USDT" }],
    // A point in capitals is part of a name: only a suffix in small letters is reserved.
    ["A.B", { venue: "binance_spot", symbol: "A.B" }],
    ["monitor", MONITOR],
  ];
  for (const [text, market] of markets) {
    assertEquals(marketText(market), text);
    assertEquals(parseMarket(text), market);
  }
  assertNotEquals(parseMarket("MONITOR"), MONITOR);
});

Deno.test("parseMarket() takes no word with the suffix of a venue that is not known for a spot market", () => {
  for (const text of ["BTCUSDT.perp", "A.B.delivery", ".perp"]) {
    assertEquals(parseMarket(text), null);
    assertThrows(() => marketOf(text), TypeError, text);
  }
});
