/**
 * The metrics of trades and of mid over time, for experts. Windows end at the exchange's time of the last update, start out and
 * end in, and count the trades that have arrived: those of the stream that is followed, which is Binance's aggregated
 * one (`aggTrade`: fills of one order at one price are one); of a recording, the kind that it holds.
 */
import { plain, SIGNED } from "./displays.ts";
import type { Display, MetricDefinition } from "./metric_definition.ts";

const SIGNED_QUANTITY: Display = { decimals: "quantity", isSigned: true, isPercent: false };
const OF_WINDOW = {
  sampling: "update",
  tier: 2,
  nullWhen: ["not_live", "one_sided", "warming_up"],
} as const;
/** Where there may be nothing to compute it from. */
const NEEDS_TRADES = {
  ...OF_WINDOW,
  nullWhen: ["not_live", "one_sided", "warming_up", "too_quiet"],
} as const;
const COUNT_MAX = 2 ** 31 - 1;

type Seconds = 1 | 10 | 60;
const SPANS: Readonly<Record<Seconds, string>> = { 1: "second", 10: "10 s", 60: "minute" };

function inWindow<Of extends Seconds>(seconds: Of) {
  return { ...OF_WINDOW, window: seconds * 1_000, group: "trades", source: "definition" } as const;
}

/** What aggressors took on one side. */
function takenQty<Side extends "buy" | "sell", Of extends Seconds>(side: Side, seconds: Of) {
  const verb = side === "buy" ? "bought" : "sold";
  return {
    ...inWindow(seconds),
    column: `${side}_qty_${seconds}s`,
    stored: "float8",
    unit: "base",
    display: plain("quantity"),
    range: [0, null],
    fold: ["mean", "max"],
    label: `${side === "buy" ? "Bought" : "Sold"}, ${seconds} s`,
    formula: `Σ q of trades in (E − ${seconds} s, E] whose aggressor ${verb}`,
    meaning: `How much aggressors ${verb} in the last ${SPANS[seconds]}; 0: nobody did.`,
  } as const satisfies MetricDefinition;
}

function signedNotional<Of extends Seconds>(seconds: Of) {
  return {
    ...inWindow(seconds),
    column: `signed_notional_${seconds}s`,
    stored: "float8",
    unit: "quote",
    display: SIGNED_QUANTITY,
    range: [null, null],
    fold: ["mean", "min", "max"],
    label: `Signed notional, ${seconds} s`,
    formula: `Σ ±p·q of trades in (E − ${seconds} s, E], + where the aggressor bought`,
    meaning: `What aggressors bought in the last ${
      SPANS[seconds]
    } was worth more than what they sold.`,
  } as const satisfies MetricDefinition;
}

function signedCount<Of extends Seconds>(seconds: Of) {
  return {
    ...inWindow(seconds),
    column: `signed_count_${seconds}s`,
    stored: "int4",
    unit: "count",
    display: { decimals: 0, isSigned: true, isPercent: false },
    range: [-COUNT_MAX, COUNT_MAX],
    fold: ["mean", "min", "max"],
    label: `Signed trades, ${seconds} s`,
    formula: `Σ ±1 of trades in (E − ${seconds} s, E], + where the aggressor bought`,
    meaning: `How many more trades bought than sold in the last ${SPANS[seconds]}, ` +
      "large or small; of aggregated trades.",
  } as const satisfies MetricDefinition;
}

function tradeCount<Of extends Seconds>(seconds: Of) {
  return {
    ...inWindow(seconds),
    column: `trade_count_${seconds}s`,
    stored: "int4",
    unit: "count",
    display: plain(0),
    range: [0, COUNT_MAX],
    fold: ["mean", "max"],
    label: `Trades, ${seconds} s`,
    formula: `number of trades in (E − ${seconds} s, E]`,
    meaning: `How many trades there were in the last ${SPANS[seconds]}; of aggregated trades.`,
  } as const satisfies MetricDefinition;
}

function tradeFlowImbalance<Of extends Seconds>(seconds: Of) {
  return {
    ...inWindow(seconds),
    nullWhen: NEEDS_TRADES.nullWhen,
    column: `trade_flow_imbalance_${seconds}s`,
    stored: "float4",
    unit: "ratio",
    display: SIGNED,
    range: [-1, 1],
    fold: ["mean", "min", "max"],
    label: `Trade flow imbalance, ${seconds} s`,
    formula: `(buyQty${seconds}s − sellQty${seconds}s)/(buyQty${seconds}s + sellQty${seconds}s)`,
    meaning: `Who has been taking in the last ${SPANS[seconds]}: 1 only buyers, −1 only sellers.`,
  } as const satisfies MetricDefinition;
}

