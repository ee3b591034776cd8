/**
 * What a source tells the exchange: the vocabulary between the two kinds of market (simulated,
 * recorded) and everything that serves them. Prices and quantities are text here, as Binance writes
 * them (eight decimals), because the exchange passes them on and never calculates with them.
 */
import type { PlantedTruth } from "./planted_event.ts";

/** One price level as Binance writes it: `["61837.63000000", "3.78826000"]`. */
export type LevelText = readonly [price: string, qty: string];

/** A book at one update id, in any order. */
export interface BookState {
  readonly lastUpdateId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

/** What `exchangeInfo` says of a symbol; sizes in units of 1e-8. */
export interface SymbolSpec {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSizeE8: number;
  readonly stepSizeE8: number;
}

/**
 * One change of the book that is never split: a single update id in the simulated market, a whole
 * recorded diff in a replay. Quantities are absolute as of `finalUpdateId`.
 */
export interface BookChange {
  readonly type: "change";
  /** When it is published, in market time. */
  readonly atMs: number;
  /** What the frame says (`E`). */
  readonly eventMs: number;
  readonly firstUpdateId: number;
  readonly finalUpdateId: number;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
}

/** The best bid and ask at one update id; published at once. */
export interface TickerEvent {
  readonly type: "ticker";
  readonly atMs: number;
  readonly updateId: number;
  readonly bid: string;
  readonly bidQty: string;
  readonly ask: string;
  readonly askQty: string;
}

/** One fill. */
export interface TradeEvent {
  readonly type: "trade";
  readonly atMs: number;
  readonly eventMs: number;
  readonly tradeMs: number;
  readonly tradeId: number;
  readonly price: string;
  readonly qty: string;
  /** True: an aggressive sell. */
  readonly isBuyerMaker: boolean;
}

/** Consecutive fills of one taker at one price. */
export interface AggTradeEvent {
  readonly type: "aggTrade";
  readonly atMs: number;
  readonly eventMs: number;
  readonly tradeMs: number;
  readonly aggTradeId: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly price: string;
  readonly qty: string;
  readonly isBuyerMaker: boolean;
}

/** Everything a market says, in the order of `atMs`. */
export type MarketEvent = BookChange | TickerEvent | TradeEvent | AggTradeEvent;

/** What `exchangeInfo.simulation` says, so that a client can never take it for a real market. */
export type SourceLabel = "SIMULATED" | "REPLAY";

/** One symbol's market: a pure function of its input and of market time. */
export interface MarketSource {
  readonly spec: SymbolSpec;
  readonly label: SourceLabel;
  /** The book before the first event. */
  readonly initial: BookState;
  /**
   * What was on the wire just before `initial` or straddles it (`U <= lastUpdateId + 1`): shown to
   * who subscribes while the market is held, so that a snapshot of `initial` joins. `null`: none.
   */
  opening(marketMs: number): BookChange | null;
  /** Starts the market's clock; called once, before `advance`. */
  begin(marketMs: number): void;
  /** Every event up to and including `marketMs` that was not given before, in order. */
  advance(marketMs: number): Iterable<MarketEvent>;
  /** The market stands still for `ms`: everything to come is so much later. */
  pause(ms: number): void;
  /** New prices are multiples of it from now on, where prices can be chosen. */
  changeTickSize?(tickSizeE8: number): void;
  /** What was planted in it so far, and when; absent: nothing can be. */
  readonly planted?: readonly PlantedTruth[];
  /** True when no event will ever follow. */
  isOver(): boolean;
}

/** True for `"0"`, `"0.00000000"`: the level is gone. */
export function isZero(qty: string): boolean {
  for (let i = 0; i < qty.length; i += 1) {
    const c = qty.charCodeAt(i);
    if (c !== 48 && c !== 46) return false;
  }
  return true;
}

/** Eight decimals of a non-negative whole number of 1e-8 units. */
export function decimalText(unitsE8: number): string {
  const whole = Math.floor(unitsE8 / 1e8);
  const fraction = unitsE8 - whole * 1e8;
  return `${whole}.${String(fraction).padStart(8, "0")}`;
}
