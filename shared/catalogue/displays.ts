/** The ways in which several metrics are read. */
import type { Display } from "./metric_definition.ts";

/** So many decimals, or a quantity, or basis points: no sign, no percent. */
export function plain(decimals: Display["decimals"]): Display {
  return { decimals, isSigned: false, isPercent: false };
}

/** With so many decimals more than the symbol's prices have. */
export function price(ofPrice: number): Display {
  return plain({ ofPrice });
}

/** Leans to bids (+) or asks (−). */
export const SIGNED: Display = { decimals: 2, isSigned: true, isPercent: false };
