/**
 * LevelAudit: is every level right? Updates are kept from about when a snapshot is asked for, 300
 * at most; a second book is made from the snapshot by the ordinary procedure and compared with the
 * live one at the same id. Inside the band of prices that both know every level must be equal,
 * without exception.
 *
 * A snapshot may be ahead of a quiet book by ids under which nothing changed: equal levels prove
 * that, and the book takes its id. A difference degrades the symbol, and its book begins anew
 * (`book_sync.ts`).
 */
import type { Level } from "../../../../shared/market.ts";
import type { AuditRecord } from "../../../../shared/output.ts";
import { OrderBook } from "../book/order_book.ts";
import type { DepthSnapshot, DepthUpdate } from "../event.ts";
import type { LiveBook } from "../live_book.ts";
import { edgesOf, TrustBand } from "../book/trust_band.ts";
import { keep } from "../sync/update_queue.ts";

/** Updates kept until a snapshot comes: half a minute of the 100 ms stream. */
const RETAINED_MAX = 300;
/** Differences that are told one by one. */
const DIFFERENCES_MAX = 10;

/** What an audit came to. */
export interface AuditResult extends Pick<AuditRecord, "levels" | "mismatched" | "differences"> {
  /** The second book, its id, and the band that it knows. */
  readonly book: OrderBook;
  readonly updateId: number;
  readonly band: TrustBand;
}

interface Answer {
  readonly snapshot: DepthSnapshot;
  readonly limit: number;
}

/** One audit at a time; it ends by its result, or by being forgotten. */
export class LevelAudit {
  /** Id of the live book when the first retained update was still to come; `null`: no audit runs. */
  #fromId: number | null = null;
  #retained: DepthUpdate[] = [];
  #answer: Answer | null = null;

  /** A snapshot is to be asked for: what follows is kept, unless it is already. */
  begin(bookUpdateId: number): void {
    if (this.#fromId !== null && this.#answer === null) return;
    this.#fromId = bookUpdateId;
    this.#retained = [];
    this.#answer = null;
  }

  /** No result is wanted any more. */
  forget(): void {
    this.#fromId = null;
    this.#retained = [];
    this.#answer = null;
  }

  /** The live book has had this update. Of too many the oldest is forgotten. */
  retain(update: DepthUpdate): void {
    if (this.#fromId === null) return;
    if (this.#retained.length >= RETAINED_MAX) {
      this.#fromId = this.#retained.shift()?.finalUpdateId ?? this.#fromId;
    }
    this.#retained.push(keep(update));
  }

  /**
   * The snapshot has come; the result follows as soon as the live book has reached it. `false`: it is older
   * than what was kept, and of no use.
   */
  answer(snapshot: DepthSnapshot, limit: number): boolean {
    if (this.#fromId === null || snapshot.lastUpdateId < this.#fromId) {
      this.forget();
      return false;
    }
    this.#answer = { snapshot, limit };
    return true;
  }

  /** Whether the snapshot has come, and the live book has not reached it yet. */
  get isAhead(): boolean {
    return this.#answer !== null;
  }

  /**
   * The result against the live book, once that has reached the snapshot; O(levels). `mayBeAhead`: it will do
   * that every level is equal already, because there are ids under which nothing changes.
   */
  result(live: LiveBook, mayBeAhead: boolean): AuditResult | null {
    if (this.#answer === null || live.updateId === null) return null;
    const isAhead = live.updateId < this.#answer.snapshot.lastUpdateId;
    if (isAhead && !mayBeAhead) return null;
    const result = this.#compare(live, this.#answer);
    if (isAhead && result.mismatched > 0) return null;
    this.forget();
    return result;
  }

  #compare({ book: live, updateId, band, tickLot }: LiveBook, answer: Answer): AuditResult {
    const { snapshot, limit } = answer;
    const book = new OrderBook(tickLot);
    book.reset(snapshot);
    for (const { finalUpdateId, bids, asks } of this.#retained) {
      if (finalUpdateId > snapshot.lastUpdateId) book.apply(bids, asks);
    }
    const known = new TrustBand(edgesOf(snapshot, limit));
    const common = band.common(known);
    const bids = compare("bid", live.bids.top(Infinity), book.bids.top(Infinity), common);
    const asks = compare("ask", live.asks.top(Infinity), book.asks.top(Infinity), common);
    const differences = [...bids.differences, ...asks.differences];
    return {
      book,
      updateId: Math.max(updateId ?? 0, snapshot.lastUpdateId),
      band: known,
      levels: bids.levels + asks.levels,
      mismatched: differences.length,
      differences: differences.slice(0, DIFFERENCES_MAX),
    };
  }
}

function compare(
  side: "bid" | "ask",
  live: readonly Level[],
  second: readonly Level[],
  band: TrustBand,
): { readonly levels: number; readonly differences: string[] } {
  const inside = (levels: readonly Level[]) =>
    new Map(levels.filter(([price]) => band.includes(price)));
  const ours = inside(live);
  const theirs = inside(second);
  const differences: string[] = [];
  for (const [price, qty] of theirs) {
    const our = ours.get(price) ?? 0;
    if (our !== qty) differences.push(`${side} ${price}: ${our} here, ${qty} there`);
  }
  let levels = theirs.size;
  for (const [price, qty] of ours) {
    if (theirs.has(price)) continue;
    levels += 1;
    differences.push(`${side} ${price}: ${qty} here, 0 there`);
  }
  return { levels, differences };
}
