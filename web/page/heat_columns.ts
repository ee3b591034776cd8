/**
 * What rested at which price in the past, as columns of equal length that end on multiples of it: at most so many, the
 * newest of now. Each shows one profile as it was, and none has one that nobody was told: then it has the reason. Which
 * columns have changed is kept, so that no other is drawn again. Pure.
 */
import type { DepthProfile, TradesOfSide } from "../../shared/output.ts";

/** How much rested at which distance from mid. */
export interface HeatProfile {
  readonly mid: number;
  readonly bucketBps: number;
  /** Quantities by bucket, the nearest first; of `null`, and of what is behind the last, nothing is known. */
  readonly bids: readonly (number | null)[];
  readonly asks: readonly (number | null)[];
  /** How far from mid all is known, bps; beyond, quantities are lower bounds; `null`: as far as there are buckets. */
  readonly bidKnownBps: number | null;
  readonly askKnownBps: number | null;
}

/** What aggressors of one side took in a column. */
export interface HeatTrades {
  readonly qty: number;
  /** On average. */
  readonly price: number;
}

/** One column; its number is its end divided by its length. */
export interface HeatColumn {
  readonly endMs: number;
  /** The newest of its time; `null`: there is none, for `reason`. */
  readonly profile: HeatProfile | null;
  readonly reason: string;
  /** Only this page does not know: what is stored may tell. */
  readonly isAsked: boolean;
  readonly bid: number | null;
  readonly ask: number | null;
  /** `null`: nothing is known of trades, or there were none of the side. */
  readonly bought: HeatTrades | null;
  readonly sold: HeatTrades | null;
  /** Whether all its trades are known; of a column that is not over, those until now. */
  readonly hasTrades: boolean;
  /** Its trades are not those that were, but what samples of them add up to. */
  readonly isEstimate?: boolean;
}

/** How the symbol stands at a moment. */
export interface HeatNow {
  /** By the server's clock. */
  readonly timeMs: number;
  /** The profile of now; `null`: the book is not live, or nobody has told, for `reason`. */
  readonly profile: HeatProfile | null;
  readonly reason: string;
  /** Whether the stream tells profiles and trades: else what is stored may know more. */
  readonly isTold: boolean;
  readonly bid: number | null;
  readonly ask: number | null;
}

/** What is stored of a column; what is left out is not known. */
export type StoredColumn = Pick<HeatColumn, "endMs"> & Partial<Omit<HeatColumn, "endMs">>;

/** Rows of the last moments may not be stored yet: of them what is not there may still come. */
export const STORED_WITHIN_MS = 12_000;
/** Two looks at the market that are further apart have not seen what was between them. */
const UNSEEN_MS = 2_000;
const UNSEEN = "this page did not look";
const NOT_YET = "not loaded yet";

/** The columns of one span of time. */
export class HeatColumns {
  readonly columnMs: number;
  readonly count: number;
  /** By their number, which is their end divided by their length, modulo `count`. */
  readonly #ring: (HeatColumn | null)[];
  #changed = new Set<number>();
  #newest = 0;
  #lookedMs = -Infinity;
  /** From the end of this column on all trades were told; `null`: they are not. */
  #tradesFrom: number | null = null;
  /** The same, until what is stored of its trades is here. */
  #seam: number | null = null;

  constructor(columnMs: number, count: number) {
    this.columnMs = columnMs;
    this.count = count;
    this.#ring = Array.from({ length: count }, () => null);
  }

  /** The number of the newest column; 0: there is none yet. */
  get newest(): number {
    return this.#newest;
  }

  /** The number of the first column in view. */
  get first(): number {
    return this.#newest - this.count + 1;
  }

  /** The column of this number; `null`: it is none of these. */
  at(number: number): HeatColumn | null {
    const column = this.#ring[place(number, this.count)] ?? null;
    return column !== null && this.#numberOf(column.endMs) === number ? column : null;
  }

  /** All of them, the oldest first. */
  all(): readonly HeatColumn[] {
    const columns: HeatColumn[] = [];
    for (let number = this.first; number <= this.#newest; number++) {
      const column = this.at(number);
      if (column !== null) columns.push(column);
    }
    return columns;
  }

