/** Market events for tests, with what does not matter filled in. */
import type { Decoded } from "../../../actors/venue/venue.ts";
import { type LevelColumns, Levels } from "../../../actors/symbol/engine/book/level_columns.ts";
import type { DepthSnapshot, DepthUpdate } from "../../../actors/symbol/engine/event.ts";
import type { BookTicker, Level, Market, Trade } from "../../../shared/market.ts";

export const SYMBOL = "BTCUSDT";
export const MARKET: Market = { venue: "binance_spot", symbol: SYMBOL };

/** Levels of one message. */
export interface Sides {
  readonly bids?: readonly Level[];
  readonly asks?: readonly Level[];
}

export function depthUpdate(
  firstUpdateId: number,
  finalUpdateId: number,
  { bids = [], asks = [] }: Sides = {},
): DepthUpdate {
  return { symbol: SYMBOL, eventMs: 5_000, firstUpdateId, finalUpdateId, ...columns(bids, asks) };
}

export function depthSnapshot(lastUpdateId: number, sides: Sides = {}): DepthSnapshot {
  return { lastUpdateId, ...columns(sides.bids ?? [[99, 1]], sides.asks ?? [[101, 1]]) };
}

function columns(bids: readonly Level[], asks: readonly Level[]) {
  return { bids: Levels.of(bids), asks: Levels.of(asks) };
}

/** Columns as pairs, in their order. */
export function pairs(levels: LevelColumns): Level[] {
  return Array.from({ length: levels.count }, (_, i) => [levels.price(i), levels.qty(i)]);
}

/** What was decoded, with pairs for columns: to be kept and to be compared. */
export function plain(decoded: Decoded): unknown {
  if (decoded.type !== "depth_update") return structuredClone(decoded);
  const { update } = decoded;
  return {
    type: decoded.type,
    update: { ...update, bids: pairs(update.bids), asks: pairs(update.asks) },
  };
}

export function bookTicker(updateId: number, bid: Level, ask: Level): BookTicker {
  return {
    symbol: SYMBOL,
    updateId,
    bidPrice: bid[0],
    bidQty: bid[1],
    askPrice: ask[0],
    askQty: ask[1],
  };
}

let tradeId = 0;

/** Each with an id of its own. */
export function trade(part: Partial<Trade> = {}): Trade {
  tradeId += 1;
  return {
    kind: "agg",
    symbol: SYMBOL,
    tradeId,
    price: 100,
    qty: 1,
    side: "buy",
    eventMs: 5_000,
    tradeMs: 5_000,
    ...part,
  };
}

/** A small generator of known quality (mulberry32): the same seed gives the same numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
