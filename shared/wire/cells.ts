/**
 * Cells: numbers as they travel to a page that is told changes. Of what is not known a cell has the letter of its reason.
 *
 * A list of cells changes by those that differ: a mask in hexadecimal, four cells a digit and the first cell its highest
 * bit, and behind it the new cells in order. Pure.
 */
import { definitionOf, type MetricName, type MetricValues } from "../catalogue/metrics.ts";
import type { NullReason } from "../catalogue/metric_definition.ts";
import { readNullCode, type Reasons } from "../catalogue/null_code.ts";
import { NULL_REASON_NAMES, NULL_REASONS } from "../catalogue/null_reasons.ts";
import type { MetricsFrame } from "../output.ts";

/** A number, a word, or of what is not known the letter of its reason; `null`: nobody has told one. */
export type Cell = number | string | null;

/** Cells in the order of their columns. */
export type Cells = readonly Cell[];

/** Which cells are others, and these. */
export type CellChanges = readonly [mask: string, ...cells: Cell[]];

/** Nothing has changed. */
export const NO_CHANGES: CellChanges = [""];

/** Digits of what is stored in four bytes, of which nobody reads more and random ones do not pack; and all that a double has. */
const SHORT_DIGITS = 6;
const LONG_DIGITS = 15;
const CELLS_PER_DIGIT = 4;

const REASON_OF = new Map<string, NullReason>(
  NULL_REASON_NAMES.map((name) => [NULL_REASONS[name].letter, name]),
);

/** What a page is told that knows `before`, which has as many cells as `after`. O(cells). */
export function changesOf(before: Cells, after: Cells): CellChanges {
  const cells: Cell[] = [];
  let mask = "";
  for (let first = 0; first < after.length; first += CELLS_PER_DIGIT) {
    let digit = 0;
    for (let place = first; place < first + CELLS_PER_DIGIT; place++) {
      digit *= 2;
      const cell = after[place];
      if (cell === undefined || cell === before[place]) continue;
      digit += 1;
      cells.push(cell);
    }
    mask += digit.toString(16);
  }
  return cells.length === 0 ? NO_CHANGES : [mask, ...cells];
}

/** The cells after these changes; as many as there were. O(cells). */
export function changedCells(before: Cells, [mask, ...cells]: CellChanges): Cell[] {
  let next = 0;
  return before.map((cell, place) => {
    const digit = parseInt(mask.charAt(Math.floor(place / CELLS_PER_DIGIT)) || "0", 16);
    const bit = 8 >> place % CELLS_PER_DIGIT;
    return (digit & bit) === 0 ? cell : cells[next++] ?? null;
  });
}

/** So many cells of which nothing is known. */
export function blankCells(count: number): Cells {
  return Array.from({ length: count }, () => null);
}

/** The values of these metrics in a frame. */
export function metricCells(
  names: readonly MetricName[],
  { values, nulls }: Pick<MetricsFrame, "values" | "nulls">,
): Cell[] {
  const reasons = readNullCode(nulls);
  return names.map((name) => {
    const value = values[name];
    if (value !== null) return shortened(name, value);
    const reason = reasons[name];
    return reason === undefined ? null : NULL_REASONS[reason].letter;
  });
}

/** A number with as many digits as are told of it: best prices have all of theirs. */
export function shortened(name: MetricName, value: number): number {
  if (name === "bestBidPrice" || name === "bestAskPrice" || Number.isSafeInteger(value)) {
    return value;
  }
  const digits = definitionOf(name).stored === "float8" ? LONG_DIGITS : SHORT_DIGITS;
  return Number(value.toPrecision(digits));
}

/** What the cells of metrics say. */
export interface MetricsTold {
  readonly values: Partial<MetricValues>;
  readonly reasons: Reasons;
}

/** Reads the cells of these columns; what is no metric of this program is left out. */
export function readMetricCells(names: readonly string[], cells: Cells): MetricsTold {
  const values: Partial<Record<string, number | null>> = {};
  const reasons: Partial<Record<string, NullReason>> = {};
  names.forEach((name, place) => {
    const cell = cells[place] ?? null;
    values[name] = typeof cell === "number" ? cell : null;
    const reason = typeof cell === "string" ? REASON_OF.get(cell) : undefined;
    if (reason !== undefined) reasons[name] = reason;
  });
  return { values, reasons };
}
