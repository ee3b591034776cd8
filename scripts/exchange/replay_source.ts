/** Plays a recorded market: times shifted to now, ids as recorded, and joins without a gap. */
import { assertNever } from "../../shared/assert_never.ts";
import type {
  BookChange,
  BookState,
  LevelText,
  MarketEvent,
  MarketSource,
  SourceLabel,
  SymbolSpec,
  TickerEvent,
} from "./market_event.ts";
import type { RecordedMarket } from "./recorded_market.ts";
import { endOf, type Segment } from "./recorded_segment.ts";
import { ReferenceBook } from "./reference_book.ts";

/** How a recording is played. */
export interface ReplayOptions {
  /** At the end, start over with ids and times that go on rising. */
  readonly loop: boolean;
  /** Leave the recorded times as they are. */
  readonly keepTimes: boolean;
}

/** Between two stretches at least one batch interval, at most a second, whatever was recorded. */
const JOIN_PAUSE_MIN_MS = 100;
const JOIN_PAUSE_MAX_MS = 1_000;

/** One symbol's recording as a market. */
export class ReplaySource implements MarketSource {
  readonly spec: SymbolSpec;
  readonly label: SourceLabel = "REPLAY";
  readonly initial: BookState;
  readonly #segments: readonly Segment[];
  readonly #clockAheadMs: number;
  readonly #options: ReplayOptions;
  readonly #updateIds = new RisingShift();
  readonly #tradeIds = new RisingShift();
  readonly #aggTradeIds = new RisingShift();
  readonly #eventTimes = new RisingShift();
  #segment: Segment;
  #segmentIndex = 0;
  #eventIndex = 0;
  /** Market time at which the current segment began. */
  #playMs = 0;
  /** Exchange time at which it was joined to the one before; nothing of it is older. */
  #joinedMs = -Infinity;
  #isOver = false;

  /** @throws {RangeError} for a market without a segment. */
  constructor(market: RecordedMarket, options: ReplayOptions) {
    const [first] = market.segments;
    if (!first) throw new RangeError("Cannot replay: the market has no segment");
    this.spec = market.spec;
    this.initial = first.snapshot;
    this.#segments = market.segments;
    this.#segment = first;
    this.#clockAheadMs = market.clockAheadMs;
    this.#options = options;
  }

  opening(marketMs: number): BookChange | null {
    const { opening } = this.#segment;
    if (opening === null) return null;
    const eventMs = this.#options.keepTimes ? opening.eventMs : Math.floor(marketMs);
    return { ...opening, atMs: marketMs, eventMs };
  }

  begin(marketMs: number): void {
    this.#playMs = marketMs;
    this.#updateIds.last = this.#segment.start.lastUpdateId;
    this.#isOver = this.#segment.events.length === 0 && !this.#hasNext();
  }

  pause(ms: number): void {
    this.#playMs += ms;
  }

  isOver(): boolean {
    return this.#isOver;
  }

  *advance(marketMs: number): Generator<MarketEvent, void, void> {
    while (!this.#isOver) {
      const event = this.#segment.events[this.#eventIndex];
      if (event === undefined) {
        if (!this.#hasNext()) return;
        const joinMs = this.#playMs + this.#segment.endMs - this.#segment.startMs + this.#pauseMs();
        if (joinMs > marketMs) return;
        yield* this.#join(joinMs);
        continue;
      }
      if (this.#playMs + event.atMs - this.#segment.startMs > marketMs) return;
      this.#eventIndex += 1;
      yield this.#shifted(event);
      if (this.#eventIndex === this.#segment.events.length) this.#isOver = !this.#hasNext();
    }
  }

  #hasNext(): boolean {
    return this.#options.loop || this.#segmentIndex + 1 < this.#segments.length;
  }

  #nextSegment(): Segment {
    return this.#segments[(this.#segmentIndex + 1) % this.#segments.length] ?? this.#segment;
  }

  #pauseMs(): number {
    const recorded = this.#nextSegment().startMs - this.#segment.endMs;
    return Math.min(JOIN_PAUSE_MAX_MS, Math.max(JOIN_PAUSE_MIN_MS, recorded));
  }

