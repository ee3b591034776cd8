/** One symbol on the exchange: its market, its book, and who listens. */
import { assertNever } from "../../shared/assert_never.ts";
import { type BatchTiming, ChangeLog, DepthBatcher } from "./batching.ts";
import { BookHistory, type Past } from "./book_history.ts";
import { aggTradeText, depthText, Frame, tickerText, tradeText } from "./frames.ts";
import { Ledger, type SymbolLedger } from "./ledger.ts";
import type { BookChange, MarketEvent, MarketSource } from "./market_event.ts";
import { ReferenceBook, type Snapshot } from "./reference_book.ts";
import type { StreamKind } from "./subscriptions.ts";

/** A connection as a symbol sees it. */
export interface Subscriber {
  readonly id: number;
  /** This connection's own batch phase and delay. */
  timing(intervalMs: number): BatchTiming;
  send(frame: Frame): void;
}

/** Statuses in which orders still come and go: spot enums.md, Symbol status. */
const MOVING = ["TRADING", "CANCEL_ONLY"];

/** Publishes a market's events to the reference book, the ledger and the subscribers. */
export class Listing {
  readonly source: MarketSource;
  readonly #symbol: string;
  readonly #book: ReferenceBook;
  readonly #ledger: Ledger;
  readonly #log = new ChangeLog();
  readonly #batchers = new Map<Subscriber, Map<string, DepthBatcher>>();
  readonly #immediate = {
    bookTicker: new Map<Subscriber, string>(),
    trade: new Map<Subscriber, string>(),
    aggTrade: new Map<Subscriber, string>(),
  };
  readonly #history: BookHistory;
  #isRunning = false;
  #lastMs = 0;
  /** What `exchangeInfo` says; outside of `MOVING` the market stands still. */
  status = "TRADING";
  /** False: REST does not know the symbol, and its streams are silent. */
  isListed = true;
  #tickSizeE8: number;
  readonly #onPublished: (symbol: string, event: MarketEvent) => void;

  /** `onPublished` hears of each event of the market as it is published. */
  constructor(
    source: MarketSource,
    onPublished: (symbol: string, event: MarketEvent) => void = () => {},
  ) {
    this.source = source;
    this.#onPublished = onPublished;
    this.#symbol = source.spec.symbol;
    this.#tickSizeE8 = source.spec.tickSizeE8;
    this.#book = new ReferenceBook(source.initial);
    this.#history = new BookHistory(this.#book.snapshot());
    this.#ledger = new Ledger(source.spec.symbol);
  }

  /** As REST writes it. */
  get symbol(): string {
    return this.#symbol;
  }

  /** In units of 1e-8. A market that can choose its prices obeys a new one from then on. */
  get tickSizeE8(): number {
    return this.#tickSizeE8;
  }

  set tickSizeE8(tickSizeE8: number) {
    this.#tickSizeE8 = tickSizeE8;
    this.source.changeTickSize?.(tickSizeE8);
  }

  /** True while the market waits for its first subscriber. */
  get isHeld(): boolean {
    return !this.#isRunning;
  }

  /** True when the market has no more events and every batch has left. */
  get isOver(): boolean {
    return this.#isRunning && this.source.isOver() &&
      [...this.#batchersNow()].every((batcher) => batcher.position === this.#log.end);
  }

  /** Starts the market. Diffs that straddle the recorded snapshot are in the book from here on. */
  run(nowMs: number): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#lastMs = nowMs;
    const opening = this.source.opening(nowMs);
    if (opening !== null && opening.finalUpdateId > this.#book.lastUpdateId) {
      this.#book.apply(opening);
    }
    this.source.begin(nowMs);
  }

  /** Lets the market go on to `nowMs`, then sends the batches that are due. */
  advance(nowMs: number): void {
    if (!this.#isRunning) return;
    const elapsedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (!this.isListed || !MOVING.includes(this.status)) this.source.pause(elapsedMs);
    for (const event of this.source.advance(nowMs)) this.#publish(event);
    for (const [subscriber, streams] of this.#batchers) {
      for (const [stream, batcher] of streams) {
        for (const batch of batcher.due(nowMs)) this.#sendDepth(subscriber, stream, batch);
      }
    }
    this.#forget();
  }

  /** Keeps the book of now and then, so far apart, so that a snapshot can show what it was; whether it is that of now. */
  remember(nowMs: number, spacingMs: number): boolean {
    return this.#history.remember(nowMs, spacingMs, () => this.#book.snapshot());
  }

  /** Sends what is still in a batch: afterwards every subscriber has seen the book as it is. */
  flush(): void {
    for (const [subscriber, streams] of this.#batchers) {
      for (const [stream, batcher] of streams) {
        for (const batch of batcher.rest()) this.#sendDepth(subscriber, stream, batch);
      }
    }
    this.#forget();
  }

  /** `stream` is the name as the client wrote it, which its frames repeat. */
  subscribe(subscriber: Subscriber, kind: StreamKind, stream: string, nowMs: number): void {
    this.#ledger.opened(subscriber.id, stream);
    if (kind.type !== "depth") {
      this.#immediate[kind.type].set(subscriber, stream);
      return;
    }
    const streams = this.#batchers.get(subscriber) ?? new Map<string, DepthBatcher>();
    this.#batchers.set(subscriber, streams);
    streams.set(
      stream,
      new DepthBatcher(this.#log, subscriber.timing(kind.intervalMs), nowMs),
    );
    if (this.#isRunning) return;
    const opening = this.source.opening(nowMs);
    if (opening === null) return this.run(nowMs);
    this.#sendDepth(subscriber, stream, opening);
  }

  /** Ends one stream of one subscriber. */
  unsubscribe(subscriber: Subscriber, kind: StreamKind, stream: string): void {
    this.#ledger.closed(subscriber.id, stream);
    if (kind.type !== "depth") {
      this.#immediate[kind.type].delete(subscriber);
      return;
    }
    const streams = this.#batchers.get(subscriber);
    streams?.delete(stream);
    if (streams?.size === 0) this.#batchers.delete(subscriber);
  }

  /**
   * The book at this moment, or in the past, for `/api/v3/depth`. A held market with a subscriber
   * starts right after this answer, so that the client sees the recording from its first moment on.
   */
  serveSnapshot(limit: number, nowMs: number, past: Past | null = null): Snapshot {
    const { lastUpdateId, bids, asks } = this.#bookOf(past, nowMs);
    this.#ledger.snapshotServed();
    if (!this.#isRunning && this.#batchers.size > 0) this.run(nowMs);
    return { lastUpdateId, bids: bids.slice(0, limit), asks: asks.slice(0, limit) };
  }

  /** The whole book, without consequences. */
  book(): Snapshot {
    return this.#book.snapshot();
  }

  /** Best bid and ask now. */
  best(): ReturnType<ReferenceBook["best"]> {
    return this.#book.best();
  }

  /** What was sent so far. */
  ledger(): SymbolLedger {
    return this.#ledger.account(this.#book.lastUpdateId);
  }

  #bookOf(past: Past | null, nowMs: number): Snapshot {
    if (past === null) return this.#book.snapshot();
    switch (past.type) {
      case "ago":
        return this.#history.ago(past.ms, nowMs);
      case "before_streams":
        return this.#history.before(this.#ledger.firstOpenDiff() ?? this.#book.lastUpdateId + 1);
      default:
        return assertNever(past, "answer with a book of the past");
    }
  }

  #publish(event: MarketEvent): void {
    this.#onPublished(this.#symbol, event);
    switch (event.type) {
      case "change":
        this.#book.apply(event);
        this.#ledger.published("change", event.finalUpdateId);
        if (this.#batchers.size > 0) this.#log.append(event);
        return;
      case "ticker":
        return this.#sendNow(
          "bookTicker",
          event.updateId,
          event.type,
          () => tickerText(this.#symbol, event),
        );
      case "trade":
        return this.#sendNow(
          "trade",
          event.tradeId,
          event.type,
          () => tradeText(this.#symbol, event),
        );
      case "aggTrade":
        return this.#sendNow(
          "aggTrade",
          event.aggTradeId,
          event.type,
          () => aggTradeText(this.#symbol, event),
        );
      default:
        return assertNever(event, "publish an event");
    }
  }

  #sendNow(
    kind: "bookTicker" | "trade" | "aggTrade",
    id: number,
    type: "ticker" | "trade" | "aggTrade",
    text: () => string,
  ): void {
    this.#ledger.published(type, id);
    let frame: Frame | null = null;
    for (const [subscriber, stream] of this.#immediate[kind]) {
      frame ??= new Frame(stream, text());
      subscriber.send(frame);
      this.#ledger.sent(subscriber.id, stream, id, id);
    }
  }

  #sendDepth(subscriber: Subscriber, stream: string, batch: BookChange): void {
    subscriber.send(new Frame(stream, depthText(this.#symbol, batch)));
    this.#ledger.sent(subscriber.id, stream, batch.firstUpdateId, batch.finalUpdateId);
  }

  #forget(): void {
    let oldest = this.#log.end;
    for (const batcher of this.#batchersNow()) oldest = Math.min(oldest, batcher.position);
    this.#log.dropBefore(oldest);
  }

  *#batchersNow(): Generator<DepthBatcher> {
    for (const streams of this.#batchers.values()) yield* streams.values();
  }
}
