/** Frames as Binance writes them: the same keys in the same order. Spot web-socket-streams.md. */
import type {
  AggTradeEvent,
  BookChange,
  LevelText,
  TickerEvent,
  TradeEvent,
} from "./market_event.ts";

/** One payload for many connections: each form is made once, when the first one wants it. */
export class Frame {
  readonly stream: string;
  readonly raw: string;
  #combined: string | null = null;

  constructor(stream: string, raw: string) {
    this.stream = stream;
    this.raw = raw;
  }

  /** The form that `/stream` sends. */
  get combined(): string {
    this.#combined ??= `{"stream":${JSON.stringify(this.stream)},"data":${this.raw}}`;
    return this.#combined;
  }
}

/** `depthUpdate`. */
export function depthText(symbol: string, change: BookChange): string {
  return `{"e":"depthUpdate","E":${change.eventMs},"s":${JSON.stringify(symbol)},` +
    `"U":${change.firstUpdateId},"u":${change.finalUpdateId},` +
    `"b":${levelsText(change.bids)},"a":${levelsText(change.asks)}}`;
}

/** `bookTicker`; on spot it has no time. */
export function tickerText(symbol: string, ticker: TickerEvent): string {
  return `{"u":${ticker.updateId},"s":${JSON.stringify(symbol)},"b":"${ticker.bid}",` +
    `"B":"${ticker.bidQty}","a":"${ticker.ask}","A":"${ticker.askQty}"}`;
}

/** `<symbol>@trade`: one fill. */
export function tradeText(symbol: string, trade: TradeEvent): string {
  return `{"e":"trade","E":${trade.eventMs},"s":${JSON.stringify(symbol)},"t":${trade.tradeId},` +
    `"p":"${trade.price}","q":"${trade.qty}","T":${trade.tradeMs},` +
    `"m":${trade.isBuyerMaker},"M":true}`;
}

/** `<symbol>@aggTrade`: the fills of one taker at one price. */
export function aggTradeText(symbol: string, trade: AggTradeEvent): string {
  return `{"e":"aggTrade","E":${trade.eventMs},"s":${JSON.stringify(symbol)},` +
    `"a":${trade.aggTradeId},"p":"${trade.price}","q":"${trade.qty}",` +
    `"f":${trade.firstTradeId},"l":${trade.lastTradeId},"T":${trade.tradeMs},` +
    `"m":${trade.isBuyerMaker},"M":true}`;
}

/** `[["61837.63000000","3.78826000"],…]`, without JSON.stringify: the text needs no escapes. */
export function levelsText(levels: readonly LevelText[]): string {
  let text = "[";
  for (const [price, qty] of levels) {
    text += text.length > 1 ? `,["${price}","${qty}"]` : `["${price}","${qty}"]`;
  }
  return `${text}]`;
}
