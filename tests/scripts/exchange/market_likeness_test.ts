/**
 * The simulated market looks like a real one: its numbers lie within a factor of two of those of two real recordings,
 * at three quantiles. The recordings' numbers stand here, so that every clone has them.
 */
import { assert, assertEquals } from "@std/assert";
import type { MarketSource } from "../../../scripts/exchange/market_event.ts";
import { loadRecordings } from "../../../scripts/exchange/recorded_market.ts";
import { ReplaySource } from "../../../scripts/exchange/replay_source.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { recordingsDir } from "../../support/services.ts";
import { MarketStatistics, type Quantiles } from "../../support/market_statistics.ts";
import { ID_BASE_MS } from "../../support/simulated_run.ts";

const FRAME_MS = 100;
const SIMULATED_MS = 900_000;

const RECORDED: Readonly<Record<string, Readonly<Record<string, Quantiles>>>> = {
  BTCUSDT: {
    "top notional": [42600, 126000, 221000],
    "level notional, best ten": [17800, 21300, 25100],
    "spread, ticks": [1, 1, 1],
    "reach of ten levels, bps": [0.381, 0.564, 0.725],
    "|imbalance|": [0.301, 0.519, 0.708],
    "depth to 1 bps": [135000, 244000, 374000],
    "depth to 2 bps": [242000, 361000, 549000],
    "depth to 5 bps": [1000000, 1230000, 1440000],
    "depth to 10 bps": [2170000, 2430000, 2670000],
    "updates in 100 ms": [19, 39, 107],
    "added in 100 ms": [21300, 71000, 215000],
    "removed in 100 ms": [13300, 50700, 163000],
    "trade notional": [37, 820, 3430],
    "trades a second": [9, 31, 56],
    "tickers a second": [27, 48, 114],
    "|move| in 0.1 s, bps": [0.322, 0.622, 1.15],
    "|move| in 1 s, bps": [0.647, 1.37, 5.74],
    "|move| in 10 s, bps": [1.68, 3.56, 6.05],
    "|move| in 60 s, bps": [7.09, 10.4, 12.1],
    "imbalance beyond 0.5 stays, s": [0.2, 0.5, 1.3],
  },
  ETHUSDT: {
    "top notional": [11100, 27100, 50900],
    "level notional, best ten": [7310, 8650, 10200],
    "spread, ticks": [1, 1, 1],
    "reach of ten levels, bps": [0.783, 0.969, 1.12],
    "|imbalance|": [0.214, 0.408, 0.602],
    "depth to 1 bps": [43900, 79500, 129000],
    "depth to 2 bps": [102000, 150000, 218000],
    "depth to 5 bps": [533000, 608000, 690000],
    "depth to 10 bps": [1240000, 1400000, 1580000],
    "updates in 100 ms": [16, 37, 107],
    "added in 100 ms": [17500, 53000, 203000],
    "removed in 100 ms": [12700, 42300, 166000],
    "trade notional": [23.6, 580, 2680],
    "trades a second": [9, 24, 47],
    "tickers a second": [28, 50, 92],
    "|move| in 0.1 s, bps": [0.559, 0.782, 1.34],
    "|move| in 1 s, bps": [0.858, 1.79, 3.95],
    "|move| in 10 s, bps": [2.24, 3.84, 5.7],
    "|move| in 60 s, bps": [3.95, 7.83, 14.8],
    "imbalance beyond 0.5 stays, s": [0.1, 0.3, 0.7],
  },
};

/** What a market does until `endMs`, frame by frame. */
function statisticsOf(market: MarketSource, endMs: number): Record<string, Quantiles> {
  const statistics = new MarketStatistics(market.spec.tickSizeE8 / 1e8);
  statistics.levels(market.initial.bids, market.initial.asks, 0);
  const opening = market.opening(0);
  if (opening !== null) statistics.levels(opening.bids, opening.asks, 0);
  market.begin(0);
  for (let ms = FRAME_MS; ms <= endMs && !market.isOver(); ms += FRAME_MS) {
    for (const event of market.advance(ms)) {
      if (event.type === "trade") statistics.trade(event.price, event.qty);
      if (event.type === "ticker") statistics.ticker();
      if (event.type !== "change") continue;
      statistics.levels(event.bids, event.asks, event.finalUpdateId - event.firstUpdateId + 1);
    }
    statistics.endFrame();
  }
  return statistics.quantiles();
}

for (const [symbol, recorded] of Object.entries(RECORDED)) {
  Deno.test(`The simulated ${symbol} is within a factor of two of the recorded one`, () => {
    const simulated = statisticsOf(new SimulatedMarket(symbol, 7, ID_BASE_MS, []), SIMULATED_MS);
    const unlike = Object.entries(recorded).flatMap(([name, quantiles]) =>
      quantiles.flatMap((wanted, i) => {
        const found = simulated[name]?.[i] ?? NaN;
        const isLike = found === wanted || found >= wanted / 2 && found <= wanted * 2;
        return isLike ? [] : [`${name}: ${found} instead of ${wanted}`];
      })
    );
    assertEquals(unlike, []);
  });

  Deno.test({
    name: `The numbers of the recorded ${symbol} are those of its recording`,
    ignore: recordingsDir === null,
    fn: async () => {
      const file = `${symbol.toLowerCase()}_20240808.gz`;
      const [market] = await loadRecordings([`${recordingsDir}/${file}`]);
      assert(market !== undefined);
      const source = new ReplaySource(market, { loop: false, keepTimes: true });
      assertEquals(statisticsOf(source, Infinity), recorded);
    },
  });
}

Deno.test("Depth near mid of a simulated symbol with coarse ticks wanders no more than twice as far as a recorded one", () => {
  const market = new SimulatedMarket("SOLUSDT", 7, ID_BASE_MS, []);
  const wander = (quantiles: Quantiles = [NaN, NaN, NaN]) => quantiles[2] / quantiles[0] - 1;
  const simulated = wander(statisticsOf(market, 120_000)["depth to 10 bps"]);
  const recorded = Object.values(RECORDED).map((of) => wander(of["depth to 10 bps"]));
  assert(simulated <= 2 * Math.max(...recorded), `by ${simulated} between quartiles`);
});
