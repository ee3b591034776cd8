import { assertEquals } from "@std/assert";
import { QuoteRates, type ToldRate } from "../../actors/quote_rates/quote_rates.ts";
import type { SymbolInfo } from "../../shared/market.ts";

function pair(baseAsset: string, quoteAsset: string): SymbolInfo {
  const symbol = `${baseAsset}${quoteAsset}`;
  return { symbol, baseAsset, quoteAsset, status: "TRADING", tickSize: 0.01, stepSize: 0.001 };
}

function following(...infos: readonly SymbolInfo[]): QuoteRates {
  const rates = new QuoteRates();
  for (const info of infos) rates.follow(info);
  return rates;
}

/** `BTCUSDT tells`, `ETHBTC 60000`. */
const texts = (told: readonly ToldRate[]): string[] =>
  told.map(({ symbol, news }) =>
    news.type === "tell_mid"
      ? `${symbol} ${news.isWanted ? "tells" : "is silent"}`
      : `${symbol} ${news.dollars}`
  );

const [BTCUSDT, BTCUSDC, ETHBTC, BNBBTC] = [
  pair("BTC", "USDT"),
  pair("BTC", "USDC"),
  pair("ETH", "BTC"),
  pair("BNB", "BTC"),
];

Deno.test("QuoteRates has a pair tell its mid while another one is quoted in what it trades", () => {
  const rates = new QuoteRates();
  assertEquals(texts(rates.follow(BTCUSDT)), []);
  assertEquals(texts(rates.follow(pair("ETH", "USDT"))), []);
  assertEquals([rates.greeting("BTCUSDT"), rates.heard("BTCUSDT", 60_000)], [[], []]);
  assertEquals(texts(rates.follow(ETHBTC)), ["BTCUSDT tells"]);
  assertEquals(texts(rates.follow(BNBBTC)), []);
  assertEquals(rates.greeting("BTCUSDT"), [{ type: "tell_mid", isWanted: true }]);
  assertEquals([rates.greeting("ETHUSDT"), rates.greeting("ETHBTC")], [[], []]);
  assertEquals(texts(rates.heard("BTCUSDT", 60_000)), ["ETHBTC 60000", "BNBBTC 60000"]);
  assertEquals(texts(rates.leave("ETHBTC")), []);
  assertEquals(texts(rates.leave("BNBBTC")), ["BTCUSDT is silent"]);
  assertEquals([rates.greeting("BTCUSDT"), rates.heard("BTCUSDT", 1)], [[], []]);
});

Deno.test("QuoteRates tells when a rate is known no more: its mid is not, its actor ended, it is followed no longer", () => {
  const rates = following(BTCUSDT, ETHBTC);
  assertEquals(texts(rates.ended("BTCUSDT")), [], "it has told nothing yet");
  rates.heard("BTCUSDT", 60_000);
  assertEquals(texts(rates.heard("BTCUSDT", null)), ["ETHBTC null"]);
  rates.heard("BTCUSDT", 60_000);
  assertEquals(texts(rates.ended("BTCUSDT")), ["ETHBTC null"]);
  rates.heard("BTCUSDT", 60_000);
  assertEquals(texts(rates.leave("BTCUSDT")), ["ETHBTC null", "BTCUSDT is silent"]);
});

Deno.test("QuoteRates prefers the most traded dollar, and takes another while that one's mid is not known", () => {
  for (const order of [[BTCUSDT, BTCUSDC], [BTCUSDC, BTCUSDT]]) {
    const rates = following(ETHBTC, ...order);
    assertEquals(texts(rates.heard("BTCUSDC", 59_000)), ["ETHBTC 59000"]);
    assertEquals(texts(rates.heard("BTCUSDT", 60_000)), ["ETHBTC 60000"]);
    assertEquals(texts(rates.heard("BTCUSDC", 59_001)), []);
    assertEquals(texts(rates.heard("BTCUSDC", null)), ["ETHBTC 60000"]);
    rates.heard("BTCUSDC", 59_002);
    assertEquals(texts(rates.heard("BTCUSDT", null)), ["ETHBTC 59002"]);
    assertEquals(texts(rates.ended("BTCUSDC")), ["ETHBTC null"]);
  }
});

Deno.test("QuoteRates turns a pair over that trades dollars, for itself too, and puts no two in a row", () => {
  const rates = new QuoteRates();
  assertEquals(texts(rates.follow(pair("USDT", "TRY"))), ["USDTTRY tells"]);
  rates.follow(pair("BTC", "TRY"));
  assertEquals(texts(rates.heard("USDTTRY", 40)), ["USDTTRY 0.025", "BTCTRY 0.025"]);
  // A dollar is one whatever it trades for, and what is quoted in BTC tells no dollars.
  assertEquals(texts(rates.follow(pair("USDC", "USDT"))), []);
  assertEquals(texts(rates.follow(ETHBTC)), []);
  assertEquals(texts(rates.follow(pair("LTC", "ETH"))), []);
});
