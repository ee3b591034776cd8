/**
 * QueueChain: how often the best queues of a book went from one state to another, with a move of mid or without, counted
 * as it happens. A state is a tenth of the bid queue's share of both, and how wide the spread is.
 */
import type { BookView } from "./book_view.ts";

const BUCKETS = 10;
const SPREADS = 3;
/** A spread of one tick; of up to so many; wider. */
const NARROW_TICKS = 20;
/** Buckets of the narrowest spread come first, the one of the fewest bids before all. */
export const STATES = BUCKETS * SPREADS;
const STEPS = STATES * STATES;
const BPS = 1e4;
/**
 * With so many moves all counts are halved: a few days' of a liquid market. The chain forgets slowly what it was like
 * long ago.
 */
const MOVES_MAX = 1_000_000;
/** Tick sizes are decimals: what the same one comes to after a division. */
const TICK_TOLERANCE = 1e-6;

/** The state that is the same with bids and asks exchanged. */
export function mirrored(state: number): number {
  return state - state % BUCKETS + BUCKETS - 1 - state % BUCKETS;
}

/** Steps from state to state. Each counts as its mirror image too, but that is left to who reads them. */
export class QueueChain {
  /** By state before, then state after: steps without a move of mid, and with one. */
  readonly kept = new Float64Array(STEPS);
  readonly moved = new Float64Array(STEPS);
  /** By state before: Σ moves, bps of the mid before. */
  readonly moveBps = new Float64Array(STATES);
  #moves = 0;
  #countedMs = 0;
  #tickSize: number | null = null;
  // The book before; -1: there is none that this one follows.
  #state = -1;
  #twiceMid = NaN;
  #decimals = 0;
  #eventMs = NaN;

  /** Steps with a move of mid. */
  get moves(): number {
    return this.#moves;
  }

  /** Smallest price step, by which spreads are counted; `null`: nothing was counted. */
  get tickSize(): number | null {
    return this.#tickSize;
  }

  /** For how long steps have been counted, by the exchange's clock. */
  get countedMs(): number {
    return this.#countedMs;
  }

  /** The state of a book with two sides; -1: nobody has told the tick size. */
  stateOf({ book, tickSize }: BookView): number {
    if (tickSize === null) return -1;
    const { bids, asks, scale } = book;
    const lots = bids.levels.bestLots;
    const bucket = Math.floor(BUCKETS * lots / (lots + asks.levels.bestLots));
    const ticks = scale.price(asks.bestTick - bids.bestTick) / tickSize;
    const width = ticks <= 1 + TICK_TOLERANCE ? 0 : ticks <= NARROW_TICKS + TICK_TOLERANCE ? 1 : 2;
    return width * BUCKETS + Math.min(bucket, BUCKETS - 1);
  }

