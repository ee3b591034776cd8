import { assertEquals } from "@std/assert";
import { binanceSpotMarketData } from "../../../actors/venue/binance_spot/market_data.ts";

Deno.test("binanceSpotMarketData asks for three streams on one connection, also of a symbol beyond ASCII", () => {
  const url = binanceSpotMarketData.streamUrl("wss://x:9443", "币安USDT");
  const name = encodeURIComponent("币安usdt");
  const streams = ["depth@100ms", "bookTicker", "aggTrade"].map((kind) => `${name}@${kind}`);
  assertEquals(url, `wss://x:9443/stream?streams=${streams.join("/")}`);
});

Deno.test("binanceSpotMarketData knows what a snapshot costs by its levels", () => {
  const weights = [5, 100, 101, 500, 501, 1_000, 1_001, 5_000].map((limit) =>
    binanceSpotMarketData.snapshotRequest("BTCUSDT", limit).weight
  );
  assertEquals(weights, [5, 5, 25, 25, 50, 50, 250, 250]);
  assertEquals(
    binanceSpotMarketData.snapshotRequest("A&B", 5).path,
    "/api/v3/depth?symbol=A%26B&limit=5",
  );
});

Deno.test("binanceSpotMarketData recognises the answer to its question for subscriptions", () => {
  const { id } = JSON.parse(binanceSpotMarketData.listSubscriptions);
  const reply = JSON.stringify({ result: ["btcusdt@depth@100ms"], id });
  assertEquals(binanceSpotMarketData.createDecoder(null).frame(reply), { type: "reply" });
});

Deno.test("binanceSpotMarketData leaves a connection before the exchange's 24 hours are over", () => {
  const { minMs, maxMs } = binanceSpotMarketData.rules.connectionAge;
  assertEquals([minMs, maxMs].map((ms) => ms / 3_600_000), [22, 23.5]);
});
