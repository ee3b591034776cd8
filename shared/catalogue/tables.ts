/**
 * The catalogue of tables: what the writer stores, each table once. The writer's inserts
 * (`writer/rows.ts`), the questions of history (`web/record_statements.ts`) and how a row is read again
 * (`shared/stored_outputs.ts`) walk it; what is made by hand is the migration
 * (actors/writer/migrations), the same for both databases, and a test holds every definition
 * against a migrated one.
 *
 * A table keeps one output. Venue and symbol stand in `symbols`, under a short id that the writer
 * gives (`writer/row_ids.ts`; 0 is the monitor itself); the settings under which a metric was
 * computed stand in `settings`, likewise, and 0 are those from before there were any. Rows of
 * different settings are never averaged or drawn as one line.
 *
 * Who reads the database from outside asks the views: `metrics_with_market`, `alerts_with_market`,
 * and so on, have `venue` and `symbol` in words. They also have the rows that earlier versions of the
 * program wrote, which stay where they are (`old_tables.ts`).
 */
import type { Market } from "../market.ts";
import { definitionOf, METRIC_NAMES } from "./metrics.ts";
import type { Column, ColumnType, TableDefinition, Told } from "./table_definition.ts";

/** A column that keeps a field. */
function field<const Field extends string>(
  name: string,
  type: ColumnType,
  field: Field,
  nullness: "null" | "not null" = "not null",
): Column<Field> {
  return { name, type, isNullable: nullness === "null", source: { from: "field", field } };
}

const MARKET: Column<never> = {
  name: "symbol_id",
  type: "int2",
  isNullable: false,
  source: { from: "market" },
};
const SETTINGS: Column<never> = {
  name: "settings_id",
  type: "int2",
  isNullable: false,
  source: { from: "settings" },
};
const TIME = field("time", "time", "timeMs");

/** What is numbered within one life of the actor: the key that makes a second delivery harmless. */
const IN_A_LIFE = [
  MARKET,
  field("incarnation", "int8", "incarnation"),
  field("number", "int4", "number"),
  TIME,
] as const;
const KEY_IN_A_LIFE = ["symbol_id", "incarnation", "number"];
/** … of a table that is cut by time: a row that is delivered again has its time again. */
const KEY_IN_TIME = ["symbol_id", "time", "incarnation", "number"];
const ONCE = { rule: "once" } as const;
/** There are few of them, or one of each key. */
const FOR_EVER = { partition: null, age: null, share: "rest" } as const;
/** Rows of each second. */
const BOOKS = { partition: "day", age: "keepBooksDays", share: "books" } as const;
/** How far data could be trusted. */
const FEED_EVENTS = { partition: null, age: "keepFeedDays", share: "rest" } as const;

/** A column for every metric that is stored. */
const METRIC_COLUMNS = METRIC_NAMES.flatMap((metric): Column<never>[] => {
  const { column: name, stored: type } = definitionOf(metric);
  if (type === null) return [];
  return [{ name, type, isNullable: true, source: { from: "metric", metric } }];
});

