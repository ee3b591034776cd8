/**
 * LiveBook: the book of one symbol with everything that is derived from it, its metrics and how far it is known,
 * and the proof of it.
 */
import type { TopOfBook } from "../../../shared/market.ts";
import type { NullReason } from "../../../shared/catalogue/metric_definition.ts";
import type { MetricName, MetricValues } from "../../../shared/catalogue/metrics.ts";
import { codeOfNothing } from "../../../shared/catalogue/null_code.ts";
import type { MetricSettings } from "../../../shared/catalogue/settings.ts";
import { EVIDENCE_LEVELS, type Levels } from "../../../shared/output.ts";
import { OrderBook } from "./book/order_book.ts";
import type { DepthSnapshot, DepthUpdate } from "./event.ts";
import { PriceScale, type TickLot } from "./book/price_scale.ts";
import { BookView } from "./metrics/book_view.ts";
import type { FamilyDeclaration } from "./metrics/family.ts";
import { MetricSet } from "./metrics/metric_set.ts";
import { noTop, Proof, topOfBook } from "./book/proof.ts";
import { shown } from "./metrics/book_sampler.ts";
import { edgesOf, NO_EDGES, TrustBand } from "./book/trust_band.ts";
import { QuoteRate } from "./quote_rate.ts";

/** Why a book must be thrown away, for a person; `null`: it is sound. */
export type BookFault = {
  readonly reason: string;
  /** Its numbers were wrong, or soon would be; otherwise it only has to begin anew. */
  readonly isWrong: boolean;
} | null;

const NOT_LIVE = codeOfNothing("not_live");

/** One book from its snapshot to its loss. The caller has checked that updates may be applied. */
export class LiveBook {
  readonly proof: Proof = new Proof();
  #book: OrderBook;
  #tickLot: TickLot | null;
  /** Whether the book counts in `#tickLot`; where it does not yet, the next one will. */
  #isInTickLot = true;
  #band = new TrustBand(NO_EDGES);
  readonly metrics: MetricSet;
  readonly quoteRate: QuoteRate;
  readonly #view: BookView;
  /** False from a loss to the next snapshot. */
  #isStarted = false;
  #updateId = 0;
  /** `NaN`: none. (V8 makes an object of each number in a field that has also held `null`.) */
  #eventMs = NaN;
  /** Decimals of the tick size as far as it is known; `Infinity`: nobody has told, any will do. */
  #priceDecimals: number;
  /** Exact comparisons that have failed, as far as they were acted upon. */
  #mismatched = 0;
  /** Where best bid and ask are written each time they are asked for. */
  readonly #top = noTop();
  #bestBid = NaN;
  #bestAsk = NaN;

