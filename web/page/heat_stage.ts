/** Where a heatmap's columns and prices stand in its picture, and where a cursor in it goes. Pure. */
import { cellAt, type PriceWindow } from "./heat_cells.ts";
import type { HeatColumns } from "./heat_columns.ts";

/** Where a cursor stands. */
export interface HeatCursor {
  /** Of the column. */
  readonly endMs: number;
  readonly price: number;
}

/** Where everything stands, CSS pixels. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  readonly columns: HeatColumns;
  readonly window: PriceWindow;
  x(number: number): number;
  y(price: number): number;
}

/** A picture of so many pixels. */
export function stageOf(
  columns: HeatColumns,
  window: PriceWindow,
  width: number,
  height: number,
): Stage {
  const { first, count } = columns;
  const { low, high } = window;
  return {
    width,
    height,
    columns,
    window,
    x: (number) => width * (number - first + 0.5) / count,
    y: (price) => height * (high - price) / (high - low),
  };
}

/** The price at a height. */
export function priceAt({ window: { low, high }, height }: Stage, y: number): number {
  return high - (high - low) * Math.min(1, Math.max(0, y / height));
}

/** Where a pointer is; `null`: beside the picture. */
export function placeAt(stage: Stage, x: number, y: number): HeatCursor | null {
  const { columns, width, height } = stage;
  if (x < 0 || x >= width || y < 0 || y >= height) return null;
  const number = columns.first + Math.floor(x / width * columns.count);
  return { endMs: number * columns.columnMs, price: priceAt(stage, y) };
}

/** `null`: the key is not for it. Who comes from nowhere begins at the newest column, at its middle price. */
export function movedCursor(
  columns: HeatColumns,
  cursor: HeatCursor | null,
  key: string,
): HeatCursor | null {
  const steps: Readonly<Record<string, readonly [columns: number, buckets: number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const step = steps[key];
  if (step === undefined) return null;
  const { columnMs, first, newest } = columns;
  const last = columns.all().findLast(({ profile }) => profile !== null);
  const mid = last?.profile?.mid;
  if (cursor === null) return mid === undefined ? null : { endMs: newest * columnMs, price: mid };
  const number = Math.round(cursor.endMs / columnMs) + step[0];
  const profile = columns.at(number)?.profile ?? last?.profile ?? null;
  const cell = profile === null ? null : cellAt(profile, cursor.price);
  // To the middle of the stretch beside this one.
  const price = cell === null || step[1] === 0
    ? cursor.price
    : (cell.low + cell.high) / 2 + step[1] * (cell.high - cell.low);
  return { endMs: Math.min(newest, Math.max(first, number)) * columnMs, price };
}