  /** The numbers of the columns that have changed since this was asked last. */
  takeChanged(): readonly number[] {
    const changed = [...this.#changed].filter((number) => number >= this.first);
    this.#changed = new Set();
    return changed;
  }

  /** Whether what is stored at `timeMs` may tell something in view that is not known here. */
  asks(timeMs: number): boolean {
    const isStored = (endMs: number) => endMs < timeMs - STORED_WITHIN_MS;
    return this.all().some(({ isAsked, endMs }) => isAsked && isStored(endMs)) ||
      (this.#seam !== null && isStored(this.#seam * this.columnMs));
  }

  /** Looks at the market of now. */
  look(now: HeatNow): void {
    const number = this.#numberOf(now.timeMs);
    // A clock that was set back does not write into the past.
    if (number < this.#newest) return;
    const isSeen = now.timeMs - this.#lookedMs <= UNSEEN_MS;
    this.#lookedMs = now.timeMs;
    if (this.#newest === 0 || number - this.#newest >= this.count) {
      this.#begin(number);
    }
    while (this.#newest < number) {
      this.#newest += 1;
      const isNow = this.#newest === number;
      this.#put(emptyColumn(
        this.#newest * this.columnMs,
        isNow || isSeen ? now.reason : UNSEEN,
        !(isNow || isSeen) || !now.isTold,
        this.#hasTrades(this.#newest),
      ));
      if (isSeen && !isNow) this.#see(this.#newest, now);
    }
    this.#see(number, now);
  }

  /** From `timeMs` on all trades are told, or with `null` no more. */
  tellTrades(timeMs: number | null): void {
    this.#tradesFrom = timeMs === null ? null : this.#numberOf(timeMs);
    this.#seam = this.#tradesFrom;
  }

  /** Takes trades that were told by `timeMs` and by no frame before. */
  take(timeMs: number, buy: TradesOfSide | null, sell: TradesOfSide | null): void {
    const number = this.#numberOf(timeMs);
    const column = this.at(number);
    if (column === null || this.#tradesFrom === null || number <= this.#tradesFrom) return;
    const bought = plus(column.bought, buy);
    const sold = plus(column.sold, sell);
    this.#put({ ...column, bought, sold, hasTrades: true });
  }

  /** Takes what was stored at `timeMs`; what this page has seen itself stays. */
  merge(stored: readonly StoredColumn[], timeMs: number): void {
    if (this.#seam !== null && this.#seam * this.columnMs < timeMs - STORED_WITHIN_MS) {
      this.#seam = null;
    }
    for (const { endMs, ...told } of stored) {
      const number = this.#numberOf(endMs);
      const known = this.at(number);
      if (known === null) continue;
      const hasOwn = known.profile !== null;
      const hasOwnTrades = this.#hasTrades(number);
      this.#put({
        endMs: known.endMs,
        profile: known.profile ?? told.profile ?? null,
        reason: hasOwn ? known.reason : told.reason ?? known.reason,
        isAsked: hasOwn ? false : told.isAsked ?? known.isAsked,
        bid: known.bid ?? told.bid ?? null,
        ask: known.ask ?? told.ask ?? null,
        bought: hasOwnTrades ? known.bought : told.bought ?? known.bought,
        sold: hasOwnTrades ? known.sold : told.sold ?? known.sold,
        hasTrades: known.hasTrades || (told.hasTrades ?? false),
        isEstimate: !hasOwnTrades && (told.isEstimate ?? known.isEstimate ?? false),
      });
    }
  }

  /** Everything is to be asked of what is stored. */
  #begin(number: number): void {
    this.#newest = number - this.count;
    while (this.#newest < number - 1) {
      this.#newest += 1;
      this.#put(emptyColumn(this.#newest * this.columnMs, NOT_YET, true, false));
    }
  }

  #see(number: number, { profile, reason, isTold, bid, ask }: HeatNow): void {
    const column = this.at(number);
    if (column === null) return;
    if (profile === null) {
      const isKnown = column.profile !== null || column.reason === reason;
      if (isKnown && !column.hasTrades) return;
      // Of a book that is lost trades may be missing too.
      return this.#put({
        ...column,
        reason: column.profile === null ? reason : "",
        isAsked: column.profile === null && (column.isAsked || !isTold),
        hasTrades: false,
      });
    }
    const isSame = column.profile === profile && column.bid === bid && column.ask === ask;
    if (!isSame) this.#put({ ...column, profile, reason: "", isAsked: false, bid, ask });
  }

  #hasTrades(number: number): boolean {
    return this.#tradesFrom !== null && number > this.#tradesFrom;
  }

  #put(column: HeatColumn): void {
    const number = this.#numberOf(column.endMs);
    this.#ring[place(number, this.count)] = column;
    this.#changed.add(number);
  }

  #numberOf(timeMs: number): number {
    return Math.ceil(timeMs / this.columnMs);
  }
}

/** A profile as the stream tells it: where nothing was seen beyond the edge of what is known, nothing is known. */
export function heatProfile(
  { mid, bucketBps, bids, asks, bidCoveredBps, askCoveredBps }: DepthProfile,
): HeatProfile {
  const known = (qtys: readonly number[], coveredBps: number | null) =>
    qtys.map((qty, i) =>
      qty === 0 && coveredBps !== null && i * bucketBps >= coveredBps ? null : qty
    );
  return {
    mid,
    bucketBps,
    bids: known(bids, bidCoveredBps),
    asks: known(asks, askCoveredBps),
    bidKnownBps: bidCoveredBps,
    askKnownBps: askCoveredBps,
  };
}

/** Where a column stands in its ring. */
export function place(number: number, count: number): number {
  return ((number % count) + count) % count;
}

function emptyColumn(
  endMs: number,
  reason: string,
  isAsked: boolean,
  hasTrades: boolean,
): HeatColumn {
  const nothing = { profile: null, bid: null, ask: null, bought: null, sold: null };
  return { endMs, reason, isAsked, hasTrades, ...nothing };
}

function plus(before: HeatTrades | null, more: TradesOfSide | null): HeatTrades | null {
  if (more === null) return before;
  if (before === null) return { qty: more.qty, price: more.vwap };
  const qty = before.qty + more.qty;
  return { qty, price: (before.qty * before.price + more.notional) / qty };
}
