/**
 * AlertMemory: what the next life of an actor must know of its alerts, as plain data. It counts in ages and
 * remainders, never in points of time: each life has a clock of its own, and the wall clock may be set between.
 */
import type { AlertEvent } from "../../../../shared/output.ts";

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
    /** The last revision that left. */
    readonly event: AlertEvent;
    /** Live time for which the condition has been gone; `null`: it is not. */
    readonly goneMs: number | null;
  };

/** The life cycle of one rule. */
export interface LifeCycleMemory {
  readonly state: PhaseMemory;
  /** For how long the rule had not been looked at: it was itself recalled, and no reading had come since. */
  readonly awayMs: number;
}

/** One rule; `null`: there is nothing to know. */
export interface RuleMemory {
  readonly rule: string;
  readonly version: number;
  readonly lifeCycle: LifeCycleMemory | null;
  /** What its evaluator remembers, in a form of its own. */
  readonly learnt: unknown;
}

/** One entry at most for each rule; rules of which there is nothing to know have none. */
export type AlertMemory = readonly RuleMemory[];

/** A memory, and how long ago it was made. */
export interface AgedAlertMemory {
  readonly rules: AlertMemory;
  readonly ageMs: number;
}
