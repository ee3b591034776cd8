/** Feed: how far the data can be trusted, why, and what has gone wrong so far. */
import type { SymbolId } from "../../../shared/market.ts";
import type { DataState, FeedStatus } from "../../../shared/output.ts";
import type { Proof } from "./proof.ts";
import type { Sync } from "./sync.ts";

/** A stream that says nothing for this long is no longer shown as live. */
export const STALE_AFTER_MS = 15_000;
/** A connection that says nothing for this long is given up: it may be half open. */
export const DEAD_AFTER_MS = 60_000;

/** The data state of one symbol. Each change leaves once, as a `FeedStatus`. */
export class Feed {
  readonly #symbol: SymbolId;
  #state: DataState = "syncing";
  #reason: string | null = null;
  #heardMs = 0;
  /** Since when the stream tells of changes that the book does not get; `null`: it does not. */
  #lagMs: number | null = null;
  #bookUpdateId: number | null = null;
  #changed = false;
  #number = 0;
  #gaps = 0;
  #resyncs = 0;
  #snapshots = 0;

  constructor(symbol: SymbolId) {
    this.#symbol = symbol;
  }

  get state(): DataState {
    return this.#state;
  }

  /** Updates that were missed, counted by hole. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Books that were thrown away while the stream went on. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** Snapshots that a book started from. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /** The connection is open; silence counts from here. */
  opened(nowMs: number): void {
    this.#heardMs = nowMs;
    this.syncing("waiting for the first update and the snapshot");
  }

  /** There is no book that can be trusted, and why. */
  syncing(reason: string): void {
    this.#set("syncing", reason);
  }

  /** A book has started from a snapshot. */
  joined(): void {
    this.#snapshots += 1;
    this.#set("live", null);
  }

  gap(): void {
    this.#gaps += 1;
  }

  resync(): void {
    this.#resyncs += 1;
  }

  /** Something came over the current connection. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
    if (this.#state === "stale" && this.#lagMs === null) this.#set("live", null);
  }

  /**
   * A stream can be alive and its book stand still: one of its parts may have died, or the exchange
   * may have begun to count anew. Then updates come that are too old, or tickers that are too new,
   * for a book that does not move. To be called on each tick.
   */
  watchBook(
    nowMs: number,
    { bookUpdateId, isIgnoring }: Pick<Sync, "bookUpdateId" | "isIgnoring">,
    proof: Pick<Proof, "isAheadOf">,
  ): void {
    const hasMoved = bookUpdateId !== this.#bookUpdateId;
    const isBehind = isIgnoring || proof.isAheadOf(bookUpdateId);
    this.#bookUpdateId = bookUpdateId;
    // A clock that was set back starts the wait anew.
    this.#lagMs = isBehind && !hasMoved ? Math.min(this.#lagMs ?? nowMs, nowMs) : null;
  }

  /** Connected is not live: silence is marked, and a silence too long ends the connection. */
  judgeSilence(nowMs: number): "fine" | "dead" {
    // A clock that was set back starts the silence anew.
    this.#heardMs = Math.min(this.#heardMs, nowMs);
    const silentMs = nowMs - this.#heardMs;
    const lagMs = this.#lagMs === null ? 0 : nowMs - this.#lagMs;
    if (Math.max(silentMs, lagMs) >= DEAD_AFTER_MS) return "dead";
    if (this.#state !== "live") return "fine";
    const seconds = STALE_AFTER_MS / 1_000;
    if (silentMs >= STALE_AFTER_MS) this.#set("stale", `nothing received for ${seconds} s`);
    else if (lagMs >= STALE_AFTER_MS) {
      this.#set(
        "stale",
        `the exchange speaks of changes that the book has not had for ${seconds} s`,
      );
    }
    return "fine";
  }

  /** The status to send, when it has changed since the last one. */
  take(nowMs: number, bookUpdateId: number | null): FeedStatus | null {
    if (!this.#changed) return null;
    this.#changed = false;
    this.#number += 1;
    return {
      type: "feed",
      symbol: this.#symbol,
      number: this.#number,
      timeMs: nowMs,
      state: this.#state,
      reason: this.#reason,
      bookUpdateId,
      resyncs: this.#resyncs,
      gaps: this.#gaps,
    };
  }

  #set(state: DataState, reason: string | null): void {
    if (state === this.#state && reason === this.#reason) return;
    this.#state = state;
    this.#reason = reason;
    this.#changed = true;
  }
}
