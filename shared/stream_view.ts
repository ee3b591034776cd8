/** What a page looks at, as it tells the server over its stream's own route: it is sent no more than that. */
import { METRIC_NAMES, type MetricName } from "./catalogue/metrics.ts";
import type { SymbolId } from "./market.ts";

/** Symbols that one page shows in detail at a time. */
export const FOCUS_MAX = 4;

/** What of a symbol in focus is large, and sent only to who asks for it by name. */
export const DETAILS = ["depth_profile", "trade"] as const;

/** One of these. */
export type Detail = typeof DETAILS[number];

/**
 * What the list of symbols may show of each: a metric, or for how long its numbers are on their way here, the medians of all
 * legs together.
 */
export type ListColumn = MetricName | "latencyMs";

/** All of them. */
export const LIST_COLUMNS: readonly ListColumn[] = ["latencyMs", ...METRIC_NAMES];

/** What the list of symbols shows of each where nobody says otherwise. */
export const DEFAULT_COLUMNS = [
  "mid",
  "spreadBps",
  "imbalance",
  "bidDepth10Bps",
  "askDepth10Bps",
  "velocity",
] as const satisfies readonly MetricName[];

/** How often symbols in focus are told at most, times a second; the first is as often as anything changes. */
export const PACES = [10, 4, 1] as const;

/** One of these. */
export type Pace = typeof PACES[number];

/** The whole of it: another one takes its place. */
export interface StreamView {
  /** Symbols in detail; `null`: every one. */
  readonly focus: readonly SymbolId[] | null;
  /** What is told of the other ones, beside how they stand. */
  readonly columns: readonly ListColumn[];
  readonly details: readonly Detail[];
  readonly pace: Pace;
  /** Nobody can see the page: only what must not be missed is sent. */
  readonly isHidden: boolean;
}

/** How states travel: each whole, or what has changed of it. */
export const STREAM_FORMS = ["whole", "changes"] as const;

/** One of these. */
export type StreamForm = typeof STREAM_FORMS[number];
