/** What a call costs of the exchange's budget, and how much there is. Pure. */
import type { VenueLimits } from "../venue.ts";

/** Weight of `/api/v3/depth` by levels a side: Binance spot rest-api.md, Order book. */
export function depthWeight(levels: number): number {
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  if (levels <= 1_000) return 50;
  return 250;
}

/** Weight of `/api/v3/ticker/bookTicker`, whatever comes of it: rest-api.md, Symbol order book ticker. */
export function bestWeight(symbols: number): number {
  return symbols === 1 ? 2 : 4;
}

/** What an address may use; `exchangeInfo` may say otherwise. Source: enums.md, web-socket-streams.md. */
export const LIMITS: VenueLimits = { weightPerMinute: 6_000, connectionsPerFiveMinutes: 300 };
