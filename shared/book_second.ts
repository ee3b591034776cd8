/** A book as it is stored, in whole ticks, and how it is read: with prices again, exactly those that the engine had. Pure. */
import type { Level, Market } from "./market.ts";

/** The best levels of one side in whole ticks, best first, one beside the other. */
export interface LevelsInTicks {
  /** The best price. */
  readonly tick: number;
  /** How far each level is from it, 0 first. */
  readonly steps: readonly number[];
  readonly qtys: readonly number[];
}

/** What a step may be: what the store's whole numbers of four bytes hold. A level farther away is left out. */
export const STEP_MAX = 2_147_483_647;

/**
 * The book of a second in which it has changed, as it is stored: the levels of the `BookFrame` of that moment, at most
 * `BOOK_FRAME_LEVELS` a side, whoever looks. `withPrices` makes prices of it again.
 */
export interface BookSecond extends Market {
  readonly type: "book_1s";
  /** Counts up from 1 within one life of the actor. */
  readonly number: number;
  readonly timeMs: number;
  readonly bookUpdateId: number;
  /** A price is a whole number of ticks divided by this, a power of ten, exactly. */
  readonly ticksPerUnit: number;
  /** `null`: the side has no level. */
  readonly bids: LevelsInTicks | null;
  readonly asks: LevelsInTicks | null;
}

/** A stored book, whatever else is known of it. */
type InTicks = Pick<BookSecond, "ticksPerUnit" | "bids" | "asks">;

/** The same with pairs of price and quantity, best first, instead of ticks; a side without levels is empty. */
export function withPrices<Book extends InTicks>(
  { ticksPerUnit, bids, asks, ...rest }: Book,
): Omit<Book, keyof InTicks> & { readonly bids: Level[]; readonly asks: Level[] } {
  return {
    ...rest,
    bids: levelsOf(bids, -1, ticksPerUnit),
    asks: levelsOf(asks, 1, ticksPerUnit),
  };
}

/** `away`: which way worse prices lie. */
function levelsOf(side: LevelsInTicks | null, away: 1 | -1, ticksPerUnit: number): Level[] {
  if (side === null) return [];
  const { tick, steps, qtys } = side;
  return steps.map((step, rank) => [(tick + away * step) / ticksPerUnit, qtys[rank] ?? NaN]);
}
