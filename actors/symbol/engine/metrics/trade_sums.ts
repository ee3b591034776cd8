/** TradeSums: the trades of one tick, summed per aggressor side. */
import type { Trade } from "../../../../shared/market.ts";
import type { TradesOfSide } from "../../../../shared/output.ts";

interface SideSum {
  qty: number;
  notional: number;
  low: number;
  high: number;
  count: number;
}

/** Ids of trades that are remembered: more than two connections are ever apart. */
const IDS = 1_024;

/** Sums trades until they are taken. */
export class TradeSums {
  #buy: SideSum | null = null;
  #sell: SideSum | null = null;
  /**
   * The first kind seen is the one that counts: `trade` and `aggTrade` tell of the same trades, and
   * a feed that carries both would count each twice.
   */
  #kind: Trade["kind"] | null = null;

  /** The last trade whose id falls in each place. */
  readonly #ids = new Float64Array(IDS).fill(NaN);

  /**
   * Adds one trade. Two connections bring each of them twice while one takes over from the other.
   *
   * @returns whether it counts: it is new, and of the kind that does.
   */
  add(trade: Trade): boolean {
    this.#kind ??= trade.kind;
    const place = trade.tradeId % IDS;
    if (trade.kind !== this.#kind || this.#ids[place] === trade.tradeId) return false;
    this.#ids[place] = trade.tradeId;
    if (trade.side === "buy") this.#buy = sum(this.#buy, trade);
    else this.#sell = sum(this.#sell, trade);
    return true;
  }

  /** Takes what has come since the last call; `null`: no trades at all. */
  take(): { readonly buy: TradesOfSide | null; readonly sell: TradesOfSide | null } | null {
    const taken = { buy: finish(this.#buy), sell: finish(this.#sell) };
    this.#buy = null;
    this.#sell = null;
    return taken.buy === null && taken.sell === null ? null : taken;
  }
}

function sum(before: SideSum | null, { price, qty }: Trade): SideSum {
  const side = before ?? { qty: 0, notional: 0, low: price, high: price, count: 0 };
  side.qty += qty;
  side.notional += price * qty;
  side.low = Math.min(side.low, price);
  side.high = Math.max(side.high, price);
  side.count += 1;
  return side;
}

function finish(side: SideSum | null): TradesOfSide | null {
  // A trade of quantity 0 has no volume-weighted price; the exchange sends none.
  if (side === null || side.qty === 0) return null;
  const { qty, notional, low, high, count } = side;
  return { qty, notional, vwap: notional / qty, low, high, count };
}
