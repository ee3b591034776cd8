/** What an exchange lists, as web asks for it and is told. Types only. */
import type { SymbolInfo } from "./market.ts";

/** One symbol of the list, whether it trades or not. */
export interface ListedSymbol
  extends Pick<SymbolInfo, "symbol" | "status" | "baseAsset" | "quoteAsset"> {
  /** In the quote asset; `null`: the exchange does not say. */
  readonly tickSize: number | null;
}

/** All that an exchange lists. */
export interface SymbolListing {
  readonly symbols: readonly ListedSymbol[];
  /** When the exchange said so, UTC milliseconds. */
  readonly takenMs: number;
  /** How long ago that was when this was told, by a clock that is never set. */
  readonly ageMs: number;
  /** Why it is older than it should be, for a person; `null`: it is not. */
  readonly problem: string | null;
}

/** From web: the exchange's list, of the last day. */
export interface ListingOperation {
  readonly type: "list_symbols";
}

/** What came of it. */
export interface ListingResult {
  readonly kind: "listed";
  readonly listing: SymbolListing;
}
