/**
 * Outputs: everything that leaves a symbol actor, each once: how it waits for the writer and for the
 * web, which event of `/events` it becomes, and which table keeps it.
 *
 * A new output is a type in `shared/output.ts`, a definition here, its fields in `output_check.ts`, its
 * producer in the engine, its table, and its consumer on the page; the compiler asks for each of them.
 */
import type { Output } from "../output.ts";
import type { TableName } from "./tables.ts";
import { mergeLosses } from "../losses.ts";
import { mergeTapes, mergeTrades } from "../trades.ts";
import { METRIC_NAMES } from "./metrics.ts";

/** What tells outputs apart, and names their SSE events. */
export type OutputType = Output["type"];

/** Those that no browser is told of: they have no event. */
export const HIDDEN_TYPES = { book_1s: true, metric_state: true } as const;

/** The type that each name stands for. */
export type OutputOf = { readonly [Each in Output as Each["type"]]: Each };

/** How an output waits for a peer that cannot take it at once. */
export type Lane =
  /** This peer does not want it. */
  | "none"
  /** In order; when too much waits, in memory or in the spool, the oldest gives way and is counted. */
  | "rows"
  /** In order with the rows, and never pushed out by them: it has bounds of its own. */
  | "records"
  /** Only the newest of each key matters; the one it replaces is no loss. */
  | "newest"
  /** What waits and what comes of one key are added up: late, and never less. */
  | "summed"
  /** The newest of each key, never dropped. */
  | "kept";

/**
 * How an output travels to a browser: to one that shows its symbol in detail, and to one that has the
 * symbol in its list only, where states leave at the list's pace, once a second; `null`: not at all.
 */
export type OutputEvent =
  /** In order, with an id to come back with. */
  | {
    readonly detail: "event";
    readonly list: "event" | "state" | null;
    /** Whether a browser that joins is told the newest of before: a bridge to what is stored already. */
    readonly opening: boolean;
  }
  /** The newest instead of any that waits; a browser that joins is told it as well. */
  | { readonly detail: "state"; readonly list: "state" | null }
  /** Added up for each browser since it was sent some last: what was before it joined is not its own. */
  | { readonly detail: "sum"; readonly list: null };

/** How one form of an output travels. */
export interface Form {
  readonly writer: Lane;
  readonly web: Lane;
  /** Its event, under the name of its type; `null`: browsers are not told. */
  readonly event: OutputEvent | null;
  /** Whether it is a row of the output's table. */
  readonly stored: boolean;
}

/** The form of one that browsers are told of. */
type ShownForm = Form & { readonly event: OutputEvent };

/** The forms that outputs of each type may have. */
type Forms = {
  readonly [Type in OutputType]: Type extends keyof typeof HIDDEN_TYPES
    ? Form & { readonly event: null }
    : ShownForm;
};

/** What has to be known of an output to carry it, whatever it says. */
export interface OutputDefinition<Type extends OutputType> {
  /** The table that keeps what is stored of it; `null`: none does. */
  readonly table: TableName | null;
  /** The fields that tell apart what does not replace one another in a lane; none: the type does. */
  readonly key: readonly (keyof OutputOf[Type] & string)[];
  /** About what one takes in memory while it waits, in bytes, from above. */
  readonly bytes: number;
  /** Two in a `summed` lane as one; `null`: it has no such lane. */
  readonly sum: ((older: OutputOf[Type], newer: OutputOf[Type]) => OutputOf[Type]) | null;
  readonly formOf: (output: OutputOf[Type]) => Forms[Type];
}

const IN_ORDER: OutputEvent = { detail: "event", list: "event", opening: false };
const IN_DETAIL: OutputEvent = { detail: "state", list: null };

/** What is told once and stored, in order with the rows and apart from them. */
const RECORD: ShownForm = { writer: "records", web: "records", event: IN_ORDER, stored: true };

/** A frame that is looked at, and the row that closes an interval. */
const FRAME: ShownForm = {
  writer: "none",
  web: "newest",
  event: { detail: "state", list: "state" },
  stored: false,
};
const ROW: ShownForm = {
  writer: "rows",
  web: "rows",
  event: { detail: "event", list: "state", opening: true },
  stored: true,
};

/** The book of each tick, and that of each second, which Redis gets too. */
const SHOWN_BOOK: ShownForm = { writer: "none", web: "newest", event: IN_DETAIL, stored: false };
const REDIS_BOOK: ShownForm = { ...SHOWN_BOOK, writer: "newest" };

/** A row for the store, and for nobody to look at while it is new: who looks has the book itself. */
const HIDDEN_ROW: Forms["book_1s"] = {
  writer: "rows",
  web: "none",
  event: null,
  stored: true,
};

/** The proof's counters of each second, and those that are stored: a sample of what goes on counting. */
const SHOWN_PROOF: ShownForm = { writer: "none", web: "newest", event: IN_DETAIL, stored: false };
const STORED_PROOF: ShownForm = { ...SHOWN_PROOF, writer: "rows", stored: true };

/** How the depth lies: looked at by few, stored once a second. */
const SHOWN_PROFILE: ShownForm = { writer: "none", web: "newest", event: IN_DETAIL, stored: false };
const STORED_PROFILE: ShownForm = { ...SHOWN_PROFILE, writer: "rows", stored: true };

const TRADES: ShownForm = {
  writer: "none",
  web: "summed",
  event: { detail: "sum", list: null },
  stored: false,
};

/** A row that only who shows the symbol in detail is told of; what was before is asked of history. */
const TRADES_ROW: ShownForm = {
  writer: "rows",
  web: "rows",
  event: { detail: "event", list: null, opening: false },
  stored: true,
};

