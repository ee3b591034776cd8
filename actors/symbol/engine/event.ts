/** What goes into the engine and what comes out of it. */
import type { AlertRule } from "../../../shared/catalogue/rules.ts";
import type { MetricSettings } from "../../../shared/catalogue/settings.ts";
import type {
  BookTicker,
  SymbolId,
  SymbolInfo,
  TopOfBook,
  Trade,
  VenueId,
} from "../../../shared/market.ts";
import type { Output } from "../../../shared/output.ts";
import type { PermitPriority } from "../../../shared/request_budget.ts";
import type { AgedAlertMemory, StoredAlerts } from "./alerts/alert_memory.ts";
import type { TickLot } from "./book/price_scale.ts";
import type { FamilyMemories, MetricMemory } from "./metrics/metric_memory.ts";
import type { LevelColumns } from "./book/level_columns.ts";
import type { Acknowledging } from "../../../shared/people.ts";
import type { OverloadLevel } from "../../../shared/overload.ts";
import type { MuteRecord } from "../../../shared/said.ts";

/** So often the engine is to be told that time passes, milliseconds: over time no more often, and after a change as `tick_plan.ts` says. */
export const TICK_MS = 100;
/** When it was told nothing for so long, ten ticks, its machine has held it up. */
export const HELD_UP_MIN_MS = 1_000;
/**
 * So much of it counts: one late turn ends no wait of a second, and what waits for longer is over after as many turns as
 * that has halves of seconds, on a machine that is late again and again too.
 */
export const HELD_UP_COUNTED_MS = 500;

/**
 * One depth update: absolute quantities of the levels that changed between two update ids. Whatever a
 * venue's rule is, its decoder says which ids an update covers: it follows every book whose id is at
 * least `firstUpdateId - 1`, and is old to one that has reached `finalUpdateId`.
 */
export interface DepthUpdate {
  readonly symbol: SymbolId;
  readonly eventMs: number;
  /** The first id that this message covers: the one after the last that came before it. */
  readonly firstUpdateId: number;
  /** The last id that this message covers. */
  readonly finalUpdateId: number;
  readonly bids: LevelColumns;
  readonly asks: LevelColumns;
}

/** A whole book at one id: best levels first, both sides. */
export interface DepthSnapshot {
  readonly lastUpdateId: number;
  readonly bids: LevelColumns;
  readonly asks: LevelColumns;
}

/** What the engine must know of the venue; the decoder has made everything else alike. */
export interface VenueRules {
  /** Where the market is that the engine is of. */
  readonly venue: VenueId;
  /** A connection is left at an age between these, at random, before the venue ends it. */
  readonly connectionAge: { readonly minMs: number; readonly maxMs: number };
  /** Levels a side of a first snapshot, which comes sooner and costs less than a deep one. */
  readonly firstLevels: number;
}

/** What one engine is told once. */
export interface EngineOptions {
  readonly symbol: SymbolId;
  readonly rules: VenueRules;
  /** Tick and lot size of `exchangeInfo`; `null`: they are learnt from the levels. */
  readonly tickLot: TickLot | null;
  /** What prices are in; `null`: it is not known. */
  readonly quoteAsset: string | null;
  /** Levels a side that a book is to have in the end; the first snapshot asks for fewer, for speed. */
  readonly depthLevels: number;
  /** Between two level audits; `null`: none are made. */
  readonly auditIntervalMs: number | null;
  readonly metricsIntervalMs: number;
  readonly settings: MetricSettings;
  /** Of the jitter, which is the engine's only chance: with it and its events a run can be repeated. */
  readonly seed: number;
  /** Whether a writer will send `restore`; without one, rules run at once. */
  readonly awaitRestore: boolean;
  /** The rules that raise alerts; no two of one name. */
  readonly alertRules: readonly AlertRule[];
  /** Of which people are told within an hour, as `alerts/notifications.ts` says; absent: as many as is built in. */
  readonly notificationsPerHour?: number;
  /** What the last life remembered of them, from its checkpoint; `null`: a first life. */
  readonly alertMemory: AgedAlertMemory | null;
  /** Likewise of what its metrics are computed from. */
  readonly metricMemory: MetricMemory | null;
}

/**
 * Everything the engine can learn. Events of a connection carry its number, answers to a snapshot
 * request its generation, so that a late one of an old life is recognised and ignored.
 */
