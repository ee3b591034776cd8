/** Metrics as browsers get them: what is not known says why, and what is a lower bound that it is one. Pure. */
import { lowerBoundsIn, type MetricName } from "./catalogue/metrics.ts";
import { readNullCode, type Reasons } from "./catalogue/null_code.ts";
import type { MetricsFrame } from "./output.ts";

/** A frame, or the row of an interval. */
export interface MetricsView extends Omit<MetricsFrame, "nulls"> {
  /** Of each value that is `null`: why. */
  readonly reasons: Reasons;
  /** Depths that reach beyond the levels that are known: there is at least so much. */
  readonly lowerBounds: readonly MetricName[];
}

/** What is shown of a frame. O(what is not known in it). */
export function metricsView({ nulls, ...frame }: MetricsFrame): MetricsView {
  return { ...frame, reasons: readNullCode(nulls), lowerBounds: lowerBoundsIn(frame.values) };
}
