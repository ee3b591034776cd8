/** What people say to alerts, as it is kept. */
import type { Market } from "./market.ts";
import { isAtLeast, type Severity } from "./severity.ts";

/** Somebody has said that they have seen an episode. */
export interface Acknowledgement {
  readonly timeMs: number;
  /** Who, and what they said, in their own words; `null`: they did not say. */
  readonly by: string | null;
  readonly comment: string | null;
  /** Of the episode then: what becomes worse has not been seen. */
  readonly severity: Severity;
}

/** Whether somebody has seen an episode as it is now: of one that has become worse since, nobody has. */
export function isSeen(
  { acknowledged, severity }: {
    readonly acknowledged: Acknowledgement | null;
    readonly severity: Severity;
  },
): boolean {
  return acknowledged !== null && isAtLeast(acknowledged.severity, severity);
}

/** What a person says when they have seen an episode. */
export type Said = Pick<Acknowledgement, "by" | "comment">;

/**
 * A person has asked that nobody be called for a rule or a symbol until a time; of the monitor itself: for a rule of every
 * symbol. Told when it is made and when it is removed, by each actor that heeds it.
 */
export interface MuteRecord extends Market {
  readonly type: "mute";
  /** No other mute has it. */
  readonly muteId: string;
  /** 1 when it is made, 2 when it is removed; the higher wins. */
  readonly revision: number;
  /** When this was said. */
  readonly timeMs: number;
  /** A rule, or one side of it as in `AlertEvent.rule`; `null`: every rule of the symbol. */
  readonly rule: string | null;
  readonly createdMs: number;
  /** It is in force before then, unless it is removed. */
  readonly untilMs: number;
  /** Who has made it, and why, in their own words; `null`: they did not say. */
  readonly by: string | null;
  readonly reason: string | null;
  /** `null`: it has not been removed. */
  readonly removedMs: number | null;
}
