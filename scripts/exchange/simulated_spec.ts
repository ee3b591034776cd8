/** What a simulated symbol looks like: prices, sizes and how busy it is. */
import type { SymbolSpec } from "./market_event.ts";
import { Random } from "../../shared/random.ts";

/** A symbol's character in the simulated market. */
export interface SimulatedSpec extends SymbolSpec {
  /** Where the price starts, in ticks. */
  readonly startTicks: number;
  /** Median quantity of a level, in lots. */
  readonly medianLots: number;
  /** Book changes a second in a normal hour. */
  readonly changesPerSecond: number;
  /** Standard deviation of the price, bps per square root of a second. */
  readonly volatilityBps: number;
  /** Levels a side that the market keeps. */
  readonly levels: number;
}

/** Price, tick, step and pace of well-known symbols, about as on Binance spot in 2024. */
const KNOWN: Readonly<
  Record<string, readonly [price: number, tick: number, step: number, pace: number]>
> = {
  BTCUSDT: [61_840, 0.01, 0.00001, 160],
  ETHUSDT: [2_684, 0.01, 0.0001, 130],
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

/** A level holds about this many US dollars: what a quiet BTCUSDT level held in 2024. */
const MEDIAN_LEVEL_USD = 6_000;
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
  return {
    symbol,
    ...assetsOf(symbol),
    tickSizeE8,
    stepSizeE8,
    startTicks,
    medianLots: Math.max(5, Math.round(medianUsd / quoteUsd / price * 1e8 / stepSizeE8)),
    changesPerSecond: pace,
    volatilityBps: 0.15 + 0.15 * random.uniform(),
    levels: Math.max(60, Math.min(LEVELS, Math.floor(startTicks * REACH_MAX / 1.5))),
  };
}
