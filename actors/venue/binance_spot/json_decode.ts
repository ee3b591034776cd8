/**
 * The JSON path of decode: any legal form of a message, with spaces, other key orders, short decimals
 * or unknown extra keys. Slow and obvious; `decode.ts` takes it for what the scanner does not know.
 */
import type { Level, Trade } from "../../../shared/market.ts";
import { Levels } from "../../symbol/engine/book/level_columns.ts";
import type { Decoded, DecodedSnapshot, Malformed } from "../venue.ts";
import { spotTimeMs, timeUnit } from "./time_unit.ts";

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
  const { lastUpdateId } = parsed;
  // Those of futures carry the time of the message and of the engine.
  for (const mark of ["E", "T"]) if (mark in parsed) return ofFutures(mark);
  const bids = levels(parsed.bids);
  const asks = levels(parsed.asks);
  if (!isId(lastUpdateId)) return malformed("depth_snapshot", "lacks a usable lastUpdateId");
  if (bids === null || asks === null) {
    return malformed("depth_snapshot", sidesProblem("bids", parsed.bids, "asks", parsed.asks));
  }
  return { type: "depth_snapshot", snapshot: { lastUpdateId, bids, asks } };
}

function decodePayload(data: Json): Decoded {
  if ("pu" in data) return ofFutures("pu");
  switch (data.e) {
    case "depthUpdate":
      return depthUpdate(data);
    case "trade":
      return trade(data, "trade", "t");
    case "aggTrade":
      // An aggregate carries the range of trade ids that it stands for.
      if (!isId(data.f) || !isId(data.l)) return malformed("agg_trade", "lacks a usable f or l");
      return trade(data, "agg", "a");
    case "serverShutdown":
      return { type: "server_shutdown" };
    case "bookTicker":
      // That of spot tells no type.
      return ofFutures("e");
    case undefined:
      if ("u" in data && "B" in data) return bookTicker(data);
      if ("result" in data || "error" in data) return { type: "reply" };
      // REST answers so, and streams that are not asked for: a book, not a change of one.
      if ("lastUpdateId" in data) {
        return malformed("unknown", "is a snapshot or a partial depth (it has lastUpdateId)");
      }
      return malformed("unknown", "has no event type e");
    default:
      return malformed("unexpected", `has the unexpected event type ${show(data.e)}`);
  }
}

function depthUpdate(data: Json): Decoded {
  const { s: symbol, U: firstUpdateId, u: finalUpdateId } = data;
  const eventMs = time(data.E);
  const bids = levels(data.b);
  const asks = levels(data.a);
  if (!isSymbol(symbol)) return malformed("depth_update", "lacks a symbol s");
  if (eventMs === null) return timeProblem("depth_update", "E", data.E);
  if (!isId(firstUpdateId) || !isId(finalUpdateId) || firstUpdateId > finalUpdateId) {
    return malformed("depth_update", "lacks a usable range U to u");
  }
  if (bids === null || asks === null) {
    return malformed("depth_update", sidesProblem("b", data.b, "a", data.a));
  }
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
  if (!isId(updateId)) return malformed("book_ticker", "lacks a usable u");
  if (!isSymbol(symbol)) return malformed("book_ticker", "lacks a symbol s");
  if (bidPrice === null || bidQty === null || askPrice === null || askQty === null) {
    const name = ["b", "B", "a", "A"].find((key) => decimal(data[key]) === null) ?? "b";
    return malformed("book_ticker", `has ${decimalProblem(data[name])} in ${name}`);
  }
  return {
    type: "book_ticker",
    ticker: { symbol, updateId, bidPrice, bidQty, askPrice, askQty },
  };
}

function trade(data: Json, kind: Trade["kind"], idName: "t" | "a"): Decoded {
  const { s: symbol, m: buyerIsMaker } = data;
  const type = kind === "agg" ? "agg_trade" : "trade";
  const tradeId = data[idName];
  const eventMs = time(data.E);
  const tradeMs = time(data.T);
  const price = decimal(data.p);
  const qty = decimal(data.q);
  if (!isSymbol(symbol)) return malformed(type, "lacks a symbol s");
  if (eventMs === null) return timeProblem(type, "E", data.E);
  if (tradeMs === null) return timeProblem(type, "T", data.T);
  if (!isId(tradeId)) return malformed(type, `lacks a usable ${idName}`);
  if (price === null) return malformed(type, `has ${decimalProblem(data.p)} in p`);
  if (qty === null) return malformed(type, `has ${decimalProblem(data.q)} in q`);
  if (typeof buyerIsMaker !== "boolean") return malformed(type, "lacks a usable m");
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

/** UTC milliseconds; `null`: no time that Binance spot would write. */
function time(value: unknown): number | null {
  if (!isId(value)) return null;
  const ms = spotTimeMs(value);
  return ms < 0 ? null : ms;
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

// -- What is wrong, in words: the same for every frame that is wrong alike, so that they can be counted --

function malformed(kind: string, reason: string): Malformed {
  return { type: "malformed", kind, reason };
}

function ofFutures(mark: string): Malformed {
  return malformed(
    "futures",
    `is of a futures market (it has ${mark}): this program reads Binance spot`,
  );
}

/** Of two sides of which one at least is unusable. */
function sidesProblem(bidName: string, bids: unknown, askName: string, asks: unknown): string {
  return levels(bids) === null ? sideProblem(bidName, bids) : sideProblem(askName, asks);
}

function sideProblem(name: string, value: unknown): string {
  if (!Array.isArray(value)) return `lacks the list ${name}`;
  for (const level of value) {
    if (!Array.isArray(level) || level.length !== 2) {
      return `has a level in ${name} that is not a price and a quantity`;
    }
    const bad = level.findIndex((part) => decimal(part) === null);
    if (bad >= 0) return `has ${decimalProblem(level[bad])} in ${name}`;
  }
  throw new TypeError(`Cannot say what is wrong with a side: every level of ${name} is usable`);
}

function decimalProblem(value: unknown): string {
  return typeof value === "number" ? "a number where Binance spot has a text" : "no usable decimal";
}

function timeProblem(kind: string, name: string, value: unknown): Malformed {
  const isTime = typeof value === "number" && Number.isInteger(value) && value >= 0;
  const unit = isTime ? timeUnit(value) : null;
  if (unit !== "seconds" && unit !== "nanoseconds") {
    return malformed(kind, `lacks a usable ${name}`);
  }
  return malformed(
    "time_unit",
    `has its ${name} in ${unit}: Binance spot has milliseconds or microseconds`,
  );
}

/** The start of a foreign value: enough to recognise it, never a whole frame in a log. */
function show(value: unknown): string {
  // An object may be nested deeper than the stack can follow.
  if (typeof value === "object" && value !== null) return "that is no text";
  return JSON.stringify(value).slice(0, 40);
}
