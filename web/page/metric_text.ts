/** What the page says of a metric: its value, its label and its explanation, all from the catalogue. Pure. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { Reasons } from "../../shared/catalogue/null_code.ts";
import { NULL_REASONS } from "../../shared/catalogue/null_reasons.ts";
import {
  formatBps,
  formatPrice,
  formatQty,
  formatShare,
  formatSigned,
  formatTime,
  NOTHING,
} from "./format.ts";

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
  // A moment of today, UTC: what counts since then began no earlier.
  if (unit === "ms") return value === null ? NOTHING : formatTime(value);
  if (decimals === "quantity") return formatQty(value);
  if (decimals === "bps") return formatBps(value);
  const places = typeof decimals === "number" ? decimals : priceDecimals + decimals.ofPrice;
  if (isPercent) return formatShare(value, places);
  return isSigned ? formatSigned(value, places) : formatPrice(value, places);
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
  if (unit === "ms") return "UTC";
  return display.isPercent || unit === "ratio" || unit === "exponent" ? "" : unit;
}

/** What stands above it, and what a pointer that rests there is told. */
export function metricHeading(
  name: MetricName,
): { readonly label: string; readonly title: string } {
  const { label, formula, meaning } = definitionOf(name);
  return { label, title: `${meaning}\n${name} = ${formula}` };
}
