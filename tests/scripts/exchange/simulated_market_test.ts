import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { MarketEvent } from "../../../scripts/exchange/market_event.ts";
import { ReferenceBook } from "../../../scripts/exchange/reference_book.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { ID_BASE_MS, MARKET_BEGAN_MS } from "../../support/simulated_run.ts";

function play(symbol: string, seed: number, stepMs: number, totalMs: number): MarketEvent[] {
  const market = new SimulatedMarket(symbol, seed, ID_BASE_MS);
  market.begin(MARKET_BEGAN_MS);
  const events: MarketEvent[] = [];
  for (let ms = stepMs; ms <= totalMs; ms += stepMs) {
    for (const event of market.advance(MARKET_BEGAN_MS + ms)) events.push(event);
  }
  return events;
}

Deno.test("SimulatedMarket gives the same events for the same seed, whatever the steps", () => {
  const events = play("BTCUSDT", 7, 100, 20_000);
  assert(events.length > 1_000);
  assertEquals(play("BTCUSDT", 7, 2_500, 20_000), events);
  assertNotEquals(play("BTCUSDT", 8, 100, 20_000), events);
});

for (const symbol of ["BTCUSDT", "SOLUSDT", "DOGEUSDT", "ETHBTC", "FOOUSDC"]) {
  Deno.test(`SimulatedMarket keeps ${symbol}'s ids contiguous, its book uncrossed, its tickers exact`, () => {
    const market = new SimulatedMarket(symbol, 3, ID_BASE_MS);
    const book = new ReferenceBook(market.initial);
    market.begin(MARKET_BEGAN_MS);
    let lastMs = MARKET_BEGAN_MS;
    let lastTradeId = 0;
    let told = bestText(book);
    for (const event of market.advance(MARKET_BEGAN_MS + 12_000)) {
      assert(event.atMs >= lastMs);
      lastMs = event.atMs;
      if (event.type === "change") {
        assertEquals(event.firstUpdateId, book.lastUpdateId + 1);
        // Every change of the best was told before the next change.
        assertEquals(bestText(book), told);
        book.apply(event);
      } else if (event.type === "ticker") {
        assertEquals(event.updateId, book.lastUpdateId);
        told = `${event.bid} ${event.bidQty} ${event.ask} ${event.askQty}`;
        assertEquals(told, bestText(book));
        assert(Number(event.bid) < Number(event.ask), "crossed");
      } else if (event.type === "trade") {
        if (lastTradeId > 0) assertEquals(event.tradeId, lastTradeId + 1);
        lastTradeId = event.tradeId;
        assert(Number(event.qty) > 0);
      }
    }
    assert(lastTradeId > 0);
  });
}

Deno.test("SimulatedMarket's aggregate trades cover exactly its trades", () => {
  const events = play("ETHUSDT", 5, 1_000, 20_000);
  const trades = new Map(events.flatMap((e) => e.type === "trade" ? [[e.tradeId, e]] : []));
  let covered = 0;
  for (const event of events) {
    if (event.type !== "aggTrade") continue;
    let qty = 0;
    for (let id = event.firstTradeId; id <= event.lastTradeId; id += 1) {
      assertEquals(trades.get(id)?.price, event.price);
      assertEquals(trades.get(id)?.isBuyerMaker, event.isBuyerMaker);
      qty += Number(trades.get(id)?.qty);
      covered += 1;
    }
    assert(Math.abs(qty - Number(event.qty)) < 1e-6);
  }
  assertEquals(covered, trades.size);
});

Deno.test("SimulatedMarket has extreme books to see, and returns from them", () => {
  const market = new SimulatedMarket("BTCUSDT", 7, ID_BASE_MS);
  const book = new ReferenceBook(market.initial);
  market.begin(MARKET_BEGAN_MS);
  let extremeTenths = 0;
  let calmTenths = 0;
  for (let ms = 100; ms <= 120_000; ms += 100) {
    for (const event of market.advance(MARKET_BEGAN_MS + ms)) {
      if (event.type === "change") book.apply(event);
    }
    if (ms % 1_000 !== 0) continue;
    const { bids, asks } = book.snapshot(10);
    const sum = (levels: typeof bids) => levels.reduce((total, [, qty]) => total + Number(qty), 0);
    const imbalance = (sum(bids) - sum(asks)) / (sum(bids) + sum(asks));
    if (Math.abs(imbalance) > 0.9) extremeTenths += 1;
    else if (Math.abs(imbalance) < 0.7) calmTenths += 1;
  }
  assert(extremeTenths >= 3, `${extremeTenths} s above 0.9`);
  assert(calmTenths >= 60, `${calmTenths} s below 0.7`);
});

Deno.test("SimulatedMarket keeps about as many levels as it began with", () => {
  const market = new SimulatedMarket("BTCUSDT", 1, ID_BASE_MS);
  const book = new ReferenceBook(market.initial);
  market.begin(MARKET_BEGAN_MS);
  for (const event of market.advance(MARKET_BEGAN_MS + 120_000)) {
    if (event.type === "change") book.apply(event);
  }
  const { bids, asks } = book.snapshot();
  assert(bids.length > 1_000 && bids.length < 2_000, `${bids.length}`);
  assert(asks.length > 1_000 && asks.length < 2_000, `${asks.length}`);
});

function bestText(book: ReferenceBook): string {
  const { bid, ask } = book.best();
  return `${bid?.[0]} ${bid?.[1]} ${ask?.[0]} ${ask?.[1]}`;
}
