/**
 * OutOfBand: the price has left the span in which every level is known. The best level that is left
 * there need not be the best, because levels that rested there before the snapshot are not known:
 * it counts only while the exchange's own newest ticker says the same. Otherwise the symbol is
 * `degraded`, its numbers are `null` and a snapshot is asked for as if the book were lost; the book
 * itself goes on.
 */
import type { Ban } from "./ban.ts";
import type { FeedState } from "../sync/feed_state.ts";
import type { LiveBook } from "../live_book.ts";

const LEFT = "the price has left what the last snapshot covered";
/** Best prices must have been known for so long before they are shown again: they come and go by the update. */
const CALM_MS = 1_000;

/** The watch over the edges of one live book. */
export class OutOfBand {
  readonly #live: LiveBook;
  readonly #feed: FeedState;
  readonly #ban: Pick<Ban, "reason">;
  /** When the best was last not known; `null`: it is. */
  #sinceMs: number | null = null;

  constructor(live: LiveBook, feed: FeedState, ban: Pick<Ban, "reason">) {
    this.#live = live;
    this.#feed = feed;
    this.#ban = ban;
  }

  /** Whether the price is out there, or has just come back. */
  get isOut(): boolean {
    return this.#sinceMs !== null;
  }

  /** To be called after each change of the book and of what is known of it, and as time passes. */
  watch(nowMs: number): void {
    if (!this.#live.isBestKnown) {
      this.#sinceMs = nowMs;
      return this.#feed.leftBand(`${LEFT}: ${this.#ban.reason ?? "another is awaited"}`);
    }
    if (this.#sinceMs === null) return;
    if (nowMs - this.#sinceMs >= CALM_MS) this.forget();
  }

  /** Another span is known, which may end before the price as well. */
  renewed(nowMs: number): void {
    this.forget();
    this.watch(nowMs);
  }

  /** There is no book. */
  forget(): void {
    this.#sinceMs = null;
    this.#feed.leftBand(null);
  }
}
