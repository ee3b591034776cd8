/** Levels: one side's price levels as two columns, reused from frame to frame. */

const INITIAL_CAPACITY = 256;

/** Price and quantity columns of `count` levels. Appending is O(1) amortised and allocates rarely. */
export class Levels {
  #prices = new Float64Array(INITIAL_CAPACITY);
  #qtys = new Float64Array(INITIAL_CAPACITY);
  #count = 0;

  /** From pairs, best first or in any order. */
  static of(pairs: Iterable<readonly [price: number, qty: number]>): Levels {
    const levels = new Levels();
    for (const [price, qty] of pairs) levels.push(price, qty);
    return levels;
  }

  /** Number of levels. */
  get count(): number {
    return this.#count;
  }

  /** Quote asset; `NaN` beyond the last. */
  price(index: number): number {
    return index < this.#count ? this.#prices[index] ?? NaN : NaN;
  }

  /** Base asset, absolute; `NaN` beyond the last. */
  qty(index: number): number {
    return index < this.#count ? this.#qtys[index] ?? NaN : NaN;
  }

  /** Appends one level. */
  push(price: number, qty: number): void {
    if (this.#count === this.#prices.length) this.#grow();
    this.#prices[this.#count] = price;
    this.#qtys[this.#count] = qty;
    this.#count += 1;
  }

  /** Forgets the levels and keeps the room. */
  clear(): void {
    this.#count = 0;
  }

  /** The same levels in columns of their own: for whoever keeps them beyond the next frame. */
  copy(): Levels {
    const copy = new Levels();
    copy.#prices = this.#prices.slice(0, Math.max(1, this.#count));
    copy.#qtys = this.#qtys.slice(0, Math.max(1, this.#count));
    copy.#count = this.#count;
    return copy;
  }

  #grow(): void {
    const prices = new Float64Array(this.#prices.length * 2);
    const qtys = new Float64Array(this.#qtys.length * 2);
    prices.set(this.#prices);
    qtys.set(this.#qtys);
    this.#prices = prices;
    this.#qtys = qtys;
  }
}