const OF_DAY = {
  sampling: "update",
  tier: 2,
  window: "past",
  nullWhen: ["not_live", "one_sided", "warming_up"],
  group: "trades",
  source: "definition",
} as const;

/** Of the trades of the minute that ended 5 s ago. */
const OF_TRADES = {
  ...NEEDS_TRADES,
  window: 65_000,
  stored: "float4",
  unit: "bps",
  range: [null, null],
  display: { decimals: "bps", isSigned: true, isPercent: false },
  fold: ["mean", "max"],
  group: "cost",
  source: "Huang and Stoll (1996), J. Financial Economics 41(3)",
} as const;

function realisedSpread<Of extends 1 | 5>(seconds: Of) {
  return {
    ...OF_TRADES,
    column: `realised_spread_bps_${seconds}s`,
    label: `Realised spread, ${seconds} s`,
    formula:
      `as effectiveSpreadBps with 10⁴ · 2·sign·(p − M)/M0, M: mid ${seconds} s after the trade`,
    meaning:
      `What is left of the effective spread to who was taken, ${seconds} s later; below 0 they have lost.`,
  } as const satisfies MetricDefinition;
}

/** Of 60 whole seconds. */
const OF_SECONDS = {
  ...NEEDS_TRADES,
  window: 62_000,
  stored: "float4",
  group: "cost",
} as const;

/** Of the updates of ten seconds. */
const OF_UPDATES = {
  ...OF_WINDOW,
  window: 10_000,
  stored: "float4",
  range: [0, null],
  fold: ["mean", "max"],
  group: "activity",
  source: "definition",
} as const;

