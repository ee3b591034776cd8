/**
 * The vocabulary of the market: what an exchange says, after its letters have been renamed.
 *
 * Prices are in the quote asset, quantities in the base asset. Times are UTC milliseconds; `eventMs`
 * and `tradeMs` come from the exchange's clock. Source: Binance spot web-socket-streams.md, rest-api.md.
 */
import { assertNever } from "./assert_never.ts";

/** What an exchange calls a symbol; case is kept and it may be non-ASCII. */
export type SymbolId = string;

/** Where a market is; `monitor` is no place, but the subject of what concerns no market. */
export type VenueId = "monitor" | "binance_spot";

/** A market's identity: the same symbol may be listed at several venues. */
export interface Market {
  readonly venue: VenueId;
  readonly symbol: SymbolId;
}

/** The subject of what concerns no market: a rule on the monitor itself, a loss of the whole. */
export const MONITOR: Market = { venue: "monitor", symbol: "monitor" };

/**
 * A market as one word, the key of everything that is kept by market, and its name in URLs, Redis and on the
 * page: a spot market is its symbol, `BTCUSDT`. Another kind of market will add a suffix (`BTCUSDT.perp`).
 */
export type MarketText = string;

/** The word of a market, or of an output of it. */
export function marketText({ venue, symbol }: Market): MarketText {
  switch (venue) {
    case "monitor":
    case "binance_spot":
      return symbol;
    default:
      return assertNever(venue, "name a market");
  }
}

/** The market of a word; any word but `monitor` may be a symbol of the spot market. */
export function parseMarket(text: MarketText): Market {
  return text === MONITOR.symbol ? MONITOR : { venue: "binance_spot", symbol: text };
}

/** One price level: the absolute quantity resting at a price; quantity 0 means "no such level". */
export type Level = readonly [price: number, qty: number];

/** One `bookTicker`: the exchange's own best bid and ask at order-book update id `updateId`. */
export interface BookTicker {
  readonly symbol: SymbolId;
  readonly updateId: number;
  readonly bidPrice: number;
  readonly bidQty: number;
  readonly askPrice: number;
  readonly askQty: number;
}

/** Best bid and ask; price and quantity 0 where a side is empty, as the exchange writes it. */
export type TopOfBook = Omit<BookTicker, "symbol" | "updateId">;

/** Who crossed the spread: Binance's `m` (buyer is maker) true is an aggressive sell. */
export type AggressorSide = "buy" | "sell";

/** One `trade` or `aggTrade`. */
export interface Trade {
  readonly kind: "trade" | "agg";
  readonly symbol: SymbolId;
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly side: AggressorSide;
  readonly eventMs: number;
  readonly tradeMs: number;
}

/** What `/api/v3/exchangeInfo` says of one symbol. */
export interface SymbolInfo {
  readonly symbol: SymbolId;
  /** `TRADING`, `HALT`, `BREAK`, `END_OF_DAY`, `CANCEL_ONLY`, … */
  readonly status: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Smallest price step, in the quote asset. */
  readonly tickSize: number;
  /** Smallest quantity step, in the base asset. */
  readonly stepSize: number;
}

/**
 * Where the data comes from. A store belongs to one kind for ever: simulated rows never mix with an
 * exchange's. A replayed recording counts as a simulation, because it is not the market of now.
 */
export type SourceKind = "exchange" | "simulation";

/** The source as it is shown to a person. `label` is `Binance spot`, `SIMULATED` or `REPLAY`. */
export interface Source {
  readonly kind: SourceKind;
  readonly label: string;
}
