/** Frames: what goes over a connection, as an event or as the text that the exchange would write. */
import { assertNever } from "../../shared/assert_never.ts";
import type { Decoded } from "../../actors/venue/venue.ts";
import type { LevelColumns } from "../../actors/symbol/engine/book/level_columns.ts";

/** Binance writes eight decimals. */
const DECIMALS = 8;
/** A text that is blown up by spaces, which mean nothing in JSON. */
const OVERSIZE = 30_000;

/** A frame that the exchange means as it is: most need no text to be understood. */
export type FrameEvent = Exclude<Decoded, { readonly type: "malformed" | "reply" }>;

/** What arrives: decoded, or the text that a decoder has still to read. */
export type Frame = FrameEvent | { readonly type: "text"; readonly text: string };

/** The combined frame, as Binance writes it. `symbol` may be another than the event's own. */
export function frameText(event: FrameEvent, symbol?: string): string {
  switch (event.type) {
    case "depth_update": {
      const { update } = event;
      const name = symbol ?? update.symbol;
      return `{"stream":"${name.toLowerCase()}@depth@100ms","data":{"e":"depthUpdate","E":` +
        `${update.eventMs},"s":"${name}","U":${update.firstUpdateId},"u":${update.finalUpdateId},` +
        `"b":${levelsText(update.bids)},"a":${levelsText(update.asks)}}}`;
    }
    case "book_ticker": {
      const { ticker } = event;
      const name = symbol ?? ticker.symbol;
      return `{"stream":"${name.toLowerCase()}@bookTicker","data":{"u":${ticker.updateId},"s":"` +
        `${name}","b":"${ticker.bidPrice.toFixed(DECIMALS)}","B":"` +
        `${ticker.bidQty.toFixed(DECIMALS)}","a":"${ticker.askPrice.toFixed(DECIMALS)}","A":"` +
        `${ticker.askQty.toFixed(DECIMALS)}"}}`;
    }
    case "trade": {
      const { trade } = event;
      const name = symbol ?? trade.symbol;
      return `{"stream":"${name.toLowerCase()}@aggTrade","data":{"e":"aggTrade","E":` +
        `${trade.eventMs},"s":"${name}","a":${trade.tradeId},"p":"${
          trade.price.toFixed(DECIMALS)
        }",` +
        `"q":"${trade.qty.toFixed(DECIMALS)}","f":${trade.tradeId},"l":${trade.tradeId},"T":` +
        `${trade.tradeMs},"m":${trade.side === "sell"},"M":true}}`;
    }
    case "server_shutdown":
      return `{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}`;
    default:
      return assertNever(event, "write a frame");
  }
}

/** The same meaning in far more characters. */
export function oversized(text: string): string {
  return text.replace(`"data":`, `"data":${" ".repeat(OVERSIZE)}`);
}

/** The text of an answer of `/api/v3/depth`. */
export function snapshotText(
  lastUpdateId: number,
  bids: LevelColumns,
  asks: LevelColumns,
): string {
  return `{"lastUpdateId":${lastUpdateId},"bids":${levelsText(bids)},"asks":${levelsText(asks)}}`;
}

function levelsText(levels: LevelColumns): string {
  const pairs: string[] = [];
  for (let i = 0; i < levels.count; i++) {
    pairs.push(`["${levels.price(i).toFixed(DECIMALS)}","${levels.qty(i).toFixed(DECIMALS)}"]`);
  }
  return `[${pairs.join(",")}]`;
}
