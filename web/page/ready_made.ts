/**
 * Arrangements of the desk that one may choose instead of making one, each for another question. Beside that of who has
 * arranged nothing, which is small, they are loaded with what they show. Pure.
 */
import { type Arrangement, DEFAULT_ARRANGEMENT, placed } from "./arrangement.ts";

/** One of them. */
export interface ReadyMade {
  readonly id: string;
  /** As a button calls it. */
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly purpose: string;
  readonly arrangement: Arrangement;
  /** Of so many symbols are its panels. */
  readonly symbols: 1 | 2;
}

/** Where liquidity rests, what trades, and how price answers. */
const ORDER_FLOW: Arrangement = [
  placed("standing", [0, 0, 24, 2], [0, 0, 24, 2]),
  placed("heatmap", [0, 2, 14, 22], [0, 2, 24, 26]),
  placed("chart", [0, 24, 14, 24], [0, 28, 24, 28]),
  placed("ladder", [14, 2, 5, 30], [0, 56, 12, 28]),
  placed("tape", [14, 32, 5, 16], [12, 56, 12, 28]),
  placed("depth", [19, 2, 5, 24], [0, 84, 12, 24]),
  placed("gauge", [19, 26, 5, 22], [12, 84, 12, 24]),
];

/** Whether the numbers are right, what is usual of them, and what was unusual. */
const QUALITY: Arrangement = [
  placed("standing", [0, 0, 24, 2], [0, 0, 24, 2]),
  placed("quality", [0, 2, 8, 46], [0, 2, 24, 30]),
  placed("chart", [8, 2, 16, 26], [0, 32, 24, 28]),
  placed("statistics", [8, 28, 10, 20], [0, 60, 14, 24]),
  placed("alerts", [18, 28, 6, 20], [14, 60, 10, 24]),
];

/** The same of one symbol and another. */
const TWO_SYMBOLS: Arrangement = [0, 1].flatMap((slot) => [
  placed("standing", [12 * slot, 0, 12, 2], [12 * slot, 0, 12, 4], slot),
  placed("chart", [12 * slot, 2, 12, 25], [12 * slot, 4, 12, 26], slot),
  placed("heatmap", [12 * slot, 27, 7, 21], [12 * slot, 30, 12, 24], slot),
  placed("ladder", [12 * slot + 7, 27, 5, 21], [12 * slot, 54, 12, 24], slot),
]);

/** In the order in which they are offered. */
export const READY_MADE: readonly ReadyMade[] = [
  {
    id: "default",
    title: "Standard",
    purpose: "Price, numbers, order book and alerts of one symbol",
    arrangement: DEFAULT_ARRANGEMENT,
    symbols: 1,
  },
  {
    id: "order-flow",
    title: "Order flow",
    purpose: "Liquidity heatmap, trades, order book, depth and price of one symbol",
    arrangement: ORDER_FLOW,
    symbols: 1,
  },
  {
    id: "quality",
    title: "Quality",
    purpose: "Whether the numbers are right, what is usual of them, and what was unusual",
    arrangement: QUALITY,
    symbols: 1,
  },
  {
    id: "two-symbols",
    title: "Two symbols",
    purpose: "Price, heatmap and order book of two symbols, side by side",
    arrangement: TWO_SYMBOLS,
    symbols: 2,
  },
];
