/** GapLog: what was missed, told when there is a live book again. */
import type { SymbolId } from "../../../shared/market.ts";
import type { GapRecord } from "../../../shared/output.ts";
import type { Gap } from "./update_queue.ts";
import type { Wall } from "./wall.ts";

/** The gaps of one symbol. Holes that follow each other before a live book are one gap. */
export class GapLog {
  readonly #symbol: SymbolId;
  readonly #wall: Wall;
  #number = 0;
  #open: { readonly timeMs: number; readonly fromId: number; readonly toId: number } | null = null;

  constructor(symbol: SymbolId, wall: Wall) {
    this.#symbol = symbol;
    this.#wall = wall;
  }

  /** Updates were missed. */
  noticed({ expectedId, receivedId }: Gap, nowMs: number): void {
    const toId = receivedId - 1;
    const { timeMs = nowMs, fromId = expectedId } = this.#open ?? {};
    // A new listing counts from below: the ids before it say nothing any more, the time without a book does.
    this.#open = { timeMs, fromId: fromId <= toId ? fromId : expectedId, toId };
  }

  /** The book is live again: the gap that has ended; `null`: there was none. */
  healed(nowMs: number): GapRecord | null {
    if (this.#open === null) return null;
    const { timeMs, fromId, toId } = this.#open;
    this.#open = null;
    this.#number += 1;
    return {
      type: "gap",
      symbol: this.#symbol,
      number: this.#number,
      timeMs: this.#wall.utcMs(timeMs),
      fromId,
      toId,
      durationMs: nowMs - timeMs,
    };
  }
}
