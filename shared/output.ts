/**
 * What the engine says: the union of everything that leaves a symbol actor for the writer and the web.
 *
 * Prices in the quote asset, quantities in the base asset, times UTC milliseconds, bps = 1/10,000.
 * What is not known is `null`, never 0 and never old. Each output says of which market it is. The numbers themselves are defined in
 * `catalogue/metrics.ts`; docs/METRICS.md explains them.
 */
import type { MetricValues } from "./catalogue/metrics.ts";
import type { AggressorSide, Market, Trade } from "./market.ts";
import type { Acknowledgement, MuteRecord } from "./said.ts";
import type { Severity } from "./severity.ts";
import type { BookSecond } from "./book_second.ts";
import type { MicroPriceTableRecord } from "./micro_price.ts";

/** How far an output can be trusted. Connected is not live. */
export const DATA_STATES = ["syncing", "live", "stale", "degraded", "halted"] as const;

/** One of these. */
export type DataState = typeof DATA_STATES[number];

/**
 * Metrics at one moment. At most one a tick leaves, ten a second; `bucketMs` tells the two uses apart:
 * `null` for a live frame, else the length of the interval that this frame closes (one row in the
 * database for every interval, `timeMs` its end).
 */
export interface MetricsFrame extends Market {
  readonly type: "metrics";
  readonly timeMs: number;
  readonly bucketMs: number | null;
  readonly state: DataState;
  /** Update id of the book that the numbers were taken from; `null` when not live. */
  readonly bookUpdateId: number | null;
  /** Exchange time of that update. */
  readonly eventMs: number | null;
  /** All `null` when the book is not live or lacks a side. */
  readonly values: MetricValues;
  /**
   * Why each value that is `null` is not known, as `catalogue/null_code.ts` reads it; `null`: a row of an earlier
   * program, which did not tell.
   */
  readonly nulls: string | null;
}

/** The best levels of a live book, best first, at most `BOOK_FRAME_LEVELS` a side and none that is not known to be. */
export interface BookFrame extends Market {
  readonly type: "book";
  readonly timeMs: number;
  /** True once a second: Redis gets this one too. */
  readonly forStore: boolean;
  readonly bookUpdateId: number;
  readonly bids: readonly (readonly [price: number, qty: number])[];
  readonly asks: readonly (readonly [price: number, qty: number])[];
}

/** Levels a side in a `BookFrame`: what is stored, and what there is to show before somebody looks. */
export const BOOK_FRAME_LEVELS = 20;
/** … of a symbol in focus, which some browser shows in detail. */
export const BOOK_FRAME_LEVELS_IN_FOCUS = 50;

/**
 * How much rests at which distance from mid: buckets of equal width, the nearest first, a level at the end of one
 * belonging to it. Beyond what is known a bucket is a lower bound.
 */
export interface DepthProfile extends Market {
  readonly type: "depth_profile";
  /** Counts up from 1 within one life of the actor; not every number is stored. */
  readonly number: number;
  readonly timeMs: number;
  /** True once a second: this one is stored. */
  readonly forStore: boolean;
  readonly bookUpdateId: number;
  readonly mid: number;
  /** Width of a bucket, bps of mid. */
  readonly bucketBps: number;
  /** Where the last bucket of the bids ends, and that of the asks. */
  readonly lowPrice: number;
  readonly highPrice: number;
  /** Quantities. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** How far from mid every level of the side is known; `null`: all of it is. */
  readonly bidCoveredBps: number | null;
  readonly askCoveredBps: number | null;
}

/** Buckets a side in a `DepthProfile`: ±2 % of mid. */
export const PROFILE_BUCKETS = 100;
/** Width of each, bps of mid. */
export const PROFILE_BUCKET_BPS = 2;

/** One trade, as the exchange tells of it. */
export interface TapedTrade {
  readonly id: number;
  readonly price: number;
  readonly qty: number;
  /** Who crossed the spread. */
  readonly side: AggressorSide;
  /** By the exchange's clock. */
  readonly timeMs: number;
}

/**
 * The newest trades of one tick, or of several for a reader that was slow, one by one; only while some
 * browser shows the symbol in detail. Sums of all trades are in `TradesFrame`.
 */
export interface TradeFrame extends Market {
  readonly type: "trade";
  readonly timeMs: number;
  /** The kind of trade that is followed: ids count among those of one kind. */
  readonly kind: Trade["kind"];
  /** At most `TAPE_TRADES_MAX`, in the order in which they came. */
  readonly trades: readonly TapedTrade[];
  /** How many came before them and are not told. */
  readonly leftOut: number;
}

/** Trades in one `TradeFrame`. */
export const TAPE_TRADES_MAX = 200;

