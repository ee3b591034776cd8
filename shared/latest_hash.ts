/**
 * The hashes of a market in Redis: who writes them and who reads them agree here. In flat fields what is not known has none,
 * never 0 and never an old value; why is in `reasons`. Metrics stand under the catalogue's names. One field more has the
 * whole row as one text, as it is published: to read a thousand of those takes a tenth of the time. Pure.
 */
import { METRIC_NAMES, type MetricName, type MetricValues } from "./catalogue/metrics.ts";
import type { NullReason } from "./catalogue/metric_definition.ts";
import { NULL_REASON_NAMES } from "./catalogue/null_reasons.ts";
import type { Reasons } from "./catalogue/null_code.ts";
import type { MetricSettings } from "./catalogue/settings.ts";
import { marketText, type SourceKind } from "./market.ts";
import type { MetricsView } from "./metrics_view.ts";
import { BOOK_FRAME_LEVELS, type BookFrame, DATA_STATES, type DataState } from "./output.ts";

/** Stands for every metric, where all are unknown for one reason. */
const ALL = "*";

/** The newest metrics of a market, as they were written. */
export interface LatestHash {
  readonly source: SourceKind;
  /** Under which they were computed. */
  readonly settings: MetricSettings;
  readonly timeMs: number;
  readonly bucketMs: number | null;
  readonly state: DataState;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
  readonly values: MetricValues;
  readonly reasons: Reasons;
}

/** What one metrics frame becomes. */
export interface LatestParts {
  readonly view: MetricsView;
  readonly source: SourceKind;
  readonly settings: MetricSettings;
}

/** The field that has the whole row. */
export const WHOLE_ROW = "row";

/** The whole row: what browsers get of it, its source and its settings. */
export function latestText({ view, source, settings }: LatestParts): string {
  return JSON.stringify({ ...view, source, settings });
}

/** Names and values in turn, as HSET takes them, but for the whole row. */
export function latestFields({ view, source, settings }: LatestParts): string[] {
  const { timeMs, bucketMs, state, bookUpdateId, eventMs, values, reasons, lowerBounds } = view;
  const fields = ["symbol", marketText(view), "source", source, "state", state];
  fields.push("timeMs", String(timeMs));
  if (bucketMs !== null) fields.push("bucketMs", String(bucketMs));
  if (bookUpdateId !== null) fields.push("bookUpdateId", String(bookUpdateId));
  if (eventMs !== null) fields.push("eventMs", String(eventMs));
  fields.push("settings", JSON.stringify(settings), "reasons", reasonsText(reasons));
  fields.push("lowerBounds", lowerBounds.join(","));
  for (const name of METRIC_NAMES) {
    const value = values[name];
    if (value !== null && Number.isFinite(value)) fields.push(name, String(value));
  }
  return fields;
}

/** What such a text says; `null`: it is not of this form, as when there is none. */
export function readLatestText(text: string | null): LatestHash | null {
  const row = objectOf(textIn(text));
  const { source } = row;
  const state = DATA_STATES.find((one) => one === row["state"]);
  const timeMs = numberOf(row["timeMs"]);
  const settings = settingsOf(objectOf(row["settings"]));
  if (source !== "exchange" && source !== "simulation") return null;
  if (state === undefined || timeMs === null || settings === null) return null;
  const told = objectOf(row["values"]);
  const values = METRIC_NAMES.map((name) => [name, numberOf(told[name])] as const);
  return {
    ...{ source, settings, timeMs, state },
    bucketMs: numberOf(row["bucketMs"]),
    bookUpdateId: numberOf(row["bookUpdateId"]),
    eventMs: numberOf(row["eventMs"]),
    values: Object.fromEntries(values) as Record<MetricName, number | null>,
    reasons: reasonsOf(objectOf(row["reasons"])),
  };
}

/**
 * The fields of a book's hash, likewise; levels are `[[price, qty], …]` as JSON, best first. One that was lost has its state
 * instead, and the time of that.
 */
export function bookFields(book: BookFrame, source: SourceKind): string[] {
  return [
    ...["symbol", marketText(book), "source", source, "state", "live"],
    ...["timeMs", String(book.timeMs), "bookUpdateId", String(book.bookUpdateId)],
    ...["bids", JSON.stringify(book.bids.slice(0, BOOK_FRAME_LEVELS))],
    ...["asks", JSON.stringify(book.asks.slice(0, BOOK_FRAME_LEVELS))],
  ];
}

/** `{"vpin":"too_quiet"}`, or `{"*":"not_live"}` where every metric is unknown for one reason. */
function reasonsText(reasons: Reasons): string {
  const [first] = METRIC_NAMES;
  const one = first === undefined ? undefined : reasons[first];
  const isOne = one !== undefined && METRIC_NAMES.every((name) => reasons[name] === one);
  return JSON.stringify(isOne ? { [ALL]: one } : reasons);
}

function reasonsOf(told: Untrusted): Reasons {
  const reasons: Partial<Record<MetricName, NullReason>> = {};
  for (const name of METRIC_NAMES) {
    const reason = NULL_REASON_NAMES.find((one) => one === told[name]);
    if (reason !== undefined) reasons[name] = reason;
  }
  return reasons;
}

function settingsOf(told: Untrusted): MetricSettings | null {
  const [definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs] = [
    numberOf(told["definitions"]),
    numberOf(told["imbalanceLevels"]),
    numberOf(told["weightLambdaBps"]),
    numberOf(told["slopeWindowMs"]),
  ];
  if (definitions === null || imbalanceLevels === null) return null;
  if (weightLambdaBps === null || slopeWindowMs === null) return null;
  return { definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs };
}

/** Whoever may write to that Redis may have written anything. */
type Untrusted = Readonly<Record<string, unknown>>;

function textIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Without a field where it is no object. */
function objectOf(value: unknown): Untrusted {
  return typeof value === "object" && value !== null ? value as Untrusted : {};
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
