/**
 * Kept: rows on disk that wait for the next start, as far as their number is known. Who does not answer any more may have
 * kept further ones since its last word, or stored some: that number is neither a lower bound nor an upper one.
 */

/** A count that says how far it is to be believed. */
export type Kept =
  | { readonly kind: "exact"; readonly count: number }
  /** `lastKnown`: when they were last heard of. */
  | { readonly kind: "unknown"; readonly lastKnown: number };

/** Nothing waits. */
export const NONE_KEPT: Kept = { kind: "exact", count: 0 };

/** All of them together: exact only if each is. */
export function sumOfKept(parts: readonly Kept[]): Kept {
  const count = parts.reduce((sum, part) => sum + numberOf(part), 0);
  const isExact = parts.every(({ kind }) => kind === "exact");
  return isExact ? { kind: "exact", count } : { kind: "unknown", lastKnown: count };
}

/** One phrase for the end of the log; `null`: there is nothing to tell. */
export function keptText(kept: Kept): string | null {
  const next = "and the next start stores them";
  if (kept.kind === "exact") {
    return kept.count === 0 ? null : `${kept.count} rows are kept on disk, ${next}`;
  }
  const { lastKnown } = kept;
  return `an unknown number of rows are kept on disk (${lastKnown} when that was last heard of), ${next}`;
}

function numberOf(kept: Kept): number {
  return kept.kind === "exact" ? kept.count : kept.lastKnown;
}
