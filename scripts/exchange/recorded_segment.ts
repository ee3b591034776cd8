/**
 * A recording as stretches without a gap. Each begins at a snapshot that joins the recorded diffs by
 * the exchange's own procedure (web-socket-streams.md, "How to manage a local order book correctly").
 */
import type { BookChange, BookState, MarketEvent, TickerEvent } from "./market_event.ts";
import { ReferenceBook } from "./reference_book.ts";

/** One stretch: a book and everything that follows it without a missing update id. */
export interface Segment {
  /** The snapshot as it was recorded. */
  readonly snapshot: BookState;
  /** What was on the wire before the snapshot and straddles or precedes it; `null`: nothing. */
  readonly opening: BookChange | null;
  /** The book when the stretch begins: the snapshot and the diffs that had already arrived. */
  readonly start: BookState;
  /** When the snapshot arrived, the recording's clock. */
  readonly startMs: number;
  readonly endMs: number;
  /** In the recording's order; changes are contiguous from `start.lastUpdateId + 1`. */
  readonly events: readonly MarketEvent[];
  readonly lastUpdateId: number;
}

/** Cuts a stream of frames into segments; frames outside every segment are counted. */
export class SegmentCutter {
  readonly #done: Segment[] = [];
  #open:
    | { snapshot: BookState; opening: BookChange | null; start: BookState; startMs: number }
    | null = null;
  #events: MarketEvent[] = [];
  #lastUpdateId = 0;
  /** Diffs and tickers since the last gap, while no snapshot has joined them. */
  #waitingChanges: BookChange[] = [];
  #waitingTickers: TickerEvent[] = [];
  #leftOut = 0;

  /** Frames before the first usable snapshot, or between a gap and the next one. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The next frame of a stream. */
  event(event: MarketEvent): void {
    if (event.type === "change") return this.#change(event);
    if (this.#open !== null) {
      // A ticker from before the start would contradict the book that the stretch begins with.
      const isOld = event.type === "ticker" && event.updateId <= this.#open.start.lastUpdateId;
      if (isOld) this.#leftOut += 1;
      else this.#events.push(event);
      return;
    }
    if (event.type === "ticker") this.#waitingTickers.push(event);
    this.#leftOut += 1;
  }

  /** A snapshot; it starts a segment if none is open and it joins the waiting diffs (step 2, 4). */
  snapshot(state: BookState, atMs: number): void {
    if (this.#open !== null) return;
    const late = this.#waitingChanges.filter((change) => change.finalUpdateId > state.lastUpdateId);
    const [first] = late;
    if (first && first.firstUpdateId > state.lastUpdateId + 1) return;
    const book = new ReferenceBook(state);
    for (const change of late) book.apply(change);
    const start = late.length === 0 ? state : book.snapshot();
    const opening = late.length === 0 ? this.#lastUntil(state.lastUpdateId) : merged(late);
    this.#open = { snapshot: state, opening, start, startMs: atMs };
    this.#lastUpdateId = start.lastUpdateId;
    this.#leftOut -= late.length;
    // Tickers that ran ahead of the snapshot are already true for what follows.
    for (const ticker of this.#waitingTickers) {
      if (ticker.updateId <= start.lastUpdateId) continue;
      this.#events.push({ ...ticker, atMs });
      this.#leftOut -= 1;
    }
    this.#waitingChanges = [];
    this.#waitingTickers = [];
  }

  /** Every segment, when the stream has ended. */
  end(): readonly Segment[] {
    this.#close();
    return this.#done;
  }

  #change(change: BookChange): void {
    if (this.#open === null) {
      const previous = this.#waitingChanges.at(-1);
      if (previous && change.firstUpdateId !== previous.finalUpdateId + 1) {
        this.#waitingChanges = [];
        this.#waitingTickers = [];
      }
      this.#waitingChanges.push(change);
      this.#leftOut += 1;
    } else if (change.finalUpdateId <= this.#lastUpdateId) {
      this.#leftOut += 1;
    } else if (change.firstUpdateId > this.#lastUpdateId + 1) {
      this.#close();
      this.#change(change);
    } else {
      // The first diff may reach back before the snapshot (step 4); the stretch starts after it.
      this.#events.push({ ...change, firstUpdateId: this.#lastUpdateId + 1 });
      this.#lastUpdateId = change.finalUpdateId;
    }
  }

  /** The last diff, said to reach up to the snapshot: the stretch goes on right after that. */
  #lastUntil(finalUpdateId: number): BookChange | null {
    const last = this.#waitingChanges.at(-1);
    return last === undefined ? null : { ...last, finalUpdateId };
  }

  #close(): void {
    if (this.#open === null) return;
    // A ticker ahead of the last diff would contradict whatever is joined to this stretch's end.
    const events = this.#events.filter((event) =>
      event.type !== "ticker" || event.updateId <= this.#lastUpdateId
    );
    this.#leftOut += this.#events.length - events.length;
    const endMs = events.at(-1)?.atMs ?? this.#open.startMs;
    this.#done.push({ ...this.#open, endMs, events, lastUpdateId: this.#lastUpdateId });
    this.#open = null;
    this.#events = [];
  }
}

/** The book at a segment's end. */
export function endOf(segment: Segment): ReferenceBook {
  const book = new ReferenceBook(segment.start);
  for (const event of segment.events) if (event.type === "change") book.apply(event);
  return book;
}

/**
 * Several changes as one: the last quantity of each price.
 *
 * @throws {TypeError} for an empty list.
 */
export function merged(changes: readonly BookChange[]): BookChange {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last) throw new TypeError("Cannot merge changes: there is none");
  if (changes.length === 1) return first;
  const bids = new Map<string, string>();
  const asks = new Map<string, string>();
  for (const change of changes) {
    for (const [price, qty] of change.bids) bids.set(price, qty);
    for (const [price, qty] of change.asks) asks.set(price, qty);
  }
  return { ...last, firstUpdateId: first.firstUpdateId, bids: [...bids], asks: [...asks] };
}
