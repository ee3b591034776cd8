/** What an exchange lists, for tests. */
import type { ListedSymbol, SymbolListing } from "../../shared/symbol_listing.ts";

/** A symbol that trades, as `BTC/USDT`. */
export function listedSymbol(pair: string, over: Partial<ListedSymbol> = {}): ListedSymbol {
  const [baseAsset = "", quoteAsset = ""] = pair.split("/");
  const symbol = baseAsset + quoteAsset;
  return { symbol, status: "TRADING", baseAsset, quoteAsset, tickSize: 0.01, ...over };
}

/** A list of now. */
export function symbolListing(over: Partial<SymbolListing> = {}): SymbolListing {
  const symbols = ["BTC/USDT", "ETH/USDT", "ETH/BTC"].map((pair) => listedSymbol(pair));
  return { symbols, takenMs: 1_767_225_600_000, ageMs: 0, problem: null, ...over };
}
