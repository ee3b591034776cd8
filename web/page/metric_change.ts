/** How a metric has changed since a while ago, in words for a person; or why nobody can say. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { formatSigned, NOTHING } from "./format.ts";
import type { Loading } from "./loading.ts";
import { formatMetric } from "./metric_text.ts";
import type { Then } from "./metric_trail.ts";
import { formatExact } from "./times.ts";

/** Since when a change is told. */
export const SPANS = {
  "1m": { ms: 60_000, words: "1 minute" },
  "5m": { ms: 300_000, words: "5 minutes" },
  "15m": { ms: 900_000, words: "15 minutes" },
  "1h": { ms: 3_600_000, words: "1 hour" },
} as const;

/** One of these. */
export type SpanName = keyof typeof SPANS;

/** In the order in which they are offered. */
export const SPAN_NAMES = Object.keys(SPANS) as readonly SpanName[];

/** A change, or a dash and why. */
export interface ChangeTold {
  /** As in `+0.12` or `−1.40 (−0.3 %)`. */
  readonly text: string;
  /** Empty: it is known. */
  readonly why: string;
  readonly direction: "up" | "down" | "same" | null;
}

/** What is known now of a metric. */
export interface Now {
  /** `null`: not known. */
  readonly value: number | null;
  /** Whether there is at least so much, and more may be. */
  readonly isLowerBound: boolean;
  readonly decimals: number;
}

/** What a change is told of, and how far it is known. */
export interface Since {
  readonly span: SpanName;
  readonly then: Then;
  readonly loading: Loading;
}

/** From then to now. Of what is not known now nothing is said: its card says why. */
export function changeTold(name: MetricName, now: Now, since: Since): ChangeTold {
  if (definitionOf(name).unit === "ms") return none("A moment has no change.");
  if (now.value === null) return none("");
  if (now.isLowerBound) return none("Only a lower bound is known.");
  const { then } = since;
  if (then.kind !== "known") return none(whyNoThen(since));
  // What reads the same is the same.
  const [before, after] = [then.value, now.value]
    .map((value) => formatMetric(name, value, now.decimals));
  const change = before === after ? 0 : now.value - then.value;
  const text = signed(name, change, now.decimals);
  const isSame = !/[1-9]/.test(text);
  return {
    text: isSame ? text : `${text}${relativeText(name, change, then.value)}`,
    why: "",
    direction: isSame ? "same" : change > 0 ? "up" : "down",
  };
}

function none(why: string): ChangeTold {
  return { text: NOTHING, why, direction: null };
}

function signed(name: MetricName, change: number, decimals: number): string {
  const text = formatMetric(name, Math.abs(change), decimals).replace(/^\+/, "");
  return !/[1-9]/.test(text) ? text : `${change < 0 ? "−" : "+"}${text}`;
}

/** Of what has a size of its own, as a price or a quantity has: by how much of it. */
function relativeText(name: MetricName, change: number, then: number): string {
  const { unit, range: [min] } = definitionOf(name);
  if (min !== 0 || then === 0 || !["quote", "base", "bps"].includes(unit)) return "";
  const percent = 100 * change / then;
  const size = Math.abs(percent);
  if (size < 0.0005) return "";
  const decimals = size >= 10 ? 0 : size >= 1 ? 1 : size >= 0.1 ? 2 : 3;
  return ` (${formatSigned(percent, decimals)} %)`;
}

const LOADING = "Loading history…";

/** Why nothing is known of then, as a sentence; empty: it is. */
export function whyNoThen({ span, then, loading }: Since): string {
  const ago = `${SPANS[span].words} ago`;
  const begin = `No value of ${ago}`;
  const isLoading = loading.kind === "loading";
  const lack = loading.kind === "failed" ? `history cannot be read (${loading.reason}), ` : "";
  switch (then.kind) {
    case "known":
      return "";
    case "unknown":
      return `It was not known ${ago}.`;
    case "lower_bound":
      return `Only a lower bound was known ${ago}.`;
    case "other_settings":
      return `${begin}: it was computed under other settings until ${clock(then.untilMs)}.`;
    case "hole":
      return isLoading ? LOADING : `${begin}: ${lack}nothing was told then.`;
    case "before":
      if (isLoading) return LOADING;
      return then.firstMs === null
        ? `${begin}.`
        : `${begin}: ${lack}watched since ${clock(then.firstMs)}.`;
    default:
      return assertNever(then, "say why nothing is known of then");
  }
}

/** Within the hour that is told of no day needs to be said. */
function clock(ms: number): string {
  return formatExact(ms, ms);
}
