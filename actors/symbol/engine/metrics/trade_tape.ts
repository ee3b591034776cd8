/** TradeTape: the newest trades one by one, for who looks at their symbol. */
import type { Trade } from "../../../../shared/market.ts";
import { TAPE_TRADES_MAX, type TapedTrade } from "../../../../shared/output.ts";

/** What has come since the last look. */
export interface Taped {
  readonly kind: Trade["kind"];
  /** The newest, in the order in which they came. */
  readonly trades: readonly TapedTrade[];
  /** How many came before them and are not among them. */
  readonly leftOut: number;
}

/** The trades of one tick, the newest of them. */
export class TradeTape {
  /** A ring: the trade of number n stands at n modulo its length. */
  readonly #ring: TapedTrade[] = [];
  #kind: Trade["kind"] = "trade";
  #count = 0;

  /** Takes one more. */
  add({ kind, tradeId: id, price, qty, side, tradeMs: timeMs }: Trade): void {
    this.#kind = kind;
    this.#ring[this.#count % TAPE_TRADES_MAX] = { id, price, qty, side, timeMs };
    this.#count += 1;
  }

  /** What has come since the last call; `null`: nothing. */
  take(): Taped | null {
    const count = this.#count;
    if (count === 0) return null;
    const first = Math.max(0, count - TAPE_TRADES_MAX);
    const place = first % TAPE_TRADES_MAX;
    const trades = [...this.#ring.slice(place), ...this.#ring.slice(0, place)];
    this.clear();
    return { kind: this.#kind, trades, leftOut: first };
  }

  /** Forgets what has come. */
  clear(): void {
    this.#count = 0;
    this.#ring.length = 0;
  }
}
