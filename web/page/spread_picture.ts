/** Where the parts of a small picture of a spread are: from 1 % to 99 % of the values, so that one giant flattens none. Pure. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { keyOf } from "../../shared/catalogue/sketches.ts";
import type { Spread } from "./statistics_answer.ts";

/** A metric, and what is known of its values. */
export interface SpreadOf {
  readonly metric: MetricName;
  readonly spread: Spread;
}

/** On which side of what lies between two percentiles a value is, as exactly as they are known; `null`: between them. */
export function sideOf(
  { metric, spread: { source } }: SpreadOf,
  { from, to }: Stretch,
  value: number,
): "low" | "high" | null {
  const place = (one: number) => source === "sketches" ? keyOf(metric, one) : one;
  if (place(value) < place(from)) return "low";
  return place(value) > place(to) ? "high" : null;
}

/** Whether a value is seldom: below or above 95 of 100. */
export function seldomOf(of: SpreadOf, value: number | null): "low" | "high" | null {
  const { percentiles } = of.spread;
  if (percentiles === null || value === null) return null;
  return sideOf(of, { from: percentiles["p5"] ?? NaN, to: percentiles["p95"] ?? NaN }, value);
}

/** From and to, as shares of the width or height, 0 to 1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The picture of all values. */
export interface SpreadPicture {
  /** 90 of 100 values, and the middle half of them. */
  readonly usual: Stretch;
  readonly half: Stretch;
  readonly middle: number;
  /** `null`: it is not known. */
  readonly now: { readonly at: number; readonly cut: "low" | "high" | null } | null;
}

/** `null`: no value was known. */
export function spreadPicture(of: SpreadOf, value: number | null): SpreadPicture | null {
  const { percentiles } = of.spread;
  if (percentiles === null) return null;
  const end = (name: string) => percentiles[name] ?? NaN;
  const scale = { from: end("p1"), to: end("p99") };
  const at = (one: number) => shareIn(scale, one);
  return {
    usual: { from: at(end("p5")), to: at(end("p95")) },
    half: { from: at(end("p25")), to: at(end("p75")) },
    middle: at(end("p50")),
    now: value === null ? null : nowIn(of, scale, value),
  };
}

/** The hours of a day beside one another, on one scale. */
export interface HoursPicture {
  /** `null`: no value of that hour was known. */
  readonly hours: readonly (Omit<SpreadPicture, "now"> | null)[];
  readonly now: SpreadPicture["now"];
  /** The ends of the scale. */
  readonly scale: Stretch;
}

/** `null`: no value of any hour was known. The scale holds 90 of 100 values of each hour. */
export function hoursPicture(of: SpreadOf, value: number | null): HoursPicture | null {
  const hours = of.spread.hours ?? [];
  const known = hours.flatMap(({ percentiles }) => percentiles === null ? [] : [percentiles]);
  if (known.length === 0) return null;
  const scale = {
    from: Math.min(...known.map((one) => one["p5"] ?? NaN)),
    to: Math.max(...known.map((one) => one["p95"] ?? NaN)),
  };
  const at = (end: number | undefined) => shareIn(scale, end ?? NaN);
  return {
    hours: hours.map(({ percentiles }) =>
      percentiles && {
        usual: { from: at(percentiles["p5"]), to: at(percentiles["p95"]) },
        half: { from: at(percentiles["p25"]), to: at(percentiles["p75"]) },
        middle: at(percentiles["p50"]),
      }
    ),
    now: value === null ? null : nowIn(of, scale, value),
    scale,
  };
}

function nowIn(of: SpreadOf, scale: Stretch, value: number): NonNullable<SpreadPicture["now"]> {
  const cut = sideOf(of, scale, value);
  const at = cut === "low" ? 0 : cut === "high" ? 1 : shareIn(scale, value);
  return { at, cut };
}

/** What lies beyond is at the end; where all values are one, that is in the middle. */
function shareIn({ from, to }: Stretch, value: number): number {
  if (!(to > from)) return 0.5;
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
