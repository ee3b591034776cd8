/** OrderBook: both sides of one symbol's book. It knows prices and quantities, nothing of ids or time. */
import { BookSide } from "./book_side.ts";
import { BANDS_BPS } from "./depth_bands.ts";
import type { DepthSnapshot } from "../event.ts";
import { PriceScale, type TickLot } from "./price_scale.ts";
import { type LevelColumns, TickLevels } from "./level_columns.ts";
import { FROM_KEY, MID_KEY, PER_TICK, WEIGHING, WEIGHTED_LOTS } from "./price_window.ts";

const BPS = 10_000;
/** Twice the mid of which a basis point is one tick. */
const UNIT = 2 * BPS;

/**
 * The local book. Its ticks and lots are the exchange's, or finer ones when a level stands between
 * them; without the exchange's they are learnt from the levels alone.
 */
export class OrderBook {
  /** The units to start from. */
  readonly #units: PriceScale;
  #scale: PriceScale;
  /** Room for `topQty`. */
  #top = new Float64Array(0);
  /** Mid of the last `moveBands`, twice and in ticks; `NaN`: they must be moved. */
  #bandsTwiceMid = NaN;
  readonly #bounds = new Float64Array(BANDS_BPS.length);
  readonly #weighing = new Float64Array(WEIGHING);
  #changedLevels = 0;
  readonly bids: BookSide;
  readonly asks: BookSide;

