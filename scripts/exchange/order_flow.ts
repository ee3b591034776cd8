/** Random order flow: who adds, cancels and takes next, around a fair price that moves. */
import { PressureWall } from "./pressure_wall.ts";
import type { Random } from "../../shared/random.ts";
import type { SimulatedBook } from "./simulated_book.ts";
import type { SimulatedSide } from "./simulated_side.ts";
import type { SimulatedSpec } from "./simulated_spec.ts";

/** Takers: this share of actions is a small market order. */
const MARKET_SHARE = 0.07;
/** When the fair price has left the book's mid, this share of actions sweeps towards it. */
const SWEEP_SHARE = 0.15;
const SWEEP_LEVELS_MAX = 12;
/** Most activity is near the best price. */
const NEAR_SHARE = 0.7;
const NEAR_RANK_MEAN = 5;
/** New levels near the best price lie this many average gaps behind it, on average. */
const NEAR_GAPS = 0.4;
/** People like round sizes and round prices. */
const LADDER_LEVELS = 5;
const ROUND_QTY_SHARE = 0.4;
const ROUND_PRICE_TICKS = 100;
const ROUND_PRICE_WALL_SHARE = 0.15;
const ROUND_PRICE_WALL_FACTOR = 8;
/** The queue at the best price is longer than behind it. */
const BEST_FACTOR = 4;
const SIZE_SIGMA = 1.1;
const LEVELS_MIN = 25;
/** A sweep that meets a wall takes at most this share of it and stops. */
const WALL_BITE = 0.05;

/** Builds a book and then changes it, one action at a time. */
export class OrderFlow {
  readonly #spec: SimulatedSpec;
  readonly #book: SimulatedBook;
  readonly #random: Random;
  readonly #wall: PressureWall;
  /** Ticks between neighbours on average over the whole side. */
  readonly #gap: number;
  /** Ticks behind the best price, on average, of new levels near it. */
  readonly #near: number;
  #fair: number;
  #lastMs: number;

  constructor(spec: SimulatedSpec, book: SimulatedBook, random: Random, startMs: number) {
    this.#spec = spec;
    this.#book = book;
    this.#random = random;
    this.#wall = new PressureWall(book, random, startMs);
    this.#lastMs = startMs;
    this.#fair = spec.startTicks;
    // About 1.5 % of the price on each side, where ticks are fine enough for it.
    this.#gap = Math.max(1.3, spec.startTicks * 0.015 / spec.levels);
    this.#near = Math.max(3, this.#gap * NEAR_GAPS);
    this.#fill(book.bids, spec.startTicks);
    this.#fill(book.asks, spec.startTicks + 1);
  }