export type EngineEvent =
  | { readonly type: "opened"; readonly connection: number }
  | { readonly type: "closed"; readonly connection: number; readonly reason: string }
  | { readonly type: "depth_update"; readonly connection: number; readonly update: DepthUpdate }
  | { readonly type: "book_ticker"; readonly connection: number; readonly ticker: BookTicker }
  | { readonly type: "trade"; readonly connection: number; readonly trade: Trade }
  | { readonly type: "server_shutdown"; readonly connection: number }
  | {
    readonly type: "depth_snapshot";
    readonly generation: number;
    readonly snapshot: DepthSnapshot;
    /** Levels a side that were asked for: a side that has fewer is whole. */
    readonly limit: number;
  }
  | {
    readonly type: "snapshot_failed";
    readonly generation: number;
    readonly reason: string;
    /** What the exchange asked for with `Retry-After`; `null`: nothing. */
    readonly retryAfterMs: number | null;
  }
  /** A snapshot request leaves only now: it had to wait for its permit. */
  | { readonly type: "snapshot_asked"; readonly generation: number }
  /** The answer to `list_subscriptions`: the socket and what is behind it are alive. */
  | { readonly type: "subscriptions_listed"; readonly connection: number }
  /** The exchange's own best bid and ask by REST, in answer to `probe_bbo`. */
  | { readonly type: "bbo_probed"; readonly probe: number; readonly best: TopOfBook }
  | { readonly type: "probe_failed"; readonly probe: number; readonly reason: string }
  /** What `exchangeInfo` says of the symbol now; `null`: nothing any more, it is delisted. */
  | { readonly type: "symbol_info"; readonly info: SymbolInfo | null }
  /** The symbol is followed no more: episodes that fire end with that reason. */
  | { readonly type: "removed" }
  /** The writer's memory: alerts that fired in an earlier life and were not seen to resolve, and how rules stood. */
  | { readonly type: "restore"; readonly stored: StoredAlerts }
  /** … and what families of metrics had told it in an earlier process. */
  | { readonly type: "metrics_restored"; readonly families: FamilyMemories }
  /** It has one and cannot be asked now: `restore` will come, and rules wait for it. */
  | { readonly type: "restore_held" }
  /** The process ends, and no event follows: what a later one must know is told now. */
  | { readonly type: "ending" }
  /** Other alert rules are in force, no two of one name. */
  | { readonly type: "rules"; readonly rules: readonly AlertRule[] }
  /** A person has muted a rule or the symbol, or lets it be heard again. */
  | { readonly type: "mute"; readonly mute: MuteRecord; readonly isRetold: boolean }
  /** … or has seen an episode. */
  | Omit<Acknowledging, "id">
  /** The exchange refuses all REST calls of this IP address for so long (`null`: no more), and why. */
  | {
    readonly type: "budget";
    readonly bannedForMs: number | null;
    readonly reason: string | null;
  }
  /** What a unit of the quote asset is worth in US dollars; `null`: that is not known any more. */
  | { readonly type: "quote_rate"; readonly dollars: number | null }
  /** The wall clock was set: UTC is so many milliseconds ahead of the engine's time from now on. */
  | { readonly type: "clock_set"; readonly utcOffsetMs: number }
  /** Some browser shows the symbol in detail, or none does any more: what only they are told is made or not. */
  | { readonly type: "focus"; readonly isInFocus: boolean }
  /** This machine is too slow for all that is to be done, or is not any more: what is left undone from now on. */
  | { readonly type: "overload"; readonly level: OverloadLevel }
  /** Time passes: soon after the book has changed, and every 100 ms while it does not. */
  | { readonly type: "tick" };

/** What a snapshot is for: its place in the queue for the exchange's budget. */
export type SnapshotPurpose = Exclude<PermitPriority, "probe">;

/** How urgent a connection is: a first one, one for a feed that was lost, or one beside another. */
export type ConnectionPriority = Extract<PermitPriority, "sync" | "resync" | "renew">;

/**
 * What the engine asks of its shell. There is one snapshot request at a time, and one probe: a newer
 * command replaces the older. Connections have lives of their own: at most two are open at a time.
 */
export type Command =
  | {
    readonly type: "open_connection";
    readonly connection: number;
    readonly priority: ConnectionPriority;
    readonly delayMs: number;
    /** The connection under suspicion that it is to replace, by another way if there is one. */
    readonly suspect?: number;
  }
  /** One that waits for its permit is needed sooner than was said. */
  | {
    readonly type: "hurry_connection";
    readonly connection: number;
    readonly priority: ConnectionPriority;
  }
  | { readonly type: "close_connection"; readonly connection: number }
  /** Asks over the connection what it is subscribed to: only a living one answers. */
  | { readonly type: "list_subscriptions"; readonly connection: number }
  /** Asks for the exchange's best bid and ask by REST, together with other silent symbols. */
  | { readonly type: "probe_bbo"; readonly probe: number }
  /** The answer on its way is of no use any more. */
  | { readonly type: "cancel_snapshot" }
  | {
    readonly type: "fetch_snapshot";
    readonly purpose: SnapshotPurpose;
    readonly generation: number;
    readonly limit: number;
    readonly delayMs: number;
  };

/** An object of which there is one, written anew each time: who keeps anything of it copies it. */
export type Reused<T> = { -readonly [Part in keyof T]: T[Part] };

/** The answer to one event. */
export interface StepOutput {
  readonly outputs: readonly Output[];
  readonly commands: readonly Command[];
}
