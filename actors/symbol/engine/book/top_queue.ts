/**
 * TopQueue: best bids and asks by rising update id, in columns that are used again: thousands come and go
 * a minute, and none of them costs garbage.
 */
import type { TopOfBook } from "../../../../shared/market.ts";

/** The best bid and ask at an update id. */
export interface TopAt extends TopOfBook {
  readonly updateId: number;
}

/** Numbers of one entry: its id, then price and quantity of bid and ask. */
const WIDTH = 5;
const INITIAL_CAPACITY = 32;

/** A bounded queue; beyond its bound the oldest leaves. Places count from the oldest, 0. */
export class TopQueue {
  readonly #max: number;
  #numbers = new Float64Array(INITIAL_CAPACITY * WIDTH);
  #capacity = INITIAL_CAPACITY;
  #first = 0;
  #count = 0;

  /** `max`: entries that are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether its last entry is of a greater id; `false`: it is not, or there is none. */
  reachesBeyond(updateId: number): boolean {
    return this.#count > 0 && (this.#numbers[this.#at(this.#count - 1)] ?? NaN) > updateId;
  }

  /**
   * Whether the id at a place is less than that of another queue's; `false` where that place is empty. (Ids
   * are compared here and not handed out: each would become an object on its way.)
   */
  isBefore(place: number, other: TopQueue, otherPlace: number): boolean {
    if (otherPlace < 0 || otherPlace >= other.#count) return false;
    const updateId = this.#numbers[this.#at(place)] ?? NaN;
    return updateId < (other.#numbers[other.#at(otherPlace)] ?? NaN);
  }

  /** Adds one by its id, mostly at the end; `false`: that id is there already. O(entries behind it). */
  add({ updateId, bidPrice, bidQty, askPrice, askQty }: TopAt): boolean {
    let place = this.#count;
    const ids = this.#numbers;
    while (place > 0 && (ids[this.#at(place - 1)] ?? NaN) > updateId) place -= 1;
    if (place > 0 && ids[this.#at(place - 1)] === updateId) return false;
    this.#makeRoom();
    const at = this.#at(place);
    this.#numbers.copyWithin(at + WIDTH, at, this.#at(this.#count));
    this.#numbers[at] = updateId;
    this.#numbers[at + 1] = bidPrice;
    this.#numbers[at + 2] = bidQty;
    this.#numbers[at + 3] = askPrice;
    this.#numbers[at + 4] = askQty;
    this.#count += 1;
    if (this.#count > this.#max) this.drop(1);
    return true;
  }

  /** Removes the oldest so many. */
  drop(count: number): void {
    this.#first += count;
    this.#count -= count;
  }

  clear(): void {
    this.#first = 0;
    this.#count = 0;
  }

  /** Whether prices and quantities at a place are those of another queue's. */
  isSame(place: number, other: TopQueue, otherPlace: number): boolean {
    const at = this.#at(place);
    const otherAt = other.#at(otherPlace);
    for (let i = 1; i < WIDTH; i++) {
      if (this.#numbers[at + i] !== other.#numbers[otherAt + i]) return false;
    }
    return true;
  }

  /** Whether prices and quantities at a place are these. */
  tells(place: number, { bidPrice, bidQty, askPrice, askQty }: TopOfBook): boolean {
    const at = this.#at(place);
    return this.#numbers[at + 1] === bidPrice && this.#numbers[at + 2] === bidQty &&
      this.#numbers[at + 3] === askPrice && this.#numbers[at + 4] === askQty;
  }

  #at(place: number): number {
    return (this.#first + place) * WIDTH;
  }

  /** Room for one more at the end: entries move to the front when there are few of them, else it grows. */
  #makeRoom(): void {
    if (this.#first + this.#count < this.#capacity) return;
    const from = this.#at(0);
    const to = this.#at(this.#count);
    if (this.#count <= this.#capacity / 2) this.#numbers.copyWithin(0, from, to);
    else {
      this.#capacity *= 2;
      const grown = new Float64Array(this.#capacity * WIDTH);
      grown.set(this.#numbers.subarray(from, to));
      this.#numbers = grown;
    }
    this.#first = 0;
  }
}
