/**
 * Unacked: how many outputs nobody has confirmed, as far as that is known. Who does not answer may have said
 * more since its last word, so that an old number is a lower bound and an old 0 says nothing.
 */
import { assertNever } from "./assert_never.ts";

/** A count that says how far it is to be believed. */
export type Unacked =
  | { readonly kind: "exact"; readonly count: number }
  /** The last that was known, never 0. */
  | { readonly kind: "at_least"; readonly count: number }
  | { readonly kind: "unknown" };

/** Everything has been confirmed. */
export const NONE: Unacked = exactly(0);

/** What somebody says of itself at its end. */
export function exactly(count: number): Unacked {
  return { kind: "exact", count };
}

/** What somebody said some time ago, who says no more. */
export function lastKnown(count: number): Unacked {
  return count === 0 ? { kind: "unknown" } : { kind: "at_least", count };
}

/** True when it is certain that everything has been confirmed. */
export function isNone(unacked: Unacked): boolean {
  return unacked.kind === "exact" && unacked.count === 0;
}

/** All of them together: exact only if each is. */
export function sumOf(parts: readonly Unacked[]): Unacked {
  const count = parts.reduce((sum, part) => sum + (part.kind === "unknown" ? 0 : part.count), 0);
  return parts.every(({ kind }) => kind === "exact") ? exactly(count) : lastKnown(count);
}

/** As it stands before "outputs": `3`, `at least 3`, `an unknown number of`. */
export function countText(unacked: Unacked): string {
  switch (unacked.kind) {
    case "exact":
      return String(unacked.count);
    case "at_least":
      return `at least ${unacked.count}`;
    case "unknown":
      return "an unknown number of";
    default:
      return assertNever(unacked, "tell a count");
  }
}
