/** What a simulated symbol looks like: prices, sizes and how busy it is. */
import type { SymbolSpec } from "./market_event.ts";
import { Random } from "../../shared/random.ts";

/** A symbol's character in the simulated market. */
export interface SimulatedSpec extends SymbolSpec {
  /** Where the price starts, in ticks. */
  readonly startTicks: number;
  /** Lots that a US dollar buys, about. */
  readonly lotsPerUsd: number;
  /** Median quantity of a level, in lots. */
  readonly medianLots: number;
  /** Levels of a finer book that stand together at one price of this one; 1: it is as fine as they are. */
  readonly crowding: number;
  /** Usual quantity at a best price that has stood for a while, in lots. */
  readonly queueLots: number;
  /** Median of a fill, and of one that is dust, with its least, in lots. */
  readonly fillLots: number;
  readonly dustLots: number;
  readonly dustLotsMin: number;
  /** Book changes a second in a calm moment of a usual hour. */
  readonly changesPerSecond: number;
  /** Standard deviation of the price, bps per square root of a second. */
  readonly volatilityBps: number;
  /** Median of one step of the price, bps. */
  readonly stepBps: number;
  /** Ticks between neighbours on average, near the best price and at the end of a side. */
  readonly gapTicks: number;
  readonly farGapTicks: number;
  /** Levels a side that the market keeps. */
  readonly levels: number;
}

/** Price, tick, step and pace of well-known symbols, about as on Binance spot in 2024. */
const KNOWN: Readonly<
  Record<string, readonly [price: number, tick: number, step: number, pace: number]>
> = {
  BTCUSDT: [61_840, 0.01, 0.00001, 120],
  ETHUSDT: [2_684, 0.01, 0.0001, 145],
  SOLUSDT: [152, 0.01, 0.001, 90],
  BNBUSDT: [512, 0.1, 0.001, 60],
  XRPUSDT: [0.61, 0.0001, 1, 60],
  DOGEUSDT: [0.107, 0.00001, 1, 50],
  ADAUSDT: [0.345, 0.0001, 0.1, 25],
  LTCUSDT: [62.4, 0.01, 0.001, 20],
  LINKUSDT: [10.6, 0.01, 0.01, 20],
  AVAXUSDT: [22.3, 0.01, 0.01, 20],
  DOTUSDT: [4.63, 0.001, 0.01, 10],
  ATOMUSDT: [4.7, 0.001, 0.01, 6],
  ETHBTC: [0.0434, 0.00001, 0.0001, 12],
};

/** Longest first, so that FDUSD is found before USD. */
const QUOTES = [
  "FDUSD",
  "USDT",
  "USDC",
  "TUSD",
  "BUSD",
  "BTC",
  "ETH",
  "BNB",
  "EUR",
  "TRY",
  "BRL",
  "JPY",
  "GBP",
  "USD",
];

/** What a level, a queue at a best price and a fill hold in US dollars: BTCUSDT and ETHUSDT in August 2024. */
const MEDIAN_LEVEL_USD = 6_000;
const QUEUE_LEVELS = 6;
const FILL_USD = { median: 900, dust: 12, dustMin: 5.2 };
/** A symbol this busy moves and is quoted as densely as those two. */
const BUSY_PACE = 130;
const STEP_BPS = 0.45;
const GAP_BPS = 0.08;
/** Where they differ: what a queue at a best price holds, and the distance between levels near it. */
const MEASURED: Readonly<Record<string, { readonly queueUsd: number; readonly gapBps: number }>> = {
  BTCUSDT: { queueUsd: 160_000, gapBps: 0.065 },
  ETHUSDT: { queueUsd: 34_000, gapBps: 0.1 },
};
/** About what the monitor's widest band (1 %) needs on BTCUSDT, and what its snapshots hold. */
const LEVELS = 1_500;
/** A side never reaches farther down than this share of the price. */
const REACH_MAX = 0.4;

/** Splits `BTCUSDT` into BTC and USDT; an unknown quote is the last three letters. */
export function assetsOf(symbol: string): { baseAsset: string; quoteAsset: string } {
  const quote = QUOTES.find((name) => symbol.endsWith(name) && symbol.length > name.length) ??
    symbol.slice(Math.max(1, symbol.length - 3));
  return { baseAsset: symbol.slice(0, symbol.length - quote.length) || symbol, quoteAsset: quote };
}

/** The character of `symbol`; an unknown one gets a believable one that depends on its name only. */
export function simulatedSpec(symbol: string): SimulatedSpec {
  const known = KNOWN[symbol];
  const random = new Random(1, symbol);
  const price = known?.[0] ?? 10 ** (random.uniform() * 4 - 1);
  // 10,000 to 100,000 ticks to the price, as exchanges choose them.
  const tick = known?.[1] ?? 10 ** (Math.floor(Math.log10(price)) - 4);
  const step = known?.[2] ?? 10 ** Math.min(0, Math.round(-Math.log10(price)));
  const pace = known?.[3] ?? 2 + random.below(30);
  const tickSizeE8 = Math.max(1, Math.round(tick * 1e8));
  const stepSizeE8 = Math.max(1, Math.round(step * 1e8));
  const startTicks = Math.round(price * 1e8 / tickSizeE8);
  // A quiet symbol has thinner levels.
  const medianUsd = MEDIAN_LEVEL_USD * (0.1 + 0.9 * Math.min(1, pace / 160));
  const quoteUsd = symbol.endsWith("BTC") ? 61_840 : symbol.endsWith("ETH") ? 2_684 : 1;
  const lotsPerUsd = 1e8 / (quoteUsd * price * stepSizeE8);
  const tickBps = 1e4 / startTicks;
  const levels = Math.max(60, Math.min(LEVELS, Math.floor(startTicks * REACH_MAX / 1.5)));
  const rarity = Math.sqrt(Math.max(1, BUSY_PACE / pace));
  const { gapBps, queueUsd } = MEASURED[symbol] ??
    { gapBps: GAP_BPS * rarity, queueUsd: medianUsd * QUEUE_LEVELS };
  const gapTicks = Math.max(1, gapBps / tickBps);
  // Where ticks are coarse, as many people want to stand at fewer prices.
  const crowding = Math.max(1, tickBps / gapBps);
  const levelUsd = medianUsd * crowding;
  // About 1.5 % of the price on each side, where ticks are fine enough for it.
  const meanGapTicks = Math.max(1.3, startTicks * 0.015 / levels);
  const atLeast = (lots: number, least: number) => Math.max(least, Math.round(lots));
  return {
    symbol,
    ...assetsOf(symbol),
    tickSizeE8,
    stepSizeE8,
    startTicks,
    lotsPerUsd,
    medianLots: atLeast(levelUsd * lotsPerUsd, 5),
    crowding,
    queueLots: atLeast((queueUsd + levelUsd - medianUsd) * lotsPerUsd, 10),
    fillLots: FILL_USD.median * lotsPerUsd,
    dustLots: FILL_USD.dust * lotsPerUsd,
    dustLotsMin: atLeast(FILL_USD.dustMin * lotsPerUsd, 1),
    changesPerSecond: pace,
    volatilityBps: 1 + 0.2 * random.uniform(),
    stepBps: STEP_BPS * rarity,
    gapTicks,
    farGapTicks: Math.max(gapTicks, 2 * meanGapTicks - gapTicks),
    levels,
  };
}
