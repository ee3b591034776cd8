/** Which listed symbols a person means, the likeliest first. Pure. */
import { dollarAssets } from "../shared/catalogue/quote_assets.ts";
import type { ListedSymbol } from "../shared/symbol_listing.ts";

/** What people write between the two assets of a pair, and no symbol has. */
const BETWEEN = /[\s/_\-:.]/gu;
/** How well a name fits; one that is not among these fits not at all. */
const EXACT = 0;
const BASE = 1;
const PREFIX = 2;
const BASE_PREFIX = 3;
const WITHIN = 4;

/**
 * Those that `text` finds, however it is written (`btc/usdt`): the symbol itself, those of the asset, those that begin so,
 * whose asset begins so, that have it in them. Among equals those that trade come first, then those in dollars, then the
 * shorter. An empty text finds all of them.
 */
export function findSymbols(listed: readonly ListedSymbol[], text: string): ListedSymbol[] {
  const wanted = text.toUpperCase().replaceAll(BETWEEN, "");
  const fits = listed.flatMap((one) => {
    const fit = fitOf(one, wanted);
    return fit === null ? [] : [{ one, fit, standing: standingOf(one) }];
  });
  const order = fits.sort((a, b) =>
    a.fit - b.fit || a.standing - b.standing || a.one.symbol.length - b.one.symbol.length ||
    (a.one.symbol < b.one.symbol ? -1 : 1)
  );
  return order.map(({ one }) => one);
}

function fitOf({ symbol, baseAsset }: ListedSymbol, wanted: string): number | null {
  if (symbol === wanted) return EXACT;
  if (baseAsset === wanted) return BASE;
  if (symbol.startsWith(wanted)) return PREFIX;
  if (baseAsset.startsWith(wanted)) return BASE_PREFIX;
  return symbol.includes(wanted) ? WITHIN : null;
}

const DOLLARS = dollarAssets();

function standingOf({ status, quoteAsset }: ListedSymbol): number {
  const place = DOLLARS.indexOf(quoteAsset);
  const quote = place < 0 ? DOLLARS.length : place;
  return status === "TRADING" ? quote : DOLLARS.length + 1 + quote;
}
