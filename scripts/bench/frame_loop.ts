/**
 * What the look-alike exchange sends in a looped replay, as the bytes of a WebSocket, without its work
 * per frame: two rounds are written by the exchange's own code, and each further one is the last with
 * what differed between those two raised by the same amount again: ids and times.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { aggTradeText, depthText, Frame, tickerText, tradeText } from "../exchange/frames.ts";
import type { BookChange, MarketEvent } from "../exchange/market_event.ts";
import type { RecordedMarket } from "../exchange/recorded_market.ts";
import { ReplaySource } from "../exchange/replay_source.ts";
import type { StreamName } from "../exchange/subscriptions.ts";

/** A recording whose rounds differ in more than their ids and times. */
export class LoopError extends Error {
  override readonly name = "LoopError";
}

type StreamType = StreamName["kind"]["type"];

const STREAM_TYPES: Readonly<Record<MarketEvent["type"], StreamType>> = {
  change: "depth",
  ticker: "bookTicker",
  trade: "trade",
  aggTrade: "aggTrade",
};
/** RFC 6455, 5.2: the last fragment of a text, and the marks of a length of 16 and of 64 bits. */
const TEXT_FRAME = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const LENGTH_7_MAX = 125;
const LENGTH_16_MAX = 0xffff;
const ZERO = 48;
const NINE = 57;

/** The endless stream of one recording to one client of `/stream`. */
export class FrameLoop {
  /** What a client is sent before it has asked for a snapshot. */
  readonly opening: Uint8Array;
  readonly #first: Uint8Array;
  readonly #round: Uint8Array;
  readonly #numbers: RisingNumbers;
  #sent = 0;

  /**
   * Writes the first rounds. A recorded change is a frame, as it was when it was recorded.
   *
   * @throws {LoopError} when the second and the third round differ in more than numbers.
   */
  constructor(market: RecordedMarket, streams: readonly StreamName[]) {
    // Recorded times that go on rising rise by a whole number of milliseconds each round.
    const source = new ReplaySource(market, { loop: true, keepTimes: true });
    const names = new Map(streams.map(({ name, kind }) => [kind.type, name]));
    const texts = (events: readonly MarketEvent[]) =>
      events.flatMap((event) => {
        const name = names.get(STREAM_TYPES[event.type]);
        return name === undefined ? [] : [new Frame(name, textOf(market.spec.symbol, event))];
      }).map((frame) => frame.combined);
    const opening: BookChange | null = source.opening(0);
    this.opening = webSocketBytes(opening === null ? [] : texts([opening]));
    source.begin(0);
    const events = source.advance(Infinity)[Symbol.iterator]();
    const recorded = market.segments.reduce((sum, segment) => sum + segment.events.length, 0);
    const joins = market.segments.map(joinLength);
    const joined = joins.reduce((sum, length) => sum + length, 0);
    this.#first = webSocketBytes(texts(take(events, recorded + joined - (joins[0] ?? 0))));
    this.#round = webSocketBytes(texts(take(events, recorded + joined)));
    const third = webSocketBytes(texts(take(events, recorded + joined)));
    this.#numbers = new RisingNumbers(this.#round, third);
  }

  /** The bytes of the next round, to be used before the one after it is asked for. */
  next(): Uint8Array {
    this.#sent += 1;
    if (this.#sent === 1) return this.#first;
    if (this.#sent > 2) this.#numbers.raise(this.#round);
    return this.#round;
  }
}

/** How many events join a stretch to the one before it: a change, and a ticker if it has a best. */
function joinLength({ start: { bids, asks } }: RecordedMarket["segments"][number]): number {
  return bids.length > 0 && asks.length > 0 ? 2 : 1;
}

function take(events: Iterator<MarketEvent>, count: number): MarketEvent[] {
  const taken: MarketEvent[] = [];
  while (taken.length < count) {
    const { value, done } = events.next();
    if (done) throw new LoopError("Cannot loop the recording: it ends");
    taken.push(value);
  }
  return taken;
}

function textOf(symbol: string, event: MarketEvent): string {
  switch (event.type) {
    case "change":
      return depthText(symbol, event);
    case "ticker":
      return tickerText(symbol, event);
    case "trade":
      return tradeText(symbol, event);
    case "aggTrade":
      return aggTradeText(symbol, event);
    default:
      return assertNever(event, "write a frame");
  }
}

/** The texts as the unmasked frames that a server sends. */
function webSocketBytes(texts: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const payloads = texts.map((text) => encoder.encode(text));
  const headers = payloads.map(({ length }) => headerOf(length));
  const parts = payloads.flatMap((payload, i) => [headers[i] ?? new Uint8Array(), payload]);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function headerOf(length: number): Uint8Array {
  if (length <= LENGTH_7_MAX) return Uint8Array.of(TEXT_FRAME, length);
  if (length <= LENGTH_16_MAX) {
    return Uint8Array.of(TEXT_FRAME, LENGTH_16, length >> 8, length & 0xff);
  }
  const header = new Uint8Array(10);
  header.set([TEXT_FRAME, LENGTH_64]);
  new DataView(header.buffer).setBigUint64(2, BigInt(length));
  return header;
}

/** The numbers in a text that rose between two rounds, and by how much. */
class RisingNumbers {
  readonly #ends: readonly number[];
  readonly #steps: readonly number[];

  constructor(before: Uint8Array, after: Uint8Array) {
    const ends: number[] = [];
    const steps: number[] = [];
    const isSame = before.length === after.length;
    for (let i = 0; isSame && i < before.length; i += 1) {
      if (before[i] === after[i]) continue;
      let start = i;
      let end = i;
      while (isDigit(before[start - 1])) start -= 1;
      while (isDigit(before[end])) end += 1;
      const step = numberIn(after, start, end) - numberIn(before, start, end);
      // Not a number, or one that fell.
      if (!(step > 0)) throw new LoopError(`Cannot loop the recording: byte ${i} of it changes`);
      ends.push(end);
      steps.push(step);
      i = end;
    }
    if (!isSame) throw new LoopError("Cannot loop the recording: one of its ids gains a digit");
    this.#ends = ends;
    this.#steps = steps;
  }

  /** Adds every step to its number, from the last digit on. */
  raise(bytes: Uint8Array): void {
    for (let k = 0; k < this.#ends.length; k += 1) {
      let rest = this.#steps[k] ?? 0;
      for (let i = (this.#ends[k] ?? 0) - 1; rest > 0; i -= 1) {
        const digit = bytes[i];
        if (!isDigit(digit)) {
          throw new LoopError("Cannot go on with the loop: one of its ids gains a digit");
        }
        rest += digit - ZERO;
        bytes[i] = ZERO + rest % 10;
        rest = Math.floor(rest / 10);
      }
    }
  }
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** `NaN` where it is no number. */
function numberIn(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return NaN;
  let value = 0;
  for (const byte of bytes.subarray(start, end)) {
    value = isDigit(byte) ? value * 10 + byte - ZERO : NaN;
  }
  return value;
}
