/** The metrics of one book alone, as the engine computes them. */
import type { OrderBook } from "../../actors/symbol/engine/book/order_book.ts";
import type { Edges } from "../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../actors/symbol/engine/metrics/book_view.ts";
import { MetricSet } from "../../actors/symbol/engine/metrics/metric_set.ts";
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";

/** Every metric; those with a window are `null`, they have seen one book only. */
export function valuesOf(
  book: OrderBook,
  edges: Edges,
  tickSize: number | null = null,
): MetricValues {
  const view = new BookView(DEFAULT_SETTINGS.imbalanceLevels, book, edges, tickSize, 1);
  return { ...new MetricSet(DEFAULT_SETTINGS).values(view, 0) };
}
