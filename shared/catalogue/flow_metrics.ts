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

function inWindow<Of extends Seconds>(seconds: Of) {
  return { ...OF_WINDOW, window: seconds * 1_000, group: "trades" } as const;
}

/** What aggressors took on one side. */
function takenQty<Side extends "buy" | "sell", Of extends Seconds>(side: Side, seconds: Of) {
  return {
    ...inWindow(seconds),
    column: `${side}_qty_${seconds}s`,
    stored: "float4",
    unit: "base",
    display: plain("quantity"),
    range: [0, null],
    fold: ["mean"],
    label: `${side === "buy" ? "Bought" : "Sold"}, ${seconds} s`,
  } as const satisfies MetricDefinition;
}

function signedNotional<Of extends Seconds>(seconds: Of) {
  return {
    ...inWindow(seconds),
    column: `signed_notional_${seconds}s`,
    stored: "float4",
    unit: "quote",
    display: SIGNED_QUANTITY,
    range: [null, null],
    fold: ["mean"],
    label: `Signed notional, ${seconds} s`,
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
    fold: ["mean"],
    label: `Signed trades, ${seconds} s`,
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
    fold: ["mean"],
    label: `Trades, ${seconds} s`,
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
    fold: ["mean"],
    label: `Trade flow imbalance, ${seconds} s`,
  } as const satisfies MetricDefinition;
}

const OF_DAY = {
  sampling: "update",
  tier: 2,
  window: "past",
  nullWhen: ["not_live", "one_sided", "warming_up"],
  group: "trades",
} as const;

/** Of the trades of the minute that ended 5 s ago. */
const OF_TRADES = {
  ...NEEDS_TRADES,
  window: 65_000,
  stored: "float4",
  unit: "bps",
  range: [null, null],
  display: { decimals: "bps", isSigned: true, isPercent: false },
  fold: ["mean"],
  group: "cost",
} as const;

function realisedSpread<Of extends 1 | 5>(seconds: Of) {
  return {
    ...OF_TRADES,
    column: `realised_spread_bps_${seconds}s`,
    label: `Realised spread, ${seconds} s`,
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
  fold: ["mean"],
  group: "activity",
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
    fold: ["last"],
    label: "Volume delta today",
  },
  cumulativeVolumeDeltaFromMs: {
    ...OF_DAY,
    tier: 0,
    column: "cumulative_volume_delta_from_ms",
    stored: "float8",
    unit: "ms",
    display: plain(0),
    range: [0, null],
    fold: ["last"],
    label: "Volume delta since",
  },
  realisedVol60s: {
    ...OF_WINDOW,
    window: 60_000,
    column: "realised_vol_60s",
    stored: "float4",
    unit: "bps",
    display: plain("bps"),
    range: [0, null],
    fold: ["mean", "quantiles"],
    group: "price",
    label: "Realised volatility, 60 s",
  },
  effectiveSpreadBps: {
    ...OF_TRADES,
    column: "effective_spread_bps",
    label: "Effective spread",
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
    fold: ["mean"],
    label: "Kyle's lambda",
  },
  kyleR2: {
    ...OF_SECONDS,
    column: "kyle_r2",
    unit: "ratio",
    display: plain(2),
    range: [0, 1],
    fold: ["mean"],
    label: "R² of Kyle's lambda",
  },
  amihud: {
    ...OF_SECONDS,
    nullWhen: [...NEEDS_TRADES.nullWhen, "no_quote_rate"],
    column: "amihud",
    unit: "bps/million",
    display: plain(2),
    range: [0, null],
    fold: ["mean"],
    label: "Amihud illiquidity",
  },
  vpin: {
    ...NEEDS_TRADES,
    window: "past",
    column: "vpin",
    stored: "float4",
    unit: "ratio",
    display: plain(2),
    range: [0, 1],
    fold: ["mean"],
    group: "trades",
    label: "VPIN",
  },
  idsPerSecond: {
    ...OF_UPDATES,
    column: "ids_per_second",
    unit: "ids/s",
    display: plain(1),
    label: "Ids a second",
  },
  levelChangesPerSecond: {
    ...OF_UPDATES,
    column: "level_changes_per_second",
    unit: "levels/s",
    display: plain(1),
    label: "Level changes a second",
  },
  idsPerTrade: {
    ...OF_UPDATES,
    nullWhen: NEEDS_TRADES.nullWhen,
    column: "ids_per_trade",
    unit: "ids/trade",
    display: plain(1),
    label: "Ids per trade",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
