/**
 * ColdStart: the start of many symbols, until each that can have a book has had one. Until then the
 * budget is for first books: what completes, renews or compares a book that lives waits
 * (`exchange_budget.ts`). It has no clock; times are monotonic milliseconds.
 *
 * A symbol that cannot have a book holds nobody up: one that the exchange does not know, whose actor
 * has failed or is in quarantine, or which has been at it for a minute without the budget being in
 * its way, because its stream is dead. It is waited for no more, and its book is as urgent as before.
 */
import type { SymbolId } from "../../shared/market.ts";

/** A symbol that may go, and has had no book for so long, is waited for no more. */
const PATIENCE_MS = 60_000;
/** Between two looks no more counts: a process that stood still has taken the time from its symbols too. */
const LOOK_MAX_MS = 2_000;

/** How one symbol of the list stands. */
export interface SymbolStanding {
  readonly symbol: SymbolId;
  /** `coming`: its actor is not at work yet; `out`: it will not be, as things are. */
  readonly stands: "coming" | "running" | "out";
  /** The running life has had a book. */
  readonly hasBook: boolean;
}

/** Who has had a book, and who is waited for. */
export class ColdStart {
  readonly #had = new Set<SymbolId>();
  /** For how long each could have gone on. */
  readonly #triedMs = new Map<SymbolId, number>();
  #awaited: readonly SymbolId[] = [];
  #leftOut: readonly SymbolId[] = [];
  #lookedMs: number | null = null;
  #isOver = false;

  /** Nobody is waited for any more: what comes later is no start. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many symbols have had a book. */
  get booked(): number {
    return this.#had.size;
  }

  /** Those that are waited for, in the order of the list. */
  get awaited(): readonly SymbolId[] {
    return this.#awaited;
  }

  /** Those that are not, though they have had no book. */
  get leftOut(): readonly SymbolId[] {
    return this.#leftOut;
  }

  /** All symbols of the list, now and then. `isHeldUp`: it waits for the exchange's leave, or for an answer. */
  look(
    standings: readonly SymbolStanding[],
    isHeldUp: (symbol: SymbolId) => boolean,
    nowMs: number,
  ): void {
    if (this.#isOver) return;
    const passedMs = Math.min(LOOK_MAX_MS, nowMs - (this.#lookedMs ?? nowMs));
    this.#lookedMs = nowMs;
    const known = new Set(standings.map(({ symbol }) => symbol));
    for (const symbol of this.#had) if (!known.has(symbol)) this.#had.delete(symbol);
    const awaited: SymbolId[] = [];
    const leftOut: SymbolId[] = [];
    for (const { symbol, stands, hasBook } of standings) {
      if (hasBook) this.#had.add(symbol);
      if (this.#had.has(symbol)) continue;
      if (stands === "running" && !isHeldUp(symbol)) {
        this.#triedMs.set(symbol, (this.#triedMs.get(symbol) ?? 0) + passedMs);
      }
      const isHopeless = stands === "out" || (this.#triedMs.get(symbol) ?? 0) >= PATIENCE_MS;
      (isHopeless ? leftOut : awaited).push(symbol);
    }
    this.#awaited = awaited;
    this.#leftOut = leftOut;
    this.#isOver = awaited.length === 0 && standings.length > 0;
  }
}
