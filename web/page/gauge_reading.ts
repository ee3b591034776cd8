/** What the gauge says: how deep it looks, which rules watch that, and in which zone a value is. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { type ChangeTold, type Since, whyNoThen } from "./metric_change.ts";
import { formatSigned, NOTHING } from "./format.ts";

/** How deep into the book it looks, and the metric that does. */
export const DEPTHS = {
  best: { metric: "queueImbalance", words: "best prices" },
  levels: { metric: "imbalance", words: "best levels" },
  "1bps": { metric: "bandImbalance1Bps", words: "1 bps" },
  "2bps": { metric: "bandImbalance2Bps", words: "2 bps" },
  "5bps": { metric: "bandImbalance5Bps", words: "5 bps" },
  "10bps": { metric: "bandImbalance10Bps", words: "10 bps" },
  near: { metric: "weightedImbalance1Bps", words: "weighted, near" },
  wide: { metric: "weightedImbalance", words: "weighted, wide" },
} as const satisfies Readonly<
  Record<string, { readonly metric: MetricName; readonly words: string }>
>;

/** One of these. */
export type DepthName = keyof typeof DEPTHS;

/** In the order in which they are offered. */
export const DEPTH_NAMES = Object.keys(DEPTHS) as readonly DepthName[];

/** A line that a rule watches, −1 to 1. */
export interface Threshold {
  readonly rule: string;
  /** Beyond it, away from 0, the rule may fire … */
  readonly enter: number;
  /** … until the value is nearer to 0 than this; `null`: it says no such line. */
  readonly leave: number | null;
}

/** A rule as `GET /api/rules` tells it. */
export type ToldRule = AlertRule & { readonly isOn: boolean };

/** The lines that the rules in force watch of a metric, from −1 to 1. */
export function thresholdsOf(
  rules: readonly ToldRule[],
  metric: MetricName,
): readonly Threshold[] {
  return rules.filter(({ isOn }) => isOn)
    .flatMap((rule) =>
      rule.sources.filter((source) => source.metric === metric).flatMap((source) => {
        const signs = source.take === "size"
          ? [1, -1]
          : source.take === "value"
          ? [source.sign]
          : [];
        return signs.flatMap((sign) => linesOf(rule, sign));
      })
    )
    .sort((a, b) => a.enter - b.enter);
}

function linesOf(rule: AlertRule, sign: number): readonly Threshold[] {
  const { name } = rule;
  switch (rule.kind) {
    case "threshold":
    case "flip":
      return [{ rule: name, enter: sign * rule.enter, leave: sign * rule.leave }];
    case "crossing":
      return [{ rule: name, enter: sign * rule.line, leave: null }];
    // What is usual moves: these watch no line.
    case "deviation":
    case "share":
    case "event":
    case "state":
      return [];
    default:
      return assertNever(rule, "find the lines of a rule");
  }
}

/** What a stretch of the gauge means. */
export type Zone = "extreme" | "heavy" | "balanced";

/** A stretch, −1 to 1. */
export interface ZoneSpan {
  readonly from: number;
  readonly to: number;
  readonly zone: Zone;
}

/** Where no rule says what is much. */
const HEAVY = 1 / 3;
const EXTREME = 2 / 3;

/** The zones from −1 to 1: by the lines that are nearest to 0 on each side, or thirds where no rule watches that side. */
export function zonesOf(thresholds: readonly Threshold[]): readonly ZoneSpan[] {
  const edges = (sign: 1 | -1) => {
    const own = thresholds.filter(({ enter }) => enter * sign > 0);
    const enter = Math.min(1, ...own.map((one) => Math.abs(one.enter)));
    const leave = Math.min(enter, ...own.map((one) => Math.abs(one.leave ?? one.enter)));
    return own.length === 0 ? [HEAVY, EXTREME] as const : [leave, enter] as const;
  };
  const [[askHeavy, askExtreme], [bidHeavy, bidExtreme]] = [edges(-1), edges(1)];
  const spans: readonly ZoneSpan[] = [
    { from: -1, to: -askExtreme, zone: "extreme" },
    { from: -askExtreme, to: -askHeavy, zone: "heavy" },
    { from: -askHeavy, to: bidHeavy, zone: "balanced" },
    { from: bidHeavy, to: bidExtreme, zone: "heavy" },
    { from: bidExtreme, to: 1, zone: "extreme" },
  ];
  return spans.filter(({ from, to }) => from < to);
}

/** As in `balanced` or `asks far heavier`. */
export function zoneText(zones: readonly ZoneSpan[], value: number): string {
  const zone = zones.find(({ from, to }) => from <= value && value <= to)?.zone ?? "balanced";
  if (zone === "balanced") return "balanced";
  return `${value > 0 ? "bids" : "asks"} ${zone === "heavy" ? "heavier" : "far heavier"}`;
}

/** As in `+25.4 %`; a dash: not known. */
export function percentText(value: number | null): string {
  return value === null ? NOTHING : `${formatSigned(100 * value, 1)} %`;
}

/** By how many points of a hundred it has changed. */
export function pointsTold(value: number | null, since: Since): ChangeTold {
  if (value === null) return { text: NOTHING, why: "", direction: null };
  if (since.then.kind !== "known") {
    return { text: NOTHING, why: whyNoThen(since), direction: null };
  }
  const change = value - since.then.value;
  const text = percentText(change).replace(" %", " points");
  const isSame = !/[1-9]/.test(text);
  return { text, why: "", direction: isSame ? "same" : change > 0 ? "up" : "down" };
}

/** What each line means, a rule once: as in `extreme_imbalance ±80.0 %, until ±60.0 %`. */
export function thresholdTexts(thresholds: readonly Threshold[]): readonly string[] {
  return [...Map.groupBy(thresholds, ({ rule }) => rule)].map(([rule, lines]) => {
    const enters = [...new Set(lines.map(({ enter }) => enter))];
    const isBoth = enters.length === 2 && enters[0] === -(enters[1] ?? 0);
    const shown = isBoth
      ? `±${percentText(Math.abs(enters[0] ?? 0)).slice(1)}`
      : enters.map(percentText).join(" and ");
    const leave = lines[0]?.leave ?? null;
    return leave === null
      ? `${rule} ${shown}`
      : `${rule} ${shown}, until ${percentText(Math.abs(leave)).replace("+", isBoth ? "±" : "")}`;
  });
}
