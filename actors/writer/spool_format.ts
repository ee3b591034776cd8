/**
 * The form of the spool's segments, for writing and for reading. Pure.
 *
 * A segment is text: lines of `<CRC-32 of the rest, 8 hexadecimal digits> <one JSON value>`. The first says what
 * the rows are and where they belong; each of the others is a record, the stored outputs of one delivery. JSON
 * has no line break in it, so a damaged record ends where the next one begins, and costs nothing but itself.
 */
import { crc32 } from "node:zlib";
import {
  type FieldsOf,
  problemOf,
  record,
  text,
  whole,
  word,
} from "../../shared/catalogue/fields.ts";
import { METRIC_NAMES, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { checkOutput } from "../../shared/catalogue/output_check.ts";
import { formOf, OUTPUTS, type OutputType } from "../../shared/catalogue/outputs.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { Source, SourceKind } from "../../shared/market.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { tableFor } from "./rows.ts";

/**
 * Raised when the form of a segment changes, or an output in a way that `ofNow` has to know; what was written in an
 * earlier form must be read for ever.
 */
export const SPOOL_VERSION = 1;

/** What may be pushed out by newer rows when the spool is full, and what never is. */
export type SpoolLane = "sampled" | "kept";

/** The lanes, in the order in which they are stored: what is never pushed out is little, and waited for. */
export const SPOOL_LANES = ["kept", "sampled"] as const satisfies readonly SpoolLane[];

/** Whose rows these are; they are stored nowhere else. */
export interface SpoolOwner {
  readonly source: Source;
  /** The database that they are for, as `databaseText` has it. */
  readonly database: string;
}

/** The first line of a segment. */
export interface SpoolHeader extends SpoolOwner {
  readonly version: number;
  readonly lane: SpoolLane;
}

/** What is stored of a delivery. */
export type SpoolRecord = Pick<Delivery, "incarnation" | "settings" | "items">;

/** What came whole from the disk, and is no output all the same. */
export interface RefusedItem {
  readonly item: unknown;
  readonly problem: string;
}

/** What a segment holds. */
export type SegmentReading =
  | {
    readonly kind: "read";
    readonly header: SpoolHeader;
    readonly records: readonly SpoolRecord[];
    readonly refused: readonly RefusedItem[];
    /** Lines that are not what was written; the last one may just not have been written whole. */
    readonly damaged: number;
  }
  | NoSegment;

/** A file in which there are no rows that could be stored. */
export type NoSegment =
  /** Not even its first line was written whole. */
  | { readonly kind: "empty" }
  /** A later program has written it. */
  | { readonly kind: "newer"; readonly version: number }
  /** It cannot be told whose rows these are, of so many records. */
  | { readonly kind: "unreadable"; readonly lines: number };

/**
 * Which lane of the spool an output takes, by the lane of the outbox that it came from; `null`: none, because the next of
 * its kind says all that it does, and there will be one.
 */
export function spoolLaneOf(output: Output): SpoolLane | null {
  const { writer } = formOf(output);
  if (writer === "newest") return null;
  return writer === "rows" ? "sampled" : "kept";
}

/** The records of some deliveries in one lane; deliveries that have nothing for it give none. */
export function recordsOf(deliveries: readonly Delivery[], lane: SpoolLane): SpoolRecord[] {
  return deliveries.flatMap(({ incarnation, settings, items }) => {
    const some = items.filter((item) => tableFor(item) !== null && spoolLaneOf(item) === lane);
    return some.length === 0 ? [] : [{ incarnation, settings, items: some }];
  });
}

/** The first line of a segment of this lane. */
export function headerLine(lane: SpoolLane, { source, database }: SpoolOwner): string {
  const { kind, label } = source;
  return lineOf({ spool: SPOOL_VERSION, lane, source: { kind, label }, database });
}

/** One record as a line. */
export function recordLine({ incarnation, settings, items }: SpoolRecord): string {
  return lineOf({ incarnation, settings, items });
}

/** Whose rows a segment holds, from its beginning alone. O(length of its first line). */
export function readHeader(content: string): SpoolHeader | NoSegment {
  const end = content.indexOf("\n");
  if (end < 0) return { kind: "empty" };
  const header = headerOf(valueOf(content.slice(0, end)));
  return header ?? { kind: "unreadable", lines: content.split("\n").length - 2 };
}

/** Everything in a segment: what is damaged is counted, and keeps nothing else back. O(its length). */
export function readSegment(content: string): SegmentReading {
  const header = readHeader(content);
  if ("kind" in header) return header;
  const records: SpoolRecord[] = [];
  const refused: RefusedItem[] = [];
  let damaged = 0;
  const lines = content.split("\n");
  // What follows the last line break was not written whole.
  if (lines.pop() !== "") damaged += 1;
  for (const line of lines.slice(1)) {
    const value = valueOf(line);
    const whole = value === undefined ? null : recordOf(value, refused);
    if (whole === null) damaged += 1;
    else records.push(whole);
  }
  return { kind: "read", header, records, refused, damaged };
}

/** Why rows under this header are not to be stored for `owner`, and what to do; `null`: they are, or nobody knows. */
export function conflictOf(
  header: SpoolHeader | NoSegment,
  { source, database }: SpoolOwner,
): string | null {
  if ("kind" in header) {
    if (header.kind !== "newer") return null;
    return `was written by a newer version of the monitor (form ${header.version}); start that ` +
      "version, or move the folder away to go on without the rows in it";
  }
  const advice = "start once as before, so that they are stored, or move the folder away";
  if (header.source.kind !== source.kind) {
    const { label, kind } = header.source;
    return `holds rows of ${label} (${kind}) that are not stored yet, and this run's source is ` +
      `${source.label} (${source.kind}): they never mix; ${advice}`;
  }
  if (header.database === database) return null;
  return `holds rows for ${header.database} that are not stored yet, and this run stores in ` +
    `${database}; ${advice}`;
}

function lineOf(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

/** The value of a line; `undefined`: it is not what was written. */
function valueOf(line: string): unknown {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, "0")} `) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const SETTINGS_FIELDS: FieldsOf<MetricSettings> = {
  definitions: whole(0),
  imbalanceLevels: whole(1),
  weightLambdaBps: whole(1),
  slopeWindowMs: whole(1),
};

/** Names are short, and so is `host:port/name`. */
const NAME_MAX = 1_000;
const HEADER_FIELDS: FieldsOf<SpoolHeader> = {
  version: whole(1, SPOOL_VERSION),
  lane: word<SpoolLane>({ sampled: true, kept: true }),
  source: record<Source>({
    kind: word<SourceKind>({ exchange: true, simulation: true }),
    label: text(NAME_MAX),
  }),
  database: text(NAME_MAX),
};

function headerOf(value: unknown): SpoolHeader | { kind: "newer"; version: number } | null {
  if (typeof value !== "object" || value === null || !("spool" in value)) return null;
  const { spool: version, ...rest } = value;
  if (typeof version === "number" && version > SPOOL_VERSION) return { kind: "newer", version };
  const header = { version, ...rest };
  return problemOf(record(HEADER_FIELDS), header) === null ? header as SpoolHeader : null;
}

/** A record with those of its items that are outputs of now; the others are `refused`. */
function recordOf(value: unknown, refused: RefusedItem[]): SpoolRecord | null {
  if (typeof value !== "object" || value === null) return null;
  const { incarnation, settings, items } = value as Partial<Record<string, unknown>>;
  const isWhole = typeof incarnation === "number" && Number.isSafeInteger(incarnation) &&
    problemOf<MetricSettings>(record(SETTINGS_FIELDS), settings) === null && Array.isArray(items);
  if (!isWhole) return null;
  const sound: Output[] = [];
  for (const item of items.map(ofNow)) {
    const problem = problemOfItem(item);
    if (problem === null) sound.push(item as Output);
    else refused.push({ item, problem });
  }
  return { incarnation, settings: settings as MetricSettings, items: sound };
}

function problemOfItem(item: unknown): string | null {
  const type = isObject(item) ? item.type : undefined;
  if (typeof type !== "string" || !Object.hasOwn(OUTPUTS, type)) return "it is of no known type";
  const check = checkOutput(type as OutputType, item);
  return check.isRight ? null : check.problem;
}

/**
 * An output of an earlier program as one of now: a metric that it did not know is not known, and one that is no more
 * is left out; an alert's evidence was not kept.
 */
function ofNow(item: unknown): unknown {
  if (!isObject(item)) return item;
  if (item.type === "alert") return { ...ALERT_BEFORE, ...item };
  if (item.type !== "metrics" || !isObject(item.values)) return item;
  const { values } = item;
  const known = METRIC_NAMES.filter((name) => Object.hasOwn(values, name));
  const entries = known.map((name) => [name, values[name]]);
  // An earlier program did not tell why a value is not known.
  return { nulls: null, ...item, values: { ...UNKNOWN_VALUES, ...Object.fromEntries(entries) } };
}

/** What an earlier program did not say of an alert. */
const ALERT_BEFORE: Partial<AlertEvent> = {
  peak: null,
  isHeld: false,
  reason: null,
  isNotified: true,
  suppressed: 0,
  mutedUntilMs: null,
  acknowledged: null,
  inhibits: false,
  evidence: null,
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
