/** Sums of trades, and how two of them make one: what a slow reader gets is late, and never less. */
import { TAPE_TRADES_MAX, type TradeFrame, type TradesFrame, type TradesOfSide } from "./output.ts";

/**
 * The trades of both frames, `newer` being the later one. Count, low and high are exact. Quantity and
 * notional are sums of doubles, all positive: however the same n trades are grouped, they differ by less
 * than n · 2⁻⁵² of their value.
 */
export function mergeTrades(older: TradesFrame, newer: TradesFrame): TradesFrame {
  return {
    ...newer,
    // The wall clock may have been set back between the two.
    fromMs: Math.min(older.fromMs, newer.fromMs),
    timeMs: Math.max(older.timeMs, newer.timeMs),
    buy: mergeSides(older.buy, newer.buy),
    sell: mergeSides(older.sell, newer.sell),
  };
}

/** The newest trades of both; those that have no place any more are counted. */
export function mergeTapes(older: TradeFrame, newer: TradeFrame): TradeFrame {
  const all = [...older.trades, ...newer.trades];
  const trades = all.slice(-TAPE_TRADES_MAX);
  const leftOut = older.leftOut + newer.leftOut + all.length - trades.length;
  return { ...newer, trades, leftOut };
}

function mergeSides(a: TradesOfSide | null, b: TradesOfSide | null): TradesOfSide | null {
  if (a === null || b === null) return a ?? b;
  const qty = a.qty + b.qty;
  const notional = a.notional + b.notional;
  return {
    qty,
    notional,
    vwap: notional / qty,
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    count: a.count + b.count,
  };
}
