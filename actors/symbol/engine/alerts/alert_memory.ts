/**
 * AlertMemory: what the next life of an actor must know of its alerts, as plain data. It counts in ages and
 * remainders, never in points of time: each life has a clock of its own, and the wall clock may be set between.
 */
import type { AlertEvent } from "../../../../shared/output.ts";
import type { NotificationMemory } from "./notifications.ts";
import type { MuteRecord } from "../../../../shared/said.ts";

/** Which revision of which episode. */
export type EpisodeKey = Pick<AlertEvent, "alertId" | "revision" | "startedMs">;

/** Where the life cycle of one rule stands; `last` is the episode that resolved last. */
export type PhaseMemory =
  | {
    readonly phase: "idle";
    readonly last: EpisodeKey | null;
    /** What is left of the cooldown; 0: nothing. */
    readonly restMs: number;
  }
  | {
    readonly phase: "pending";
    readonly last: EpisodeKey | null;
    readonly startedAgoMs: number;
    /** Live time for which the condition has held. */
    readonly countedMs: number;
  }
  | {
    readonly phase: "firing";
    /** The last revision that left, and how long ago that was. */
    readonly event: AlertEvent;
    readonly toldAgoMs: number;
    /** The farthest value since it fired; `null`: it is not known. */
    readonly peak: number | null;
    /** Live time for which the condition has been gone; `null`: it is not. */
    readonly goneMs: number | null;
  };

/** The life cycle of one rule. */
export interface LifeCycleMemory {
  readonly state: PhaseMemory;
  /** For how long the rule had not been looked at, or its condition could not be told. */
  readonly awayMs: number;
  /** Episodes that followed each other without a quiet time between them: what the next rest depends on. */
  readonly level: number;
  /** How long ago the last episode resolved; `null`: there was none. */
  readonly quietMs: number | null;
}

/** One source of a rule; `null`: there is nothing to know. */
export interface RuleMemory {
  /** As in `AlertEvent.rule`. */
  readonly rule: string;
  readonly version: number;
  readonly lifeCycle: LifeCycleMemory | null;
  /** What its evaluator remembers, in a form of its own. */
  readonly learnt: unknown;
  /** … and what the smoothing of its value does. */
  readonly smoothed: unknown;
}

/** The rules of one symbol. */
export interface AlertMemory {
  /** One entry at most for each; those of which there is nothing to know have none. */
  readonly rules: readonly RuleMemory[];
  readonly notifications: NotificationMemory;
  readonly mutes: readonly MuteRecord[];
}

/** What the store remembers of one rule; `timeMs` is when that was told, UTC. */
export interface StoredRule {
  readonly memory: RuleMemory;
  /** An episode fired then. */
  readonly wasFiring: boolean;
  readonly timeMs: number;
}

/** What the store remembers of a symbol's rules. */
export interface StoredAlerts {
  /** Episodes that fire. */
  readonly firing: readonly AlertEvent[];
  readonly rules: readonly StoredRule[];
  /** `null`: it knows of none. */
  readonly notifications: { readonly memory: NotificationMemory; readonly timeMs: number } | null;
  /** In force, of the symbol and of every symbol. */
  readonly mutes: readonly MuteRecord[];
}

/** A memory of nothing. */
export const NO_ALERT_MEMORY: AlertMemory = {
  rules: [],
  notifications: { agosMs: [], suppressed: 0 },
  mutes: [],
};

/** A memory, and how long ago it was made. */
export interface AgedAlertMemory {
  readonly memory: AlertMemory;
  readonly ageMs: number;
}
