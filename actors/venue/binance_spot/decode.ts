/**
 * Decode: one text frame to one market event, or the reason why not. The exchange's letters end here.
 *
 * The one strict shape in which the exchange writes is scanned, without JSON.parse and without objects
 * per level; any other legal JSON of the same meaning takes the JSON path, with the same result.
 *
 * Its ids are the engine's as they are: an update covers `U` to `u`, and the next begins at `u + 1`. Its
 * times may be in milliseconds or in microseconds (`time_unit.ts`). What is of another market is refused by
 * its marks, which the strict shape does not have.
 *
 * Source: Binance spot web-socket-streams.md. The zod schemas in market_schema.ts are the specification;
 * tests hold the three together.
 */
import type { BookTicker, Trade } from "../../../shared/market.ts";
import type { DepthUpdate } from "../../symbol/engine/event.ts";
import { PriceScale, type TickLot } from "../../symbol/engine/book/price_scale.ts";
import type { Decoded, Decoder } from "../venue.ts";
import { FrameScanner, literal } from "./frame_scanner.ts";
import { decodeJsonFrame } from "./json_decode.ts";
import { LevelUnits, ScannedLevels } from "./scanned_levels.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const STREAM = literal('{"stream":"');
const DATA = literal(',"data":');
const DEPTH = literal('{"e":"depthUpdate","E":');
const TRADE = literal('{"e":"trade","E":');
const AGG_TRADE = literal('{"e":"aggTrade","E":');
const TICKER = literal('{"u":');
const SYMBOL = literal(',"s":"');
const FIRST_ID = literal(',"U":');
const FINAL_ID = literal(',"u":');
const BIDS = literal(',"b":');
const ASKS = literal(',"a":');
const BID_PRICE = literal(',"b":"');
const BID_QTY = literal(',"B":"');
const ASK_PRICE = literal(',"a":"');
const ASK_QTY = literal(',"A":"');
const TRADE_ID = literal(',"t":');
const PRICE = literal(',"p":"');
const QTY = literal(',"q":"');
const FIRST_TRADE = literal(',"f":');
const LAST_TRADE = literal(',"l":');
const TRADE_TIME = literal(',"T":');
const SELL = literal(',"m":true');
const BUY = literal(',"m":false');
const IGNORED_TRUE = literal(',"M":true');
const IGNORED_FALSE = literal(',"M":false');
const END = literal("}");

/**
 * A frame whose levels need other units than those before it is scanned again, in those of the first
 * that does not fit; one whose levels fit no units together is left to JSON after so many times.
 */
const SCANS_MAX = 10;
/**
 * After so many frames in other units than the symbol's own these are tried again: one odd price must
 * not make the book take its slower path for ever.
 */
const FOREIGN_FRAMES_MAX = 1_000;

/**
 * Decodes frames of one connection. What it returns is valid until its next call: the objects are
 * used again, so that a frame costs no garbage. Who keeps an update must copy its levels.
 */
