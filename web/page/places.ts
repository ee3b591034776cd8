/**
 * Which windows of a browser may hold a stream. Over HTTP/1.1 a browser opens six connections to one server,
 * for all its windows together, and a stream keeps one for as long as it is open: a seventh window would not
 * even get the page. So five windows hold a stream, those that asked first, and the sixth connection is left
 * for pages and questions. Pure: `window_place.ts` keeps the claims.
 */

/** Streams at once in one browser. */
export const STREAMS_MAX = 5;
/** A claim is renewed each second; one this old is of a window that crashed or was discarded. */
export const CLAIM_MAX_MS = 5_000;

/** What a window says that wants a stream, or has one; times by the machine's clock. */
export interface Claim {
  readonly id: string;
  /** When it asked. */
  readonly sinceMs: number;
  readonly renewedMs: number;
}

/** Whether the window `id` is among the first that may hold a stream; its claim is among `claims`. */
export function hasPlace(id: string, claims: readonly Claim[], nowMs: number): boolean {
  const living = claims.filter((claim) => claim.id === id || isLiving(claim, nowMs));
  living.sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
  return living.findIndex((claim) => claim.id === id) < STREAMS_MAX;
}

/** Whether a window still stands behind its claim; the machine's clock may have been set meanwhile. */
export function isLiving({ renewedMs }: Claim, nowMs: number): boolean {
  return Math.abs(nowMs - renewedMs) <= CLAIM_MAX_MS;
}
