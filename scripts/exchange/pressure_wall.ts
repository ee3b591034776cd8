/**
 * Walls near the best price: now and then somebody shows far more on one side than rests on the
 * other, keeps it there for some seconds and takes it away. They are what makes a book extremely
 * one-sided, so that there are alerts to see.
 */
import type { Random } from "../../shared/random.ts";
import type { SimulatedBook } from "./simulated_book.ts";
import type { SimulatedSide } from "./simulated_side.ts";

interface Wall {
  readonly side: SimulatedSide;
  readonly price: number;
  readonly untilMs: number;
  readonly ratio: number;
}

/** Ten levels a side are what the monitor's imbalance looks at: a wall stays well inside. */
const RANKS_SEEN = 10;
const RANK_MAX = 6;
const PAUSE_MIN_MS = 12_000;
const PAUSE_MEAN_MS = 30_000;
const STAY_MIN_MS = 3_000;
const STAY_MORE_MS = 6_000;
/** A wall this many times the other side's ten levels makes an imbalance of 0.94 and more. */
const EXTREME_RATIO = 32;
const MILD_RATIO = 4;
const EXTREME_SHARE = 0.7;

/** At most one wall at a time in one book. */
export class PressureWall {
  readonly #book: SimulatedBook;
  readonly #random: Random;
  #wall: Wall | null = null;
  #nextMs: number;

  constructor(book: SimulatedBook, random: Random, startMs: number) {
    this.#book = book;
    this.#random = random;
    // The first one comes early: who looks at a demo wants to see something.
    this.#nextMs = startMs + PAUSE_MIN_MS;
  }

  /** True for the price where the wall stands: others leave it alone. */
  stands(side: SimulatedSide, price: number): boolean {
    return this.#wall !== null && this.#wall.side === side && this.#wall.price === price;
  }

  /** Raises, moves or removes the wall; called before each action of the flow. */
  attend(nowMs: number): void {
    if (this.#wall === null) {
      if (nowMs >= this.#nextMs) this.#raise(nowMs);
      return;
    }
    const { side, price, untilMs, ratio } = this.#wall;
    if (nowMs >= untilMs) {
      this.#wall = null;
      this.#nextMs = nowMs + PAUSE_MIN_MS + this.#random.exponential(PAUSE_MEAN_MS);
      this.#lower(side, price, nowMs);
    } else if (
      side.isBetter(side.at(RANK_MAX), price) || side.qty(price) < this.#want(side, ratio) / 2
    ) {
      // The market has moved away from it, or eaten half of it: it follows.
      this.#lower(side, price, nowMs);
      this.#place(side, untilMs, ratio, nowMs);
    }
  }

  #raise(nowMs: number): void {
    const side = this.#random.chance(0.5) ? this.#book.bids : this.#book.asks;
    const isExtreme = this.#random.chance(EXTREME_SHARE);
    const ratio = (isExtreme ? EXTREME_RATIO : MILD_RATIO) * (1 + this.#random.uniform());
    const untilMs = nowMs + STAY_MIN_MS + this.#random.uniform() * STAY_MORE_MS;
    this.#place(side, untilMs, ratio, nowMs);
  }

  #place(side: SimulatedSide, untilMs: number, ratio: number, nowMs: number): void {
    const price = side.at(1 + this.#random.below(2));
    this.#wall = { side, price, untilMs, ratio };
    this.#book.set(side, price, this.#want(side, ratio), nowMs);
  }

  #lower(side: SimulatedSide, price: number, nowMs: number): void {
    if (side.qty(price) === 0 || side.size <= RANKS_SEEN) return;
    this.#book.set(side, price, 0, nowMs);
  }

  #want(side: SimulatedSide, ratio: number): number {
    return this.#book.opposite(side).topQty(RANKS_SEEN) * ratio;
  }
}
