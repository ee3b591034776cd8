/** From the exchange to the screen: the legs that the monitor measures, and the last one, which only a page can. Pure. */
import { lackOf, type Latencies, LEGS, type Percentiles } from "../../shared/latency.ts";
import type { Painted } from "./painted.ts";

/** What the legs have together; `null`: one of them is not known, and why. */
export function latencySum(
  latencies: Latencies,
  painted: Painted,
): { readonly known: Percentiles | null; readonly why: string | null } {
  const legs: Percentiles[] = [];
  for (const leg of LEGS) {
    const known = latencies[leg];
    if (known === null) return { known: null, why: lackOf(leg, latencies) };
    legs.push(known);
  }
  if (painted.known === null) return { known: null, why: painted.why };
  legs.push(painted.known);
  const sum = (field: keyof Percentiles) => legs.reduce((all, leg) => all + leg[field], 0);
  return { known: { p50Ms: sum("p50Ms"), p99Ms: sum("p99Ms") }, why: null };
}
