/** Latency: how long a number takes to the screen, in five legs; how heartbeats carry those that a symbol's actor measures. */
import type { SymbolId } from "./market.ts";
import type { Gauges } from "./protocol.ts";

/** The legs that a symbol's actor measures, in their order; docs/METRICS.md defines them. */
export const SYMBOL_LEGS = ["exchangeToReceive", "receiveToComputed", "computedToSent"] as const;

/**
 * Those that the monitor knows: with the one that its web server measures, from being posted to it until a browser's socket has
 * it. The last one, until it is painted, only a page can know (`web/page/painted.ts`).
 */
export const LEGS = [...SYMBOL_LEGS, "sentToWritten"] as const;

/** A stretch of the way from the exchange to the page. */
export type Leg = typeof LEGS[number];

/** Milliseconds that half, and 99 %, of the recent ones do not exceed. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * What is known of the offset between the exchange's clock and ours, which the first leg needs. `doubtful`: by the one that
 * was measured, messages came before they were sent; so it is not known.
 */
export const CLOCKS = ["unknown", "known", "doubtful"] as const;

/** One of these. */
export type Clocks = typeof CLOCKS[number];

/** What a symbol's actor knows. */
export interface SymbolLatencies
  extends Readonly<Record<typeof SYMBOL_LEGS[number], Percentiles | null>> {
  readonly clocks: Clocks;
}

/**
 * `null`: not known, because nothing was measured of late, the clocks' offset is not known, or no browser was sent its numbers.
 * None is negative.
 */
export interface Latencies extends SymbolLatencies {
  readonly sentToWritten: Percentiles | null;
}

/** Those of one symbol, as a browser that shows it in detail is told them. */
export interface LatencyView {
  readonly symbol: SymbolId;
  readonly latency: Latencies;
}

/** Nothing is known. */
export const NO_LATENCY: Latencies = {
  clocks: "unknown",
  exchangeToReceive: null,
  receiveToComputed: null,
  computedToSent: null,
  sentToWritten: null,
};

const CLOCKS_LACK: Readonly<Record<Clocks, string | null>> = {
  unknown: "the exchange has not told its time yet",
  doubtful: "by the exchange's clock, as far as it is known, it came before it was sent",
  known: null,
};

/** Why a leg is not known, in words for a person; `null`: it is. */
export function lackOf(leg: Leg, latencies: Latencies): string | null {
  if (latencies[leg] !== null) return null;
  const why = leg === "exchangeToReceive"
    ? CLOCKS_LACK[latencies.clocks]
    : leg === "sentToWritten"
    ? "no page that shows it in detail was sent its numbers of late"
    : null;
  return why ?? "nothing was measured of late";
}

/** What the legs have together; none of the whole: percentiles do not add up. `null`: one of them is not known. */
export function sumOf(legs: Latencies, which: readonly Leg[] = LEGS): Percentiles | null {
  let [p50Ms, p99Ms] = [0, 0];
  for (const leg of which) {
    const known = legs[leg];
    if (known === null) return null;
    p50Ms += known.p50Ms;
    p99Ms += known.p99Ms;
  }
  return { p50Ms, p99Ms };
}

/** As gauges: `exchangeToReceiveP50Ms` and so on, and `clocks` by its place in the list; what is not known is absent. */
export function latencyGauges(latencies: SymbolLatencies): Gauges {
  const gauges: Record<string, number> = {};
  if (latencies.clocks !== "unknown") gauges["clocks"] = CLOCKS.indexOf(latencies.clocks);
  for (const leg of SYMBOL_LEGS) {
    const known = latencies[leg];
    if (known === null) continue;
    gauges[`${leg}P50Ms`] = known.p50Ms;
    gauges[`${leg}P99Ms`] = known.p99Ms;
  }
  return gauges;
}

/** Reads them back, beside what the web server has measured. */
export function latenciesOf(gauges: Gauges, sentToWritten: Percentiles | null = null): Latencies {
  const read = (leg: typeof SYMBOL_LEGS[number]): Percentiles | null => {
    const p50Ms = gauges[`${leg}P50Ms`];
    const p99Ms = gauges[`${leg}P99Ms`];
    return p50Ms === undefined || p99Ms === undefined ? null : { p50Ms, p99Ms };
  };
  return {
    clocks: CLOCKS[Number(gauges["clocks"] ?? 0)] ?? "unknown",
    exchangeToReceive: read("exchangeToReceive"),
    receiveToComputed: read("receiveToComputed"),
    computedToSent: read("computedToSent"),
    sentToWritten,
  };
}
