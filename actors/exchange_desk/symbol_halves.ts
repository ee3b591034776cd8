/**
 * Halves of a list of symbols. One that the exchange does not know spoils its answer for all, so a list is
 * halved until the unknown one stands alone: `n` symbols cost it about `2 log2 n` calls.
 */
import type { SymbolId } from "../../shared/market.ts";

/** Both halves; none of a list that cannot be halved any more. */
export function halvesOf(symbols: readonly SymbolId[]): SymbolId[][] {
  if (symbols.length < 2) return [];
  const half = Math.ceil(symbols.length / 2);
  return [symbols.slice(0, half), symbols.slice(half)];
}
