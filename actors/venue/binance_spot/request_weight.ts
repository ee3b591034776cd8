/** What a call costs of the exchange's budget. Pure. */

/** Weight of `/api/v3/depth` by levels a side: Binance spot rest-api.md, Order book. */
export function depthWeight(levels: number): number {
  if (levels <= 100) return 5;
  if (levels <= 500) return 25;
  if (levels <= 1_000) return 50;
  return 250;
}

/** Weight of `/api/v3/ticker/bookTicker` for one symbol: rest-api.md, Symbol order book ticker. */
export const BEST_WEIGHT = 2;
