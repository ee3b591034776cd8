/**
 * The fields of every output, and the check of what claims to be one: wherever an output crosses a disk
 * or a network (checkpoint, restore, spool, import). The types in `shared/output.ts` say what a field
 * means; the compiler refuses a definition here that misses one of them or is of another type.
 */
import type { Market, VenueId } from "../market.ts";
import { MICRO_PRICE_STATES } from "../micro_price.ts";
import { type LevelsInTicks, STEP_MAX } from "../book_second.ts";
import {
  type AlertEvidence,
  type AlertPhase,
  BOOK_FRAME_LEVELS,
  BOOK_FRAME_LEVELS_IN_FOCUS,
  type DataState,
  EVIDENCE_LEVELS,
  type Output,
  PROFILE_BUCKETS,
  type RulePhase,
  TAPE_TRADES_MAX,
  type TapedTrade,
  type TradesOfSide,
  type UsualEvidence,
} from "../output.ts";
import {
  type FieldsOf,
  FLAG,
  list,
  moment,
  number,
  orNull,
  pair,
  problemOf,
  record,
  text,
  whole,
  word,
} from "./fields.ts";
import { definitionOf, METRIC_NAMES, type MetricValues } from "./metrics.ts";
import type { Acknowledgement } from "../said.ts";
import type { Severity } from "../severity.ts";
import { NULL_CODE_LENGTH_MAX } from "./null_code.ts";
import type { OutputOf, OutputType } from "./outputs.ts";

/** Symbols and names of rules are short; the exchange's longest symbol has some 20. */
const NAME_MAX = 100;
/** What a person reads on one line or two. */
const SENTENCE_MAX = 2_000;
/** As many as an audit tells of, and some. */
const DIFFERENCES_MAX = 100;

/** Characters of what a person may be called … */
export const PERSON_MAX = 100;
/** … and of what they may say. */
export const REMARK_MAX = 500;

const COUNT = whole(0);
const POSITIVE = number(Number.MIN_VALUE);
const STATE = word<DataState>({
  syncing: true,
  live: true,
  stale: true,
  degraded: true,
  halted: true,
});
const SEVERITY = word<Severity>({ info: true, warning: true, critical: true });
const MARKET: FieldsOf<Market> = {
  venue: word<VenueId>({ monitor: true, binance_spot: true }),
  symbol: text(NAME_MAX),
};

/** A baseline is some forty numbers. */
const MEMORY_MAX = 4_000;
/** A micro-price that has counted every step has 900 of them, each with two counts of up to 17 digits. */
const METRIC_MEMORY_MAX = 50_000;
/** A value a second of half a minute, and some. */
const SERIES_MAX = 100;

/** Of a side that is stored. */
const TICK_LEVELS = orNull<LevelsInTicks>(record<LevelsInTicks>({
  tick: COUNT,
  steps: list<number>(whole(0, STEP_MAX), BOOK_FRAME_LEVELS),
  qtys: list<number>(POSITIVE, BOOK_FRAME_LEVELS),
}));
/** Pairs of price and quantity, both more than 0. */
const LEVELS = list<readonly [price: number, qty: number]>(
  pair(POSITIVE),
  BOOK_FRAME_LEVELS_IN_FOCUS,
);
const BUCKETS = list<number>(number(0), PROFILE_BUCKETS);
const COVERED_BPS = orNull<number>(number(0));

const EVIDENCE = list<readonly [price: number, qty: number]>(pair(POSITIVE), EVIDENCE_LEVELS);

const TRADES_OF_SIDE = orNull<TradesOfSide>(record<TradesOfSide>({
  qty: POSITIVE,
  notional: POSITIVE,
  vwap: POSITIVE,
  low: POSITIVE,
  high: POSITIVE,
  count: whole(1),
}));

