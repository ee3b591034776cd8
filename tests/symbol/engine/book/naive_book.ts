/** The obvious book: a map a side, sorted when it is read. What it says is what is right. */
import type { Level } from "../../../../shared/market.ts";

export type SideName = "bid" | "ask";

/** One side; prices are doubles, as `Number()` reads the exchange's text. */
export class NaiveSide {
  readonly #levels = new Map<number, number>();
  readonly #sign: 1 | -1;

  constructor(side: SideName) {
    this.#sign = side === "bid" ? -1 : 1;
  }

  /** Whether that has changed anything. */
  set(price: number, qty: number): boolean {
    const before = this.#levels.get(price) ?? 0;
    if (qty === 0) this.#levels.delete(price);
    else this.#levels.set(price, qty);
    return before !== qty;
  }

  clear(): void {
    this.#levels.clear();
  }

  /** All levels, best first. */
  levels(): Level[] {
    return [...this.#levels].sort((a, b) => this.#sign * (a[0] - b[0]));
  }

  prune(low: number, high: number): void {
    for (const price of this.#levels.keys()) {
      if (price < low || price > high) this.#levels.delete(price);
    }
  }
}

/** Both sides, and the sums that the engine keeps up to date. */
export class NaiveBook {
  readonly bids = new NaiveSide("bid");
  readonly asks = new NaiveSide("ask");

  /** How many levels that has changed. */
  apply(bids: readonly Level[], asks: readonly Level[]): number {
    return bids.filter(([price, qty]) => this.bids.set(price, qty)).length +
      asks.filter(([price, qty]) => this.asks.set(price, qty)).length;
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  prune(low: number, high: number): void {
    this.bids.prune(low, high);
    this.asks.prune(low, high);
  }
}

/** Quantity of some levels. */
export function sumQty(levels: readonly Level[]): number {
  return levels.reduce((sum, [, qty]) => sum + qty, 0);
}

/** Distance of a price from mid, bps. */
export function distanceBps(price: number, mid: number): number {
  return Math.abs(price - mid) / mid * 1e4;
}

/**
 * The levels within `bps` of the mid of two prices, the edge included. Near the edge it is decided in
 * whole numbers of any size, of the eighth decimal.
 */
export function within(levels: readonly Level[], bid: number, ask: number, bps: number): Level[] {
  const whole = (price: number) => BigInt(Math.round(price * 1e8));
  const twiceMid = whole(bid) + whole(ask);
  return levels.filter(([price]) => {
    const beyond = distanceBps(price, (bid + ask) / 2) - bps;
    if (Math.abs(beyond) > 1e-3) return beyond < 0;
    const distance = 2n * whole(price) - twiceMid;
    return (distance < 0n ? -distance : distance) * 10_000n <= BigInt(bps) * twiceMid;
  });
}
