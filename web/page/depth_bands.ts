/** Bands around mid that depth is measured in, as the catalogue has them. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";

/** The narrowest first. */
export const BANDS = [
  { label: "0.1 %", bps: 10, bid: "bidDepth10Bps", ask: "askDepth10Bps" },
  { label: "0.5 %", bps: 50, bid: "bidDepth50Bps", ask: "askDepth50Bps" },
  { label: "1 %", bps: 100, bid: "bidDepth100Bps", ask: "askDepth100Bps" },
] as const satisfies readonly { label: string; bps: number; bid: MetricName; ask: MetricName }[];