/** Each value within the range of its metric. */
const VALUES = record<MetricValues>(
  Object.fromEntries(METRIC_NAMES.map((name) => {
    const [min, max] = definitionOf(name).range;
    return [name, orNull<number>(number(min, max))];
  })) as FieldsOf<MetricValues>,
);

/** What is numbered within one life of an actor. */
const numbered = { ...MARKET, number: whole(1), timeMs: moment() } as const;

/** What each output holds and within which bounds: what is checked, and what others are shown. */
export const OUTPUT_FIELDS: { readonly [Type in OutputType]: FieldsOf<OutputOf[Type]> } = {
  metrics: {
    type: word({ metrics: true }),
    ...MARKET,
    timeMs: moment(),
    bucketMs: orNull<number>(whole(1)),
    state: STATE,
    bookUpdateId: orNull<number>(COUNT),
    eventMs: orNull<number>(moment()),
    values: VALUES,
    nulls: orNull<string>(text(NULL_CODE_LENGTH_MAX)),
  },
  book: {
    type: word({ book: true }),
    ...MARKET,
    timeMs: moment(),
    forStore: FLAG,
    bookUpdateId: COUNT,
    bids: LEVELS,
    asks: LEVELS,
  },
  book_1s: {
    ...numbered,
    type: word({ book_1s: true }),
    bookUpdateId: COUNT,
    ticksPerUnit: whole(1, 10 ** 8),
    bids: TICK_LEVELS,
    asks: TICK_LEVELS,
  },
  depth_profile: {
    ...numbered,
    type: word({ depth_profile: true }),
    forStore: FLAG,
    bookUpdateId: COUNT,
    mid: POSITIVE,
    bucketBps: POSITIVE,
    lowPrice: POSITIVE,
    highPrice: POSITIVE,
    bids: BUCKETS,
    asks: BUCKETS,
    bidCoveredBps: COVERED_BPS,
    askCoveredBps: COVERED_BPS,
  },
  trade: {
    type: word({ trade: true }),
    ...MARKET,
    timeMs: moment(),
    kind: word({ trade: true, agg: true }),
    trades: list<TapedTrade>(
      record<TapedTrade>({
        id: COUNT,
        price: POSITIVE,
        qty: POSITIVE,
        side: word({ buy: true, sell: true }),
        timeMs: moment(),
      }),
      TAPE_TRADES_MAX,
    ),
    leftOut: COUNT,
  },
  trades: {
    type: word({ trades: true }),
    ...MARKET,
    fromMs: moment(),
    timeMs: moment(),
    state: STATE,
    buy: TRADES_OF_SIDE,
    sell: TRADES_OF_SIDE,
  },
  trades_1s: {
    ...numbered,
    type: word({ trades_1s: true }),
    state: STATE,
    buy: TRADES_OF_SIDE,
    sell: TRADES_OF_SIDE,
  },
  alert: {
    type: word({ alert: true }),
    alertId: text(4 * NAME_MAX),
    revision: whole(1),
    ...MARKET,
    rule: text(NAME_MAX),
    phase: word<AlertPhase>({ firing: true, resolved: true }),
    severity: SEVERITY,
    summary: text(SENTENCE_MAX),
    startedMs: moment(),
    firedMs: moment(),
    resolvedMs: orNull<number>(moment()),
    timeMs: moment(),
    value: orNull<number>(number()),
    peak: orNull<number>(number()),
    threshold: number(),
    isHeld: FLAG,
    reason: orNull<string>(text(SENTENCE_MAX)),
    isNotified: FLAG,
    suppressed: COUNT,
    mutedUntilMs: orNull<number>(moment()),
    acknowledged: orNull<Acknowledgement>(record<Acknowledgement>({
      timeMs: moment(),
      by: orNull<string>(text(PERSON_MAX)),
      comment: orNull<string>(text(REMARK_MAX)),
      severity: SEVERITY,
    })),
    inhibits: FLAG,
    bookUpdateId: orNull<number>(COUNT),
    mid: orNull<number>(POSITIVE),
    evidence: orNull<AlertEvidence>(record<AlertEvidence>({
      ruleVersion: whole(1),
      metric: text(NAME_MAX),
      series: list<number | null>(orNull<number>(number()), SERIES_MAX),
      baseline: orNull<UsualEvidence>(record<UsualEvidence>({
        median: number(),
        scale: number(0),
        samples: COUNT,
      })),
      bids: EVIDENCE,
      asks: EVIDENCE,
    })),
  },
  rule_state: {
    ...numbered,
    type: word({ rule_state: true }),
    rule: text(NAME_MAX),
    version: whole(1),
    phase: word<RulePhase>({ learning: true, idle: true, firing: true, resting: true }),
    isChange: FLAG,
    level: COUNT,
    samples: COUNT,
    samplesNeeded: COUNT,
    memory: text(MEMORY_MAX),
  },
  metric_state: {
    ...numbered,
    type: word({ metric_state: true }),
    metric: text(NAME_MAX),
    memory: text(METRIC_MEMORY_MAX),
  },
  mute: {
    type: word({ mute: true }),
    muteId: text(NAME_MAX),
    revision: whole(1),
    ...MARKET,
    timeMs: moment(),
    rule: orNull<string>(text(NAME_MAX)),
    createdMs: moment(),
    untilMs: moment(),
    by: orNull<string>(text(PERSON_MAX)),
    reason: orNull<string>(text(REMARK_MAX)),
    removedMs: orNull<number>(moment()),
  },
  micro_price: {
    ...numbered,
    type: word({ micro_price: true }),
    tickSize: POSITIVE,
    countedMs: number(0),
    moves: COUNT,
    shiftsBps: list<number | null>(orNull<number>(number()), MICRO_PRICE_STATES),
    visits: list<number>(number(0), MICRO_PRICE_STATES),
  },
  feed: {
    ...numbered,
    type: word({ feed: true }),
    state: STATE,
    reason: orNull<string>(text(SENTENCE_MAX)),
    bookUpdateId: orNull<number>(COUNT),
    resyncs: COUNT,
    gaps: COUNT,
  },
  gap: {
    ...numbered,
    type: word({ gap: true }),
    fromId: COUNT,
    toId: COUNT,
    durationMs: orNull<number>(number(0)),
  },
  loss: {
    ...numbered,
    type: word({ loss: true }),
    fromMs: orNull<number>(moment()),
    toMs: orNull<number>(moment()),
    rows: whole(1),
    cause: text(NAME_MAX),
    lostBy: word({ symbol: true, writer: true }),
    detail: orNull<string>(text(SENTENCE_MAX)),
  },
  audit: {
    ...numbered,
    type: word({ audit: true }),
    bookUpdateId: COUNT,
    levels: COUNT,
    mismatched: COUNT,
    differences: list<string>(text(SENTENCE_MAX), DIFFERENCES_MAX),
  },
  proof: {
    ...numbered,
    type: word({ proof: true }),
    forStore: FLAG,
    exactChecked: COUNT,
    exactMismatched: COUNT,
    carriedChecked: COUNT,
    carriedMismatched: COUNT,
    carriedHealed: COUNT,
    lastExactMs: orNull<number>(moment()),
  },
};

/** What claims to be an output: it is one, or why not. */
export type OutputCheck<One extends Output = Output> =
  | { readonly isRight: true; readonly output: One }
  | { readonly isRight: false; readonly problem: string };

/** Whether a value from outside is an output of this type, field by field. O(its size). */
export function checkOutput<Type extends OutputType>(
  type: Type,
  value: unknown,
): OutputCheck<OutputOf[Type]> {
  const problem = problemOf<OutputOf[Type]>(record(OUTPUT_FIELDS[type]), value);
  return problem === null
    ? { isRight: true, output: value as OutputOf[Type] }
    : { isRight: false, problem };
}