/** Every table of outputs. */
export const TABLES = {
  /** One row for every interval of every symbol; `time` is its end. */
  metrics: {
    partition: "day",
    age: "keepMetricsDays",
    share: "metrics",
    output: "metrics",
    columns: [
      MARKET,
      SETTINGS,
      field("bucket_ms", "int4", "bucketMs"),
      TIME,
      field("book_update_id", "int8", "bookUpdateId", "null"),
      field("event_time", "time", "eventMs", "null"),
      ...METRIC_COLUMNS,
      field("state", "text", "state"),
      field("nulls", "text", "nulls", "null"),
    ],
    key: ["symbol_id", "time"],
    conflict: ONCE,
    view: "metrics_with_market",
  },
  /**
   * The best levels of a book, once a second while it changes. The price of a level is a whole number of ticks, the best one's
   * less the level's step (of asks: and its step), divided by `ticks_per_unit`; a side without levels is NULL in its three columns.
   */
  books: {
    ...BOOKS,
    output: "book_1s",
    columns: [
      ...IN_A_LIFE,
      field("book_update_id", "int8", "bookUpdateId"),
      field("ticks_per_unit", "int4", "ticksPerUnit"),
      field("bid_tick", "int8", "bids.tick", "null"),
      field("bid_steps", "int4s", "bids.steps", "null"),
      field("bid_qtys", "float4s", "bids.qtys", "null"),
      field("ask_tick", "int8", "asks.tick", "null"),
      field("ask_steps", "int4s", "asks.steps", "null"),
      field("ask_qtys", "float4s", "asks.qtys", "null"),
    ],
    key: KEY_IN_TIME,
    conflict: ONCE,
    view: "books_with_market",
  },
  /** How much rests at which distance from mid, once a second while the book changes. */
  depth_profiles: {
    ...BOOKS,
    output: "depth_profile",
    columns: [
      ...IN_A_LIFE,
      field("book_update_id", "int8", "bookUpdateId"),
      field("mid", "float8", "mid"),
      field("bucket_bps", "float4", "bucketBps"),
      field("bids", "qtys", "bids"),
      field("asks", "qtys", "asks"),
      field("bid_covered_bps", "float4", "bidCoveredBps", "null"),
      field("ask_covered_bps", "float4", "askCoveredBps", "null"),
    ],
    key: KEY_IN_TIME,
    conflict: ONCE,
    view: "depth_profiles_with_market",
  },
  /** The trades of each second that had any; a side without trades is NULL in all of its columns. */
  trades_1s: {
    partition: "day",
    age: "keepTradesDays",
    share: "rest",
    output: "trades_1s",
    columns: [
      ...IN_A_LIFE,
      field("state", "text", "state"),
      field("buy_qty", "float8", "buy.qty", "null"),
      field("buy_vwap", "float8", "buy.vwap", "null"),
      field("buy_low", "float8", "buy.low", "null"),
      field("buy_high", "float8", "buy.high", "null"),
      field("buy_count", "int4", "buy.count", "null"),
      field("sell_qty", "float8", "sell.qty", "null"),
      field("sell_vwap", "float8", "sell.vwap", "null"),
      field("sell_low", "float8", "sell.low", "null"),
      field("sell_high", "float8", "sell.high", "null"),
      field("sell_count", "int4", "sell.count", "null"),
    ],
    key: KEY_IN_TIME,
    conflict: ONCE,
    view: "trades_1s_with_market",
  },
  /** The newest revision of every alert episode. */
  alerts: {
    partition: null,
    age: "keepAlertsDays",
    share: "rest",
    output: "alert",
    columns: [
      MARKET,
      field("alert_id", "text", "alertId"),
      field("revision", "int4", "revision"),
      field("rule", "text", "rule"),
      field("phase", "text", "phase"),
      field("severity", "text", "severity"),
      field("summary", "text", "summary"),
      field("started_at", "time", "startedMs"),
      field("fired_at", "time", "firedMs"),
      field("resolved_at", "time", "resolvedMs", "null"),
      TIME,
      field("value", "float8", "value", "null"),
      field("peak", "float8", "peak", "null"),
      field("threshold", "float8", "threshold"),
      field("held", "flag", "isHeld"),
      field("reason", "text", "reason", "null"),
      field("notified", "flag", "isNotified"),
      field("suppressed", "int4", "suppressed"),
      field("muted_until", "time", "mutedUntilMs", "null"),
      field("acknowledged_at", "time", "acknowledged.timeMs", "null"),
      field("acknowledged_by", "text", "acknowledged.by", "null"),
      field("acknowledged_comment", "text", "acknowledged.comment", "null"),
      field("acknowledged_severity", "text", "acknowledged.severity", "null"),
      field("inhibits", "flag", "inhibits"),
      field("book_update_id", "int8", "bookUpdateId", "null"),
      field("mid", "float8", "mid", "null"),
      field("evidence", "json", "evidence", "null"),
    ],
    key: ["alert_id"],
    conflict: { rule: "newest revision", column: "revision" },
    view: "alerts_with_market",
  },
  /** How each rule of each symbol stands: what a new process goes on from. */
  rule_state: {
    ...FOR_EVER,
    output: "rule_state",
    columns: [
      ...IN_A_LIFE,
      field("rule", "text", "rule"),
      field("version", "int4", "version"),
      field("phase", "text", "phase"),
      field("level", "int4", "level"),
      field("samples", "int4", "samples"),
      field("samples_needed", "int4", "samplesNeeded"),
      field("memory", "text", "memory"),
    ],
    key: ["symbol_id", "rule"],
    conflict: { rule: "newest told" },
    view: "rule_state_with_market",
  },
  /** What families of metrics remember: what a new process goes on from. */
  metric_state: {
    ...FOR_EVER,
    output: "metric_state",
    columns: [
      ...IN_A_LIFE,
      field("metric", "text", "metric"),
      field("memory", "text", "memory"),
    ],
    key: ["symbol_id", "metric"],
    conflict: { rule: "newest told" },
    view: "metric_state_with_market",
  },
  /** What people have muted; a rule of every symbol stands under the monitor itself. */
  mutes: {
    ...FOR_EVER,
    output: "mute",
    columns: [
      MARKET,
      field("mute_id", "text", "muteId"),
      field("revision", "int4", "revision"),
      TIME,
      field("rule", "text", "rule", "null"),
      field("created_at", "time", "createdMs"),
      field("until", "time", "untilMs"),
      field("created_by", "text", "by", "null"),
      field("reason", "text", "reason", "null"),
      field("removed_at", "time", "removedMs", "null"),
    ],
    key: ["mute_id"],
    conflict: { rule: "newest revision", column: "revision" },
    view: "mutes_with_market",
  },
  /** What the micro-price had learnt at the end of each hour, by state of the best queues. */
  micro_prices: {
    partition: null,
    age: "keep1mDays",
    share: "rest",
    output: "micro_price",
    columns: [
      ...IN_A_LIFE,
      field("tick_size", "float8", "tickSize"),
      field("counted_ms", "float8", "countedMs"),
      field("moves", "int4", "moves"),
      field("shifts_bps", "float4s", "shiftsBps"),
      field("visits", "float4s", "visits"),
    ],
    key: KEY_IN_A_LIFE,
    conflict: ONCE,
    view: "micro_prices_with_market",
  },
  /** Every change in what a feed can be trusted for. */
  feed_status: {
    ...FEED_EVENTS,
    output: "feed",
    columns: [
      ...IN_A_LIFE,
      field("state", "text", "state"),
      field("reason", "text", "reason", "null"),
      field("book_update_id", "int8", "bookUpdateId", "null"),
      field("resyncs", "int4", "resyncs"),
      field("gaps", "int4", "gaps"),
    ],
    key: KEY_IN_A_LIFE,
    conflict: ONCE,
    view: "feed_status_with_market",
  },
  /** Updates that were missed: told when they are noticed, and completed when the book is live again. */
  gaps: {
    ...FEED_EVENTS,
    output: "gap",
    columns: [
      ...IN_A_LIFE,
      field("from_id", "int8", "fromId"),
      field("to_id", "int8", "toId"),
      field("duration_ms", "float8", "durationMs", "null"),
    ],
    key: KEY_IN_A_LIFE,
    conflict: { rule: "complete once", column: "duration_ms" },
    view: "gaps_with_market",
  },
  /** Rows that are not stored and never will be; `time` is when that was told. */
  losses: {
    ...FEED_EVENTS,
    output: "loss",
    columns: [
      ...IN_A_LIFE,
      field("from_time", "time", "fromMs", "null"),
      field("to_time", "time", "toMs", "null"),
      field("rows", "int8", "rows"),
      field("cause", "text", "cause"),
      field("lost_by", "text", "lostBy"),
      field("detail", "text", "detail", "null"),
    ],
    // A symbol's actor and the writer have lives of their own, and may have begun one in the same moment.
    key: ["symbol_id", "lost_by", "incarnation", "number"],
    conflict: ONCE,
    view: "losses_with_market",
  },
  /** Level audits, the failed ones with their first differences. */
  audits: {
    ...FEED_EVENTS,
    output: "audit",
    columns: [
      ...IN_A_LIFE,
      field("book_update_id", "int8", "bookUpdateId"),
      field("levels", "int4", "levels"),
      field("mismatched", "int4", "mismatched"),
      field("differences", "texts", "differences"),
    ],
    key: KEY_IN_A_LIFE,
    conflict: ONCE,
    view: "audits_with_market",
  },
  /** Counters of the best bid/ask proof, as they stood; with another incarnation they begin at 0. */
  proofs: {
    ...FEED_EVENTS,
    output: "proof",
    columns: [
      ...IN_A_LIFE,
      field("exact_checked", "int8", "exactChecked"),
      field("exact_mismatched", "int8", "exactMismatched"),
      field("carried_checked", "int8", "carriedChecked"),
      field("carried_mismatched", "int8", "carriedMismatched"),
      field("carried_healed", "int8", "carriedHealed"),
      field("last_exact_at", "time", "lastExactMs", "null"),
    ],
    key: KEY_IN_A_LIFE,
    conflict: ONCE,
    view: "proofs_with_market",
  },
} as const satisfies { readonly [name: string]: TableDefinition };