  /**
   * Goes on with the next segment. The change that takes the old end book to the new start book is
   * published like any other, so that a client's book stays equal to ours, and so is its best.
   */
  *#join(joinMs: number): Generator<MarketEvent, void, void> {
    const before = endOf(this.#segment);
    const lastId = this.#updateIds.last;
    this.#segmentIndex = (this.#segmentIndex + 1) % this.#segments.length;
    const segment = this.#segments[this.#segmentIndex] ?? this.#segment;
    this.#segment = segment;
    this.#eventIndex = 0;
    this.#playMs = joinMs;
    const finalUpdateId = this.#updateIds.restart(segment.start.lastUpdateId);
    const firstOf = (type: "trade" | "aggTrade") => segment.events.find((e) => e.type === type);
    const trade = firstOf("trade");
    const aggTrade = firstOf("aggTrade");
    if (aggTrade?.type === "aggTrade") {
      this.#tradeIds.restart(aggTrade.firstTradeId);
      this.#aggTradeIds.restart(aggTrade.aggTradeId);
    } else if (trade?.type === "trade") this.#tradeIds.restart(trade.tradeId);
    const eventMs = this.#options.keepTimes
      ? this.#eventTimes.restart(earliest(segment, this.#clockAheadMs))
      : Math.floor(joinMs);
    const after = new ReferenceBook(segment.start);
    if (!this.#options.keepTimes) this.#joinedMs = eventMs;
    yield {
      type: "change",
      atMs: joinMs,
      eventMs,
      firstUpdateId: lastId + 1,
      finalUpdateId,
      ...difference(before.snapshot(), after.snapshot()),
    };
    const ticker = tickerOf(after, joinMs, finalUpdateId);
    if (ticker !== null) yield ticker;
    // A stretch without events would otherwise never be over.
    if (segment.events.length === 0) this.#isOver = !this.#hasNext();
  }

  #shifted(event: MarketEvent): MarketEvent {
    const atMs = this.#playMs + event.atMs - this.#segment.startMs;
    switch (event.type) {
      case "change":
        return {
          ...event,
          atMs,
          eventMs: this.#eventMs(event.eventMs),
          firstUpdateId: this.#updateIds.of(event.firstUpdateId),
          finalUpdateId: this.#updateIds.take(event.finalUpdateId),
        };
      case "ticker":
        return { ...event, atMs, updateId: this.#updateIds.of(event.updateId) };
      case "trade":
        return {
          ...event,
          atMs,
          eventMs: this.#eventMs(event.eventMs),
          tradeMs: this.#eventMs(event.tradeMs),
          tradeId: this.#tradeIds.take(event.tradeId),
        };
      case "aggTrade":
        return {
          ...event,
          atMs,
          eventMs: this.#eventMs(event.eventMs),
          tradeMs: this.#eventMs(event.tradeMs),
          aggTradeId: this.#aggTradeIds.take(event.aggTradeId),
          firstTradeId: this.#tradeIds.of(event.firstTradeId),
          lastTradeId: this.#tradeIds.of(event.lastTradeId),
        };
      default:
        return assertNever(event, "replay an event");
    }
  }

  /** The exchange's clock is moved so that no event lies in the future when it is published. */
  #eventMs(recordedMs: number): number {
    if (this.#options.keepTimes) return this.#eventTimes.take(Math.floor(recordedMs));
    const sinceStart = recordedMs - this.#clockAheadMs - this.#segment.startMs;
    // What was long on its way when it was recorded would lie before the join.
    return Math.max(this.#joinedMs, Math.floor(this.#playMs + sinceStart));
  }
}

/** The lowest event time of a stretch, the recording's exchange clock. */
function earliest(segment: Segment, clockAheadMs: number): number {
  let lowest = Math.floor(segment.startMs + clockAheadMs);
  for (const event of segment.events) {
    if (event.type !== "ticker") lowest = Math.min(lowest, event.eventMs);
  }
  return lowest;
}

/** Adds a constant to numbers, chosen anew at each restart so that they never fall back. */
class RisingShift {
  #shift = 0;
  /** The highest number given out. */
  last = 0;

  /** `value` shifted. */
  of(value: number): number {
    return value + this.#shift;
  }

  /** `value` shifted, and remembered as given out. */
  take(value: number): number {
    const shifted = value + this.#shift;
    if (shifted > this.last) this.last = shifted;
    return shifted;
  }

  /** A new stretch begins with `value`: it becomes the next number after the last, if it must. */
  restart(value: number): number {
    if (this.of(value) <= this.last) this.#shift = this.last + 1 - value;
    return this.take(value);
  }
}

/** What must be sent to turn one book into another. */
export function difference(
  from: BookState,
  to: BookState,
): { readonly bids: LevelText[]; readonly asks: LevelText[] } {
  return { bids: sideDifference(from.bids, to.bids), asks: sideDifference(from.asks, to.asks) };
}

function sideDifference(from: readonly LevelText[], to: readonly LevelText[]): LevelText[] {
  const before = new Map(from);
  const after = new Map(to);
  return [
    ...from.filter(([price]) => !after.has(price)).map(([price]): LevelText => [
      price,
      "0.00000000",
    ]),
    ...to.filter(([price, qty]) => before.get(price) !== qty),
  ];
}

function tickerOf(book: ReferenceBook, atMs: number, updateId: number): TickerEvent | null {
  const { bid, ask } = book.best();
  if (bid === null || ask === null) return null;
  const [bidPrice, bidQty] = bid;
  const [askPrice, askQty] = ask;
  return { type: "ticker", atMs, updateId, bid: bidPrice, bidQty, ask: askPrice, askQty };
}
