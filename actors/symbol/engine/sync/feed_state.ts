/**
 * FeedState: how far the data can be trusted, why, and what has gone wrong so far. What each state
 * means: docs/METRICS.md, "Data states".
 *
 * Several things decide: what is known of the book, whether its best prices are known
 * (`out_of_band.ts`), and whether the symbol trades. A halt lies over the others, and what lies
 * below it is kept.
 */
import type { Market } from "../../../../shared/market.ts";
import type { DataState, FeedStatus } from "../../../../shared/output.ts";
import { withOverload } from "../../../../shared/overload.ts";

type Told = Pick<FeedStatus, "state" | "reason" | "resyncs" | "gaps">;

/** The data state of one symbol. Each change leaves once, as a `FeedStatus`. */
export class FeedState {
  readonly #market: Market;
  /** What is known of the book; what follows lies over it. */
  #state: Exclude<DataState, "halted"> = "syncing";
  #reason: string | null = null;
  /** Why the best prices of a book are not known, though no level is wrong; `null`: they are. */
  #outOfBand: string | null = null;
  /** Why the symbol does not trade; `null`: it does. */
  #halt: string | null = null;
  /** What this machine is too slow for, which is told of a live book; `null`: nothing. */
  #overload: string | null = null;
  /** What was said last. */
  #told: Told = { state: "syncing", reason: null, resyncs: 0, gaps: 0 };
  #number = 0;
  #gaps = 0;
  #resyncs = 0;
  #snapshots = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  get state(): DataState {
    if (this.#halt !== null) return "halted";
    return this.#isOutOfBand ? "degraded" : this.#state;
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

  /** There is no book that can be trusted, and why. */
  syncing(reason: string): void {
    this.#set("syncing", reason);
  }

  /** The next book is still to come, and why; until then it stands that the last one was wrong, if it was. */
  awaited(reason: string): void {
    this.#set(this.#state === "degraded" ? "degraded" : "syncing", reason);
  }

  /** There was a book, and it is known to be wrong. */
  degraded(reason: string): void {
    this.#set("degraded", reason);
  }

  /** A book has started from a snapshot. */
  joined(): void {
    this.#snapshots += 1;
    this.#set("live", null);
  }

  /** What the silence of the streams means; it is of no interest while there is no book. */
  judged(stale: string | null, note: string | null): void {
    if (this.#state !== "live" && this.#state !== "stale") return;
    if (stale === null) this.#set("live", note);
    else this.#set("stale", stale);
  }

  /** The price has left the levels that are known, and what is done; `null`: it has not. */
  leftBand(reason: string | null): void {
    this.#outOfBand = reason;
  }

  /** The symbol does not trade, and why; `null`: it does. A halt is no fault. */
  halted(reason: string | null): void {
    this.#halt = reason;
  }

  /** What is left undone because this machine is too slow; `null`: nothing. It makes no book less right. */
  overloaded(what: string | null): void {
    this.#overload = what;
  }

  gap(): void {
    this.#gaps += 1;
  }

  resync(): void {
    this.#resyncs += 1;
  }

  /** Whether nothing has changed since the last status that was taken. Asked after each event. */
  get isTold(): boolean {
    const { state, reason, resyncs, gaps } = this.#told;
    return this.state === state && this.reason === reason && this.#resyncs === resyncs &&
      this.#gaps === gaps;
  }

  /** The status to send, when it has changed since the last one. */
  take(nowMs: number, bookUpdateId: number | null): FeedStatus | null {
    if (this.isTold) return null;
    const { state, reason, resyncs, gaps } = this;
    this.#told = { state, reason, resyncs, gaps };
    this.#number += 1;
    return {
      type: "feed",
      ...this.#market,
      number: this.#number,
      timeMs: nowMs,
      bookUpdateId,
      ...this.#told,
    };
  }

  /** Why it is in this state, for a person; `null`: nothing is to be said. */
  get reason(): string | null {
    const ofBook = this.#isOutOfBand ? this.#outOfBand : this.#reason;
    const overload = this.state === "live" ? this.#overload : null;
    if (this.#halt !== null || overload === null) return this.#halt ?? ofBook;
    return withOverload(overload, ofBook);
  }

  get #isOutOfBand(): boolean {
    return this.#outOfBand !== null && this.#state === "live";
  }

  #set(state: Exclude<DataState, "halted">, reason: string | null): void {
    this.#state = state;
    this.#reason = reason;
  }
}
