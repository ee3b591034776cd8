/** The line of those who want the one session. Pure. */
import { turnIn } from "../../shared/turn.ts";

/** Who goes first: what the database needs itself, then those who write, then those who only read. */
export type Rank = "upkeep" | "writer" | "reader";

const RANKS: readonly Rank[] = ["upkeep", "writer", "reader"];

/** By rank, and within one first come, first served. One at a time has what is waited for. */
export class Line {
  readonly #waiting: Readonly<Record<Rank, (() => void)[]>> = {
    upkeep: [],
    writer: [],
    reader: [],
  };
  #isTaken = false;

  /** How many wait. */
  get length(): number {
    return RANKS.reduce((sum, rank) => sum + this.#waiting[rank].length, 0);
  }

  /**
   * Waits for its turn; resolves with the function that gives it back, to be called once. Rejects with the
   * signal's reason when that aborts first, and has then left the line.
   */
  async enter(rank: Rank, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#isTaken) await turnIn(this.#waiting[rank], signal);
    this.#isTaken = true;
    return () => this.#giveBack();
  }

  /** To the next one: it stays taken meanwhile. */
  #giveBack(): void {
    for (const rank of RANKS) {
      const next = this.#waiting[rank].shift();
      if (next !== undefined) return next();
    }
    this.#isTaken = false;
  }
}
