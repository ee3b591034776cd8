/**
 * Order flow as it was recorded on liquid markets: most of what happens is queues that grow and shrink at
 * the best prices and levels that come and go behind them, while the price stands still; then it moves by several
 * ticks at once, what lay between is eaten or taken away, and many quote anew.
 *
 * How likely each of it is was chosen so that spread, queues, depth, imbalance, moves and trades have the
 * quantiles of two recordings (tests/scripts/exchange/market_likeness_test.ts).
 */
import { PriceMoves } from "./price_moves.ts";
import { BestQueues } from "./best_queues.ts";
import type { Random } from "../../shared/random.ts";
import type { SimulatedBook } from "./simulated_book.ts";
import type { SimulatedSide } from "./simulated_side.ts";
import type { SimulatedSpec } from "./simulated_spec.ts";

/** Shares of what is done: a queue at a best price, a level near it, a taker; the rest is far away. */
const QUEUE_SHARE = 0.2;
const NEAR_SHARE = 0.6;
const TAKER_SHARE = 0.02;
/** Levels near the best price: how far they reach, in ranks, on average. */
const NEAR_RANKS = 9;
/** Where the density of levels is looked at, in ranks. */
const DENSITY_RANK = 40;
/** People like round sizes and round prices. */
const ROUND_QTY_SHARE = 0.4;
const ROUND_PRICE_TICKS = 100;
const ROUND_PRICE_WALL_SHARE = 0.15;
const ROUND_PRICE_WALL_FACTOR = 4;
const SIZE_SIGMA = 1.1;
/** How much of a level's size stays when it is amended. */
const AMEND_KEPT = 0.96;
/** … and how much a queue that stays flickers. */
const QUEUE_FLICKER = 0.02;
/** A side never gets thinner than this, whoever takes. */
const LEVELS_MIN = 25;
/** What a monitor's imbalance looks at, and somewhat more. */
const RANKS_SEEN = 14;
/** One taker leaves this share of a queue at least: what empties a queue is a move. */
const QUEUE_LEFT = 0.4;
/** Fills: half of them are dust. Medians in lots are those of the spec. */
const FILL_SIGMA = 1.6;
const DUST = { share: 0.53, sigma: 0.7 };
const FILLS_MEAN = 1.2;
/** Of the levels that a move goes through, this share is traded with; the others are taken away. */
const EATEN_SHARE = 0.12;
const EATEN_FILLS_MEAN = 5;
/** How much busier the market is after a move of the usual size, and for how long. */
const HEAT = 11;
const HEAT_MAX = 30;
const HEAT_MS = 130;
/** Now and then nobody fills the gap that a move has left, for a moment. */
const OPEN_SHARE = 0.0002;
const OPEN_MEAN_MS = 150;

/** Builds a book and then changes it, one action at a time. */
export class OrderFlow {
  readonly #spec: SimulatedSpec;
  readonly #book: SimulatedBook;
  readonly #random: Random;
  readonly #moves: PriceMoves;
  readonly #queues: BestQueues;
  #lastMs: number;
  /** How much busier than usual, times. */
  #heat = 0;
  /** Until then the spread stays as wide as it is. */
  #openUntilMs = 0;
  /** While something is planted, the price moves for that alone. */
  #isHeld = false;
  /** Spread of a level's size: of many who stand together it is less. */
  readonly #sizeSigma: number;
  /** Nobody else touches this level. */
  #wall: { readonly side: SimulatedSide; readonly price: number } | null = null;

  constructor(spec: SimulatedSpec, book: SimulatedBook, random: Random, startMs: number) {
    this.#spec = spec;
    this.#sizeSigma = spec.crowding === 1
      ? SIZE_SIGMA
      : Math.sqrt(Math.log(1 + Math.expm1(SIZE_SIGMA ** 2) / spec.crowding));
    this.#book = book;
    this.#random = random;
    this.#moves = new PriceMoves(spec, random, startMs);
    this.#queues = new BestQueues(random);
    this.#lastMs = startMs;
    this.#fill(book.bids, spec.startTicks);
    this.#fill(book.asks, spec.startTicks + 1);
  }

