/** The exchange against a client that this project did not write: ccxt pro's order book. */
import { assert, assertEquals } from "@std/assert";
import ccxt from "ccxt";
import { startExchange } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";

const ROUNDS = 30;

/** Levels as plain number pairs: ccxt's sides are arrays of a class of their own. */
function numbers(levels: Iterable<readonly unknown[]>): number[][] {
  return [...levels].map(([price, qty]) => [Number(price), Number(qty)]);
}

Deno.test("ccxt.watchOrderBook() against the exchange ends at the reference book at the same id", async () => {
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["BTCUSDT"], seed: 11 },
    speed: 10,
  });
  const client = new ccxt.pro.binance({
    enableRateLimit: false,
    options: { defaultType: "spot", fetchMarkets: ["spot"], fetchCurrencies: false },
  });
  client.urls["api"]["public"] = `${exchange.restUrl}/api/v3`;
  // ccxt knows a spot connection by "/stream" in its URL; to the exchange that is an unknown stream.
  client.urls["api"]["ws"]["spot"] = `${exchange.wsUrl}/ws/stream`;
  try {
    await client.loadMarkets();
    assertEquals(client.market("BTC/USDT").precision.price, 0.01);
    let compared = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // The returned book is ccxt's live one: it goes on to the last frame that was sent.
      const book = await client.watchOrderBook("BTC/USDT", 5_000);
      exchange.freeze();
      const reference = exchange.referenceBook("BTCUSDT");
      await eventually(() => book.nonce === reference.lastUpdateId);
      assertEquals(numbers(book.bids), numbers(reference.bids));
      assertEquals(numbers(book.asks), numbers(reference.asks));
      assert(book.bids.length > 1_000);
      compared += 1;
      exchange.resume();
    }
    assertEquals(compared, ROUNDS);
    assert(exchange.ledger("BTCUSDT").snapshots === 1, "ccxt never lost its sync");
  } finally {
    await client.close();
    await exchange.stop();
  }
});
