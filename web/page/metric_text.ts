/** What the page says of a metric: its value, its label and its explanation, all from the catalogue. Pure. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { Reasons } from "../../shared/catalogue/null_code.ts";
import { NULL_REASONS } from "../../shared/catalogue/null_reasons.ts";
import {
  formatBps,
  formatDepth,
  formatPrice,
  formatQty,
  formatShare,
  formatSigned,
  NOTHING,
} from "./format.ts";
import type { ShownMetrics } from "./state.ts";
import { formatExact } from "./times.ts";

/**
 * A value as its definition says that a person reads it, without its unit.
 *
 * @param priceDecimals decimals that the symbol's prices have
 */
export function formatMetric(
  name: MetricName,
  value: number | null,
  priceDecimals: number,
): string {
  const { unit, display: { decimals, isSigned, isPercent } } = definitionOf(name);
  // A moment of today: what counts since then began no earlier.
  if (unit === "ms") return value === null ? NOTHING : formatExact(value, value);
  if (decimals === "quantity") return formatQty(value);
  if (decimals === "bps") return formatBps(value);
  const places = typeof decimals === "number" ? decimals : priceDecimals + decimals.ofPrice;
  if (isPercent) return formatShare(value, places);
  return isSigned ? formatSigned(value, places) : formatPrice(value, places);
}

/** The same of what was told; `≥ ` where more may rest than is known. `metrics` is `null` where nothing was. */
export function metricText(
  name: MetricName,
  metrics: Pick<ShownMetrics, "values" | "lowerBounds"> | null,
  priceDecimals: number,
): string {
  const value = metrics?.values[name] ?? null;
  if (metrics?.lowerBounds.includes(name)) return formatDepth(value, true);
  return formatMetric(name, value, priceDecimals);
}

/**
 * Why one of several metrics is not known, the first that is not, as a sentence; empty: all are, or nobody has told.
 * The first of the list needs no name: it is what the others stand below.
 */
export function whyText(names: readonly MetricName[], reasons: Reasons): string {
  const lacking = names.find((name) => reasons[name] !== undefined);
  const reason = lacking === undefined ? undefined : reasons[lacking];
  if (lacking === undefined || reason === undefined) return "";
  const { words } = NULL_REASONS[reason];
  if (lacking !== names[0]) return `${definitionOf(lacking).label}: ${words}.`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** What stands behind a value; empty for what needs no unit. */
export function unitText(name: MetricName): string {
  const { unit, display } = definitionOf(name);
  // A moment says its zone.
  const isPlain = unit === "ms" || unit === "ratio" || unit === "exponent";
  return display.isPercent || isPlain ? "" : unit;
}
