import { assertEquals } from "@std/assert";
import type { z } from "zod";
import {
  aggTradeSchema,
  bookTickerSchema,
  combinedSchema,
  depthSnapshotSchema,
  depthUpdateSchema,
  exchangeInfoSchema,
  tradeSchema,
} from "../../../actors/venue/binance_spot/market_schema.ts";
import { readRecording } from "../../../scripts/recording.ts";
import { recordingsDir } from "../../support/services.ts";

// Binance spot web-socket-streams.md and rest-api.md, their own examples.
const DEPTH_UPDATE = {
  ...{ e: "depthUpdate", E: 1672515782136, s: "BNBBTC", U: 157, u: 160 },
  ...{ b: [["0.0024", "10"]], a: [["0.0026", "100"]] },
};
const BOOK_TICKER = {
  ...{ u: 400900217, s: "BNBUSDT", b: "25.35190000", B: "31.21000000" },
  ...{ a: "25.36520000", A: "40.66000000" },
};
const TRADE = {
  ...{ e: "trade", E: 1672515782136, s: "BNBBTC", t: 12345, p: "0.001", q: "100" },
  ...{ T: 1672515782136, m: true, M: true },
};
const AGG_TRADE = {
  ...{ e: "aggTrade", E: 1672515782136, s: "BNBBTC", a: 12345, p: "0.001", q: "100" },
  ...{ f: 100, l: 105, T: 1672515782136, m: true, M: true },
};
const SNAPSHOT = {
  lastUpdateId: 1027024,
  bids: [["4.00000000", "431.00000000"]],
  asks: [["4.00000200", "12.00000000"]],
};

const DOCUMENTED: [name: string, schema: z.ZodType, example: Record<string, unknown>][] = [
  ["depthUpdateSchema", depthUpdateSchema, DEPTH_UPDATE],
  ["bookTickerSchema", bookTickerSchema, BOOK_TICKER],
  ["tradeSchema", tradeSchema, TRADE],
  ["aggTradeSchema", aggTradeSchema, AGG_TRADE],
  ["depthSnapshotSchema", depthSnapshotSchema, SNAPSHOT],
];

for (const [name, schema, example] of DOCUMENTED) {
  Deno.test(`${name} accepts Binance's own example, and refuses it with any field bad`, () => {
    assertEquals(schema.safeParse(example).success, true);
    for (const key of Object.keys(example)) {
      // `M` is documented as "ignore".
      if (key === "M") continue;
      for (const bad of [undefined, null, -1, 1.5, "", "-1", "1e3", [["1", "x"]], [["1"]], {}]) {
        // A symbol may be any text; its being the right one is the reader's concern.
        if (key === "s" && (bad === "-1" || bad === "1e3")) continue;
        const broken = { ...example, [key]: bad };
        assertEquals(schema.safeParse(broken).success, false, `${key} = ${JSON.stringify(bad)}`);
      }
    }
  });
}

Deno.test("depthUpdateSchema refuses a range of update ids that runs backwards", () => {
  assertEquals(depthUpdateSchema.safeParse({ ...DEPTH_UPDATE, U: 161 }).success, false);
});

Deno.test("exchangeInfoSchema keeps the filters as they are, and the look-alike's label", () => {
  const filter = { filterType: "PRICE_FILTER", tickSize: "0.01", minPrice: "0.01" };
  const symbol = { symbol: "BTCUSDT", status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT" };
  const answer = exchangeInfoSchema.parse({
    simulation: "SIMULATED",
    timezone: "UTC",
    symbols: [{ ...symbol, filters: [filter], permissions: [] }],
  });
  const symbols = [{ ...symbol, filters: [filter] }];
  assertEquals(answer, { simulation: "SIMULATED", rateLimits: [], symbols });
});

Deno.test({
  name: "the schemas accept every frame of the first seconds of a real recording",
  ignore: recordingsDir === null,
  fn: async () => {
    const bySuffix: Record<string, z.ZodType> = {
      "depth@100ms": depthUpdateSchema,
      bookTicker: bookTickerSchema,
      trade: tradeSchema,
    };
    const seen = new Set<string>();
    for await (const { payload, line } of readRecording(`${recordingsDir}/btcusdt_20240808.gz`)) {
      if (line > 3_000) break;
      const frame: unknown = JSON.parse(payload);
      const wrapped = combinedSchema.safeParse(frame);
      const suffix = wrapped.success ? wrapped.data.stream.replace(/^.*?@/, "") : "snapshot";
      const schema = bySuffix[suffix] ?? depthSnapshotSchema;
      const result = schema.safeParse(wrapped.success ? wrapped.data.data : frame);
      assertEquals(result.success, true, `line ${line}: ${result.error?.message ?? ""}`);
      seen.add(suffix);
    }
    assertEquals([...seen].sort(), ["bookTicker", "depth@100ms", "snapshot", "trade"]);
  },
});
