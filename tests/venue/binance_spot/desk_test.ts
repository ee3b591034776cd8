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

function weightOf(...rateLimits: unknown[]): number | null | undefined {
  const answer = binanceSpotDesk.readSymbols({ rateLimits, symbols: [] });
  return answer.kind === "symbols" ? answer.weightPerMinute : undefined;
}

Deno.test("binanceSpotDesk.readSymbols() takes REQUEST_WEIGHT of one minute for the limit, and no other", () => {
  assertEquals(weightOf(), null);
  assertEquals(weightOf(limit("RAW_REQUESTS", 5, 61_000), limit("REQUEST_WEIGHT", 5, 1)), null);
  assertEquals(weightOf(limit("REQUEST_WEIGHT", 1, 0)), null, "nobody could ask anything any more");
  assertEquals(weightOf(limit("REQUEST_WEIGHT", 1, 1_200), limit("ORDERS", 1, 9)), 1_200);
});

Deno.test("binanceSpotDesk.readSymbols() learns steps and status, and names what is lacking", () => {
  assertEquals(binanceSpotDesk.readSymbols(info([LOTS, PRICES])), {
    kind: "symbols",
    symbols: [{
      ...{ symbol: "AAAUSDT", status: "BREAK", baseAsset: "AAA", quoteAsset: "USDT" },
      ...{ tickSize: 0.01, stepSize: 0.00001 },
    }],
    simulation: null,
    weightPerMinute: null,
  });
  for (
    const [filters, lacking] of [
      [[LOTS], "PRICE_FILTER.tickSize"],
      [[PRICES, { ...LOTS, stepSize: "0.00000000" }], "LOT_SIZE.stepSize"],
    ] as const
  ) {
    const reason = `exchangeInfo of AAAUSDT lacks ${lacking}`;
    assertEquals(binanceSpotDesk.readSymbols(info([...filters])), { kind: "unusable", reason });
  }
});

Deno.test("binanceSpotDesk tells an unknown symbol from other refusals, and a time from other bodies", () => {
  const codes = [-1121, -1100, -1003, undefined];
  assertEquals(codes.map((code) => binanceSpotDesk.isUnknownSymbol({ code })), [
    ...[true, true, false, false],
  ]);
  assertEquals([null, "x", [1]].map((body) => binanceSpotDesk.isUnknownSymbol(body)), [
    ...[false, false, false],
  ]);
  const bodies = [{ serverTime: 7 }, { serverTime: "7" }, null];
  assertEquals(bodies.map((body) => binanceSpotDesk.readTime(body)), [7, null, null]);
});
