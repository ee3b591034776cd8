/**
 * Every message between actors. Read this file first.
 *
 * Control goes through the supervisor (its worker channel to each child); data goes past it, on
 * `MessagePort`s that the supervisor hands out with `connect`. All messages are plain data with a
 * `type`. Each life of an actor gets ports of its own, so a message from a dead life has nowhere to arrive.
 */
import type { About } from "./about.ts";
import type { RulesNews, RulesOperation } from "./alert_rules/rule_book.ts";
import type { AlertRule } from "./catalogue/rules.ts";
import type { MetricSettings } from "./catalogue/settings.ts";
import type { BudgetStatus, PermitRequest } from "./request_budget.ts";
import type { ConfigOf } from "./config.ts";
import type { DatabaseServer } from "./database_url.ts";
import type { ExchangeAnswer } from "./exchange_answer.ts";
import type { LossErrand, LostInHand } from "./losses.ts";
import type { Source, SymbolId, SymbolInfo, TopOfBook } from "./market.ts";
import type { LossRecord, Output } from "./output.ts";
import type {
  PeopleArgs,
  PeopleErrand,
  PeopleNews,
  PeopleOperation,
  PeopleResult,
} from "./people.ts";
import type { RateNews } from "./rate_news.ts";
import type { SymbolInStore } from "./symbol_in_store.ts";
import type { ListingOperation, ListingResult } from "./symbol_listing.ts";
import type { Unacked } from "./unacked.ts";

/** `symbol:BTCUSDT`, `writer`, `web` or `store`. */
export type ActorId = "writer" | "web" | "store" | `symbol:${string}`;

const SYMBOL_PREFIX = "symbol:";

/** The actor of a symbol. */
export function actorOf(symbol: SymbolId): ActorId {
  return `${SYMBOL_PREFIX}${symbol}`;
}

/** Whose actor this is; `null`: no symbol's. */
export function symbolOf(actorId: string): SymbolId | null {
  return actorId.startsWith(SYMBOL_PREFIX) ? actorId.slice(SYMBOL_PREFIX.length) : null;
}

/** How an actor reaches the database: the embedded one's socket folder, or a server and the variable that names it. */
export type DatabaseAddress =
  | { readonly kind: "embedded"; readonly socketDir: string }
  | {
    readonly kind: "server";
    readonly variable: "DATABASE_URL" | "DATABASE_READ_URL";
    readonly server: DatabaseServer;
  };

// -- Arguments of each actor, in `init`: what an operator sets for it (`config.ts`), and what else it needs --

/** A symbol actor's arguments. */
export interface SymbolArgs extends ConfigOf<"symbol">, PeopleArgs {
  readonly info: SymbolInfo;
  readonly settings: MetricSettings;
  readonly alertRules: readonly AlertRule[];
}

/** The writer's arguments. */
export interface WriterArgs extends ConfigOf<"writer"> {
  readonly database: DatabaseAddress;
}

/** The web server's arguments. */
export interface WebArgs extends ConfigOf<"web"> {
  /** What the program says of itself. */
  readonly about: About;
  /** The address that HOST names. */
  readonly listenAddress: string;
  /** Where history is read. */
  readonly database: DatabaseAddress;
  /** Under which all metrics of this life are computed. */
  readonly settings: MetricSettings;
  readonly pageDir: string;
  /** The worker that makes the Parquet of an export. */
  readonly parquetUrl: string;
}

/** The embedded store's arguments. */
export interface StoreArgs extends ConfigOf<"store"> {
  readonly socketDir: string;
  /** The worker that creates a database where there is none. */
  readonly creationUrl: string;
}

/** What every actor is told once, before anything else. */
export interface Init<Args> {
  readonly type: "init";
  readonly actorId: ActorId;
  /** Orders the lives of one actor and never repeats: max(previous + 1, spawn time in ms). */
  readonly incarnation: number;
  readonly args: Args;
  /** What the last life's newest heartbeat carried; `null` in a first life. */
  readonly checkpoint: unknown;
  /** How old that was when this life began, by a clock that is never set; 0 without one. */
  readonly checkpointAgeMs: number;
  /** Where an actor that has outputs in hand keeps its `Tally`. */
  readonly tally: SharedArrayBuffer;
}

// -- What a person may ask for while the monitor runs --

/** From web. */
export type Operation =
  /** Follows one more symbol, after the others. */
  | { readonly type: "add_symbol"; readonly symbol: SymbolId }
  /** Follows it no more; its history stays. */
  | { readonly type: "remove_symbol"; readonly symbol: SymbolId }
  | ListingOperation
  | RulesOperation
  | PeopleOperation;