export class FrameDecoder implements Decoder {
  readonly #scanner = new FrameScanner();
  /** The symbol's own units: of its tick and lot size, or the coarsest, to be learnt from. */
  readonly #ownUnits: LevelUnits;
  readonly #bids: ScannedLevels;
  readonly #asks: ScannedLevels;
  /** Frames since other units than its own are in use. */
  #foreignFrames = 0;
  readonly #update: Writable<DepthUpdate>;
  readonly #ticker: Writable<BookTicker> = {
    symbol: "",
    updateId: 0,
    bidPrice: 0,
    bidQty: 0,
    askPrice: 0,
    askQty: 0,
  };
  readonly #trade: Writable<Trade> = {
    kind: "trade",
    symbol: "",
    tradeId: 0,
    price: 0,
    qty: 0,
    side: "buy",
    eventMs: 0,
    tradeMs: 0,
  };
  readonly #depthEvent: Extract<Decoded, { type: "depth_update" }>;
  readonly #tickerEvent = { type: "book_ticker", ticker: this.#ticker } as const;
  readonly #tradeEvent = { type: "trade", trade: this.#trade } as const;

  /** `tickLot` of `exchangeInfo`; `null`: the units of its levels are learnt from them. */
  constructor(tickLot: TickLot | null) {
    this.#ownUnits = new LevelUnits(PriceScale.ofTickLot(tickLot));
    this.#bids = new ScannedLevels(this.#ownUnits);
    this.#asks = new ScannedLevels(this.#ownUnits);
    this.#update = {
      symbol: "",
      eventMs: 0,
      firstUpdateId: 0,
      finalUpdateId: 0,
      bids: this.#bids.columns,
      asks: this.#asks.columns,
    };
    this.#depthEvent = { type: "depth_update", update: this.#update };
  }

  /** Decodes one WebSocket frame, combined or raw. It never throws. */
  frame(text: string): Decoded {
    if (this.#bids.units !== this.#ownUnits) this.#foreignFrames += 1;
    if (this.#foreignFrames > FOREIGN_FRAMES_MAX) this.#useUnits(this.#ownUnits);
    for (let scans = 0; scans < SCANS_MAX; scans++) {
      const decoded = this.#scan(text);
      if (decoded !== null) return decoded;
      const needed = this.#bids.needed ?? this.#asks.needed;
      if (needed === null) break;
      this.#useUnits(needed);
    }
    return decodeJsonFrame(text);
  }

  #useUnits(units: LevelUnits): void {
    this.#bids.use(units);
    this.#asks.use(units);
    this.#foreignFrames = 0;
  }

  #scan(text: string): Decoded | null {
    const scanner = this.#scanner;
    if (!scanner.load(text)) return null;
    const isCombined = scanner.skip(STREAM);
    if (isCombined && !(scanner.skipString() && scanner.skip(DATA))) return null;
    const event = this.#payload();
    if (event === null || !scanner.skip(END)) return null;
    if (isCombined && !scanner.skip(END)) return null;
    return scanner.isAtEnd ? event : null;
  }

  #payload(): Decoded | null {
    const scanner = this.#scanner;
    if (scanner.skip(TICKER)) return this.#bookTicker();
    if (scanner.skip(DEPTH)) return this.#depthUpdate();
    if (scanner.skip(AGG_TRADE)) return this.#readTrade("agg");
    if (scanner.skip(TRADE)) return this.#readTrade("trade");
    return null;
  }

  #depthUpdate(): Decoded | null {
    const scanner = this.#scanner;
    const update = this.#update;
    if (!scanner.readTime() || !scanner.skip(SYMBOL)) return null;
    update.eventMs = scanner.number;
    const symbol = scanner.readSymbol();
    if (symbol === null || !scanner.skip(FIRST_ID)) return null;
    update.symbol = symbol;
    if (!scanner.readId() || !scanner.skip(FINAL_ID)) return null;
    update.firstUpdateId = scanner.number;
    if (!scanner.readId() || !scanner.skip(BIDS)) return null;
    update.finalUpdateId = scanner.number;
    if (update.finalUpdateId < update.firstUpdateId) return null;
    if (!scanner.readLevels(this.#bids) || !scanner.skip(ASKS)) return null;
    return scanner.readLevels(this.#asks) ? this.#depthEvent : null;
  }

  #bookTicker(): Decoded | null {
    const scanner = this.#scanner;
    const ticker = this.#ticker;
    if (!scanner.readId() || !scanner.skip(SYMBOL)) return null;
    ticker.updateId = scanner.number;
    const symbol = scanner.readSymbol();
    if (symbol === null || !scanner.skip(BID_PRICE)) return null;
    ticker.symbol = symbol;
    if (!scanner.readDecimal() || !scanner.skip(BID_QTY)) return null;
    ticker.bidPrice = scanner.number;
    if (!scanner.readDecimal() || !scanner.skip(ASK_PRICE)) return null;
    ticker.bidQty = scanner.number;
    if (!scanner.readDecimal() || !scanner.skip(ASK_QTY)) return null;
    ticker.askPrice = scanner.number;
    if (!scanner.readDecimal()) return null;
    ticker.askQty = scanner.number;
    return this.#tickerEvent;
  }

  #readTrade(kind: Trade["kind"]): Decoded | null {
    const scanner = this.#scanner;
    const trade = this.#trade;
    trade.kind = kind;
    if (!scanner.readTime() || !scanner.skip(SYMBOL)) return null;
    trade.eventMs = scanner.number;
    const symbol = scanner.readSymbol();
    if (symbol === null || !scanner.skip(kind === "agg" ? ASKS : TRADE_ID)) return null;
    trade.symbol = symbol;
    if (!scanner.readId() || !scanner.skip(PRICE)) return null;
    trade.tradeId = scanner.number;
    if (!scanner.readDecimal() || !scanner.skip(QTY)) return null;
    trade.price = scanner.number;
    if (!scanner.readDecimal()) return null;
    trade.qty = scanner.number;
    if (kind === "agg" && !this.#skipRange()) return null;
    if (!scanner.skip(TRADE_TIME) || !scanner.readTime()) return null;
    trade.tradeMs = scanner.number;
    // `m`: the buyer was resting, so the seller crossed the spread.
    if (scanner.skip(SELL)) trade.side = "sell";
    else if (scanner.skip(BUY)) trade.side = "buy";
    else return null;
    return scanner.skip(IGNORED_TRUE) || scanner.skip(IGNORED_FALSE) ? this.#tradeEvent : null;
  }

  /** The range of trade ids that an aggregate stands for. */
  #skipRange(): boolean {
    const scanner = this.#scanner;
    if (!scanner.skip(FIRST_TRADE) || !scanner.readId()) return false;
    return scanner.skip(LAST_TRADE) && scanner.readId();
  }
}

/** Decodes one frame alone; what it returns is the caller's to keep. */
export function decodeFrame(text: string): Decoded {
  return new FrameDecoder(null).frame(text);
}
