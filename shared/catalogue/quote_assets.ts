/** What a unit of a quote asset is worth in US dollars, so that an order has one size in every market. */

/** Assets that are a dollar by promise, the most traded first. Of others a pair tells that is followed too. */
const DOLLARS: Readonly<Record<string, number>> = { USDT: 1, USDC: 1, FDUSD: 1 };

/** Those that are dollars. */
export function dollarAssets(): readonly string[] {
  return Object.keys(DOLLARS);
}

/** Dollars per unit of an asset that is a dollar by promise; `NaN`: it is another. */
export function dollarsPer(quoteAsset: string | null): number {
  return DOLLARS[quoteAsset ?? ""] ?? NaN;
}

/** The quote asset of a symbol by its ending, as far as it is worth dollars here; `null`: another one. */
export function dollarAssetOf(symbol: string): string | null {
  return dollarAssets().find((asset) => symbol.endsWith(asset)) ?? null;
}