/** What came of an operation. */
export type OperationResult =
  | {
    readonly kind: "done";
    /** The list as it is now. */
    readonly symbols: readonly SymbolId[];
    /** Outputs of a removed symbol that the writer has not confirmed. */
    readonly unacked: Unacked;
  }
  /** The file of alert rules is what was sent, and in force. */
  | { readonly kind: "replaced" }
  | ListingResult
  | PeopleResult
  | {
    readonly kind: "refused";
    /**
     * `unknown`: no such symbol. `conflict`: the list, or the disk, does not allow it. `unavailable`: not now. `invalid`: these
     * are no alert rules. `outdated`: they were made of others than there are.
     */
    readonly why: "unknown" | "conflict" | "unavailable" | "invalid" | "outdated";
    /** For a person: what, why and what to do. */
    readonly reason: string;
    /** Of alert rules that are none: where in their file the mistake is, by keys. */
    readonly path?: readonly string[];
  };

/** How the exchange's clock stands to ours, by the quickest of the last answers of `/api/v3/time`. */
export interface ClockStatus {
  /** The exchange's time minus ours; it is right to within half the round trip. */
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

// -- Control: supervisor to actor --

/** How a child stands, as the page and `/healthz` show it. */
export interface ChildStatus {
  readonly actorId: ActorId;
  /** `failed` and `quarantined` carry a reason; a failed child is not started again. */
  readonly state: "waiting" | "starting" | "running" | "restarting" | "quarantined" | "failed";
  /** Of one that runs: that, when and why the worker was lost that an earlier life of it shared. */
  readonly reason: string | null;
  /** The worker that it shares, and how many are in that; absent: it has one of its own, or no life. */
  readonly worker?: { readonly name: string; readonly actors: number };
  readonly incarnation: number;
  readonly restarts: number;
  readonly gauges: Gauges;
}

/** How one store stands: by what it has confirmed, never by whether a connection to it does. */
export interface StoreStatus {
  /**
   * `starting`: it has not confirmed anything yet, and may still be coming up. `behind`: it stores, and rows that it
   * has not confirmed are older than they should be. `down`: it confirms nothing.
   */
  readonly state: "starting" | "up" | "behind" | "down";
  /** For a person, without secrets: why it is down. */
  readonly reason: string | null;
  /** Since when it is in this state, UTC milliseconds. */
  readonly sinceMs: number;
}

/** Every store that the writer writes. */
export interface StoresStatus {
  readonly database: StoreStatus;
  /** `null`: there is none. */
  readonly redis: StoreStatus | null;
}

/** Named numbers from an actor's heartbeat, e.g. `{ queue: 3, dropped: 0 }`. */
export type Gauges = Readonly<Record<string, number>>;

/** The whole system at one moment. */
export interface SystemStatus {
  readonly type: "system";
  readonly timeMs: number;
  readonly startedMs: number;
  /** `null` until the exchange has answered once. */
  readonly source: Source | null;
  readonly exchange: {
    readonly state: "contacting" | "reached" | "unreachable";
    /** For a person: what is wrong and what to do. */
    readonly reason: string | null;
    /** The base URL of the process's own calls; absent: the first of the configured ones. */
    readonly endpoint?: string;
  };
  /** `null`: not measured yet. */
  readonly clock: ClockStatus | null;
  readonly budget: BudgetStatus;
  /** `null`: the writer has not said, or does not run. */
  readonly stores: StoresStatus | null;
  readonly symbols: readonly SymbolId[];
  readonly children: readonly ChildStatus[];
}

/** Supervisor to actor, after `init`. */
export type Control =
  /** A port to or from this life of a sibling, instead of any earlier one. */
  | {
    readonly type: "connect";
    readonly peer: ActorId;
    readonly incarnation: number;
    readonly port: MessagePort;
  }
  /**
   * The sibling died: keep what is unacknowledged, send nothing until the next `connect`. What it has sent until
   * `lastSeq` may still be on its way (0: nothing is).
   */
  | { readonly type: "disconnect"; readonly peer: ActorId; readonly lastSeq: number }
  /** To the writer: what the data is; nothing is written before the store has accepted it. */
  | { readonly type: "source"; readonly source: Source }
  /** To web: who is alive and how. */
  | SystemStatus
  /** To web: what the writer could not keep. */
  | { readonly type: "losses"; readonly losses: readonly LossRecord[] }
  /** To the writer: what a symbol's actor had in hand at an end that was not in order. */
  | LostInHand
  /** What was asked for with this id may be done now. */
  | { readonly type: "permit"; readonly id: number }
  /** To symbols: REST calls are refused for so long from now (`null`: no more), and why. */
  | {
    readonly type: "budget";
    readonly bannedForMs: number | null;
    readonly reason: string | null;
  }
  /** To a symbol: it is followed no more, and what it has going ends with that reason. */
  | { readonly type: "removed" }
  /** To a symbol: what `exchangeInfo` says of it now; `null`: nothing any more, it is delisted. */
  | { readonly type: "symbol_info"; readonly info: SymbolInfo | null }
  /** To symbols and to web: the alert rules that are in force from now on. */
  | RulesNews
  /** To a symbol: of what its quote asset is worth, or others'. */
  | RateNews
  /** To symbols, and of mutes to web too: what a person has said to alerts. */
  | PeopleNews
  /** To symbols: how the exchange's clock stands to ours, each time that it was asked. */
  | { readonly type: "clock_offset"; readonly clock: ClockStatus }
  /** To a symbol: the exchange's own best bid and ask, in answer to its `bbo_request`. */
  | { readonly type: "bbo_probed"; readonly probe: number; readonly best: TopOfBook }
  /** … or why it is not known. */
  | { readonly type: "probe_failed"; readonly probe: number; readonly reason: string }
  /** To web: what came of its `operate` of this id. */
  | { readonly type: "operated"; readonly id: number; readonly result: OperationResult }
  /** To those who end later: others wait until then (UTC) to be confirmed; what is not stored then is kept elsewhere. */
  | { readonly type: "ending"; readonly deadlineMs: number }
  /**
   * Finish, flush, answer `drained` by then (UTC): the supervisor waits a little longer. It may be asked again
   * when those who confirm have ended, and answers then what is true by then.
   */
  | { readonly type: "drain"; readonly deadlineMs: number };

// -- Control: actor to supervisor --

/** Actor to supervisor. */
export type Report = LifeReport | Errand;

/** Of the actor's own life: what the supervisor acts on. */
export type LifeReport =
  /** Initialised and listening; it does not mean that Postgres or the exchange is up. */
  | { readonly type: "ready"; readonly address?: string }
  /** Each second, from the actor's own event loop. */
  | {
    readonly type: "heartbeat";
    readonly gauges: Gauges;
    readonly checkpoint: unknown;
    /** What is lost if it is not heard of again, but for what it says from now on. */
    readonly leftovers: Leftovers;
  }
  /** An operator's mistake that no restart mends: the process ends with this one line, exit code 1. */
  | { readonly type: "fatal"; readonly reason: string }
  /** An error that nobody caught: this life is over, and its trace is in the log. */
  | { readonly type: "crashed"; readonly reason: string }
  /** May be terminated, and leaves this behind. */
  | { readonly type: "drained"; readonly leftovers: Leftovers };

/** What an actor has in hand. */
export interface Leftovers {
  /** Its outputs that nobody has confirmed; `null`: it makes none. */
  readonly unacked: number | null;
  /** Rows of others that it has confirmed and keeps on disk, for a later start to store; `null`: it keeps none ever. */
  readonly kept: number | null;
}

/** What an actor wants of others in this process; the supervisor passes it on unread. */
export type Errand =
  | ExchangeErrand
  /** From the writer, when it begins and whenever that changes: how its stores stand. */
  | { readonly type: "stores"; readonly stores: StoresStatus }
  /** From a symbol that was asked to: its mid, each second; `null`: its book is not live, or lacks a side. */
  | { readonly type: "mid"; readonly mid: number | null }
  | LossErrand
  | PeopleErrand
  /** From web: a person asks for this; `id` counts up within one life. */
  | { readonly type: "operate"; readonly id: number; readonly operation: Operation };

/** From a symbol, for the exchange desk. */
export type ExchangeErrand =
  /** Asks for a `permit`; `id` counts up within one life, so that a permit too late is recognised. */
  | { readonly type: "permit_request"; readonly id: number; readonly request: PermitRequest }
  /** No longer wanted, and not used even if the permit is on its way. */
  | { readonly type: "permit_cancel"; readonly id: number }
  /** What came of the call that this permit was for; once for each permit that was used. */
  | { readonly type: "exchange_feedback"; readonly id: number; readonly answer: ExchangeAnswer }
  /**
   * Asks for the exchange's own best bid and ask, in one call with other silent symbols.
   * `probe` counts up within one life; a newer request replaces an older.
   */
  | { readonly type: "bbo_request"; readonly probe: number };

// -- Data: symbol actor to writer and web --

/** Outputs in order; sent again under the same `seq` after a `connect`, until acknowledged. */
export interface Delivery {
  readonly type: "delivery";
  readonly source: SymbolId;
  readonly incarnation: number;
  /** Under which its metrics were computed. */
  readonly settings: MetricSettings;
  /** Counts up from 1 within one incarnation and one peer. */
  readonly seq: number;
  /** When it was posted, by its sender's monotonic clock; absent: it does not say. */
  readonly postedMs?: number;
  readonly items: readonly Output[];
}

/** Writer or web to symbol actor, on the same port. */
export type PeerReply =
  /** Cumulative. From the writer: it will not be lost any more. From web: taken by the hub. */
  | { readonly type: "ack"; readonly seq: number }
  /** From the writer after each `connect`: what the store remembers of the symbol. */
  | ({ readonly type: "restore" } & SymbolInStore)
  /** From the writer: `restore` comes when the store is back, and is to be waited for, however long. */
  | { readonly type: "held" }
  /** From the writer, last of all: nothing more is acknowledged. */
  | { readonly type: "ended" }
  /** From web, when it has changed; on a new port it is false until this says otherwise. */
  | { readonly type: "focus"; readonly isInFocus: boolean };
