/** TradeSums: the trades of one tick, and those of one second, summed per aggressor side. */
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
    const taken = {
      qty: this.#qty,
      notional: this.#notional,
      vwap: this.#notional / this.#qty,
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

/** Both sides' trades; `null`: this side had none. */
export interface TakenTrades {
  readonly buy: TradesOfSide | null;
  readonly sell: TradesOfSide | null;
}

/** Sums trades until they are taken: for ticks and for seconds apart, the same trades in both. */
export class TradeSums {
  readonly #tick = { buy: new SideSum(), sell: new SideSum() };
  readonly #second = { buy: new SideSum(), sell: new SideSum() };
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
    // A trade of quantity 0 has no volume-weighted price; the exchange sends none.
    if (trade.qty === 0) return false;
    this.#tick[trade.side].add(trade);
    this.#second[trade.side].add(trade);
    return true;
  }

  /** Takes what has come since the last call, for a tick; `null`: no trades at all. */
  take(): TakenTrades | null {
    return taken(this.#tick);
  }

  /** The same for a second. */
  takeSecond(): TakenTrades | null {
    return taken(this.#second);
  }
}

function taken(sums: { readonly buy: SideSum; readonly sell: SideSum }): TakenTrades | null {
  const buy = sums.buy.take();
  const sell = sums.sell.take();
  return buy === null && sell === null ? null : { buy, sell };
}
