/**
 * SideWalls: the walls of one side. One is born as a level within 10 bps of mid that is worth 20 times the median of those
 * there that are no dust, and a tenth of all that rests there; it ends when less than half of its greatest quantity is
 * left, wherever mid is by then.
 */
import type { BookSide } from "../book/book_side.ts";
import type { OrderBook } from "../book/order_book.ts";
import { NEAR_BPS, type NearLevels } from "./near_levels.ts";

const MEDIANS = 20;
const SHARE = 0.1;
/** US dollars: less is dust. */
const DUST = 1_000;
/** Walls a side; of more, the farthest from mid is forgotten: ten at most are born at one mid. */
const WALLS_MAX = 64;
const BPS = 1e4;
/** More than a few roundings come to. */
const ROUNDING = 1e-9;

/** From its birth on; what is known of it only when it ends is `NaN` until then. Quantities in the base asset. */
export interface Wall {
  readonly price: number;
  readonly bornMs: number;
  /** Greatest quantity, and that at its birth. */
  peak: number;
  readonly bornQty: number;
  /** Traded at its price on its side since it was born. */
  traded: number;
  hasStood: boolean;
  /** Of its end: when it was by the exchange's clock and by ours, what was left, and how far it was from mid. */
  endedMs: number;
  endedAtMs: number;
  left: number;
  distanceBps: number;
}

/** Follows one side update by update. */
export class SideWalls {
  readonly #side: "bid" | "ask";
  #standing: Wall[] = [];

  constructor(side: "bid" | "ask") {
    this.#side = side;
  }

  get standing(): readonly Wall[] {
    return this.#standing;
  }

  /** Takes out the walls that an update has ended, into `ended`. O(walls). */
  end(book: OrderBook, eventMs: number, nowMs: number, ended: Wall[]): void {
    const { levels, sign } = this.#of(book);
    const { scale } = book;
    const standing = this.#standing;
    let kept = 0;
    for (let i = 0; i < standing.length; i++) {
      const wall = standing[i];
      if (wall === undefined) continue;
      const qty = scale.qty(levels.lotsAt(sign * scale.exactTick(wall.price)));
      wall.peak = Math.max(wall.peak, qty);
      if (qty < wall.peak / 2) {
        wall.endedMs = eventMs;
        wall.endedAtMs = nowMs;
        wall.left = qty;
        wall.distanceBps = distanceBps(wall.price, book);
        ended.push(wall);
      } else standing[kept++] = wall;
    }
    while (standing.length > kept) standing.pop();
  }

  /** Finds the walls that are new; `born` hears of each. O(levels within 10 bps), and again for each great level. */
  find(
    book: OrderBook,
    near: NearLevels,
    dollarsPerQuote: number,
    eventMs: number,
    born: Wall[],
  ): void {
    const { scale } = book;
    const side = this.#of(book);
    const count = near.count(book, side);
    const { keys, lots } = near;
    const all = near.notional(book, side)[NEAR_BPS - 1] ?? NaN;
    const least = SHARE * all * scale.tickLotsPerUnit;
    const dust = DUST / dollarsPerQuote * scale.tickLotsPerUnit;
    // Few levels have so many lots that they may be worth so much: at the highest price near mid.
    const highest = Math.max(Math.abs(keys[0] ?? NaN), Math.abs(keys[count - 1] ?? NaN));
    const leastLots = least / highest * (1 - ROUNDING);
    let tooLittle = 0;
    for (let i = 0; i < count; i++) {
      if (!((lots[i] ?? NaN) >= leastLots)) continue;
      const worth = Math.abs(keys[i] ?? NaN) * (lots[i] ?? NaN);
      if (worth < least || worth <= tooLittle) continue;
      const price = scale.price(Math.abs(keys[i] ?? NaN));
      if (this.#stands(price)) continue;
      if (!isMedianAtMost(worth / MEDIANS, keys, lots, count, dust)) {
        tooLittle = worth;
        continue;
      }
      const wall = wallOf(price, scale.qty(lots[i] ?? NaN), eventMs);
      this.#standing.push(wall);
      born.push(wall);
      if (this.#standing.length > WALLS_MAX) this.#forgetFarthest(book);
    }
  }

  clear(): void {
    this.#standing = [];
  }

  #of(book: OrderBook): BookSide {
    return this.#side === "bid" ? book.bids : book.asks;
  }

  #stands(price: number): boolean {
    for (let i = 0; i < this.#standing.length; i++) {
      if (this.#standing[i]?.price === price) return true;
    }
    return false;
  }

  #forgetFarthest(book: OrderBook): void {
    const farthest = this.#standing.reduce((one, other) =>
      distanceBps(other.price, book) > distanceBps(one.price, book) ? other : one
    );
    this.#standing = this.#standing.filter((wall) => wall !== farthest);
  }
}

/** How far a price is from mid. */
export function distanceBps(price: number, { scale, twiceMid }: OrderBook): number {
  return BPS * Math.abs(2 * scale.exactTick(price) - twiceMid) / twiceMid;
}

function wallOf(price: number, qty: number, bornMs: number): Wall {
  return {
    price,
    bornMs,
    peak: qty,
    bornQty: qty,
    traded: 0,
    hasStood: false,
    endedMs: NaN,
    endedAtMs: NaN,
    left: NaN,
    distanceBps: NaN,
  };
}

/** Whether the median of the levels that are no dust is at most so much; of none it is not. O(levels), without sorting. */
function isMedianAtMost(
  most: number,
  keys: Float64Array,
  lots: Float64Array,
  count: number,
  dust: number,
): boolean {
  let all = 0;
  let below = 0;
  let greatestBelow = 0;
  let leastAbove = Infinity;
  for (let i = 0; i < count; i++) {
    const worth = Math.abs(keys[i] ?? NaN) * (lots[i] ?? NaN);
    if (worth < dust) continue;
    all += 1;
    if (worth <= most) {
      below += 1;
      greatestBelow = Math.max(greatestBelow, worth);
    } else leastAbove = Math.min(leastAbove, worth);
  }
  if (2 * below > all) return true;
  // The median of an even number lies between the two in the middle.
  return all > 0 && 2 * below === all && (greatestBelow + leastAbove) / 2 <= most;
}
