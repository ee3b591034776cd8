/** The rows of a ladder: levels, put together by multiples of the tick, with what rests up to each. Pure. */
import type { Level } from "../../shared/market.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { fullBar } from "./robust_scale.ts";

/** Rows a side that a person may choose. */
export const ROW_COUNTS = [10, 20, 30, 50] as const;
/** Ticks that one row may hold. */
export const TICKS_PER_ROW = [1, 2, 5, 10, 50, 100, 1_000] as const;

/** One price, or a stretch of prices that is named after its end away from mid. */
export interface LadderRow {
  readonly price: number;
  readonly qty: number;
  /** From the best price to here. */
  readonly sum: number;
  /** Of the bar that is full; more than 1: the bar is cut. */
  readonly share: number;
  /** It holds a large part of all that is shown of its side. */
  readonly isWall: boolean;
  /** What is told ends within it: more may rest here. */
  readonly isLowerBound: boolean;
}

/** Both sides, the best rows first. */
export interface LadderRows {
  readonly bids: readonly LadderRow[];
  readonly asks: readonly LadderRow[];
}

/** What a wall holds of its side: four times as much as if twenty rows held the same. */
const WALL_SHARE = 0.2;
/** Among fewer rows each holds much. */
const WALL_ROWS_MIN = 8;
/** A price that is a binary fraction is off a multiple by less than this part of a step. */
const ROUNDING = 1e-6;
const SIGNIFICANT_DIGITS = 12;

type Row = Pick<LadderRow, "price" | "qty" | "sum" | "isLowerBound">;

/**
 * The best rows of a book. O(levels · log levels).
 *
 * @param step prices that one row holds; `null`: each level is a row
 * @param count rows a side
 */
export function ladderRows(
  { bids, asks }: { readonly bids: readonly Level[]; readonly asks: readonly Level[] },
  step: number | null,
  count: number,
): LadderRows {
  const rows = [rowsOf(bids, -1, step, count), rowsOf(asks, 1, step, count)] as const;
  // One order that is far larger than all others leaves them their bars.
  const full = fullBar(rows.flat().map(({ qty }) => qty));
  const [finishedBids, finishedAsks] = rows.map((side) => {
    const all = side.at(-1)?.sum ?? 0;
    return side.map((row) => ({
      ...row,
      share: full === 0 ? 0 : row.qty / full,
      isWall: side.length >= WALL_ROWS_MIN && row.qty >= WALL_SHARE * all,
    }));
  });
  return { bids: finishedBids ?? [], asks: finishedAsks ?? [] };
}

/** The tick of a symbol: what its spread says, or the last decimal that one of its prices had. */
export function tickOf(values: Partial<MetricsView["values"]> | null, decimals: number): number {
  const { spread = null, spreadTicks = null } = values ?? {};
  return spread === null || spreadTicks === null || spreadTicks <= 0
    ? 10 ** -decimals
    : exact(spread / spreadTicks);
}

function rowsOf(
  levels: readonly Level[],
  sign: 1 | -1,
  step: number | null,
  count: number,
): readonly Row[] {
  const rows: Row[] = [];
  let sum = 0;
  for (const [price, qty] of levels) {
    const end = step === null ? price : endOf(price, sign, step);
    const last = rows.at(-1);
    const isSame = last?.price === end;
    if (!isSame && rows.length === count) return rows;
    sum += qty;
    if (isSame) rows[rows.length - 1] = { ...last, qty: last.qty + qty, sum };
    else rows.push({ price: end, qty, sum, isLowerBound: false });
  }
  const last = rows.at(-1);
  // Beyond the last level that is told others may belong to the same row.
  const isOpen = last !== undefined && last.price !== levels.at(-1)?.[0];
  if (isOpen) rows[rows.length - 1] = { ...last, isLowerBound: true };
  return rows;
}

/** The end, away from mid, of the row that a price is in. */
function endOf(price: number, sign: 1 | -1, step: number): number {
  const steps = price / step;
  const nearest = Math.round(steps);
  const whole = Math.abs(steps - nearest) < ROUNDING
    ? nearest
    : sign < 0
    ? Math.floor(steps)
    : Math.ceil(steps);
  return exact(whole * step);
}

function exact(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
