/**
 * Where a chart has drawn what: for whoever lays something over it, such as markers of alerts, or a line of a price that a
 * person draws. Places are CSS pixels from the upper left corner of the chart's room. Pure.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import type { SymbolShown } from "../symbol_store.ts";
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** What one axis spans now. */
export interface ScaleFrame {
  readonly metrics: readonly MetricName[];
  /** At the lower edge of the pane, and at the upper one. */
  readonly min: number;
  readonly max: number;
}

/** Where lines are, without the room of labels. */
export interface PaneFrame {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of an axis without a known value there is none. */
  readonly scales: readonly ScaleFrame[];
}

/** One drawn picture. */
export interface ChartFrame {
  readonly span: TimeSpan;
  /** From the top; of all, left and width are the same. */
  readonly panes: readonly PaneFrame[];
}

/** What lies over a chart is given this (`chart_layer.ts`). */
export interface ChartLayerProps {
  readonly symbol: SymbolShown;
  /** As it was drawn last; `null`: nothing is drawn yet. */
  readonly frame: ReadonlySignal<ChartFrame | null>;
}

/** The pane and the axis of a metric; `null`: it is not shown, or nothing of it is known. */
export function scaleOf(
  { panes }: ChartFrame,
  metric: MetricName,
): { readonly pane: PaneFrame; readonly scale: ScaleFrame } | null {
  for (const pane of panes) {
    const scale = pane.scales.find(({ metrics }) => metrics.includes(metric));
    if (scale !== undefined) return { pane, scale };
  }
  return null;
}

/** Where a value stands; beyond the pane's edges where it is beyond its axis. */
export function yOf(
  { topPx, heightPx }: PaneFrame,
  { min, max }: ScaleFrame,
  value: number,
): number {
  return topPx + heightPx * (max - value) / (max - min);
}

/** The value that stands there. */
export function valueAt(
  { topPx, heightPx }: PaneFrame,
  { min, max }: ScaleFrame,
  yPx: number,
): number {
  return max - (yPx - topPx) / heightPx * (max - min);
}

/** Where a moment stands. */
export function xOf({ leftPx, widthPx }: PaneFrame, span: TimeSpan, timeMs: number): number {
  return leftPx + widthPx * (timeMs - span.fromMs) / lengthOf(span);
}

/** The moment that stands there. */
export function timeAt({ leftPx, widthPx }: PaneFrame, span: TimeSpan, xPx: number): number {
  return span.fromMs + (xPx - leftPx) / widthPx * lengthOf(span);
}