  /** How much busier than in a calm moment, times. */
  get pace(): number {
    return this.#moves.hour * (1 + this.#heat);
  }

  /** The price returns to where the symbol began. */
  comeHome(): void {
    this.#moves.comeHome();
  }

  /** Shares of the two best queues, −1 (asks) … 1 (bids): where the price will rather go. */
  get #lean(): number {
    const { bids, asks } = this.#book;
    const bid = bids.qty(bids.best);
    const ask = asks.qty(asks.best);
    return (bid - ask) / (bid + ask);
  }

  /** One action at `nowMs`, which never goes back. */
  act(nowMs: number): void {
    const random = this.#random;
    const elapsedMs = Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#heat *= Math.exp(-elapsedMs / HEAT_MS);
    this.#queues.pass(elapsedMs);
    const ticks = this.#moves.due(nowMs, this.#book.mid, this.#lean);
    if (ticks !== 0 && !this.#isHeld) return this.move(ticks, nowMs);
    if (this.#book.spread > 1 && nowMs >= this.#openUntilMs) return this.#close(nowMs);
    const side = random.chance(0.5) ? this.#book.bids : this.#book.asks;
    const choice = random.uniform();
    if (choice < QUEUE_SHARE) this.#changeQueue(side, nowMs);
    else if (choice < QUEUE_SHARE + NEAR_SHARE) this.#changeNear(side, nowMs);
    else if (choice < QUEUE_SHARE + NEAR_SHARE + TAKER_SHARE) this.#take(side, nowMs);
    else this.#changeFar(side, nowMs);
  }

  /** Ticks of a distance in bps, one at least. */
  ticksOf(bps: number): number {
    return Math.max(1, Math.round(bps * 1e-4 * this.#book.mid));
  }

  /** Nearly all is on one side until `release`. */
  press(isBid: boolean, nowMs: number): void {
    this.#isHeld = true;
    this.#queues.press(isBid);
    this.#quoteAnew(nowMs);
  }

  /** One side draws back until the spread is so wide, and nobody fills it until then. */
  widen(isBid: boolean, ticks: number, untilMs: number, nowMs: number): void {
    this.#isHeld = true;
    const side = isBid ? this.#book.bids : this.#book.asks;
    while (this.#book.spread < ticks && side.size > LEVELS_MIN) {
      this.#book.set(side, side.best, 0, nowMs);
    }
    this.#openUntilMs = untilMs;
  }

  /** Somebody shows this much at once. */
  raiseWall(isBid: boolean, bps: number, usd: number, nowMs: number): void {
    this.#isHeld = true;
    const side = isBid ? this.#book.bids : this.#book.asks;
    const price = side.behind(side.best, this.ticksOf(bps));
    this.#wall = { side, price };
    this.#book.set(side, price, Math.round(usd * this.#spec.lotsPerUsd), nowMs);
  }

  /** … and takes it away again. */
  pullWall(nowMs: number): void {
    if (this.#wall === null) return;
    this.#book.set(this.#wall.side, this.#wall.price, 0, nowMs);
    this.#wall = null;
  }

  /** What was planted is over. */
  release(nowMs: number): void {
    this.#isHeld = false;
    if (this.#queues.release()) this.#quoteAnew(nowMs);
  }

  /** The levels near the best prices, as the queues are now. */
  #quoteAnew(nowMs: number): void {
    for (const side of [this.#book.bids, this.#book.asks]) {
      const prices = Array.from({ length: RANKS_SEEN }, (_, rank) => side.at(rank));
      for (const [rank, price] of prices.entries()) {
        if (rank === 0) this.#changeQueue(side, nowMs);
        else if (!this.#isWall(side, price)) {
          this.#book.set(side, price, this.#nearQty(side, price), nowMs);
        }
      }
    }
  }

  #isWall(side: SimulatedSide, price: number): boolean {
    return this.#wall !== null && this.#wall.side === side && this.#wall.price === price;
  }

  /** Moves the price up by so many ticks, or down. */
  move(ticks: number, nowMs: number): void {
    const { bids, asks } = this.#book;
    const maker = ticks > 0 ? asks : bids;
    const other = ticks > 0 ? bids : asks;
    const target = maker.behind(maker.best, Math.abs(ticks));
    this.#clear(maker, target, nowMs);
    this.#queues.renew();
    this.#heat = Math.min(HEAT_MAX, this.#heat + HEAT);
    this.#openUntilMs = this.#random.chance(OPEN_SHARE)
      ? nowMs + this.#random.exponential(OPEN_MEAN_MS)
      : nowMs;
    if (this.#openUntilMs <= nowMs) this.#requote(other, nowMs);
  }

  /** Of all levels better than `target` some are eaten, from the best on; the others are taken away before. */
  #clear(maker: SimulatedSide, target: number, nowMs: number): void {
    const random = this.#random;
    const eaten: number[] = [];
    const left: number[] = [];
    for (let rank = 0; rank < maker.size - LEVELS_MIN; rank += 1) {
      const price = maker.at(rank);
      if (!maker.isBetter(price, target)) break;
      (random.chance(EATEN_SHARE) ? eaten : left).push(price);
    }
    for (const price of left.toReversed()) this.#book.set(maker, price, 0, nowMs);
    for (const price of eaten) {
      this.#book.take(maker, this.#fills(EATEN_FILLS_MEAN, maker.qty(price)), nowMs);
      this.#book.set(maker, price, 0, nowMs);
    }
  }

  /** New levels of this side up to the other side's best price. */
  #requote(side: SimulatedSide, nowMs: number): void {
    const old = side.best;
    let price = side.behind(this.#book.opposite(side).best, 1);
    while (side.isBetter(price, old) && price > 0) {
      this.#book.set(side, price, this.#nearQty(side, price), nowMs);
      price = side.behind(price, this.#gap(0));
    }
  }

  /** Somebody fills the spread again, from the side on which less rests. */
  #close(nowMs: number): void {
    this.#requote(this.#lean > 0 ? this.#book.bids : this.#book.asks, nowMs);
  }

  #changeQueue(side: SimulatedSide, nowMs: number): void {
    const factor = this.#queues.factor(side.isBid) * this.#random.logNormal(QUEUE_FLICKER);
    this.#book.set(side, side.best, Math.max(1, this.#spec.queueLots * factor), nowMs);
  }

  /** Levels near the best price come where there are fewer than usual, and go where there are more. */
  #changeNear(side: SimulatedSide, nowMs: number): void {
    const random = this.#random;
    const rank = 1 + Math.floor(random.exponential(NEAR_RANKS));
    const isThin = Math.abs(side.at(DENSITY_RANK) - side.best) > this.#spec.gapTicks * DENSITY_RANK;
    if (this.#isWall(side, side.at(rank))) return;
    const choice = random.uniform();
    // Where many stand together, one who comes or goes makes the level somewhat longer or shorter.
    if (choice < (isThin ? 0.3 : 0.5) || this.#spec.crowding > 1 && !isThin) {
      const price = side.at(rank);
      if (price !== side.best) this.#amend(side, price, this.#nearFactor(side), nowMs);
    } else if (choice < (isThin ? 0.94 : 0.6)) {
      const reach = 1 + Math.floor(random.exponential(this.#spec.gapTicks * NEAR_RANKS));
      const price = side.behind(side.best, reach);
      if (price > 0) this.#book.set(side, price, this.#nearQty(side, price), nowMs);
    } else if (side.size > LEVELS_MIN && side.at(rank) !== side.best) {
      this.#book.set(side, side.at(rank), 0, nowMs);
    }
  }

  /** Far levels keep the side at about its usual number of them. */
  #changeFar(side: SimulatedSide, nowMs: number): void {
    const { levels } = this.#spec;
    if (side.size > levels * 1.02) return this.#book.set(side, side.worst, 0, nowMs);
    if (side.size < levels * 0.98) {
      const price = side.behind(side.worst, this.#gap(levels));
      if (price > 0) this.#book.set(side, price, this.#qty(price), nowMs);
      return;
    }
    const price = side.at(1 + this.#random.below(side.size - 1));
    if (!this.#isWall(side, price)) this.#amend(side, price, 1, nowMs);
  }

  /** A level becomes somewhat longer or shorter, and in time what is usual times `factor`. */
  #amend(side: SimulatedSide, price: number, factor: number, nowMs: number): void {
    const usual = this.#spec.medianLots * factor;
    const log = Math.log(side.qty(price) / usual) * AMEND_KEPT +
      this.#sizeSigma * Math.sqrt(1 - AMEND_KEPT ** 2) * this.#random.normal();
    this.#book.set(side, price, Math.max(1, usual * Math.exp(log)), nowMs);
  }

  /** A taker of the other side: some fills at the best price, rather on the thinner side. */
  #take(side: SimulatedSide, nowMs: number): void {
    const { bids, asks } = this.#book;
    const isBuy = this.#random.chance(0.5 + 0.3 * this.#lean);
    const maker = isBuy ? asks : bids;
    const fills = this.#fills(FILLS_MEAN, Math.floor(maker.qty(maker.best) * (1 - QUEUE_LEFT)));
    if (fills.length > 0) this.#book.take(maker, fills, nowMs);
    else this.#changeQueue(side, nowMs);
  }

  /** Quantities of one taker's fills, lots: so many on average, and no more than `lotsMax` together. */
  #fills(mean: number, lotsMax: number): number[] {
    const { dustLots, dustLotsMin, fillLots } = this.#spec;
    const fills: number[] = [];
    let left = lotsMax;
    for (let i = Math.floor(this.#random.exponential(mean)); i >= 0 && left > 0; i -= 1) {
      const { lots, sigma } = this.#random.chance(DUST.share)
        ? { lots: dustLots, sigma: DUST.sigma }
        : { lots: fillLots, sigma: FILL_SIGMA };
      const size = Math.max(dustLotsMin, lots * this.#random.logNormal(sigma));
      const some = Math.min(left, Math.max(1, Math.round(size)));
      fills.push(some);
      left -= some;
    }
    return fills;
  }

  #fill(side: SimulatedSide, best: number): void {
    let price = best;
    for (let i = 0; i < this.#spec.levels && price > 0; i += 1) {
      side.set(price, i === 0 ? this.#spec.queueLots : this.#qty(price));
      price = side.behind(price, this.#gap(i));
    }
  }

  /** Ticks to the next level behind one of this rank: levels are densest near the best price. */
  #gap(rank: number): number {
    const { gapTicks, farGapTicks, levels } = this.#spec;
    const mean = gapTicks + (farGapTicks - gapTicks) * rank / levels;
    return 1 + Math.round(this.#random.exponential(Math.max(0, mean - 1)));
  }

  #nearQty(side: SimulatedSide, price: number): number {
    return Math.max(1, Math.round(this.#qty(price) * this.#nearFactor(side)));
  }

  #nearFactor({ isBid }: SimulatedSide): number {
    return this.#queues.nearFactor(isBid, this.#spec.crowding);
  }

  #qty(price: number): number {
    const random = this.#random;
    let qty = this.#spec.medianLots * random.logNormal(this.#sizeSigma);
    if (price % ROUND_PRICE_TICKS === 0 && random.chance(ROUND_PRICE_WALL_SHARE)) {
      qty *= ROUND_PRICE_WALL_FACTOR;
    }
    if (!random.chance(ROUND_QTY_SHARE)) return Math.max(1, Math.round(qty));
    const unit = 10 ** Math.floor(Math.log10(Math.max(1, qty)));
    return Math.max(1, Math.round(qty / unit) * unit);
  }
}
