/** What the stream carries now of what an alert's rule looks at, as a signal: it lives while the alert fires. */
import type { ReadonlySignal } from "@preact/signals";
import { METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { marketText, MONITOR } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { WatchedNow } from "./alert_text.ts";
import { useBound } from "./bound.ts";
import { usePage } from "./context.ts";
import { whyText } from "./metric_text.ts";

/** `null`: it has ended, or its symbol's metric is not among those that come. */
export function useWatchedNow(
  alert: AlertEvent,
  isFiring: boolean,
): ReadonlySignal<WatchedNow | null> {
  const page = usePage();
  const name = marketText(alert);
  return useBound(() => {
    const metric = metricOf(alert);
    if (!isFiring || metric === null || alert.venue === MONITOR.venue) return null;
    if (!page.shown.symbols.value.includes(name)) return null;
    const symbol = page.symbol(name);
    const { word } = symbol.standing.value;
    const decimals = symbol.decimals.value;
    // What is shown of a symbol that is silent, or of a page without a connection, is of before.
    if (word !== "live") return { metric, value: null, why: `the book is ${word}`, decimals };
    const metrics = symbol.metrics.value;
    const value = metrics?.values[metric];
    if (metrics === null || value === undefined) return null;
    const why = value === null ? whyText([metric], metrics.reasons) : "";
    return { metric, value, why, decimals };
  }, [alert, isFiring]);
}

/** The metric of its rule; `null`: not known, or of a version of the program with others. */
export function metricOf({ evidence }: AlertEvent): MetricName | null {
  return METRIC_NAMES.find((name) => name === evidence?.metric) ?? null;
}