  /** The book after one more update. */
  follow(view: BookView): void {
    // A snapshot has no time, and nothing says how long after the last book it was taken.
    const state = view.hasBothSides && !Number.isNaN(view.eventMs) ? this.stateOf(view) : -1;
    if (state < 0) return this.interrupt();
    this.#useTickSize(view.tickSize);
    const { twiceMid, scale } = view.book;
    if (this.#state >= 0) {
      // What a tick is may have changed.
      const by = 10 ** Math.abs(scale.priceDecimals - this.#decimals);
      const before = scale.priceDecimals < this.#decimals
        ? this.#twiceMid / by
        : this.#twiceMid * by;
      this.#count(this.#state, state, before, twiceMid);
      this.#countedMs += Math.max(0, view.eventMs - this.#eventMs);
    }
    this.#state = state;
    this.#twiceMid = twiceMid;
    this.#decimals = scale.priceDecimals;
    this.#eventMs = view.eventMs;
  }

  /** The next book does not follow this one. What was counted stays true. */
  interrupt(): void {
    this.#state = -1;
  }

  /** Steps that have begun in a state, or in its mirror image. */
  visits(state: number): number {
    return this.#from(state) + this.#from(mirrored(state));
  }

  /** What the next life must know: plain data, the steps that have been as triples of place, kept and moved; `null`: nothing. */
  remember(): unknown {
    const steps: number[] = [];
    for (let place = 0; place < STEPS; place++) {
      const kept = this.kept[place] ?? 0;
      const moved = this.moved[place] ?? 0;
      if (kept > 0 || moved > 0) steps.push(place, kept, moved);
    }
    if (steps.length === 0) return null;
    return {
      tickSize: this.#tickSize,
      countedMs: this.#countedMs,
      moveBps: [...this.moveBps],
      steps,
    };
  }

  /** Adds what another life has counted; `false`: it is none of its memories, and nothing has changed. */
  recall(memory: unknown): boolean {
    if (!isMemory(memory)) return false;
    // Ticks have another size by now.
    if (this.#tickSize !== null && memory.tickSize !== this.#tickSize) return true;
    this.#tickSize = memory.tickSize;
    this.#countedMs += memory.countedMs;
    for (const [state, bps] of memory.moveBps.entries()) {
      this.moveBps[state] = (this.moveBps[state] ?? 0) + bps;
    }
    for (let i = 0; i < memory.steps.length; i += 3) {
      const [place = 0, kept = 0, moved = 0] = memory.steps.slice(i, i + 3);
      this.kept[place] = (this.kept[place] ?? 0) + kept;
      this.moved[place] = (this.moved[place] ?? 0) + moved;
      this.#moves += moved;
    }
    while (this.#moves >= MOVES_MAX) this.#halve();
    return true;
  }

  #count(from: number, to: number, before: number, after: number): void {
    const place = from * STATES + to;
    if (after === before) {
      this.kept[place] = (this.kept[place] ?? 0) + 1;
      return;
    }
    this.moved[place] = (this.moved[place] ?? 0) + 1;
    const bps = BPS * (after - before) / before;
    this.moveBps[from] = (this.moveBps[from] ?? 0) + bps;
    this.#moves += 1;
    if (this.#moves >= MOVES_MAX) this.#halve();
  }

  #halve(): void {
    for (const counts of [this.kept, this.moved, this.moveBps]) {
      for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) / 2;
    }
    this.#moves /= 2;
    this.#countedMs /= 2;
  }

  /** A spread of so many ticks is another thing when ticks are others. */
  #useTickSize(tickSize: number | null): void {
    if (this.#tickSize !== null && this.#tickSize !== tickSize) this.#clear();
    this.#tickSize = tickSize;
  }

  #clear(): void {
    this.kept.fill(0);
    this.moved.fill(0);
    this.moveBps.fill(0);
    this.#moves = 0;
    this.#countedMs = 0;
    this.#state = -1;
  }

  #from(state: number): number {
    let sum = 0;
    for (let place = state * STATES; place < (state + 1) * STATES; place++) {
      sum += (this.kept[place] ?? 0) + (this.moved[place] ?? 0);
    }
    return sum;
  }
}

interface Memory {
  readonly tickSize: number | null;
  readonly countedMs: number;
  readonly moveBps: readonly number[];
  readonly steps: readonly number[];
}

function isMemory(memory: unknown): memory is Memory {
  if (typeof memory !== "object" || memory === null) return false;
  const { tickSize, countedMs, moveBps, steps } = memory as Partial<Record<keyof Memory, unknown>>;
  return (tickSize === null || isCount(tickSize)) && isCount(countedMs) &&
    Array.isArray(moveBps) && moveBps.length === STATES && moveBps.every(Number.isFinite) &&
    Array.isArray(steps) && steps.length % 3 === 0 && steps.length <= 3 * STEPS &&
    steps.every((step, i) =>
      isCount(step) && (i % 3 > 0 || Number.isInteger(step) && step < STEPS)
    );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
