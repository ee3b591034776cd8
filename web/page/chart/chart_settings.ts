/** What is chosen in a chart, as the address and the arrangement name it. Pure. */
import { METRIC_NAMES, type MetricName } from "../../../shared/catalogue/metrics.ts";
import type { Settings } from "../panel_settings.ts";
import { CHARTED_METRICS, metricsWith } from "./axis_choice.ts";
import { SPAN_MAX_MS, SPAN_MIN_MS, type TimeSpan, type TimeView } from "./time_view.ts";

/** What a chart shows. */
export interface ChartSettings {
  readonly metrics: readonly MetricName[];
  /** How much it shows while it follows the newest. */
  readonly rangeMs: number;
  /** Over how long averages are made; 0: none. */
  readonly averageMs: number;
  /** Whether price shares its pane with the next unit. */
  readonly isOverlaid: boolean;
  /** What it shows instead of the newest; `null`: it follows. */
  readonly fixed: TimeSpan | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** How much of the newest one may choose with a button. */
export const RANGES_MS: readonly number[] = [
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
  90 * DAY_MS,
];

/** Over how long averages may be made; 0: none is made. */
export const AVERAGES_MS: readonly number[] = [
  0,
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
];

/** Where nobody has chosen. */
export const USUAL: ChartSettings = {
  metrics: ["mid", "imbalance", "weightedImbalance1Bps"],
  rangeMs: 15 * MINUTE_MS,
  averageMs: 0,
  isOverlaid: false,
  fixed: null,
};

/** What settings say; what is not known there is passed over. */
export function readChartSettings(settings: Settings): ChartSettings {
  const named = settings["metrics"]?.split(",") ?? [];
  const metrics = CHARTED_METRICS.length === 0 ? [] : named
    .flatMap((text) => METRIC_NAMES.filter((name) => name === text))
    .filter((name) => CHARTED_METRICS.includes(name))
    .reduce((all: readonly MetricName[], name) => metricsWith(all, name, true), []);
  const averageMs = readDuration(settings["average"] ?? "");
  return {
    metrics: metrics.length === 0 ? USUAL.metrics : metrics,
    rangeMs: readDuration(settings["range"] ?? "") ?? USUAL.rangeMs,
    averageMs: averageMs !== null && AVERAGES_MS.includes(averageMs) ? averageMs : USUAL.averageMs,
    isOverlaid: settings["axes"] === "two",
    fixed: readSpan(settings["from"], settings["to"]),
  };
}

/** As they are kept: only what is not as it would be anyway, and not the stretch that is looked at. */
export function keptSettings(chart: ChartSettings): Settings {
  const { metrics, rangeMs, averageMs, isOverlaid } = chart;
  return {
    ...(metrics.join() === USUAL.metrics.join() ? {} : { metrics: metrics.join() }),
    ...(rangeMs === USUAL.rangeMs ? {} : { range: durationText(rangeMs) }),
    ...(averageMs === USUAL.averageMs ? {} : { average: durationText(averageMs) }),
    ...(isOverlaid ? { axes: "two" } : {}),
  };
}

/** What the address names beside these: the stretch that is looked at. */
export function passingSettings({ fixed }: Pick<ChartSettings, "fixed">): Settings {
  if (fixed === null) return {};
  return { from: String(Math.round(fixed.fromMs)), to: String(Math.round(fixed.toMs)) };
}

/** What they show. */
export function viewOf({ fixed, rangeMs }: ChartSettings): TimeView {
  return fixed === null ? { kind: "live", lengthMs: rangeMs } : { kind: "fixed", ...fixed };
}

/** `10s`, `15m`, `6h`, `7d`: as buttons say it and addresses name it. */
export function durationText(ms: number): string {
  const units = Object.entries(UNITS).reverse();
  // A day is `24h` to who trades.
  const [unit, size] =
    units.find(([, size]) => ms % size === 0 && !(size === DAY_MS && ms === DAY_MS)) ??
      ["s", 1_000];
  return `${Math.round(ms / size)}${unit}`;
}

function readDuration(text: string): number | null {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? NaN);
  return SPAN_MIN_MS <= ms && ms <= SPAN_MAX_MS ? ms : null;
}

function readSpan(from: string | undefined, to: string | undefined): TimeSpan | null {
  const [fromMs, toMs] = [from, to].map((text) =>
    /^\d{1,14}$/.test(text ?? "") ? Number(text) : NaN
  );
  if (fromMs === undefined || toMs === undefined) return null;
  const length = toMs - fromMs;
  return SPAN_MIN_MS <= length && length <= SPAN_MAX_MS ? { fromMs, toMs } : null;
}
