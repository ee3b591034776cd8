/** Bands around mid that depth is measured in, as the catalogue has them. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { formatNumber } from "./format.ts";

/** The narrowest first. */
export const BANDS = [
  { bps: 10, bid: "bidDepth10Bps", ask: "askDepth10Bps" },
  { bps: 50, bid: "bidDepth50Bps", ask: "askDepth50Bps" },
  { bps: 100, bid: "bidDepth100Bps", ask: "askDepth100Bps" },
] as const satisfies readonly { bps: number; bid: MetricName; ask: MetricName }[];

/** How wide one is: `0.1 %`. */
export function bandText(bps: number): string {
  return `${formatNumber(bps / 100)} %`;
}
