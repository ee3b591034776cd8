/** What a unit of a quote asset is worth in US dollars, so that an order has one size in every market. */

/** Assets that are a dollar by promise. */
const DOLLARS: Readonly<Record<string, number>> = { USDT: 1, USDC: 1, FDUSD: 1 };

/** Dollars per unit of a quote asset; `NaN`: nobody has told. */
export function dollarsPer(quoteAsset: string | null): number {
  return DOLLARS[quoteAsset ?? ""] ?? NaN;
}

/** The quote asset of a symbol by its ending, as far as it is worth dollars here; `null`: another one. */
export function dollarAssetOf(symbol: string): string | null {
  return Object.keys(DOLLARS).find((asset) => symbol.endsWith(asset)) ?? null;
}
