/** What the store remembers of one symbol, as the writer tells the symbol's actor. */
import { type AlertsInStore, NOTHING_IN_STORE } from "./alerts_in_store.ts";
import type { MetricState } from "./output.ts";

/** Of its alerts, and of its metrics. */
export interface SymbolInStore extends AlertsInStore {
  readonly metrics: readonly MetricState[];
}

/** Of a symbol that it does not know. */
export const UNKNOWN_SYMBOL: SymbolInStore = { ...NOTHING_IN_STORE, metrics: [] };
