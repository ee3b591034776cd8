/** Numbers of metrics as a chart's axes and marks write them. Pure. */
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { decimalsOf } from "../../../shared/number_text.ts";
import { formatPrice } from "../format.ts";
import { formatMetric } from "../metric_text.ts";

/** The least move of a metric that matters, of a symbol whose prices have so many decimals. */
export function stepOf(name: MetricName, decimals: number): number {
  const { display: { decimals: shown, isPercent } } = definitionOf(name);
  if (typeof shown === "object") return 10 ** -decimals;
  return typeof shown === "number" ? 10 ** -(shown + (isPercent ? 2 : 0)) : 0;
}

/** By how many decimals more than a price of the order book one of this metric is read; what is beyond the scale needs none of them. */
export function priceOffset(name: MetricName): number {
  const { display: { decimals } } = definitionOf(name);
  return typeof decimals === "object" ? decimals.ofPrice : 0;
}

/** As the metric is read, with as many decimals as tell one line of the grid from the next. */
export function axisLabel(name: MetricName, value: number, increment: number): string {
  const { display: { decimals, isSigned, isPercent } } = definitionOf(name);
  if (isPercent) return `${formatPrice(value * 100, decimalsOf(increment * 100))} %`;
  if (decimals === "quantity" && Math.abs(value) >= 1e4) return formatMetric(name, value, 0);
  if (value === 0) return "0";
  const text = formatPrice(value, decimalsOf(increment));
  return isSigned && value > 0 ? `+${text}` : text;
}
