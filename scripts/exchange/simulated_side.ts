/** One side of the simulated book: prices in ticks, kept in order, with quantities in lots. */

/** Sorted price levels; index 0 is the worst, the last is the best, so the busy end is cheap. */
export class SimulatedSide {
  readonly isBid: boolean;
  readonly #prices: number[] = [];
  readonly #qtys = new Map<number, number>();

  constructor(isBid: boolean) {
    this.isBid = isBid;
  }

  /** Number of levels. */
  get size(): number {
    return this.#prices.length;
  }

  /** The best price in ticks; the side is never empty while the market runs. */
  get best(): number {
    return this.at(0);
  }

  /** The worst price in ticks. */
  get worst(): number {
    return this.#prices[0] ?? 0;
  }

  /** Price of the level `rank` places behind the best. */
  at(rank: number): number {
    return this.#prices[Math.max(0, this.#prices.length - 1 - rank)] ?? 0;
  }

  /** Lots at a price, 0 if none. */
  qty(price: number): number {
    return this.#qtys.get(price) ?? 0;
  }

  /** Lots in the `count` best levels together. */
  topQty(count: number): number {
    let sum = 0;
    for (let rank = 0; rank < Math.min(count, this.size); rank += 1) sum += this.qty(this.at(rank));
    return sum;
  }

  /** True if `a` is a better price than `b` on this side. */
  isBetter(a: number, b: number): boolean {
    return this.isBid ? a > b : a < b;
  }

  /** Ticks from `price` outwards, away from the other side. */
  behind(price: number, ticks: number): number {
    return this.isBid ? price - ticks : price + ticks;
  }

  /** Sets the absolute quantity; 0 removes. O(log n) to find, O(n) worst to insert. */
  set(price: number, qty: number): void {
    const isHere = this.#qtys.has(price);
    if (qty > 0) {
      this.#qtys.set(price, qty);
      if (!isHere) this.#prices.splice(this.#rankOf(price), 0, price);
    } else if (isHere) {
      this.#qtys.delete(price);
      this.#prices.splice(this.#rankOf(price), 1);
    }
  }

  /** Every level, best first. */
  levels(): [price: number, qty: number][] {
    return this.#prices.toReversed().map((price) => [price, this.qty(price)]);
  }

  /** Index of the first price that is not worse than `price`. */
  #rankOf(price: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBetter(price, this.#prices[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
