/** LiveBook: the book of one symbol with everything that is derived from it, and the proof of it. */
import type { DepthSnapshot, DepthUpdate } from "../../../shared/market.ts";
import type { BookMetrics } from "../../../shared/output.ts";
import { OrderBook } from "./book.ts";
import { computeMetrics, type Coverage } from "./metrics.ts";
import { Proof } from "./proof.ts";
import { SlopeWindow } from "./window.ts";

/** Window of `velocity`: docs/METRICS.md. */
const VELOCITY_WINDOW_MS = 5_000;

/** A crossed book cannot be: it must be thrown away. */
export type BookVerdict = "sound" | "crossed";

/** One book from its snapshot to its loss. The caller has checked that updates may be applied. */
export class LiveBook {
  readonly book: OrderBook = new OrderBook();
  readonly proof: Proof = new Proof();
  readonly #velocity = new SlopeWindow(VELOCITY_WINDOW_MS);
  #coverage: Coverage = { bidEdge: null, askEdge: null };
  #metrics: BookMetrics | null = null;
  #eventMs: number | null = null;

  /** Metrics of the book as it is; `null`: there is no book. */
  get metrics(): BookMetrics | null {
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
  join(snapshot: DepthSnapshot, limit: number, nowMs: number): BookVerdict {
    this.book.reset(snapshot);
    const edge = (side: DepthSnapshot["bids"]) =>
      side.length < limit ? null : side.at(-1)?.[0] ?? null;
    this.#coverage = { bidEdge: edge(snapshot.bids), askEdge: edge(snapshot.asks) };
    return this.#changed(snapshot.lastUpdateId, nowMs);
  }

  /** Applies one update. */
  apply(update: DepthUpdate, nowMs: number): BookVerdict {
    this.book.apply(update.bids, update.asks);
    this.#eventMs = update.eventMs;
    return this.#changed(update.finalUpdateId, nowMs);
  }

  /** The book is lost, the stream is not: the tickers still tell the truth. */
  clear(): void {
    this.book.clear();
    this.proof.resync();
    this.#velocity.clear();
    this.#metrics = null;
    this.#eventMs = null;
  }

  #changed(updateId: number, nowMs: number): BookVerdict {
    if (this.book.isCrossed) return "crossed";
    this.proof.book(this.book, updateId, nowMs);
    this.#metrics = computeMetrics(this.book, this.#coverage);
    if (this.#metrics.imbalance !== null) this.#velocity.add(nowMs, this.#metrics.imbalance);
    return "sound";
  }
}
