/**
 * Lines that a person draws on a chart: a crossing rule that is to be, or one that there is. Where they stand, by how much a
 * key moves them, and from which side they are passed. Pure.
 */
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { decimalsOf } from "../../../shared/number_text.ts";
import type { RuleShown, RulesShown } from "../rules_shown.ts";
import type { ChartFrame } from "./chart_frame.ts";

/** A rule of the chart's symbol that is a line of a metric. */
export interface RuleLine {
  readonly rule: RuleShown;
  /** Whose it is: of this symbol, or (`null`) of every one. */
  readonly symbol: string | null;
  readonly metric: MetricName;
  /** In the metric's own sign. */
  readonly value: number;
}

/** A key moves a line by this share of its axis, and with Shift by ten times as much. */
const STEP_SHARE = 1 / 200;
const LARGE_STEPS = 10;

/** The crossing rules that are in force for a symbol, of metrics that are taken as they are. */
export function ruleLines(
  { rules, symbols }: Pick<RulesShown, "rules" | "symbols">,
  symbol: string,
): readonly RuleLine[] {
  const own = Object.hasOwn(symbols, symbol) ? symbols[symbol] : undefined;
  return (own ?? rules).flatMap((rule): RuleLine[] => {
    const [source] = rule.sources;
    if (rule.kind !== "crossing" || !rule.isOn || source === undefined) return [];
    if (rule.sources.length > 1 || source.take !== "value") return [];
    return [{
      rule,
      symbol: rule.from === "symbol" ? symbol : null,
      metric: source.metric,
      value: source.sign * rule.line,
    }];
  });
}

/** The metrics that a line can be drawn of: those with an axis. */
export function metricsIn({ panes }: ChartFrame): readonly MetricName[] {
  return [...new Set(panes.flatMap(({ scales }) => scales.flatMap(({ metrics }) => metrics)))];
}

/** How far one press moves it: a round number near a two-hundredth of its axis, and no less than a step of its price. */
export function keyStep(
  scale: { readonly min: number; readonly max: number },
  tick: number,
): number {
  const wanted = (scale.max - scale.min) * STEP_SHARE;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= wanted) ?? wanted;
  return Math.max(step, tick);
}

/** Where a key leads; `null`: it is not one that moves a line. */
export function movedBy(
  key: string,
  isLarge: boolean,
  value: number,
  step: number,
): number | null {
  const by = isLarge ? LARGE_STEPS * step : step;
  switch (key) {
    case "ArrowUp":
      return onGrid(value + by, step);
    case "ArrowDown":
      return onGrid(value - by, step);
    case "PageUp":
      return onGrid(value + LARGE_STEPS * step, step);
    case "PageDown":
      return onGrid(value - LARGE_STEPS * step, step);
    default:
      return null;
  }
}

/** On a multiple of the step, without the digits that binary fractions add. */
export function onGrid(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(decimalsOf(step)));
}

/** From which side a value of now would pass the line; of one that is not known, from below. */
export function sideOf(line: number, now: number | null): "below" | "above" {
  return now !== null && now > line ? "above" : "below";
}
