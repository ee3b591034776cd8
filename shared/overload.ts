/**
 * Overload: what a symbol leaves undone while this machine is too slow for it, the least needed first. Books, rows of
 * each interval and alerts are never among it.
 */

/** 0: nothing is left undone; each level leaves undone what those below it do, and more. */
export type OverloadLevel = 0 | 1 | 2 | 3;

/** At level 2 no metric beyond this tier is computed. */
export const TIER_KEPT = 1;

const OVERLOADED = "this machine is overloaded: ";
const BESIDE = "; ";
/** What is left undone at each level, as the end of a sentence for a person. */
const SHED: readonly string[] = [
  "",
  "numbers leave for the page four times a second at most",
  `numbers leave for the page once a second, and metrics beyond tier ${TIER_KEPT} are not computed`,
  `numbers leave for the page once a second, metrics beyond tier ${TIER_KEPT} are not computed, ` +
  "and audits of levels and the widening of books wait",
];

/** What is left undone, as the end of a sentence; empty: nothing. */
export function shedText(level: OverloadLevel): string {
  return SHED[level] ?? "";
}

/** What a symbol in overload says of itself; `null`: nothing. */
export function overloadText(level: OverloadLevel): string | null {
  return level === 0 ? null : OVERLOADED + shedText(level);
}

/** Whether this is what `overloadText` says. */
export function isOverloadText(reason: string | null): boolean {
  return reason?.startsWith(OVERLOADED) ?? false;
}

/** The same with what is to be said of the book: what is left undone hides nothing of that. */
export function withOverload(overload: string, ofBook: string | null): string {
  return ofBook === null ? overload : overload + BESIDE + ofBook;
}

/** What such a reason says beside that, of the book; `null`: nothing. */
export function besideOverload(reason: string | null): string | null {
  for (const level of [1, 2, 3] as const) {
    const undone = overloadText(level);
    if (reason === undone) return null;
    if (reason?.startsWith(undone + BESIDE)) return reason.slice((undone + BESIDE).length);
  }
  return reason;
}

/** A level as a heartbeat carries it; what is none is 0. */
export function overloadLevelOf(gauge: number | undefined): OverloadLevel {
  return gauge === 1 || gauge === 2 || gauge === 3 ? gauge : 0;
}
