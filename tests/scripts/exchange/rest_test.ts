import { assert, assertEquals } from "@std/assert";
import { depthWeight, RequestWeight } from "../../../scripts/exchange/request_weight.ts";
import { answerRest } from "../../../scripts/exchange/rest.ts";
import type { RestFloor } from "../../../scripts/exchange/rest_endpoints.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { Listing } from "../../../scripts/exchange/listing.ts";
import {
  depthSnapshotSchema,
  exchangeInfoSchema,
} from "../../../actors/venue/binance_spot/market_schema.ts";

const NOW_MS = Date.UTC(2025, 0, 1, 12, 0, 30);

function floor(): RestFloor {
  const listings = ["BTCUSDT", "ETHUSDT"].map((symbol) => {
    const listing = new Listing(new SimulatedMarket(symbol, 1, NOW_MS));
    listing.run(NOW_MS);
    return [symbol, listing] as const;
  });
  return {
    label: "SIMULATED",
    listings: new Map(listings),
    weight: new RequestWeight(),
    nowMs: () => NOW_MS + 0.5,
    utcNowMs: () => NOW_MS,
  };
}

async function get(on: RestFloor, path: string): Promise<{
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
  headers: Headers;
}> {
  const response = answerRest(new Request(`http://x${path}`), "10.0.0.1", on);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

Deno.test("answerRest() counts Binance's weights and says so in the header", async () => {
  const on = floor();
  let used = 0;
  const encoded = encodeURIComponent('["BTCUSDT","ETHUSDT"]');
  for (
    const [path, weight] of [
      ["/api/v3/ping", 1],
      ["/api/v3/time", 1],
      ["/api/v3/exchangeInfo", 20],
      ["/api/v3/depth?symbol=BTCUSDT", 5],
      ["/api/v3/depth?symbol=BTCUSDT&limit=100", 5],
      ["/api/v3/depth?symbol=BTCUSDT&limit=500", 25],
      ["/api/v3/depth?symbol=BTCUSDT&limit=1000", 50],
      ["/api/v3/depth?symbol=BTCUSDT&limit=5000", 250],
      ["/api/v3/ticker/bookTicker?symbol=BTCUSDT", 2],
      [`/api/v3/ticker/bookTicker?symbols=${encoded}`, 4],
      ["/api/v3/ticker/bookTicker", 4],
    ] as const
  ) {
    const { status, headers } = await get(on, path);
    assertEquals(status, 200, path);
    used += weight;
    assertEquals(headers.get("X-MBX-USED-WEIGHT-1M"), String(used), path);
  }
  const ledger = await get(on, "/ledger");
  assertEquals(ledger.headers.get("X-MBX-USED-WEIGHT-1M"), null);
  assertEquals(ledger.body.requestWeight, { limit: 6_000, most: used, refused: 0 });
});

Deno.test("answerRest() refuses with 429 and Retry-After above 6000 a minute", async () => {
  const on = floor();
  for (let i = 0; i < 24; i += 1) {
    assertEquals((await get(on, "/api/v3/depth?symbol=BTCUSDT&limit=5000")).status, 200);
  }
  const refused = await get(on, "/api/v3/ping");
  assertEquals(refused.status, 429);
  assertEquals(refused.body.code, -1003);
  assertEquals(refused.headers.get("retry-after"), "30");
});

Deno.test("RequestWeight forgets at the next minute, and knows addresses apart", () => {
  const weight = new RequestWeight();
  assertEquals(weight.take("a", 6_000, NOW_MS), { used: 6_000, retryAfterSeconds: null });
  assertEquals(weight.take("a", 1, NOW_MS).retryAfterSeconds, 30);
  assertEquals(weight.take("b", 1, NOW_MS), { used: 1, retryAfterSeconds: null });
  assertEquals(weight.take("a", 5, NOW_MS + 30_000), { used: 5, retryAfterSeconds: null });
  assertEquals(weight.account, { limit: 6_000, most: 6_001, refused: 1 });
});

Deno.test("depthWeight() follows rest-api.md at its edges", () => {
  assertEquals([1, 100, 101, 500, 501, 1000, 1001, 5000].map(depthWeight), [
    5,
    5,
    25,
    25,
    50,
    50,
    250,
    250,
  ]);
});

Deno.test("answerRest() answers mistakes with Binance's codes", async () => {
  const on = floor();
  for (
    const [path, code] of [
      ["/api/v3/depth", -1102],
      ["/api/v3/depth?symbol=NOPEUSDT", -1121],
      ["/api/v3/depth?symbol=btcusdt", -1100],
      ["/api/v3/depth?symbol=BTCUSDT&limit=x", -1100],
      ["/api/v3/depth?symbol=BTCUSDT&limit=0", -1130],
      ["/api/v3/exchangeInfo?symbol=NOPEUSDT", -1121],
      [`/api/v3/exchangeInfo?symbols=${encodeURIComponent('["BTCUSDT","NOPE"]')}`, -1121],
      ["/api/v3/exchangeInfo?symbols=BTCUSDT", -1100],
      [`/api/v3/ticker/bookTicker?symbols=${encodeURIComponent('["BTCUSDT","NOPE"]')}`, -1121],
      ["/api/v3/ticker/bookTicker?symbols=BTCUSDT,ETHUSDT", -1100],
      ["/api/v3/ticker/bookTicker?symbols=[]", -1100],
      ["/api/v3/ticker/bookTicker?symbols=[1]", -1100],
      [`/api/v3/ticker/bookTicker?symbols=${encodeURIComponent('["btcusdt"]')}`, -1100],
      ["/api/v3/exchangeInfo?symbol=BTCUSDT&symbols=[]", -1128],
    ] as const
  ) {
    const { status, body } = await get(on, path);
    assertEquals([status, body.code], [400, code], path);
    assertEquals(typeof body.msg, "string");
  }
  assertEquals((await get(on, "/api/v1/depth")).status, 404);
  assertEquals((await get(on, "/constructor")).status, 404);
});

Deno.test("answerRest() describes its symbols and says that it is no real market", async () => {
  const { body } = await get(floor(), "/api/v3/exchangeInfo?symbol=BTCUSDT");
  const info = exchangeInfoSchema.parse(body);
  assertEquals(info.simulation, "SIMULATED");
  const { rateLimits } = body;
  assertEquals(
    rateLimits.map((l: Record<string, unknown>) => [
      l["rateLimitType"],
      l["interval"],
      l["intervalNum"],
      l["limit"],
    ]),
    [["REQUEST_WEIGHT", "MINUTE", 1, 6_000], ["RAW_REQUESTS", "MINUTE", 5, 61_000]],
  );
  assertEquals(info.symbols.map((s) => [s.symbol, s.status, s.baseAsset, s.quoteAsset]), [
    ["BTCUSDT", "TRADING", "BTC", "USDT"],
  ]);
  const filter = (type: string) => info.symbols[0]?.filters.find((f) => f.filterType === type);
  assertEquals(filter("PRICE_FILTER")?.tickSize, "0.01000000");
  assertEquals(filter("LOT_SIZE")?.stepSize, "0.00001000");
});

Deno.test("answerRest() limits the depth and agrees with its own book ticker", async () => {
  const on = floor();
  const whole = depthSnapshotSchema.parse(
    (await get(on, "/api/v3/depth?symbol=ETHUSDT&limit=99999")).body,
  );
  assert(whole.bids.length > 1_000);
  const short = depthSnapshotSchema.parse(
    (await get(on, "/api/v3/depth?symbol=ETHUSDT&limit=5")).body,
  );
  assertEquals(short.bids, whole.bids.slice(0, 5));
  assertEquals(short.asks, whole.asks.slice(0, 5));
  const { body } = await get(on, "/api/v3/ticker/bookTicker?symbol=ETHUSDT");
  assertEquals([[body.bidPrice, body.bidQty], [body.askPrice, body.askQty]], [
    short.bids[0],
    short.asks[0],
  ]);
});
