import { assertEquals } from "@std/assert";
import { binanceSpotDesk } from "../../../actors/venue/binance_spot/desk.ts";

const limit = (rateLimitType: string, intervalNum: number, limit: number) => ({
  ...{ rateLimitType, interval: "MINUTE", intervalNum, limit },
});
const info = (filters: unknown[]) => ({
  symbols: [{ symbol: "AAAUSDT", status: "BREAK", baseAsset: "AAA", quoteAsset: "USDT", filters }],
});
const PRICES = { filterType: "PRICE_FILTER", tickSize: "0.01000000" };
const LOTS = { filterType: "LOT_SIZE", stepSize: "0.00001000" };

const { read: readSymbols } = binanceSpotDesk.symbolsRequest([]);
const { read: readTops } = binanceSpotDesk.bboRequest([]);

function weightOf(...rateLimits: unknown[]): number | null | undefined {
  const reading = readSymbols({ rateLimits, symbols: [] });
  return reading.kind === "read" ? reading.value.weightPerMinute : undefined;
}

Deno.test("binanceSpotDesk.symbolsRequest() takes REQUEST_WEIGHT of one minute for the limit, and no other", () => {
  assertEquals(weightOf(), null);
  assertEquals(weightOf(limit("RAW_REQUESTS", 5, 61_000), limit("REQUEST_WEIGHT", 5, 1)), null);
  assertEquals(weightOf(limit("REQUEST_WEIGHT", 1, 0)), null, "nobody could ask anything any more");
  assertEquals(weightOf(limit("REQUEST_WEIGHT", 1, 1_200), limit("ORDERS", 1, 9)), 1_200);
});

Deno.test("binanceSpotDesk.symbolsRequest() learns tick size, lot size and status, and names what is lacking", () => {
  assertEquals(readSymbols(info([LOTS, PRICES])), {
    kind: "read",
    value: {
      symbols: [{
        ...{ symbol: "AAAUSDT", status: "BREAK", baseAsset: "AAA", quoteAsset: "USDT" },
        ...{ tickSize: 0.01, stepSize: 0.00001 },
      }],
      simulation: null,
      weightPerMinute: null,
    },
  });
  for (
    const [filters, lacking] of [
      [[LOTS], "PRICE_FILTER.tickSize"],
      [[PRICES, { ...LOTS, stepSize: "0.00000000" }], "LOT_SIZE.stepSize"],
    ] as const
  ) {
    const reason = `exchangeInfo of AAAUSDT lacks ${lacking}`;
    assertEquals(readSymbols(info([...filters])), { kind: "unusable", reason });
  }
});

Deno.test("binanceSpotDesk tells an unknown symbol from other refusals", () => {
  const codes = [-1121, -1100, -1003, undefined];
  assertEquals(codes.map((code) => binanceSpotDesk.isUnknownSymbol({ code })), [
    ...[true, true, false, false],
  ]);
  assertEquals([null, "x", [1]].map((body) => binanceSpotDesk.isUnknownSymbol(body)), [
    ...[false, false, false],
  ]);
});

Deno.test("binanceSpotDesk reads no answer of another server", () => {
  const { pingRequest, timeRequest } = binanceSpotDesk;
  assertEquals(timeRequest.read({ serverTime: 7 }), { kind: "read", value: 7 });
  assertEquals(pingRequest.read({}), { kind: "read", value: null });
  for (const body of [null, {}, { serverTime: "7" }, [{}]]) {
    const readings = [timeRequest.read(body), readSymbols(body), readTops(body)];
    assertEquals(readings.map(({ kind }) => kind), ["unusable", "unusable", "unusable"]);
  }
  assertEquals(pingRequest.read(null).kind, "unusable");
});

Deno.test("binanceSpotDesk.bboRequest() leaves out what cannot be used", () => {
  const best = { bidPrice: "1.0", bidQty: "2.0", askPrice: "3.0", askQty: "4.0" };
  const reading = readTops([{ symbol: "AAAUSDT", ...best }, { symbol: "BBBUSDT" }]);
  const value = new Map([["AAAUSDT", { bidPrice: 1, bidQty: 2, askPrice: 3, askQty: 4 }]]);
  assertEquals(reading, { kind: "read", value });
});
