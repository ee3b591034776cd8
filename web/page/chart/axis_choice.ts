/** Which metrics share an axis, and which axes a pane: what counts in one unit can be compared, and nothing else. Pure. */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../../shared/catalogue/metrics.ts";

/** One axis and the lines that belong to it. */
export interface AxisChoice {
  readonly metrics: readonly MetricName[];
  readonly side: "left" | "right";
  /** From where to where it always reaches; `null`: as its values do. */
  readonly fixed: readonly [min: number, max: number] | null;
}

/** One picture, all of one time axis with the others. */
export interface PaneChoice {
  readonly axes: readonly [AxisChoice, ...AxisChoice[]];
}

/** More lines nobody tells apart. */
export const METRICS_MAX = 6;
/** More panes than this are too low to be read. */
export const AXES_MAX = 3;

/**
 * Panes from the top, in the order of the metrics.
 *
 * @param isOverlaid price, or else what comes first, shares its pane with the next unit, whose axis is at the right; else
 *   each unit has a pane of its own
 */
export function panesOf(
  metrics: readonly MetricName[],
  isOverlaid: boolean,
): readonly PaneChoice[] {
  const groups = [...Map.groupBy(metrics, unitOf)];
  const price = groups.findIndex(([unit]) => unit === PRICE);
  const inOrder = price > 0 && isOverlaid ? [...groups.splice(price, 1), ...groups] : groups;
  const axes = inOrder.map(([, names]) => axisOf(names, "left"));
  const [first, second, ...others] = axes;
  if (first === undefined) return [];
  if (!isOverlaid || second === undefined) return axes.map((axis) => ({ axes: [axis] }));
  return [
    { axes: [first, { ...second, side: "right" }] },
    ...others.map((axis): PaneChoice => ({ axes: [axis] })),
  ];
}

/** With a metric more, or without one; the same list where there is no room, or nothing would be left. */
export function metricsWith(
  metrics: readonly MetricName[],
  name: MetricName,
  isShown: boolean,
): readonly MetricName[] {
  const others = metrics.filter((one) => one !== name);
  if (!isShown) return others.length === 0 ? metrics : others;
  return mayAdd(metrics, name) ? [...others, name] : metrics;
}

/** Whether there is room for it. */
export function mayAdd(metrics: readonly MetricName[], name: MetricName): boolean {
  if (metrics.includes(name)) return true;
  return metrics.length < METRICS_MAX &&
    new Set([...metrics, name].map(unitOf)).size <= AXES_MAX;
}

/** What can be drawn as a line: a moment is none. */
export const CHARTED_METRICS: readonly MetricName[] = METRIC_NAMES.filter((name) => {
  const { unit, stored } = definitionOf(name);
  return stored !== null && unit !== "ms";
});

/** Prices count in the quote asset as sums of money do, but from far above. */
const PRICE = "price";

function unitOf(name: MetricName): string {
  const { unit, group, display: { decimals } } = definitionOf(name);
  const isPrice = unit === "quote" && group !== "spread" && typeof decimals === "object";
  if (isPrice) return PRICE;
  return group === "spread" && unit === "quote" ? "spread" : unit;
}

function axisOf(names: readonly MetricName[], side: AxisChoice["side"]): AxisChoice {
  const ranges = names.map((name) => definitionOf(name).range);
  const isBalance = ranges.every(([min, max]) => min === -1 && max === 1);
  return { metrics: names, side, fixed: isBalance ? [-1, 1] : null };
}