  /** One action at `nowMs`, which never goes back. */
  act(nowMs: number): void {
    const random = this.#random;
    const seconds = Math.max(0, nowMs - this.#lastMs) / 1_000;
    this.#lastMs = nowMs;
    const sigma = this.#spec.volatilityBps / 1e4 * this.#fair * Math.sqrt(seconds);
    // It is pulled back to where the symbol began, so that hours later the market is still plausible.
    const pull = (this.#spec.startTicks - this.#fair) * seconds / 3_600;
    this.#fair = Math.max(LEVELS_MIN * 4, this.#fair + sigma * random.normal() + pull);
    this.#wall.attend(nowMs);
    const distance = this.#fair - this.#book.mid;
    const isAway = Math.abs(distance) > Math.max(1.5, this.#fair * 0.3e-4);
    const choice = random.uniform();
    if (choice < MARKET_SHARE) this.#market(distance, nowMs);
    else if (isAway && choice < MARKET_SHARE + SWEEP_SHARE) this.#sweep(distance > 0, nowMs);
    else if (random.chance(0.5)) this.#add(this.#anySide(), nowMs);
    else this.#cancel(this.#anySide(), nowMs);
  }

  #anySide(): SimulatedSide {
    return this.#random.chance(0.5) ? this.#book.bids : this.#book.asks;
  }

  #fill(side: SimulatedSide, best: number): void {
    let price = best;
    for (let i = 0; i < this.#spec.levels && price > 0; i += 1) {
      side.set(price, this.#qty(price, i === 0));
      // Neighbours are close at the best price and far apart at the end.
      const mean = this.#gap * (0.1 + 1.8 * i / this.#spec.levels);
      price = side.behind(price, 1 + Math.floor(this.#random.exponential(Math.max(0.3, mean))));
    }
  }

  #qty(price: number, isBest: boolean): number {
    const random = this.#random;
    let qty = this.#spec.medianLots * random.logNormal(SIZE_SIGMA) * (isBest ? BEST_FACTOR : 1);
    if (price % ROUND_PRICE_TICKS === 0 && random.chance(ROUND_PRICE_WALL_SHARE)) {
      qty *= ROUND_PRICE_WALL_FACTOR;
    }
    if (!random.chance(ROUND_QTY_SHARE)) return Math.max(1, Math.round(qty));
    const unit = 10 ** Math.floor(Math.log10(Math.max(1, qty)));
    return Math.max(1, Math.round(qty / unit) * unit);
  }

  #add(side: SimulatedSide, nowMs: number): void {
    const random = this.#random;
    if (this.#book.spread > 1 && random.chance(0.6)) {
      // Inside the spread, most often right at the other side.
      const room = this.#book.spread - 1;
      const better = random.chance(0.75) ? room : 1 + random.below(room);
      return this.#quote(side, side.behind(side.best, -better), nowMs);
    }
    const isNear = random.chance(NEAR_SHARE);
    if (isNear && random.chance(0.5)) {
      const price = side.at(Math.floor(random.exponential(NEAR_RANK_MEAN)));
      if (this.#wall.stands(side, price)) return;
      return this.#book.set(side, price, this.#qty(price, price === side.best), nowMs);
    }
    const reach = isNear
      ? random.exponential(this.#near)
      : this.#gap * this.#spec.levels * random.uniform() ** 1.5;
    const price = side.behind(side.best, Math.floor(reach));
    if (price <= 0 || this.#wall.stands(side, price)) return;
    this.#book.set(side, price, this.#qty(price, price === side.best), nowMs);
  }

  /** A market maker's ladder: a new best price and some levels right behind it. */
  #quote(side: SimulatedSide, best: number, nowMs: number): void {
    let price = best;
    for (let i = 0; i <= this.#random.below(LADDER_LEVELS); i += 1) {
      if (price <= 0 || this.#wall.stands(side, price)) return;
      this.#book.set(side, price, this.#qty(price, i === 0), nowMs);
      price = side.behind(price, 1 + Math.floor(this.#random.exponential(this.#near / 4)));
    }
  }

  #cancel(side: SimulatedSide, nowMs: number): void {
    const random = this.#random;
    if (side.size <= LEVELS_MIN) return;
    if (side.size > this.#spec.levels * 1.02) return this.#book.set(side, side.worst, 0, nowMs);
    const rank = random.chance(NEAR_SHARE)
      ? Math.floor(random.exponential(NEAR_RANK_MEAN * 1.5))
      : random.below(side.size);
    const price = side.at(rank);
    if (this.#wall.stands(side, price)) return;
    // The thinner a side, the fewer leave it altogether: that keeps it at about its usual levels.
    const isGone = random.chance(0.6 * (side.size / this.#spec.levels) ** 6);
    const left = isGone ? 0 : Math.max(1, side.qty(price) * (0.2 + 0.7 * random.uniform()));
    this.#book.set(side, price, left, nowMs);
  }

  /** A small market order, more often towards the fair price. */
  #market(distance: number, nowMs: number): void {
    const random = this.#random;
    const lean = Math.max(-0.35, Math.min(0.35, distance / (this.#fair * 1e-4)));
    const maker = random.chance(0.5 + lean) ? this.#book.asks : this.#book.bids;
    let qty = Math.max(1, Math.round(this.#spec.medianLots * 0.5 * random.logNormal(1.4)));
    for (let i = 0; i < 3 && qty > 0 && maker.size > LEVELS_MIN; i += 1) {
      const here = Math.min(qty, maker.qty(maker.best));
      this.#book.take(maker, here, 1 + random.below(3), nowMs);
      qty -= here;
    }
  }

  /** A burst that eats level after level until the fair price is reached. */
  #sweep(isBuy: boolean, nowMs: number): void {
    const maker = isBuy ? this.#book.asks : this.#book.bids;
    for (let i = 0; i < SWEEP_LEVELS_MAX && maker.size > LEVELS_MIN; i += 1) {
      const price = maker.best;
      if (maker.isBetter(this.#fair, price)) return;
      const isWall = this.#wall.stands(maker, price);
      const qty = Math.ceil(maker.qty(price) * (isWall ? WALL_BITE : 1));
      this.#book.take(maker, qty, 1 + this.#random.below(4), nowMs);
      if (isWall) return;
    }
  }
}
