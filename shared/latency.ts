/** Latency: how long a number takes to the page, in three legs; how heartbeats carry it as gauges. */
import type { SymbolId } from "./market.ts";
import type { Gauges } from "./protocol.ts";

/** The legs in their order; docs/METRICS.md defines them. */
export const LEGS = ["exchangeToReceive", "receiveToComputed", "computedToSent"] as const;

/** A stretch of the way from the exchange to the page. */
export type Leg = typeof LEGS[number];

/** Milliseconds that half, and 99 %, of the recent ones do not exceed. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `null`: not known, because nothing was measured of late. */
export type Latencies = Readonly<Record<Leg, Percentiles | null>>;

/** Those of one symbol, as a browser that shows it in detail is told them. */
export interface LatencyView {
  readonly symbol: SymbolId;
  readonly latency: Latencies;
}

/** Nothing is known. */
export const NO_LATENCY: Latencies = {
  exchangeToReceive: null,
  receiveToComputed: null,
  computedToSent: null,
};

/** As gauges: `exchangeToReceiveP50Ms` and so on; what is not known is absent. */
export function latencyGauges(latencies: Latencies): Gauges {
  const gauges: Record<string, number> = {};
  for (const leg of LEGS) {
    const known = latencies[leg];
    if (known === null) continue;
    gauges[`${leg}P50Ms`] = known.p50Ms;
    gauges[`${leg}P99Ms`] = known.p99Ms;
  }
  return gauges;
}

/** Reads them back. */
export function latenciesOf(gauges: Gauges): Latencies {
  const read = (leg: Leg): Percentiles | null => {
    const p50Ms = gauges[`${leg}P50Ms`];
    const p99Ms = gauges[`${leg}P99Ms`];
    return p50Ms === undefined || p99Ms === undefined ? null : { p50Ms, p99Ms };
  };
  return {
    exchangeToReceive: read("exchangeToReceive"),
    receiveToComputed: read("receiveToComputed"),
    computedToSent: read("computedToSent"),
  };
}
