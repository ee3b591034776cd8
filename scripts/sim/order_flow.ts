/** OrderFlow: who adds, cancels and takes next, around a fair price that walks. Few and plain rules. */
import type { Random } from "../../shared/random.ts";
import type { SimulatedSide } from "../exchange/simulated_side.ts";
import type { Character } from "./plan.ts";
import { Truth, type Units, type UnitSides } from "./truth.ts";

/** A side never becomes thinner by cancels and takers. */
const LEVELS_MIN = 25;
const QTY_MAX = 5_000;
/** A market opens at so many ticks at least. */
const LOWEST_TICKS = 200;
const TAKE_SHARE = 0.06;
/** … and when the fair price has left the book. */
const CHASE_SHARE = 0.5;
const ADD_SHARE = 0.45;
const SKIP_SHARE = 0.04;
const NEAR_SHARE = 0.75;
const NEAR_RANK_MEAN = 4;
/** The fair price is drawn back to where it began, by this share a second. */
const PULL = 1 / 300;
/** Levels lie so many ticks apart, on average, less one. */
const SPACE_MEAN = 1;

/** What a taker got at one price; `isBuy`: the taker bought. Whole units of price and quantity. */
export interface Fill {
  readonly price: number;
  readonly qty: number;
  readonly isBuy: boolean;
}

/** Changes a truth, one action at a time. */
export class OrderFlow {
  readonly #character: Character;
  readonly #random: Random;
  /** New prices are multiples of it. */
  tick: number;
  #fair: number;
  #actedMs = 0;

  constructor(character: Character, random: Random) {
    this.#character = character;
    this.#random = random;
    this.tick = character.tick;
    this.#fair = character.startPrice;
  }

  /** A new listing: both sides filled around the fair price. */
  open(firstId: number, nowMs: number): Truth {
    // Ticks may have grown beyond a low price, and a side is never empty.
    this.#fair = Math.max(this.#fair, LOWEST_TICKS * this.tick);
    const middle = Math.round(this.#fair / this.tick) * this.tick;
    const sides: UnitSides = {
      bids: this.#fill(middle - this.tick, -1),
      asks: this.#fill(middle + this.tick, 1),
    };
    return new Truth(firstId, nowMs, sides);
  }

  /** One action; the fill, if somebody took. */
  act(truth: Truth, nowMs: number): Fill | null {
    const random = this.#random;
    const { walk, startPrice } = this.#character;
    const seconds = Math.max(0, nowMs - this.#actedMs) / 1_000;
    this.#actedMs = nowMs;
    this.#fair += walk * this.tick * Math.sqrt(seconds) * random.normal() +
      (startPrice - this.#fair) * Math.min(1, PULL * seconds);
    const { leap } = this.#character;
    if (leap !== null && random.chance(seconds * 1_000 / leap.pauseMs)) {
      this.#leap(truth, leap.ticks * (0.5 + random.uniform()), nowMs);
      return null;
    }
    const isAbove = this.#fair > truth.asks.best;
    const isBelow = this.#fair < truth.bids.best;
    const choice = random.uniform();
    if ((isAbove || isBelow) && choice < CHASE_SHARE) {
      return this.#take(truth, isAbove ? truth.asks : truth.bids, nowMs);
    }
    if (choice < SKIP_SHARE) {
      truth.skip(nowMs);
      return null;
    }
    const side = random.chance(0.5) ? truth.bids : truth.asks;
    if (choice < SKIP_SHARE + TAKE_SHARE) return this.#take(truth, side, nowMs);
    const isThin = side.size < this.#character.levels * 0.9;
    if (isThin || random.chance(ADD_SHARE)) this.#add(truth, side, nowMs);
    else this.#cancel(truth, side, nowMs);
    return null;
  }

  /** Back to where the price began and beyond: makers withdraw on one side, and follow on the other. */
  #leap(truth: Truth, ticks: number, nowMs: number): void {
    const isUp = this.#fair < this.#character.startPrice;
    const [left, followed] = isUp ? [truth.asks, truth.bids] : [truth.bids, truth.asks];
    const price = left.behind(this.#onTick(left.best), Math.round(ticks) * this.tick);
    while (left.size > LEVELS_MIN && left.isBetter(left.best, price)) {
      truth.set(left, left.best, 0, nowMs);
    }
    this.#fair = left.best;
    this.#put(truth, followed, followed.behind(this.#onTick(left.best), this.tick), nowMs);
  }

  /** A level that is not crossed: at worst right behind the other side's best. */
  #put(truth: Truth, side: SimulatedSide, price: number, nowMs: number): void {
    const limit = side.isBid ? truth.asks.best - 1 : truth.bids.best + 1;
    const onTick = (side.isBid ? Math.floor : Math.ceil)(limit / this.tick) * this.tick;
    const safe = side.isBetter(price, limit) ? onTick : price;
    if (safe > 0) truth.set(side, safe, 1 + this.#random.below(QTY_MAX), nowMs);
  }

  #add(truth: Truth, side: SimulatedSide, nowMs: number): void {
    const random = this.#random;
    const spread = truth.asks.best - truth.bids.best;
    if (spread > this.tick && random.chance(0.6)) {
      return this.#put(truth, side, side.behind(this.#onTick(side.best), -this.tick), nowMs);
    }
    if (side.size < this.#character.levels * 0.8 && random.chance(0.7)) {
      const behind = this.tick * (1 + Math.floor(random.exponential(SPACE_MEAN)));
      return this.#put(truth, side, side.behind(this.#onTick(side.worst), behind), nowMs);
    }
    const reach = random.chance(NEAR_SHARE)
      ? random.exponential(NEAR_RANK_MEAN)
      : random.uniform() * this.#character.levels;
    const ticks = Math.floor(reach * (1 + SPACE_MEAN)) * this.tick;
    this.#put(truth, side, side.behind(this.#onTick(side.best), ticks), nowMs);
  }

  #cancel(truth: Truth, side: SimulatedSide, nowMs: number): void {
    const random = this.#random;
    if (side.size <= LEVELS_MIN) return;
    if (side.size > this.#character.levels) return truth.set(side, side.worst, 0, nowMs);
    const rank = random.chance(NEAR_SHARE)
      ? Math.floor(random.exponential(NEAR_RANK_MEAN))
      : random.below(side.size);
    const price = side.at(rank);
    const left = random.chance(0.6) ? 0 : Math.floor(side.qty(price) * random.uniform());
    truth.set(side, price, left, nowMs);
  }

  #take(truth: Truth, maker: SimulatedSide, nowMs: number): Fill | null {
    if (maker.size <= LEVELS_MIN) {
      this.#add(truth, maker, nowMs);
      return null;
    }
    const price = maker.best;
    const here = maker.qty(price);
    const qty = this.#random.chance(0.5) ? here : 1 + this.#random.below(here);
    truth.set(maker, price, here - qty, nowMs);
    return { price, qty, isBuy: !maker.isBid };
  }

  #onTick(price: number): number {
    return Math.round(price / this.tick) * this.tick;
  }

  #fill(best: number, direction: 1 | -1): Units[] {
    const levels: Units[] = [];
    let price = best;
    for (let i = 0; i < this.#character.levels && price > 0; i++) {
      levels.push([price, 1 + this.#random.below(QTY_MAX)]);
      price += direction * this.tick * (1 + Math.floor(this.#random.exponential(SPACE_MEAN)));
    }
    return levels;
  }
}
