/** RecentMarket: the past that several families of metrics look back at, kept once, and only if one of them does. */
import type { Trade } from "../../../../shared/market.ts";
import type { BookView } from "./book_view.ts";
import { RecentBooks } from "./recent_books.ts";
import { RecentTrades } from "./recent_trades.ts";

/** What a family that looks back at trades and books keeps of it. */
export type Past = Pick<RecentMarket, "trades" | "books">;

/** Whether every book and trade later than a time is there, as far as trades can have arrived. */
export function isPastWhole({ trades, books }: Past, fromMs: number): boolean {
  return books.reachesBackTo(fromMs) && trades.isWholeAfter(fromMs);
}

/** Of one symbol. It hears of each event before the families do. */
export class RecentMarket {
  #trades: RecentTrades | null = null;
  #books: RecentBooks | null = null;

  /** To be asked for when a family is made: it is kept from then on. */
  get trades(): RecentTrades {
    return this.#trades ??= new RecentTrades();
  }

  /** … and likewise. */
  get books(): RecentBooks {
    return this.#books ??= new RecentBooks();
  }

  updated(view: BookView): void {
    this.#books?.add(view);
    this.#trades?.updated(view.eventMs);
  }

  /** False: the trade was there already. */
  trade(trade: Trade): boolean {
    const isNew = this.#trades?.add(trade) ?? true;
    // Updates of the old time may still come: windows begin anew with them, and once more with the first of the new.
    if (this.#trades?.isOfNewTime === true) this.#books?.clear();
    return isNew;
  }

  /** The book is lost, and perhaps trades are; those that were heard were true. */
  bookLost(): void {
    this.#books?.clear();
    this.#trades?.run.doubt();
  }

  /** The exchange's clock was set back, to this time. */
  clockSetBack(eventMs: number): void {
    this.#trades?.clockSetBack(eventMs);
  }
}