/** As in the database. */
export type TableName = keyof typeof TABLES;

/** In the order in which a batch writes them. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

type FieldOf<Each> = Each extends Column<infer Field> ? Field : never;
type OutputIn<Name extends TableName> = Told<typeof TABLES[Name]["output"]>;
type PathsOf<Name extends TableName> = FieldOf<typeof TABLES[Name]["columns"][number]>;

/** Of each field that is stored in parts, these parts. */
type Parts<Whole, Path extends string> = {
  readonly [Field in keyof Whole as Path extends `${Field & string}.${string}` ? Field : never]:
    | Pick<
      NonNullable<Whole[Field]>,
      Path extends
        `${Field & string}.${infer Part extends keyof NonNullable<Whole[Field]> & string}` ? Part
        : never
    >
    | Extract<Whole[Field], null>;
};

/** What a row knows again of its output: its market, and the fields and parts that have a column. */
export type Stored<Name extends TableName> = Market & StoredOf<OutputIn<Name>, PathsOf<Name>>;

/**
 * Of an output, by the paths that are stored. (Its keys are chosen one by one: that they are keys of it would be asked of all
 * tables at once, for which the compiler would need a minute and 4 GB.)
 */
type StoredOf<Whole, Path extends string> =
  & {
    readonly [Field in keyof Whole as Field extends "type" | Path ? Field : never]: Whole[Field];
  }
  & Parts<Whole, Path>;

/** The definition of a table, whichever it is. */
export function tableOf(name: TableName): TableDefinition {
  return TABLES[name];
}
