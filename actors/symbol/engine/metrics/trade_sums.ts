/** TradeSums: the trades of one tick, summed per aggressor side. */
import type { Trade } from "../../../../shared/market.ts";
import type { TradesOfSide } from "../../../../shared/output.ts";

/** The trades of one side: one object, begun again at each take. */
class SideSum {
  #qty = 0;
  #notional = 0;
  #low = Infinity;
  #high = -Infinity;
  #count = 0;

  add({ price, qty }: Trade): void {
    this.#qty += qty;
    this.#notional += price * qty;
    this.#low = Math.min(this.#low, price);
    this.#high = Math.max(this.#high, price);
    this.#count += 1;
  }

  /** What has come since the last call; `null`: nothing. */
  take(): TradesOfSide | null {
    if (this.#count === 0) return null;
    const qty = this.#qty;
    // A trade of quantity 0 has no volume-weighted price; the exchange sends none.
    const taken = qty === 0 ? null : {
      qty,
      notional: this.#notional,
      vwap: this.#notional / qty,
      low: this.#low,
      high: this.#high,
      count: this.#count,
    };
    this.#qty = 0;
    this.#notional = 0;
    this.#low = Infinity;
    this.#high = -Infinity;
    this.#count = 0;
    return taken;
  }
}

/** Ids of trades that are remembered: more than two connections are ever apart. */
const IDS = 1_024;

/** Sums trades until they are taken. */
export class TradeSums {
  readonly #buy = new SideSum();
  readonly #sell = new SideSum();
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
    if (trade.side === "buy") this.#buy.add(trade);
    else this.#sell.add(trade);
    return true;
  }

  /** Takes what has come since the last call; `null`: no trades at all. */
  take(): { readonly buy: TradesOfSide | null; readonly sell: TradesOfSide | null } | null {
    const buy = this.#buy.take();
    const sell = this.#sell.take();
    return buy === null && sell === null ? null : { buy, sell };
  }
}
