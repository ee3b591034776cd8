/**
 * Bequests: what symbols' lives that are over have left in the writer's hands, and losses that it is to tell, until it
 * says that they are safe. When the writer dies as well nobody else knows of them. Pure.
 */
import type { Inherited, LostInHand } from "../shared/losses.ts";
import type { SymbolId } from "../shared/market.ts";
import type { InHand } from "../shared/in_hand.ts";

/** What of a life is at stake, and how that ended. */
export interface Estate extends InHand {
  readonly symbol: SymbolId;
  /** What it died of; `null`: it was removed, and there is no next life. */
  readonly crash: string | null;
}

/** Characters of what an actor died of that a record of its losses has. */
const DETAIL_MAX = 200;
const HEIR_DIED = "the writer, which had them, ended before it said that they are stored";

/** Of one process. Bounded by the lives that end while the writer does not answer. */
export class Bequests {
  /** By life: what the writer has in hand. */
  readonly #left = new Map<string, Estate>();
  /** Told to the writer, which has not said yet that its checkpoint has them. */
  readonly #told = new Map<number, LostInHand>();
  #untold: LostInHand[] = [];
  #nextId = 1;

  /** This is lost; nothing, if the next life has all of it. */
  lose(estate: Estate): void {
    this.#lose(estate, "symbol", null);
  }

  /** This is in the hands of the writer's life of now. */
  leave(incarnation: number, estate: Estate): void {
    if (estate.rows === null && estate.alerts === 0) return;
    this.#left.set(keyOf(estate.symbol, incarnation), estate);
  }

  /** The writer says what is left of it; of what is no bequest it may say what it likes. */
  inherited({ symbol, incarnation, rows, alerts }: Inherited): void {
    const key = keyOf(symbol, incarnation);
    const estate = this.#left.get(key);
    if (estate === undefined) return;
    if (rows === null && alerts === 0) this.#left.delete(key);
    else this.#left.set(key, { ...estate, rows, alerts });
  }

  /** The writer's checkpoint has this loss. */
  noted(id: number): void {
    this.#told.delete(id);
  }

  /** What the writer is to be told, if this can be done: `tell` says so. */
  tell(tell: (lost: LostInHand) => boolean): void {
    this.#untold = this.#untold.filter((lost) => {
      const isTold = tell(lost);
      if (isTold) this.#told.set(lost.id, lost);
      return !isTold;
    });
  }

  /** The writer's life is over: what it had is lost, and what it was told is told to the next. */
  heirDied(): void {
    this.#untold.unshift(...this.#told.values());
    this.#told.clear();
    for (const estate of this.#left.values()) this.#lose(estate, "writer", HEIR_DIED);
    this.#left.clear();
  }

  /** What nobody tells any more, when there is no next life of the writer. */
  get rest(): readonly LostInHand[] {
    return this.#untold;
  }

  #lose(estate: Estate, lostBy: LostInHand["lostBy"], how: string | null): void {
    const { symbol, rows, alerts, crash } = estate;
    const count = (rows?.rows ?? 0) + (crash === null ? alerts : 0);
    if (count === 0) return;
    const words = [crash?.slice(0, DETAIL_MAX) ?? "", how ?? ""].filter((part) => part !== "");
    const detail = words.length === 0 ? null : words.join("; ");
    this.#untold.push({
      type: "lost",
      id: this.#nextId++,
      symbol,
      lostBy,
      rows: count,
      span: rows !== null && Number.isFinite(rows.fromMs)
        ? { fromMs: rows.fromMs, toMs: rows.toMs }
        : null,
      cause: crash === null ? "removal" : "crash",
      detail,
    });
  }
}

function keyOf(symbol: SymbolId, incarnation: number): string {
  return `${symbol} ${incarnation}`;
}
