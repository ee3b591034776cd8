/** What a quote asset is worth, from the actor of one symbol to that of another. */
import { assertEquals } from "@std/assert";
import { readNullCode } from "../../shared/catalogue/null_code.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import { QuoteRates } from "../../actors/quote_rates/quote_rates.ts";
import { eventually } from "../support/eventually.ts";
import { Stage } from "./actor_stage.ts";

Deno.test("A symbol's costs are in dollars while another actor tells what its quote asset is worth", async () => {
  const assets = {
    BTCUSDT: { baseAsset: "BTC", quoteAsset: "USDT" },
    ETHBTC: { baseAsset: "ETH", quoteAsset: "BTC" },
  };
  await using bitcoin = new Stage({ assets: assets.BTCUSDT });
  await using ether = new Stage({ symbol: "ETHBTC", assets: assets.ETHBTC });
  const actors = new Map([["BTCUSDT", bitcoin.actor], ["ETHBTC", ether.actor]]);
  const rates = new QuoteRates();
  const pass = (told: ReturnType<QuoteRates["follow"]>) => {
    for (const { symbol, news } of told) actors.get(symbol)?.control(news);
  };
  bitcoin.onMid = (mid) => pass(rates.heard("BTCUSDT", mid));
  const info = { status: "TRADING", tickSize: 0.01, stepSize: 0.00001 };
  for (const [symbol, its] of Object.entries(assets)) {
    pass(rates.follow({ symbol, ...its, ...info }));
  }
  const web = ether.port("web");
  const newest = (): MetricsFrame | undefined =>
    web.items.findLast((item) => item.type === "metrics" && item.bookUpdateId !== null) as
      | MetricsFrame
      | undefined;
  const why = () => readNullCode(newest()?.nulls ?? null).buyVwap10k;
  await ether.goLive();
  await eventually(() => why() === "no_quote_rate", "nobody has told");
  assertEquals([bitcoin.mids.every((mid) => mid === null), ether.mids], [true, []]);
  // One of what costs 101 BTC is worth 10,100 dollars at 100 each.
  await bitcoin.goLive();
  await eventually(() => newest()?.values.buyVwap10k === 101, "100 dollars");
  assertEquals(newest()?.values.buyVwap100k, null);
  bitcoin.exchange.hangUp();
  await eventually(() => why() === "no_quote_rate", "its book is lost");
  assertEquals(newest()?.values.mid, 100);
});
