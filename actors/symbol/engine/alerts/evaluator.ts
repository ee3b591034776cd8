/**
 * Evaluator: the condition of one rule, whatever its kind. It says how the condition stands; how long that must
 * last, and what comes of it, is the life cycle's matter and the same for all kinds.
 */
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { DataState, Levels } from "../../../../shared/output.ts";
import type { WallEvent } from "../metrics/wall_event.ts";
import type { Baseline } from "../statistics/baseline.ts";

/** What the rules look at on one tick. */
export interface Evidence {
  readonly nowMs: number;
  readonly state: DataState;
  /** `null`: the book is not live. */
  readonly values: MetricValues | null;
  readonly bookUpdateId: number | null;
  /** What has become of walls since the last tick; absent: nothing. */
  readonly wallEvents?: readonly WallEvent[];
  /** The best levels of the book, made when asked for. */
  readonly levels: () => Levels;
}

/** What the source of a rule says on this tick. (A number that is handed on is an object to V8: this one is asked for.) */
export interface Watched {
  /** `NaN`: it is not known. */
  readonly value: number;
}

/** How a condition stands on one tick. */
export interface Reading {
  /** The watched value; `NaN`: this life knows of none, and what was told of the episode stands. */
  readonly value: number;
  /** What it is held against to enter, and to leave. */
  readonly enter: number;
  readonly leave: number;
  /** From here on the episode is critical, whatever the rule says; `NaN`: nowhere. */
  readonly critical: number;
  /** `met`: an episode may begin. `gone`: one may end. `between`: neither (hysteresis). */
  readonly condition: "met" | "between" | "gone";
}

/** One life of a condition. What it must know of earlier ticks it keeps itself. */
export interface Evaluator {
  /** Whether a value falls towards alarm; otherwise it rises. */
  readonly isFalling: boolean;
  /** What it has learnt is usual; `null`: it needs to know nothing. */
  readonly baseline: Baseline | null;
  /**
   * Called once on each tick that rules run. The answer may be one object that is used again; `null`: it cannot be told
   * now, and the rule is held.
   */
  read(watched: Watched, evidence: Evidence, isFiring: boolean): Reading | null;
  /** What the next life of the actor must know, as bounded plain data. */
  remember?(nowMs: number): unknown;
  /** What a rule of the same version remembered `ageMs` ago; `false`: its form is unknown, it is left aside. */
  recall?(memory: unknown, nowMs: number, ageMs: number): boolean;
}

/** A reading that is written anew on each tick. */
export type OwnReading = { -readonly [Part in keyof Reading]: Reading[Part] };

/** A reading of nothing. Each of its numbers is one from the start: V8 makes no object for it later. */
export function ownReading(enter = NaN, leave = NaN): OwnReading {
  return { value: NaN, enter, leave, critical: NaN, condition: "gone" };
}
