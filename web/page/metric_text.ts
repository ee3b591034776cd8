/** What the page says of a metric: its value, its label and its explanation, all from the catalogue. Pure. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import {
  formatBps,
  formatDepth,
  formatPrice,
  formatQty,
  formatShare,
  formatSigned,
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
  const { decimals, isSigned, isPercent } = definitionOf(name).display;
  if (decimals === "quantity") return formatQty(value);
  if (decimals === "bps") return formatBps(value);
  const places = typeof decimals === "number" ? decimals : priceDecimals + decimals.ofPrice;
  if (isPercent) return formatShare(value, places);
  return isSigned ? formatSigned(value, places) : formatPrice(value, places);
}

/**
 * The same of a depth; `≥ ` in front where it reaches beyond the levels that are known.
 *
 * @param coveredBps how far from mid that side is known; `null`: all of it
 */
export function formatMetricDepth(
  name: MetricName,
  value: number | null,
  coveredBps: number | null,
): string {
  const { lowerBoundBeyond } = definitionOf(name);
  if (lowerBoundBeyond === undefined) return formatQty(value);
  return formatDepth(value, lowerBoundBeyond.reachBps, coveredBps);
}

/** What stands above it, and what a pointer that rests there is told. */
export function metricHeading(
  name: MetricName,
): { readonly label: string; readonly title: string } {
  const { label, formula, meaning } = definitionOf(name);
  return { label, title: `${meaning}\n${name} = ${formula}` };
}
