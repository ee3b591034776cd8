/** How long a number takes, leg by leg, in words; of what is not known the reason. Pure. */
import { lackOf, type Latencies, type Leg } from "../../shared/latency.ts";
import { formatMs, NOTHING } from "./format.ts";

/** `12 / 180`, of the half and of 99 %; a dash: not known, and why. */
export function latencyText(
  leg: Leg,
  latencies: Latencies,
): { readonly text: string; readonly why: string | null } {
  const known = latencies[leg];
  if (known !== null) {
    return { text: `${formatMs(known.p50Ms)} / ${formatMs(known.p99Ms)}`, why: null };
  }
  return { text: NOTHING, why: lackOf(leg, latencies) };
}

/** Why the first leg is not known, where the others are: in sight, as it is no pause of the market; empty: it is. */
export function clocksNote(latencies: Latencies): string {
  const isMeasured = latencies.receiveToComputed !== null;
  const { text, why } = latencyText("exchangeToReceive", latencies);
  return text === NOTHING && isMeasured && why !== null
    ? `exchange → here is not known: ${why}`
    : "";
}
