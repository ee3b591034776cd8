/** What was measured, beside what was wanted of it. Pure. */
import { aligned } from "../aligned.ts";

/** One number of something. */
export interface Measured {
  /** Whose number it is. */
  readonly of: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What is wanted; `null`: nothing is. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number } | null;
}

/** A line for each, what is wanted and whether that is reached; `of` heads the first column. */
export function goalTable(of: string, measures: readonly Measured[]): string {
  const rows = measures.map(({ of, what, value, unit, goal }) => [
    of,
    what,
    told(value, unit),
    goal === null
      ? ""
      : "atMost" in goal
      ? `at most ${told(goal.atMost, unit)}`
      : `at least ${told(goal.atLeast, unit)}`,
    goal === null ? "" : isReached(value, goal) ? "reached" : "not reached",
  ]);
  return aligned([[of, "what", "measured", "wanted", ""], ...rows], 2);
}

function isReached(value: number, goal: NonNullable<Measured["goal"]>): boolean {
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function told(value: number, unit: string): string {
  const text = Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : value.toLocaleString("en", { maximumSignificantDigits: 3 });
  return unit === "" ? text : `${text} ${unit}`;
}
