/**
 * Why the nulls of a frame are null, as one short text that travels and is stored with it: for each of them three
 * characters, the metric's place in a list that is only ever added to, in two digits of base 36, and the letter of
 * the reason. One letter alone: nothing is known, for that reason. Empty: everything is known. A row costs
 * little by it, since few are null at a time, and what was stored keeps its meaning when metrics are added.
 */
import type { NullReason } from "./metric_definition.ts";
import { METRIC_NAMES, type MetricName } from "./metrics.ts";
import { NULL_REASON_NAMES, NULL_REASONS } from "./null_reasons.ts";

/**
 * Every metric in the order in which they came to be: its place is stored. A new one is added at the end; the
 * place of one that is no more is kept, as "".
 */
const PLACES = [
  "bestBidPrice",
  "bestBidQty",
  "bestAskPrice",
  "bestAskQty",
  "mid",
  "weightedMid",
  "spread",
  "spreadBps",
  "spreadTicks",
  "queueImbalance",
  "imbalance",
  "weightedImbalance",
  "weightedImbalance1Bps",
  "topQty",
  "topShare",
  "bidDepth10Bps",
  "askDepth10Bps",
  "bidDepth50Bps",
  "askDepth50Bps",
  "bidDepth100Bps",
  "askDepth100Bps",
  "bidNotional10Bps",
  "askNotional10Bps",
  "bidNotional50Bps",
  "askNotional50Bps",
  "bidNotional100Bps",
  "askNotional100Bps",
  "bidCoveredBps",
  "askCoveredBps",
  "velocity",
  "bandImbalance1Bps",
  "bandImbalance2Bps",
  "bandImbalance5Bps",
  "bandImbalance10Bps",
  "bidSlope",
  "askSlope",
  "bidSlopeExponent",
  "askSlopeExponent",
  "buyVwap10k",
  "sellVwap10k",
  "buyVwap100k",
  "sellVwap100k",
  "buyVwap1000k",
  "sellVwap1000k",
  "buySlippageBps10k",
  "sellSlippageBps10k",
  "buySlippageBps100k",
  "sellSlippageBps100k",
  "buySlippageBps1000k",
  "sellSlippageBps1000k",
  "roundTripBps10k",
  "roundTripBps100k",
  "roundTripBps1000k",
  "ofi1s",
  "ofi10s",
  "ofi60s",
  "ofiNormalised1s",
  "ofiNormalised10s",
  "ofiNormalised60s",
  "ofiMultiLevel1s",
  "ofiMultiLevel10s",
  "ofiMultiLevel60s",
  "addedNotional10s",
  "cancelledNotional10s",
  "levelFlowImbalance10s",
  "resilienceHalfLife",
  "resilienceShocks",
  "bidWalls",
  "askWalls",
  "bidPullRate",
  "askPullRate",
  "microPrice",
  "microPriceHours",
  "microPriceMoves",
  "buyQty1s",
  "sellQty1s",
  "signedNotional1s",
  "signedCount1s",
  "tradeCount1s",
  "tradeFlowImbalance1s",
  "buyQty10s",
  "sellQty10s",
  "signedNotional10s",
  "signedCount10s",
  "tradeCount10s",
  "tradeFlowImbalance10s",
  "buyQty60s",
  "sellQty60s",
  "signedNotional60s",
  "signedCount60s",
  "tradeCount60s",
  "tradeFlowImbalance60s",
  "cumulativeVolumeDelta",
  "cumulativeVolumeDeltaFromMs",
  "realisedVol60s",
  "effectiveSpreadBps",
  "realisedSpreadBps1s",
  "realisedSpreadBps5s",
  "kyleLambda",
  "kyleR2",
  "amihud",
  "vpin",
  "idsPerSecond",
  "levelChangesPerSecond",
  "idsPerTrade",
] as const satisfies readonly (MetricName | "")[];

type WithoutPlace = Exclude<MetricName, typeof PLACES[number]>;
/** What the list must be; where it is not, the compiler names the metrics. */
type Complete = [WithoutPlace] extends [never] ? readonly (MetricName | "")[]
  : { readonly withoutPlace: WithoutPlace };

const PLACED: readonly (MetricName | "")[] = PLACES satisfies Complete;

const DIGITS = 2;
const BASE = 36;
const WIDTH = DIGITS + 1;
/** Characters that a code has at most. */
export const NULL_CODE_LENGTH_MAX = WIDTH * BASE ** DIGITS;

const PLACE_OF = new Map(
  PLACED.map((name, place) => [name, place.toString(BASE).padStart(DIGITS, "0")]),
);
const REASON_OF = new Map(NULL_REASON_NAMES.map((name) => [NULL_REASONS[name].letter, name]));

/** Of each metric that is not known: why. */
export type Reasons = Readonly<Partial<Record<MetricName, NullReason>>>;

/** The code of a frame in which nothing is known. */
export function codeOfNothing(reason: NullReason): string {
  return NULL_REASONS[reason].letter;
}

/** Where a metric stands in the order in which they came to be: from 0, and for ever. O(metrics). */
export function placeOf(name: MetricName): number {
  return PLACED.indexOf(name);
}

/** One metric's part of a code. */
export function codeOf(name: MetricName, reason: NullReason): string {
  return `${PLACE_OF.get(name)}${NULL_REASONS[reason].letter}`;
}

/**
 * What a code says; of `null`, which is the code of rows from before there were any, nothing. What a later program
 * has added is left out.
 */
export function readNullCode(code: string | null): Reasons {
  if (code === null) return {};
  if (code.length === 1) {
    const reason = REASON_OF.get(code);
    return reason === undefined
      ? {}
      : Object.fromEntries(METRIC_NAMES.map((name) => [name, reason]));
  }
  const reasons: Partial<Record<MetricName, NullReason>> = {};
  for (let at = 0; at + WIDTH <= code.length; at += WIDTH) {
    const name = PLACED[parseInt(code.slice(at, at + DIGITS), BASE)];
    const reason = REASON_OF.get(code.charAt(at + DIGITS));
    if (name !== undefined && name !== "" && reason !== undefined) reasons[name] = reason;
  }
  return reasons;
}
