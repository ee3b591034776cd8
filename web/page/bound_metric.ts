/** The metrics of a symbol as components show them: each a signal of its own, bound to its place in the document. */
import type { ReadonlySignal } from "@preact/signals";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { useBound } from "./bound.ts";
import { metricText, whyText } from "./metric_text.ts";
import type { SymbolShown } from "./symbol_store.ts";

/** Its value; `null`: not known. */
export function useMetric(symbol: SymbolShown, name: MetricName): ReadonlySignal<number | null> {
  return useBound(() => symbol.metrics.value?.values[name] ?? null, [symbol, name]);
}

/** Its value as a person reads it, without its unit; a dash: not known. */
export function useMetricText(symbol: SymbolShown, name: MetricName): ReadonlySignal<string> {
  return useBound(
    () => metricText(name, symbol.metrics.value, symbol.decimals.value),
    [symbol, name],
  );
}

/** Why one of several is not known; empty: all are, or the symbol's actor is away, and its standing says so. */
export function useWhy(
  symbol: SymbolShown,
  names: readonly MetricName[],
): ReadonlySignal<string> {
  return useBound(() => whyText(names, symbol.metrics.value?.reasons ?? {}), [symbol, ...names]);
}