  constructor(tickLot: TickLot | null = null) {
    this.#units = PriceScale.ofTickLot(tickLot);
    this.#scale = this.#units;
    this.bids = new BookSide("bid", this.#scale);
    this.asks = new BookSide("ask", this.#scale);
  }

  /** Decimals of the finest price so far, or of the tick size. */
  get priceDecimals(): number {
    return this.#scale.priceDecimals;
  }

  /** What a tick and a lot are: whole numbers of them are divided last, so that a result is rounded once. */
  get scale(): PriceScale {
    return this.#scale;
  }

  /** Twice mid in ticks, a whole number; `NaN`: the book lacks a side. */
  get twiceMid(): number {
    return this.bids.bestTick + this.asks.bestTick;
  }

  /** How many levels' quantities the last `apply` has really changed, those that came or went included. */
  get changedLevels(): number {
    return this.#changedLevels;
  }

  /** Replaces everything by a snapshot. */
  reset(snapshot: DepthSnapshot): void {
    this.clear();
    this.apply(snapshot.bids, snapshot.asks);
  }

  /** Sets the absolute quantities of one update. O(levels in it). */
  apply(bids: LevelColumns, asks: LevelColumns): void {
    const before = this.bids.levels.changes + this.asks.levels.changes;
    this.#applySide(this.bids, bids);
    this.#applySide(this.asks, asks);
    this.#changedLevels = this.bids.levels.changes + this.asks.levels.changes - before;
  }

  /**
   * Empties the book. Finer ticks are forgotten: one odd price must not make the window small for
   * ever. Finer lots are kept, they cost nothing.
   */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.#useScale(new PriceScale(this.#units.priceDecimals, this.#scale.qtyDecimals));
  }

  /** Removes the levels outside these prices, both included. */
  prune(lowPrice: number, highPrice: number): void {
    const scale = this.#scale;
    let low = scale.exactTick(lowPrice);
    let high = scale.exactTick(highPrice);
    // A bound between two ticks includes only the one inside.
    if (scale.price(low) < lowPrice) low += 1;
    if (scale.price(high) > highPrice) high -= 1;
    this.bids.prune(low, high);
    this.asks.prune(low, high);
  }

  /** A best bid at or above the best ask cannot be: the book is wrong. */
  get isCrossed(): boolean {
    return this.bids.bestTick >= this.asks.bestTick;
  }

  /**
   * Writes the quantity within each of `BANDS_BPS` of mid on one side, and what it is worth in the quote asset, each into
   * a column, after `moveBands`.
   */
  readBands(side: BookSide, qtyInto: Float64Array, notionalInto: Float64Array): void {
    side.levels.bands.read(qtyInto, notionalInto);
    const scale = this.#scale;
    for (let i = 0; i < BANDS_BPS.length; i++) {
      qtyInto[i] = scale.qty(qtyInto[i] ?? NaN);
      notionalInto[i] = side.sign * (notionalInto[i] ?? NaN) / scale.tickLotsPerUnit;
    }
  }

  /**
   * Writes the key of the worst level within each of these bps of mid, the edge included, on one side; whole bps, of a
   * book with two sides.
   */
  worstKeys(side: BookSide, bps: readonly number[], into: Float64Array): void {
    const { sign } = side;
    const { twiceMid } = this;
    const whole = wholeUnits(twiceMid);
    const rest = twiceMid - whole * UNIT;
    for (let i = 0; i < bps.length; i++) into[i] = worstKey(sign, whole, rest, bps[i] ?? NaN);
  }

  /**
   * Quantity of the `count` best levels of one side, or of all when it has fewer. `edge`: price of the last
   * level that is known to have none missing before it; `null`: none is missing anywhere. `NaN`: there are
   * not so many up to the edge, and which the others are is not known.
   */
  topQty(side: BookSide, count: number, edge: number | null): number {
    if (this.#top.length !== count) this.#top = new Float64Array(count);
    const from = edge === null ? -Infinity : side.sign * this.#scale.exactTick(edge);
    const copied = side.levels.copyTop(this.#top, from);
    if (edge !== null && copied < count) return NaN;
    let lots = 0;
    for (let rank = 0; rank < copied; rank++) lots += this.#top[rank] ?? 0;
    return this.#scale.qty(lots);
  }

  /**
   * Quantity of one side, each level weighted by exp(−d/λ), d its distance from mid, out to a reach
   * that belongs to it; λ and reach in whole bps. `NaN`: the book lacks a side. O(levels in reach).
   */
  weightedQty(side: BookSide, lambdaBps: number, reachBps: number): number {
    const { twiceMid } = this;
    if (Number.isNaN(twiceMid)) return NaN;
    const weighing = this.#weighing;
    weighing[MID_KEY] = side.sign * twiceMid / 2;
    weighing[PER_TICK] = BPS / (twiceMid / 2 * lambdaBps);
    const whole = wholeUnits(twiceMid);
    weighing[FROM_KEY] = worstKey(side.sign, whole, twiceMid - whole * UNIT, reachBps);
    side.levels.weightLots(weighing);
    return this.#scale.qty(weighing[WEIGHTED_LOTS] ?? NaN);
  }

  /**
   * How far from mid an edge lies on one side, bps, as in `topQty`; below 0: mid has passed it. `Infinity`: there is
   * no edge.
   */
  distanceBps(side: BookSide, edge: number | null): number {
    if (edge === null) return Infinity;
    const { twiceMid } = this;
    return BPS * side.sign * (twiceMid - 2 * this.#scale.exactTick(edge)) / twiceMid;
  }

  /** Brings the depth bands to the present mid. A book without two sides has none. */
  moveBands(): void {
    const { twiceMid } = this;
    if (Number.isNaN(twiceMid) || twiceMid === this.#bandsTwiceMid && this.#areBandsExact) return;
    this.#bandsTwiceMid = twiceMid;
    this.#moveBands(this.bids);
    this.#moveBands(this.asks);
  }

  #moveBands(side: BookSide): void {
    this.worstKeys(side, BANDS_BPS, this.#bounds);
    side.levels.bands.move(this.#bounds, side.levels);
  }

  #applySide(side: BookSide, levels: LevelColumns): void {
    for (let i = 0; i < levels.count; i++) {
      if (levels instanceof TickLevels) i = side.setTicks(levels, i);
      if (i < levels.count) this.#setExactly(side, levels.price(i), levels.qty(i));
    }
  }

  /** Sets one level, whatever its number of decimals. */
  #setExactly(side: BookSide, price: number, qty: number): void {
    let scale = this.#scale;
    const isOnTick = scale.price(scale.exactTick(price)) === price;
    // No level can be there: to remove it must not make the ticks finer.
    if (qty === 0 && !isOnTick) return;
    const isInLots = scale.qty(scale.exactLots(qty)) === qty;
    if (!isOnTick || !isInLots) scale = this.#refine(price, qty);
    side.set(scale.exactTick(price), scale.exactLots(qty));
  }

  /** A level between two ticks or lots: the units were too coarse. */
  #refine(price: number, qty: number): PriceScale {
    const scale = this.#scale.refined(price, qty);
    if (scale !== this.#scale) this.#useScale(scale);
    return scale;
  }

  get #areBandsExact(): boolean {
    return this.bids.levels.bands.isExact && this.asks.levels.bands.isExact;
  }

  #useScale(scale: PriceScale): void {
    this.#bandsTwiceMid = NaN;
    this.#scale = scale;
    this.bids.rescale(scale);
    this.asks.rescale(scale);
  }
}

/**
 * Key of the worst price within `bps` of mid, the edge included. Twice mid in ticks is a whole number; it is split
 * into `whole` units and a `rest`, so that every product is one below 2^53, and the edge is compared exactly.
 */
function worstKey(sign: 1 | -1, whole: number, rest: number, bps: number): number {
  return sign * whole * (BPS - sign * bps) + Math.ceil(sign * rest * (BPS - sign * bps) / UNIT);
}

function wholeUnits(twiceMid: number): number {
  return Math.floor(twiceMid / UNIT);
}
