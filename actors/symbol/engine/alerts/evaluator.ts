/**
 * Evaluator: the condition of one rule, whatever its kind. It says how the condition stands; how long that must
 * last, and what comes of it, is the life cycle's matter and the same for all kinds.
 */
import type { MetricValues } from "../../../../shared/catalogue/metrics.ts";
import type { WallEvent } from "../metrics/wall_event.ts";

/** What the rules look at on one tick. */
export interface Evidence {
  readonly nowMs: number;
  /** `null`: the book is not live. */
  readonly values: MetricValues | null;
  readonly bookUpdateId: number | null;
  /** What has become of walls since the last tick; absent: nothing. */
  readonly wallEvents?: readonly WallEvent[];
}

/** How a condition stands on one tick. */
export interface Reading {
  /** The watched value, rising towards alarm. */
  readonly value: number;
  /** What it is held against. */
  readonly threshold: number;
  /** `met`: an episode may begin. `gone`: one may end. `between`: neither (hysteresis). */
  readonly condition: "met" | "between" | "gone";
}

/** One life of a condition. What it must know of earlier ticks it keeps itself. */
export interface Evaluator {
  /**
   * Called once on each tick that rules run. The answer may be one object that is used again; `null`: it
   * cannot be told now, and the rule is held.
   */
  read(evidence: Evidence): Reading | null;
  /** What the next life of the actor must know, as bounded plain data. */
  remember?(nowMs: number): unknown;
  /** What a rule of the same version remembered `ageMs` ago; `false`: its form is unknown, it is left aside. */
  recall?(memory: unknown, nowMs: number, ageMs: number): boolean;
}