  /** `tickLot` and `quoteAsset` of `exchangeInfo`; `null`: they are not known. */
  constructor(
    tickLot: TickLot | null,
    quoteAsset: string | null,
    settings: MetricSettings,
    families?: readonly FamilyDeclaration[],
  ) {
    this.#tickLot = tickLot;
    this.#book = new OrderBook(tickLot);
    this.metrics = new MetricSet(settings, families);
    this.#view = new BookView(
      settings.imbalanceLevels,
      this.#book,
      NO_EDGES,
      tickLot?.tickSize ?? null,
    );
    this.quoteRate = new QuoteRate(quoteAsset);
    this.useQuoteRate(-Infinity);
    this.#priceDecimals = tickLot === null ? Infinity : this.#book.priceDecimals;
  }

  get book(): OrderBook {
    return this.#book;
  }

  /** Tick and lot size that the book counts in; `null`: they are learnt from its levels. */
  get tickLot(): TickLot | null {
    return this.#tickLot;
  }

  /** Whether there is a book: from its snapshot to its loss. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Id of the last update in the book; `null`: there is no book. */
  get updateId(): number | null {
    return this.#isStarted ? this.#updateId : null;
  }

  /** The span of prices in which every level is known. */
  get band(): TrustBand {
    return this.#band;
  }

  /**
   * Every metric of the book as it is; `null`: there is no book. Computed when asked after a change, into one
   * object that is used again, unless it is kept (`MetricSet.keep`).
   */
  values(nowMs: number): MetricValues | null {
    return this.#isStarted ? this.metrics.values(this.#view, nowMs) : null;
  }

  /** Why a value that `values` gave as `null` is not known. */
  whyNull(name: MetricName): NullReason {
    return this.#isStarted ? this.metrics.whyNull(name, this.#view) : "not_live";
  }

  /** The reasons of every `null` in what `values` gave last, as one code. */
  get nulls(): string {
    return this.#isStarted ? this.metrics.nulls(this.#view) : NOT_LIVE;
  }

  /** Best bid and ask, in one object that is used again; `null`: there is no book. */
  get best(): TopOfBook | null {
    return this.#isStarted ? topOfBook(this.#book, this.#updateId, this.#top) : null;
  }

  /** The best levels that are known; none while there is no book. */
  get levels(): Levels {
    if (!this.#isStarted) return { bids: [], asks: [] };
    const { bids, asks } = this.#book;
    return {
      bids: shown(bids, EVIDENCE_LEVELS, this.#band, []),
      asks: shown(asks, EVIDENCE_LEVELS, this.#band, []),
    };
  }

  /** Whether best bid and ask are: inside the band they must be, beyond it the exchange's ticker can tell. */
  get isBestKnown(): boolean {
    if (!this.#isStarted) return true;
    const { bids, asks } = this.#book;
    const isInside = this.#band.reaches(1, bids.bestPrice) &&
      this.#band.reaches(-1, asks.bestPrice);
    return isInside || this.proof.agrees(topOfBook(this.#book, this.#updateId, this.#top));
  }

  /** Exchange time of the last update; `null`: none since the snapshot. */
  get eventMs(): number | null {
    return Number.isNaN(this.#eventMs) ? null : this.#eventMs;
  }

  /**
   * How long the exchange itself had no change to tell before this update, by its ids and its clock; 0: that
   * is not known.
   */
  quietMsBefore({ firstUpdateId, eventMs }: DepthUpdate): number {
    const follows = this.#isStarted && firstUpdateId === this.#updateId + 1;
    const quietMs = eventMs - this.#eventMs;
    return follows && quietMs > 0 ? quietMs : 0;
  }

  /** Starts from a snapshot. A side with fewer than `limit` levels is whole and has no edge. */
  join(snapshot: DepthSnapshot, limit: number, nowMs: number): BookFault {
    if (!this.#isInTickLot) this.#book = new OrderBook(this.#tickLot);
    this.#isInTickLot = true;
    this.#book.reset(snapshot);
    this.#band = new TrustBand(edgesOf(snapshot, limit));
    this.#priceDecimals = Math.max(this.#priceDecimals, this.#book.priceDecimals);
    return this.#changed(snapshot.lastUpdateId, nowMs);
  }

  /** Applies one update. */
  apply(update: DepthUpdate, nowMs: number): BookFault {
    this.metrics.updating(this.#view, update.bids, update.asks);
    this.#book.apply(update.bids, update.asks);
    this.#eventMs = update.eventMs;
    return this.#changed(update.finalUpdateId, nowMs);
  }

  /** Goes on with what the quote asset is worth now; whether that is another number, or known no more. */
  useQuoteRate(nowMs: number): boolean {
    const dollars = this.quoteRate.at(nowMs);
    if (Object.is(dollars, this.#view.dollarsPerQuote)) return false;
    this.#view.dollarsPerQuote = dollars;
    this.metrics.replaced();
    return true;
  }

  /** Whether an update has moved the best bid or ask price since this was last asked. */
  takeBestMove(): boolean {
    const bid = this.#book.bids.bestPrice;
    const ask = this.#book.asks.bestPrice;
    const hasMoved = bid !== this.#bestBid || ask !== this.#bestAsk;
    this.#bestBid = bid;
    this.#bestAsk = ask;
    // An empty side's price is not a number, and unequal to itself.
    return hasMoved && bid === bid && ask === ask;
  }

  /** Goes on with another book of the same levels, which knows another span of prices. */
  replace(book: OrderBook, updateId: number, band: TrustBand): void {
    this.#book = book;
    this.#updateId = updateId;
    this.#band = band;
    this.#useView();
    this.metrics.replaced();
  }

  /**
   * Forgets the levels beyond the band when there are more than so many: what else rests there is not
   * known, so they mean little.
   */
  prune(levelsMax: number): void {
    const { bids, asks } = this.#book;
    if (!this.#isStarted || bids.size + asks.size <= levelsMax) return;
    this.#book.prune(this.#band.low, this.#band.high);
  }

  /**
   * The exchange counts in another tick or lot size. True: the book must begin anew in them. False: it has done so
   * when its prices showed them, or need not, and only the next one will count in them.
   */
  useTickLot(tickLot: TickLot): boolean {
    this.#tickLot = tickLot;
    this.#isInTickLot = false;
    const { priceDecimals } = PriceScale.ofTickLot(tickLot);
    if (priceDecimals === this.#priceDecimals) return false;
    // With a coarser tick size orders from before keep their finer prices, which show no other.
    this.#priceDecimals = Math.max(this.#priceDecimals, priceDecimals);
    return true;
  }

  /** The book is lost, the stream is not: the tickers still tell the truth. */
  clear(): void {
    this.#book.clear();
    this.proof.resync();
    this.metrics.reset();
    this.#band = new TrustBand(NO_EDGES);
    this.#isStarted = false;
    this.#eventMs = NaN;
  }

  /** A book that the exchange's own best bid and ask have refuted; `null`: none has since the last call. */
  takeMismatch(): BookFault {
    const isNew = this.proof.exactMismatched > this.#mismatched;
    this.#mismatched = this.proof.exactMismatched;
    return isNew && this.#isStarted
      ? { reason: "the best bid and ask were not the exchange's", isWrong: true }
      : null;
  }

  #changed(updateId: number, nowMs: number): BookFault {
    const fault = this.#fault();
    if (fault !== null) return fault;
    this.#isStarted = true;
    this.#updateId = updateId;
    // Best prices that are not known are not shown either: there is nothing to prove.
    if (this.isBestKnown) this.proof.book(topOfBook(this.#book, updateId, this.#top), nowMs);
    this.#useView();
    this.metrics.updated(this.#view, nowMs);
    return null;
  }

  #useView(): void {
    const tickSize = this.#tickLot?.tickSize ?? null;
    this.#view.use(this.#book, this.#band.edges, tickSize, this.#updateId, this.#eventMs);
  }

  #fault(): BookFault {
    const { isCrossed, priceDecimals } = this.#book;
    if (isCrossed) return { reason: "the book was crossed", isWrong: true };
    const known = this.#priceDecimals;
    if (priceDecimals <= known) return null;
    // Once: orders from before a change may keep such prices for good.
    this.#priceDecimals = priceDecimals;
    return {
      reason: `the tick size has changed: prices have more than ${known} decimals`,
      isWrong: false,
    };
  }
}
