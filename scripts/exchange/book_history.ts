/** What the book was: for snapshots that come from a stale cache. */
import type { Snapshot } from "./reference_book.ts";

/** Which book a snapshot shows instead of the present one. */
export type Past =
  | { readonly type: "ago"; readonly ms: number }
  /** One that no diff stream can be joined to any more. */
  | { readonly type: "before_streams" };

/**
 * A copy of a book of some thousand levels takes milliseconds: it is made at most so often, of many markets more seldom, so
 * that all together take no more than what so many take.
 */
const SPACING_MS = 500;
const MARKETS = 10;
/** Copies are kept for so long. */
const KEEP_MS = 30_000;

/** Between two copies of the book of each of so many markets. */
export function copySpacingMs(markets: number): number {
  return SPACING_MS * Math.max(1, markets / MARKETS);
}

/** Copies of one book, the oldest first. */
export class BookHistory {
  readonly #initial: Snapshot;
  #copies: { readonly atMs: number; readonly book: Snapshot }[] = [];

  /** `initial`: the book before its first change. */
  constructor(initial: Snapshot) {
    this.#initial = initial;
  }

  /** Keeps the book of this moment, if the last copy is old enough; whether it was. */
  remember(nowMs: number, spacingMs: number, copy: () => Snapshot): boolean {
    if (nowMs - (this.#copies.at(-1)?.atMs ?? -Infinity) < spacingMs) return false;
    this.#copies.push({ atMs: nowMs, book: copy() });
    while ((this.#copies[1]?.atMs ?? Infinity) <= nowMs - KEEP_MS) this.#copies.shift();
    return true;
  }

  /** The newest copy that is at least `ms` old; the oldest there is, if none is. */
  ago(ms: number, nowMs: number): Snapshot {
    return this.#copies.findLast(({ atMs }) => atMs <= nowMs - ms)?.book ??
      this.#copies[0]?.book ?? this.#initial;
  }

  /**
   * A book too old for a stream whose first event has `firstUpdateId`. If none is old enough, the
   * oldest under an older id: no client can use its levels, because the diffs do not join it.
   */
  before(firstUpdateId: number): Snapshot {
    const idMax = firstUpdateId - 2;
    const copy = this.#copies.findLast(({ book }) => book.lastUpdateId <= idMax)?.book;
    if (copy !== undefined) return copy;
    return { ...this.#initial, lastUpdateId: Math.min(this.#initial.lastUpdateId, idMax) };
  }
}