/** In the order in which they are listed. */
export const FLOW_METRICS = {
  buyQty1s: takenQty("buy", 1),
  sellQty1s: takenQty("sell", 1),
  signedNotional1s: signedNotional(1),
  signedCount1s: signedCount(1),
  tradeCount1s: tradeCount(1),
  tradeFlowImbalance1s: tradeFlowImbalance(1),
  buyQty10s: takenQty("buy", 10),
  sellQty10s: takenQty("sell", 10),
  signedNotional10s: signedNotional(10),
  signedCount10s: signedCount(10),
  tradeCount10s: tradeCount(10),
  tradeFlowImbalance10s: tradeFlowImbalance(10),
  buyQty60s: takenQty("buy", 60),
  sellQty60s: takenQty("sell", 60),
  signedNotional60s: signedNotional(60),
  signedCount60s: signedCount(60),
  tradeCount60s: tradeCount(60),
  tradeFlowImbalance60s: tradeFlowImbalance(60),
  cumulativeVolumeDelta: {
    ...OF_DAY,
    column: "cumulative_volume_delta",
    stored: "float8",
    unit: "base",
    display: SIGNED_QUANTITY,
    range: [null, null],
    fold: ["last", "min", "max"],
    label: "Volume delta today",
    formula:
      "Σ ±q of the trades since cumulativeVolumeDeltaFromMs that have arrived, + where the aggressor bought",
    meaning:
      "How much more aggressors have bought than sold since midnight UTC, or since the later time that is told.",
  },
  cumulativeVolumeDeltaFromMs: {
    ...OF_DAY,
    tier: 0,
    column: "cumulative_volume_delta_from_ms",
    stored: "float8",
    unit: "ms",
    display: plain(0),
    range: [0, null],
    fold: ["last", "max"],
    label: "Volume delta since",
    formula:
      "midnight UTC, or the time of the first trade after the start or after trades that were missed, if later",
    meaning: "Since when the volume delta counts: UTC milliseconds of the exchange's clock.",
  },
  realisedVol60s: {
    ...OF_WINDOW,
    window: 60_000,
    column: "realised_vol_60s",
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    fold: ["mean", "max"],
    group: "price",
    label: "Realised volatility, 60 s",
    formula:
      "sqrt(600/591 · (1/10) Σ (x_{j+10} − x_j)²), x: 10⁴ · ln mid each 100 ms of the window",
    meaning: "How much mid has moved over the last minute; times √525600 it is of a year.",
    source:
      "Zhang, Mykland and Aït-Sahalia (2005), J. Am. Statistical Association 100(472): subsampling",
  },
  effectiveSpreadBps: {
    ...OF_TRADES,
    column: "effective_spread_bps",
    label: "Effective spread",
    formula:
      "Σ p·q · 10⁴ · 2·sign·(p − M0)/M0 / Σ p·q over trades in (E − 65 s, E − 5 s], M0: mid before, " +
      "p_first − sign·spread/2 of the first fill of the same time and side",
    meaning:
      "What aggressors have really paid for buying and selling again, against the mid before their orders.",
  },
  realisedSpreadBps1s: realisedSpread(1),
  realisedSpreadBps5s: realisedSpread(5),
  kyleLambda: {
    ...OF_SECONDS,
    nullWhen: [...NEEDS_TRADES.nullWhen, "no_quote_rate"],
    column: "kyle_lambda",
    unit: "bps/million",
    display: { decimals: 2, isSigned: true, isPercent: false },
    range: [null, null],
    fold: ["mean", "max"],
    label: "Kyle's lambda",
    formula:
      "least-squares slope, with intercept, of the moves of 10⁴ · ln mid on signed notional, over the 60 whole " +
      "seconds of the exchange's clock before the newest one",
    meaning: "How far a million dollars of net buying moves mid; how well that holds says its R².",
    source: "Kyle (1985), Econometrica 53(6)",
  },
  kyleR2: {
    ...OF_SECONDS,
    column: "kyle_r2",
    unit: "ratio",
    display: plain(2),
    range: [0, 1],
    fold: ["mean"],
    label: "R² of Kyle's lambda",
    formula: "share of the variance of the moves that the line of kyleLambda explains",
    meaning:
      "How much of the last minute's moves the net buying explains: near 0 the lambda says nothing.",
    source: "ordinary least squares",
  },
  amihud: {
    ...OF_SECONDS,
    nullWhen: [...NEEDS_TRADES.nullWhen, "no_quote_rate"],
    column: "amihud",
    unit: "bps/million",
    display: plain(2),
    range: [0, null],
    fold: ["mean", "max"],
    label: "Amihud illiquidity",
    formula: "Σ |move| / Σ notional over the seconds of kyleLambda",
    meaning: "How far mid goes for each million dollars traded, in whatever direction.",
    source: "Amihud (2002), J. Financial Markets 5(1)",
  },
  vpin: {
    ...NEEDS_TRADES,
    window: "past",
    column: "vpin",
    stored: "float4",
    unit: "ratio",
    display: plain(2),
    range: [0, 1],
    fold: ["mean", "max"],
    group: "trades",
    label: "VPIN",
    formula:
      "mean of |bought − sold|/bucket over the last 50 full buckets; a bucket begins as large as the median volume " +
      "of a whole minute of the last hour, of which ten must be known",
    meaning:
      "How one-sided trading has been, by volume instead of time: 0 balanced, 1 one side only.",
    source:
      "Easley, López de Prado and O'Hara (2012), Review of Financial Studies 25(5), with true sides",
  },
  idsPerSecond: {
    ...OF_UPDATES,
    column: "ids_per_second",
    unit: "ids/s",
    display: plain(1),
    label: "Ids a second",
    formula: "(u_n − u_m)/(E_n − E_m), m: the last update with E ≤ E_n − 10 s",
    meaning: "How many changes of its book the exchange counts a second.",
  },
  levelChangesPerSecond: {
    ...OF_UPDATES,
    column: "level_changes_per_second",
    unit: "levels/s",
    display: plain(1),
    label: "Level changes a second",
    formula:
      "levels whose quantity really changed from m to n, per second of E_n − E_m, m as in idsPerSecond",
    meaning: "How many levels change a second, as seen each 100 ms.",
  },
  idsPerTrade: {
    ...OF_UPDATES,
    nullWhen: NEEDS_TRADES.nullWhen,
    column: "ids_per_trade",
    unit: "ids/trade",
    display: plain(1),
    label: "Ids per trade",
    formula: "(u_n − u_m)/number of trades in (E_m, E_n], m as in idsPerSecond",
    meaning: "How many orders come, go or change for each trade; of aggregated trades.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
