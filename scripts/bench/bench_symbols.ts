/** The symbols of measurements that need many. */
import type { SymbolId } from "../../shared/market.ts";

/** The busiest there are; others are called by numbers. */
const BUSY = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "XRPUSDT"];

/** So many symbols. */
export function benchSymbols(count: number): readonly SymbolId[] {
  return Array.from({ length: count }, (_, i) => BUSY[i] ?? `S${i}USDT`);
}
