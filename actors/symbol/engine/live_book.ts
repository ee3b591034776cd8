/** LiveBook: the book of one symbol with everything that is derived from it, and the proof of it. */
import type { BookMetrics } from "../../../shared/output.ts";
import { OrderBook } from "./book.ts";
import type { DepthSnapshot, DepthUpdate } from "./event.ts";
import type { LevelColumns } from "./levels.ts";
import { computeMetrics, type Coverage, topImbalance } from "./metrics.ts";
import type { Steps } from "./grid.ts";
import { Proof } from "./proof.ts";
import { SlopeWindow } from "./window.ts";

/** Window of `velocity`: docs/METRICS.md. */
const VELOCITY_WINDOW_MS = 5_000;

/** Why a book must be thrown away, for a person; `null`: it is sound. */
export type BookFault = string | null;

/** One book from its snapshot to its loss. The caller has checked that updates may be applied. */
export class LiveBook {
  readonly book: OrderBook;
  readonly proof: Proof = new Proof();
  readonly #velocity = new SlopeWindow(VELOCITY_WINDOW_MS);
  #coverage: Coverage = { bidEdge: null, askEdge: null };
  /** False from a loss to the next snapshot. */
  #isStarted = false;
  /** Of the book as it is; `null`: not computed since its last change. */
  #metrics: BookMetrics | null = null;
  #eventMs: number | null = null;
  /** Decimals of the tick size as far as it is known; `Infinity`: nobody has told, any will do. */
  #priceDecimals: number;

  /** `steps` of `exchangeInfo`; `null`: they are not known. */
  constructor(steps: Steps | null) {
    this.book = new OrderBook(steps);
    this.#priceDecimals = steps === null ? Infinity : this.book.priceDecimals;
  }

  /** Metrics of the book as it is; `null`: there is no book. Computed when asked after a change. */
  get metrics(): BookMetrics | null {
    if (!this.#isStarted) return null;
    this.#metrics ??= computeMetrics(this.book, this.#coverage);
    return this.#metrics;
  }

  /** Exchange time of the last update; `null`: none since the snapshot. */
  get eventMs(): number | null {
    return this.#eventMs;
  }

  /** Slope of the imbalance, per second. */
  velocity(nowMs: number): number | null {
    return this.#velocity.slope(nowMs);
  }

  /** Starts from a snapshot. A side with fewer than `limit` levels is whole and has no edge. */
  join(snapshot: DepthSnapshot, limit: number, nowMs: number): BookFault {
    this.book.reset(snapshot);
    const edge = (side: LevelColumns) =>
      side.count < limit || side.count === 0 ? null : side.price(side.count - 1);
    this.#priceDecimals = Math.max(this.#priceDecimals, this.book.priceDecimals);
    this.#coverage = { bidEdge: edge(snapshot.bids), askEdge: edge(snapshot.asks) };
    return this.#changed(snapshot.lastUpdateId, nowMs);
  }

  /** Applies one update. */
  apply(update: DepthUpdate, nowMs: number): BookFault {
    this.book.apply(update.bids, update.asks);
    this.#eventMs = update.eventMs;
    return this.#changed(update.finalUpdateId, nowMs);
  }

  /** The book is lost, the stream is not: the tickers still tell the truth. */
  clear(): void {
    this.book.clear();
    this.proof.resync();
    this.#velocity.clear();
    this.#isStarted = false;
    this.#metrics = null;
    this.#eventMs = null;
  }

  #changed(updateId: number, nowMs: number): BookFault {
    if (this.book.isCrossed) return "the book was crossed";
    const known = this.#priceDecimals;
    if (this.book.priceDecimals > known) {
      // Once: orders from before a change may keep such prices for good.
      this.#priceDecimals = this.book.priceDecimals;
      return `the tick size has changed: prices have more than ${known} decimals`;
    }
    this.proof.book(this.book, updateId, nowMs);
    this.#isStarted = true;
    this.#metrics = null;
    const imbalance = topImbalance(this.book);
    if (imbalance !== null) this.#velocity.add(nowMs, imbalance);
    return null;
  }
}
