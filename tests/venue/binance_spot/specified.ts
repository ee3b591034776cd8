/** What the zod schemas, the specification, say of a text. */
import { z } from "zod";
import type { Level } from "../../../shared/market.ts";
import {
  aggTradeSchema,
  bookTickerSchema,
  combinedSchema,
  depthUpdateSchema,
  tradeSchema,
} from "../../../actors/venue/binance_spot/market_schema.ts";

const objectSchema = z.record(z.string(), z.unknown());

/** The JSON object that a text is; `null`: it is none. */
export function parse(text: string): Record<string, unknown> | null {
  try {
    return objectSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Levels as numbers, read as the platform reads them. */
export const numbers = (levels: readonly (readonly [string, string])[]): Level[] =>
  levels.map(([price, qty]) => [parseFloat(price), parseFloat(qty)]);

/** The specified meaning of a frame; `null`: it is to be refused. */
export function specified(text: string): unknown {
  const outer = parse(text);
  if (outer === null) return null;
  const wrapped = combinedSchema.safeParse(outer);
  const inner = wrapped.success ? objectSchema.safeParse(wrapped.data.data) : null;
  return payload(inner?.success ? inner.data : outer);
}

function payload(data: Record<string, unknown>): unknown {
  switch (data.e) {
    case "depthUpdate": {
      const update = depthUpdateSchema.safeParse(data).data;
      return update === undefined ? null : {
        type: "depth_update",
        update: {
          symbol: update.s,
          eventMs: update.E,
          firstUpdateId: update.U,
          finalUpdateId: update.u,
          bids: numbers(update.b),
          asks: numbers(update.a),
        },
      };
    }
    case "trade": {
      const trade = tradeSchema.safeParse(data).data;
      return trade === undefined ? null : specifiedTrade("trade", trade, trade.t);
    }
    case "aggTrade": {
      const trade = aggTradeSchema.safeParse(data).data;
      return trade === undefined ? null : specifiedTrade("agg", trade, trade.a);
    }
    case "serverShutdown":
      // It has no schema; what marks another market's frame marks this one too.
      return "pu" in data ? null : { type: "server_shutdown" };
    case undefined: {
      const ticker = bookTickerSchema.safeParse(data).data;
      if (ticker === undefined) {
        const isTicker = "u" in data && "B" in data;
        return !isTicker && !("pu" in data) && ("result" in data || "error" in data)
          ? { type: "reply" }
          : null;
      }
      return {
        type: "book_ticker",
        ticker: {
          symbol: ticker.s,
          updateId: ticker.u,
          bidPrice: parseFloat(ticker.b),
          bidQty: parseFloat(ticker.B),
          askPrice: parseFloat(ticker.a),
          askQty: parseFloat(ticker.A),
        },
      };
    }
    default:
      return null;
  }
}

interface SpecifiedTrade {
  readonly s: string;
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
  readonly E: number;
  readonly T: number;
}

function specifiedTrade(kind: "trade" | "agg", trade: SpecifiedTrade, tradeId: number): unknown {
  return {
    type: "trade",
    trade: {
      kind,
      symbol: trade.s,
      tradeId,
      price: parseFloat(trade.p),
      qty: parseFloat(trade.q),
      side: trade.m ? "sell" : "buy",
      eventMs: trade.E,
      tradeMs: trade.T,
    },
  };
}
