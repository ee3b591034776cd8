/** Rows as a symbol makes them: one live second with every metric known. Pure but for chance. */
import {
  definitionOf,
  METRIC_NAMES,
  type MetricValues,
} from "../../../shared/catalogue/metrics.ts";
import type { MetricsFrame } from "../../../shared/output.ts";

/** The row of one second of one symbol; every number differs, as in life. */
export function secondOf(symbol: string, timeMs: number): MetricsFrame {
  const values = Object.fromEntries(METRIC_NAMES.map((name) => {
    const { stored, range } = definitionOf(name);
    const isWhole = stored === "int2" || stored === "int4" || stored === "int8";
    // Every range has 0 to 1 in it, and whole numbers more.
    const most = Math.min(range[1] ?? Infinity, 100);
    return [name, isWhole ? Math.floor(Math.random() * (most + 1)) : Math.random()];
  })) as MetricValues;
  return {
    type: "metrics",
    venue: "binance_spot",
    symbol,
    timeMs,
    bucketMs: 1_000,
    state: "live",
    bookUpdateId: timeMs,
    eventMs: timeMs - 20,
    nulls: "",
    values,
  };
}
