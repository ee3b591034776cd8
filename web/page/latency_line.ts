/// <reference lib="dom" />
/** The line below the chart: how long a number of the selected symbol takes until it is sent here. */
import type { Leg, Percentiles } from "../../shared/latency.ts";
import { element, setText } from "./dom.ts";
import { formatMs, NOTHING } from "./format.ts";
import type { PageState } from "./state.ts";

const PLACES: readonly (readonly [leg: Leg, id: string])[] = [
  ["exchangeToReceive", "exchange-to-receive"],
  ["receiveToComputed", "receive-to-computed"],
  ["computedToSent", "computed-to-sent"],
];

/** Shows each leg's percentiles; a dash for what is not known. */
export function renderLatency(state: PageState): void {
  const latencies = state.selected === null ? null : state.latencyOf(state.selected);
  for (const [leg, id] of PLACES) setText(element(id), text(latencies?.[leg] ?? null));
}

function text(known: Percentiles | null): string {
  return known === null ? NOTHING : `${formatMs(known.p50Ms)} / ${formatMs(known.p99Ms)}`;
}
