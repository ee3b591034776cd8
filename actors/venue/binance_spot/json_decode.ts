/**
 * The JSON path of decode: any legal form of a message, with spaces, other key orders, short decimals
 * or unknown extra keys. Slow and obvious; `decode.ts` takes it for what the scanner does not know.
 */
import type { Level, Trade } from "../../../shared/market.ts";
import { Levels } from "../../symbol/engine/book/level_columns.ts";
import type { Decoded, DecodedSnapshot, Malformed } from "../venue.ts";

/** Digits with an optional fraction; twenty of each are more than any asset needs. */
const DECIMAL = /^\d{1,20}(\.\d{1,20})?$/;

type Json = Readonly<Record<string, unknown>>;

/** Decodes one WebSocket frame, combined or raw. It never throws. */
export function decodeJsonFrame(text: string): Decoded {
  const parsed = parseObject(text);
  if (parsed === null) return malformed("not_json", "is not a JSON object");
  if (typeof parsed.stream === "string" && isObject(parsed.data)) return decodePayload(parsed.data);
  return decodePayload(parsed);
}

/** Decodes one answer of `/api/v3/depth`. It never throws. */
export function decodeSnapshot(text: string): DecodedSnapshot | Malformed {
  const parsed = parseObject(text);
  if (parsed === null) return malformed("not_json", "is not a JSON object");
  const lastUpdateId = parsed.lastUpdateId;
  const bids = levels(parsed.bids);
  const asks = levels(parsed.asks);
  if (!isId(lastUpdateId) || bids === null || asks === null) {
    return malformed("depth_snapshot", "lacks a usable lastUpdateId, bids or asks");
  }
  return { type: "depth_snapshot", snapshot: { lastUpdateId, bids, asks } };
}

function decodePayload(data: Json): Decoded {
  switch (data.e) {
    case "depthUpdate":
      return depthUpdate(data);
    case "trade":
      return trade(data, "trade", data.t);
    case "aggTrade":
      // An aggregate carries the range of trade ids that it stands for.
      if (!isId(data.f) || !isId(data.l)) return malformed("agg_trade", "lacks f or l");
      return trade(data, "agg", data.a);
    case "serverShutdown":
      return { type: "server_shutdown" };
    case undefined:
      if ("u" in data && "B" in data) return bookTicker(data);
      if ("result" in data || "error" in data) return { type: "reply" };
      return malformed("unknown", "has no event type");
    default:
      return malformed("unexpected", `has the unexpected event type ${show(data.e)}`);
  }
}

function depthUpdate(data: Json): Decoded {
  const { s: symbol, E: eventMs, U: firstUpdateId, u: finalUpdateId } = data;
  const bids = levels(data.b);
  const asks = levels(data.a);
  if (!isSymbol(symbol)) return malformed("depth_update", "lacks a symbol");
  if (!isId(eventMs)) return malformed("depth_update", "lacks a usable E");
  if (!isId(firstUpdateId) || !isId(finalUpdateId) || firstUpdateId > finalUpdateId) {
    return malformed("depth_update", "lacks a usable range U to u");
  }
  if (bids === null || asks === null) return malformed("depth_update", "has an unusable level");
  return {
    type: "depth_update",
    update: { symbol, eventMs, firstUpdateId, finalUpdateId, bids, asks },
  };
}

function bookTicker(data: Json): Decoded {
  const { u: updateId, s: symbol } = data;
  const bidPrice = decimal(data.b);
  const bidQty = decimal(data.B);
  const askPrice = decimal(data.a);
  const askQty = decimal(data.A);
  if (
    !isId(updateId) || !isSymbol(symbol) || bidPrice === null || bidQty === null ||
    askPrice === null || askQty === null
  ) return malformed("book_ticker", "lacks a usable u, s, b, B, a or A");
  return {
    type: "book_ticker",
    ticker: { symbol, updateId, bidPrice, bidQty, askPrice, askQty },
  };
}

function trade(data: Json, kind: Trade["kind"], tradeId: unknown): Decoded {
  const { s: symbol, E: eventMs, T: tradeMs, m: buyerIsMaker } = data;
  const price = decimal(data.p);
  const qty = decimal(data.q);
  if (
    !isSymbol(symbol) || !isId(eventMs) || !isId(tradeMs) || !isId(tradeId) || price === null ||
    qty === null || typeof buyerIsMaker !== "boolean"
  ) return malformed(kind === "agg" ? "agg_trade" : "trade", "lacks a usable field");
  // The buyer was resting, so the seller crossed the spread.
  const side = buyerIsMaker ? "sell" : "buy";
  return { type: "trade", trade: { kind, symbol, tradeId, price, qty, side, eventMs, tradeMs } };
}

function levels(value: unknown): Levels | null {
  if (!Array.isArray(value)) return null;
  const pairs: Level[] = [];
  for (const entry of value) {
    if (!Array.isArray(entry) || entry.length !== 2) return null;
    const price = decimal(entry[0]);
    const qty = decimal(entry[1]);
    if (price === null || qty === null) return null;
    pairs.push([price, qty]);
  }
  return Levels.of(pairs);
}

function decimal(value: unknown): number | null {
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : null;
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSymbol(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function malformed(kind: string, reason: string): Malformed {
  return { type: "malformed", kind, reason };
}

/** The start of a foreign value: enough to recognise it, never a whole frame in a log. */
function show(value: unknown): string {
  // An object may be nested deeper than the stack can follow.
  if (typeof value === "object" && value !== null) return "that is no text";
  return JSON.stringify(value).slice(0, 40);
}