/** An alert is never lost on its way to the store; to the web it keeps its place among the states. */
const ALERT: ShownForm = { ...RECORD, writer: "kept" };
/** While the writer takes nothing losses add up, so that they push nothing out and are not pushed out. */
const LOSS: ShownForm = {
  ...RECORD,
  writer: "summed",
  event: { detail: "event", list: "event", opening: true },
};
/** What a person has asked for is not lost either, however long the writer is away. */
const MUTE: ShownForm = ALERT;
/** How a rule stands: the next one says all that this one did, unless something has changed with this one. */
const RULE_STATE: ShownForm = { writer: "newest", web: "newest", event: IN_DETAIL, stored: true };
const RULE_CHANGE: ShownForm = { ...RULE_STATE, writer: "kept" };

/** What metrics remember: for a later process, and for nobody to look at. */
const METRIC_STATE: Forms["metric_state"] = {
  writer: "newest",
  web: "none",
  event: null,
  stored: true,
};

/** Once an hour; who shows the symbol in detail is told the newest. */
const MICRO_PRICE: ShownForm = { writer: "rows", web: "newest", event: IN_DETAIL, stored: true };

const GAP: ShownForm = { ...RECORD, event: { detail: "event", list: "event", opening: true } };

/** Each output once. */
export const OUTPUTS: { readonly [Type in OutputType]: OutputDefinition<Type> } = {
  metrics: {
    table: "metrics",
    key: [],
    // Each number in a box of its own.
    bytes: 250 + 24 * METRIC_NAMES.length,
    sum: null,
    formOf: ({ bucketMs }) => bucketMs === null ? FRAME : ROW,
  },
  book: {
    table: null,
    key: [],
    bytes: 10_000,
    sum: null,
    formOf: ({ forStore }) => forStore ? REDIS_BOOK : SHOWN_BOOK,
  },
  // Of each side two lists of twenty.
  book_1s: { table: "books", key: [], bytes: 1_300, sum: null, formOf: () => HIDDEN_ROW },
  depth_profile: {
    table: "depth_profiles",
    key: [],
    // Two hundred quantities, each in a box of its own.
    bytes: 5_500,
    sum: null,
    formOf: ({ forStore }) => forStore ? STORED_PROFILE : SHOWN_PROFILE,
  },
  trade: { table: null, key: [], bytes: 20_000, sum: mergeTapes, formOf: () => TRADES },
  trades: { table: null, key: [], bytes: 500, sum: mergeTrades, formOf: () => TRADES },
  trades_1s: { table: "trades_1s", key: [], bytes: 500, sum: null, formOf: () => TRADES_ROW },
  // With what it was raised on.
  alert: { table: "alerts", key: ["alertId"], bytes: 6_000, sum: null, formOf: () => ALERT },
  rule_state: {
    table: "rule_state",
    key: ["rule"],
    bytes: 1_500,
    sum: null,
    formOf: ({ isChange }) => isChange ? RULE_CHANGE : RULE_STATE,
  },
  // A micro-price has hundreds of counts.
  metric_state: {
    table: "metric_state",
    key: ["metric"],
    bytes: 20_000,
    sum: null,
    formOf: () => METRIC_STATE,
  },
  mute: { table: "mutes", key: ["muteId"], bytes: 1_500, sum: null, formOf: () => MUTE },
  micro_price: {
    table: "micro_prices",
    key: [],
    bytes: 2_000,
    sum: null,
    formOf: () => MICRO_PRICE,
  },
  feed: { table: "feed_status", key: [], bytes: 400, sum: null, formOf: () => RECORD },
  gap: { table: "gaps", key: [], bytes: 250, sum: null, formOf: () => GAP },
  loss: { table: "losses", key: ["cause"], bytes: 400, sum: mergeLosses, formOf: () => LOSS },
  // With the ten differences that it tells of at most.
  audit: { table: "audits", key: [], bytes: 4_000, sum: null, formOf: () => RECORD },
  proof: {
    table: "proofs",
    key: [],
    bytes: 300,
    sum: null,
    formOf: ({ forStore }) => forStore ? STORED_PROOF : SHOWN_PROOF,
  },
};

/** How this output travels. */
export function formOf<Type extends OutputType>(
  output: OutputOf[Type] & { readonly type: Type },
): Forms[Type] {
  return OUTPUTS[output.type].formOf(output);
}

/**
 * Two outputs of one type as one.
 *
 * @throws {TypeError} when they are of two types, or of one that has no sum.
 */
export function addUp<Type extends OutputType>(
  older: OutputOf[Type] & { readonly type: Type },
  newer: OutputOf[Type] & { readonly type: Type },
): OutputOf[Type] {
  const { sum } = OUTPUTS[newer.type];
  if (sum === null || older.type !== newer.type) {
    throw new TypeError(`Cannot add up outputs: received ${older.type} and ${newer.type}`);
  }
  return sum(older, newer);
}

/** What it replaces, or is added to, in a lane that holds one of each key: of the outputs of one market. */
export function keyOf<Type extends OutputType>(
  output: OutputOf[Type] & { readonly type: Type },
): string {
  const { key } = OUTPUTS[output.type];
  // Of most types, without a list for each.
  if (key.length === 0) return output.type;
  return [output.type, ...key.map((field) => String(output[field]))].join(":");
}

/** About what an output takes in memory, in bytes. */
export function bytesOf({ type }: Output): number {
  return OUTPUTS[type].bytes;
}
