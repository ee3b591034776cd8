/**
 * The fields of every event of the stream: those of the outputs as they are checked, and those of the server's own
 * events. The compiler misses one that is missing; `GET /api/catalogue` and docs/API.md show them to others.
 */
import type { EventName, EventPayloads } from "./events.ts";
import { objectSchema, type OpenField, type Schema, type ShownField } from "./field_schema.ts";
import {
  type FieldOf,
  FLAG,
  list,
  moment,
  number,
  orNull,
  record,
  text,
  whole,
  word,
} from "./fields.ts";
import type { NullReason } from "./metric_definition.ts";
import { METRIC_NAMES, type MetricName } from "./metrics.ts";
import { NULL_REASON_NAMES, NULL_REASONS } from "./null_reasons.ts";
import { OUTPUT_FIELDS } from "./output_check.ts";
import type { MetricSettings } from "./settings.ts";
import {
  CLOCKS,
  type Clocks,
  type Latencies,
  type Leg,
  LEGS,
  type Percentiles,
} from "../latency.ts";
import type { Access } from "../browser_events.ts";
import {
  type Detail,
  DETAILS,
  FOCUS_MAX,
  LIST_COLUMNS,
  type ListColumn,
  STREAM_FORMS,
  type StreamForm,
} from "../stream_view.ts";
import { SYMBOLS_MAX } from "../symbol_list.ts";

/** A field for each of a payload, those left out that may change with any release. */
type EventFields<Payload> = {
  readonly [Key in keyof Payload]-?: FieldOf<Payload[Key]> | ShownField;
};

/** What a person reads. */
const SENTENCE_MAX = 10_000;
const NAME_MAX = 100;

function open(meaning: string): OpenField {
  return { kind: "open", meaning };
}

function wordsOf<Word extends string>(words: readonly Word[]): Readonly<Record<Word, true>> {
  return Object.fromEntries(words.map((one) => [one, true])) as Record<Word, true>;
}

const METRIC = word<MetricName>(wordsOf(METRIC_NAMES));
const REASON = word<NullReason>(wordsOf(NULL_REASON_NAMES));
const { book_1s: _hidden, metric_state: _hiddenToo, ...shownOutputs } = OUTPUT_FIELDS;
const { nulls: _, ...metricsFields } = OUTPUT_FIELDS.metrics;

/** Levels of a frame, and a quantity for each. */
const SIDE_MAX = 1_000;
const SIDE: FieldOf<readonly number[]> = list<number>(number(), SIDE_MAX);
const CELL = "a number, or the letter of the reason why it is not known";
const CHANGED_CELLS = `which cells have changed, as a mask, and these: each ${CELL}`;

const SETTINGS = record<MetricSettings>({
  definitions: whole(0),
  imbalanceLevels: whole(1),
  weightLambdaBps: whole(1),
  slopeWindowMs: whole(1),
});

const PERCENTILES = orNull<Percentiles>(
  record<Percentiles>({ p50Ms: number(0), p99Ms: number(0) }),
);
const LATENCIES = record<Latencies>({
  clocks: word<Clocks>(wordsOf(CLOCKS)),
  ...Object.fromEntries(LEGS.map((leg) => [leg, PERCENTILES])) as Record<Leg, typeof PERCENTILES>,
});

/** Each event's. */
export const EVENT_FIELDS: { readonly [Name in EventName]: EventFields<EventPayloads[Name]> } = {
  ...shownOutputs,
  metrics: {
    ...metricsFields,
    reasons: { kind: "map", keys: METRIC_NAMES, of: REASON },
    lowerBounds: list<MetricName>(METRIC, METRIC_NAMES.length),
  },
  feed: { ...OUTPUT_FIELDS.feed, sinceMs: moment() },
  hello: {
    timeMs: moment(),
    silentAfterMs: number(0),
    settings: SETTINGS,
    access: record<Access>({ mayOperate: FLAG, hasSession: FLAG }),
    stream: text(NAME_MAX),
  },
  view: {
    timeMs: moment(),
    form: word<StreamForm>(wordsOf(STREAM_FORMS)),
    focus: orNull<readonly string[]>(list<string>(text(NAME_MAX), FOCUS_MAX)),
    columns: list<ListColumn>(word<ListColumn>(wordsOf(LIST_COLUMNS)), LIST_COLUMNS.length),
    details: list<Detail>(word<Detail>(wordsOf(DETAILS)), DETAILS.length),
    pace: whole(1),
    isHidden: FLAG,
  },
  pulse: { timeMs: moment() },
  system: {
    type: word({ system: true }),
    timeMs: moment(),
    startedMs: moment(),
    source: open("where the data comes from, as in /healthz"),
    exchange: open("how the exchange is reached, as in /healthz"),
    clock: open("how the exchange's clock stands to ours, as in /healthz"),
    budget: open("how the request budget stands, as in /healthz"),
    stores: open("how the stores stand, as in /healthz"),
    symbols: list<string>(text(NAME_MAX), SYMBOLS_MAX),
    children: open("the actors and how each stands, as in /healthz"),
  },
  system_change: {
    timeMs: moment(),
    parts: open("the parts of `system` that have changed, as they are now"),
    children: open("the actors that are new or stand differently, as they are now"),
    gone: open("the ids of those that went"),
  },
  storage: {
    status: word({ ok: true, degraded: true, down: true }),
    word: text(NAME_MAX),
    reasons: list<string>(text(SENTENCE_MAX), NAME_MAX),
  },
  latency: { symbol: text(NAME_MAX), latency: LATENCIES },
  refetch: { reason: text(SENTENCE_MAX) },
  viewer: { viewer: orNull<number>(whole(1)), isOver: FLAG },
  columns: {
    metrics: list<string>(text(NAME_MAX), METRIC_NAMES.length),
    reasons: {
      kind: "map",
      keys: Object.values(NULL_REASONS).map(({ letter }) => letter),
      of: REASON,
    },
  },
  list: {
    number: whole(1),
    from: orNull<number>(whole(1)),
    timeMs: moment(),
    // How the symbol stands is always among them.
    columns: list<string>(text(NAME_MAX), LIST_COLUMNS.length + 1),
    symbols: list<string>(text(NAME_MAX), SYMBOLS_MAX),
    rows: open(
      `of each symbol that has changed its place, how many ms old it is, ${CHANGED_CELLS}`,
    ),
  },
  frame: {
    symbol: text(NAME_MAX),
    number: whole(1),
    from: orNull<number>(whole(1)),
    timeMs: moment(),
    writtenMs: orNull<number>(moment()),
    state: OUTPUT_FIELDS.metrics.state,
    bookUpdateId: orNull<number>(whole(0)),
    eventMs: orNull<number>(moment()),
    cells: open(CHANGED_CELLS),
    units: whole(0),
    bids: SIDE,
    asks: SIDE,
  },
  interval: {
    symbol: text(NAME_MAX),
    timeMs: moment(),
    bucketMs: number(0),
    state: OUTPUT_FIELDS.metrics.state,
    bookUpdateId: orNull<number>(whole(0)),
    eventMs: orNull<number>(moment()),
    cells: open(`of each metric ${CELL}`),
  },
};

/** The JSON Schema of an event's payload. */
export function eventSchema(name: EventName): Schema {
  return objectSchema(shownFields(name));
}

/** The fields of an event's payload by name, in the order in which they are told. */
export function shownFields(name: EventName): Readonly<Record<string, ShownField>> {
  // The types hold each definition and its field together; who shows them needs only the definition.
  return EVENT_FIELDS[name] as unknown as Readonly<Record<string, ShownField>>;
}