/** One aggressor side's trades. */
export interface TradesOfSide {
  readonly qty: number;
  /** Sum of price · qty: with it two sums can be added up. */
  readonly notional: number;
  /** Volume-weighted average price: notional / qty. */
  readonly vwap: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * The trades that came after `fromMs`, up to `timeMs`: those of one tick, or of several for a reader
 * that was slow. A side without trades is `null`. They need no book to be right.
 */
export interface TradesFrame extends Market {
  readonly type: "trades";
  readonly fromMs: number;
  readonly timeMs: number;
  /** Of the book beside them. */
  readonly state: DataState;
  readonly buy: TradesOfSide | null;
  readonly sell: TradesOfSide | null;
}

/**
 * The trades of one second of UTC, by our clock when they came; said when the second is over, and only if it
 * had any. They are those of the `TradesFrame`s, cut at other moments. A clock that is set cuts its second
 * short, and one that is set back has the same second come again, under another number.
 */
export interface TradesSecond extends Market {
  readonly type: "trades_1s";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  /** The end of the second. */
  readonly timeMs: number;
  /** Of the feed then. */
  readonly state: DataState;
  readonly buy: TradesOfSide | null;
  readonly sell: TradesOfSide | null;
}

/** The life of an alert episode. `pending` never leaves the engine but in a checkpoint. */
export type AlertPhase = "firing" | "resolved";

/** The best levels of a book, best first: pairs of price and quantity. */
export interface Levels {
  readonly bids: readonly (readonly [price: number, qty: number])[];
  readonly asks: readonly (readonly [price: number, qty: number])[];
}

/** Levels a side in the evidence of an alert. */
export const EVIDENCE_LEVELS = 20;

/** What was usual of a value, by so many samples of a second each. */
export interface UsualEvidence {
  readonly median: number;
  readonly scale: number;
  readonly samples: number;
}

/** What an alert was raised on, as it was when it fired, or when it became worse. */
export interface AlertEvidence extends Levels {
  /** Of the rule, as it was in force. */
  readonly ruleVersion: number;
  /** The metric that its rule looks at. */
  readonly metric: string;
  /** The metric in the 30 s before, one value a second, the oldest first and that of now last. */
  readonly series: readonly (number | null)[];
  /** What was usual, of the watched value; `null`: the rule does not learn. */
  readonly baseline: UsualEvidence | null;
}

/**
 * One revision of one alert episode; `alertId` is the idempotency key, a higher revision wins. An episode has one when
 * it fires, when it becomes worse, when it is held and goes on, when it resolves, when a person acknowledges or mutes it,
 * and now and then meanwhile.
 */
export interface AlertEvent extends Market {
  readonly type: "alert";
  /** Fingerprint of market, rule and episode start: `<venue>/<symbol>/<rule>/<startedMs>`. */
  readonly alertId: string;
  readonly revision: number;
  /** Name of the rule, with its side if it has several, e.g. `extreme_imbalance_bid`. */
  readonly rule: string;
  readonly phase: AlertPhase;
  /** It never falls within an episode. */
  readonly severity: Severity;
  /** What a person reads: true of this revision. */
  readonly summary: string;
  /** When the condition became true, when the alert fired, when it resolved (`null`: not yet). */
  readonly startedMs: number;
  readonly firedMs: number;
  readonly resolvedMs: number | null;
  readonly timeMs: number;
  /** The watched value at this revision; `null`: it is not known. */
  readonly value: number | null;
  /** Its farthest towards alarm in this episode so far; `null`: that is not known. */
  readonly peak: number | null;
  /** What this revision has crossed, or the last one that crossed something. */
  readonly threshold: number;
  /** The condition cannot be told now: the data is not to be trusted, or not there. */
  readonly isHeld: boolean;
  /** Why it resolved, where that is not its condition's end; otherwise `null`. */
  readonly reason: string | null;
  /**
   * False: nobody is to be called, because it is for information, the symbol's notifications of the hour are spent, or it has
   * been muted since it fired.
   */
  readonly isNotified: boolean;
  /** Of the symbol, since the last episode that people were told of: episodes that they were not. */
  readonly suppressed: number;
  /** A person has muted its rule or its symbol until then, UTC, and nobody is called before; `null`: nobody has. */
  readonly mutedUntilMs: number | null;
  /** The last one; `null`: nobody has said so. */
  readonly acknowledged: Acknowledgement | null;
  /** While it fires no other episode of its symbol begins, and people are told of none. */
  readonly inhibits: boolean;
  /** The book it was seen in. */
  readonly bookUpdateId: number | null;
  readonly mid: number | null;
  /** `null`: an earlier version of the program has raised it. */
  readonly evidence: AlertEvidence | null;
}

/** `learning`: it knows too little to say anything yet. `resting`: it has just had an episode. */
export type RulePhase = "learning" | "idle" | "firing" | "resting";

/** Stands for all rules of a symbol together, where something is remembered of them as one. */
export const ALL_RULES = "*";

/**
 * How a rule of a symbol stands, and what a later process must know to go on with it: told when the phase changes, and
 * every 30 s of what learns, fires or rests.
 */
export interface RuleState extends Market {
  readonly type: "rule_state";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  readonly timeMs: number;
  /** As in `AlertEvent.rule`; `ALL_RULES`: how often people were told of the symbol. */
  readonly rule: string;
  /** Of the rule. */
  readonly version: number;
  readonly phase: RulePhase;
  /** True when the phase is another: such a one is not replaced by the next while it waits. */
  readonly isChange: boolean;
  /** Episodes that followed each other without a quiet time between them: each rest is twice the one before. */
  readonly level: number;
  /** Samples that it has learnt from, and with how many it says something; both 0: it need not learn. */
  readonly samples: number;
  readonly samplesNeeded: number;
  /** What it remembers, as JSON, in a form of the engine's own. */
  readonly memory: string;
}

/**
 * What a family of metrics remembers, so that a later process goes on with what takes longer to learn than a process may
 * live: told every 30 s when it has changed, what is large every ten minutes, and when the process ends in order.
 */
export interface MetricState extends Market {
  readonly type: "metric_state";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  readonly timeMs: number;
  /** The first metric of the family. */
  readonly metric: string;
  /** As JSON, in a form of the family's own. */
  readonly memory: string;
}

/** A change in what the feed can be trusted for; travels in order with the data. */
export interface FeedStatus extends Market {
  readonly type: "feed";
  /** Counts up from 1 within one life of the actor: with market and incarnation, the row's key. */
  readonly number: number;
  readonly timeMs: number;
  readonly state: DataState;
  /** Why, in words for a person; `null` when there is nothing to explain. */
  readonly reason: string | null;
  readonly bookUpdateId: number | null;
  /** Counted since this life of the actor began. */
  readonly resyncs: number;
  readonly gaps: number;
}

/** Best-bid/ask comparisons with the exchange's own book ticker so far in this life. */
export interface ProofStatus extends Market {
  readonly type: "proof";
  /** Counts up from 1 within one life of the actor; not every number is stored. */
  readonly number: number;
  readonly timeMs: number;
  /** True once a minute while something is compared, and when a mismatch is new: for the writer too. */
  readonly forStore: boolean;
  readonly exactChecked: number;
  readonly exactMismatched: number;
  readonly carriedChecked: number;
  /** Including those that healed with the next update. */
  readonly carriedMismatched: number;
  readonly carriedHealed: number;
  /** When an exact check last agreed; `null`: not yet. */
  readonly lastExactMs: number | null;
}

/**
 * Updates that were missed: from the first id that was missed to the last one known to be, and how long there
 * was no live book from then on. It is told when it is noticed, and again, complete, when the book is live.
 */
export interface GapRecord extends Market {
  readonly type: "gap";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  /** When the gap was noticed. */
  readonly timeMs: number;
  readonly fromId: number;
  readonly toId: number;
  /** `null`: the book was not live again when this was told. */
  readonly durationMs: number | null;
}

/**
 * One level audit: a second book, made from a snapshot by the ordinary procedure, against the live one
 * at the same id. Inside the band of prices that both know every level must be equal.
 */
export interface AuditRecord extends Market {
  readonly type: "audit";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  readonly timeMs: number;
  readonly bookUpdateId: number;
  /** Prices inside the common band at which either book has a level, and at how many the two differed. */
  readonly levels: number;
  readonly mismatched: number;
  /** The first differences, for a person; empty: the books are equal. */
  readonly differences: readonly string[];
}

/**
 * Rows that are not stored and never will be: too much waited in memory or on disk, or the database does not take them
 * for what is in them. One record tells of those of one market and cause in a minute, or while it could not be told.
 */
export interface LossRecord extends Market {
  readonly type: "loss";
  /** Counts up from 1 within one life of who has lost them. */
  readonly number: number;
  /** When it was told, which is after they were lost. */
  readonly timeMs: number;
  /** Times of the oldest and of the newest of them; `null`: it cannot be told any more. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** At least so many. */
  readonly rows: number;
  /** In a word or two, e.g. `outbox full`: one of the few that docs/OPERATIONS.md explains. */
  readonly cause: string;
  /** Where they were then: in the outbox of their symbol's actor, or in the writer's hands. */
  readonly lostBy: "symbol" | "writer";
  /** More, for a person; `null`: the cause says all. */
  readonly detail: string | null;
}

/** Everything that leaves a symbol actor; of losses the writer tells too. */
export type Output =
  | GapRecord
  | LossRecord
  | AuditRecord
  | MetricsFrame
  | BookFrame
  | BookSecond
  | DepthProfile
  | TradeFrame
  | TradesFrame
  | TradesSecond
  | AlertEvent
  | RuleState
  | MetricState
  | MuteRecord
  | MicroPriceTableRecord
  | FeedStatus
  | ProofStatus;
