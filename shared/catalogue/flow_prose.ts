/**
 * The metrics of trades and of mid over time, in words. E: the exchange's time of the last update, at which windows end; what
 * counts as a trade, `flow_metrics.ts` says.
 */
import type { FLOW_METRICS } from "./flow_metrics.ts";
import type { MetricProse } from "./metric_definition.ts";

type Seconds = 1 | 10 | 60;
const SPANS: Readonly<Record<Seconds, string>> = { 1: "second", 10: "10 s", 60: "minute" };

/** What aggressors took on one side. */
function takenQty(side: "buy" | "sell", seconds: Seconds): MetricProse {
  const verb = side === "buy" ? "bought" : "sold";
  return {
    formula: `Σ q of trades in (E − ${seconds} s, E] whose aggressor ${verb}`,
    meaning: `How much aggressors ${verb} in the last ${SPANS[seconds]}; 0: nobody did.`,
    source: "definition",
  };
}

function signedNotional(seconds: Seconds): MetricProse {
  return {
    formula: `Σ ±p·q of trades in (E − ${seconds} s, E], + where the aggressor bought`,
    meaning: `What aggressors bought in the last ${
      SPANS[seconds]
    } was worth more than what they sold.`,
    source: "definition",
  };
}

function signedCount(seconds: Seconds): MetricProse {
  return {
    formula: `Σ ±1 of trades in (E − ${seconds} s, E], + where the aggressor bought`,
    meaning: `How many more trades bought than sold in the last ${SPANS[seconds]}, ` +
      "large or small; of aggregated trades.",
    source: "definition",
  };
}

function tradeCount(seconds: Seconds): MetricProse {
  return {
    formula: `number of trades in (E − ${seconds} s, E]`,
    meaning: `How many trades there were in the last ${SPANS[seconds]}; of aggregated trades.`,
    source: "definition",
  };
}

function tradeFlowImbalance(seconds: Seconds): MetricProse {
  return {
    formula: `(buyQty${seconds}s − sellQty${seconds}s)/(buyQty${seconds}s + sellQty${seconds}s)`,
    meaning: `Who has been taking in the last ${SPANS[seconds]}: 1 only buyers, −1 only sellers.`,
    source: "definition",
  };
}

/** Of the trades of the minute that ended 5 s ago. */
const OF_TRADES = {
  source: "Huang and Stoll (1996), J. Financial Economics 41(3)",
} as const;

function realisedSpread(seconds: 1 | 5): MetricProse {
  return {
    ...OF_TRADES,
    formula:
      `as effectiveSpreadBps with 10⁴ · 2·sign·(p − M)/M0, M: mid ${seconds} s after the trade`,
    meaning:
      `What is left of the effective spread to who was taken, ${seconds} s later; below 0 they have lost.`,
  };
}

/** Of each of `flow_metrics.ts`. */
export const FLOW_PROSE = {
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
    formula:
      "Σ ±q of the trades since cumulativeVolumeDeltaFromMs that have arrived, + where the aggressor bought",
    meaning:
      "How much more aggressors have bought than sold since midnight UTC, or since the later time that is told.",
    source: "definition",
  },
  cumulativeVolumeDeltaFromMs: {
    formula:
      "midnight UTC, or the time of the first trade after the start or after trades that were missed, if later",
    meaning: "Since when the volume delta counts: UTC milliseconds of the exchange's clock.",
    source: "definition",
  },
  realisedVol60s: {
    formula:
      "sqrt(600/591 · (1/10) Σ (x_{j+10} − x_j)²), x: 10⁴ · ln mid each 100 ms of the window",
    meaning: "How much mid has moved over the last minute; times √525600 it is of a year.",
    source:
      "Zhang, Mykland and Aït-Sahalia (2005), J. Am. Statistical Association 100(472): subsampling",
  },
  effectiveSpreadBps: {
    ...OF_TRADES,
    formula:
      "Σ p·q · 10⁴ · 2·sign·(p − M0)/M0 / Σ p·q over trades in (E − 65 s, E − 5 s], M0: mid before, " +
      "p_first − sign·spread/2 of the first fill of the same time and side",
    meaning:
      "What aggressors have really paid for buying and selling again, against the mid before their orders.",
  },
  realisedSpreadBps1s: realisedSpread(1),
  realisedSpreadBps5s: realisedSpread(5),
  kyleLambda: {
    formula:
      "least-squares slope, with intercept, of the moves of 10⁴ · ln mid on signed notional, over the 60 whole " +
      "seconds of the exchange's clock before the newest one",
    meaning: "How far a million dollars of net buying moves mid; how well that holds says its R².",
    source: "Kyle (1985), Econometrica 53(6)",
  },
  kyleR2: {
    formula: "share of the variance of the moves that the line of kyleLambda explains",
    meaning:
      "How much of the last minute's moves the net buying explains: near 0 the lambda says nothing.",
    source: "ordinary least squares",
  },
  amihud: {
    formula: "Σ |move| / Σ notional over the seconds of kyleLambda",
    meaning: "How far mid goes for each million dollars traded, in whatever direction.",
    source: "Amihud (2002), J. Financial Markets 5(1)",
  },
  vpin: {
    formula:
      "mean of |bought − sold|/bucket over the last 50 full buckets; a bucket begins as large as the median volume " +
      "of a whole minute of the last hour, of which ten must be known",
    meaning:
      "How one-sided trading has been, by volume instead of time: 0 balanced, 1 one side only.",
    source:
      "Easley, López de Prado and O'Hara (2012), Review of Financial Studies 25(5), with true sides",
  },
  idsPerSecond: {
    formula: "(u_n − u_m)/(E_n − E_m), m: the last update with E ≤ E_n − 10 s",
    meaning: "How many changes of its book the exchange counts a second.",
    source: "definition",
  },
  levelChangesPerSecond: {
    formula:
      "levels whose quantity really changed from m to n, per second of E_n − E_m, m as in idsPerSecond",
    meaning: "How many levels change a second, as seen each 100 ms.",
    source: "definition",
  },
  idsPerTrade: {
    formula: "(u_n − u_m)/number of trades in (E_m, E_n], m as in idsPerSecond",
    meaning: "How many orders come, go or change for each trade; of aggregated trades.",
    source: "definition",
  },
} satisfies Readonly<Record<keyof typeof FLOW_METRICS, MetricProse>>;
