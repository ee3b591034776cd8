/**
 * The list of symbols as a page is told it: a small row each, under columns that are named once. Rows travel as what differs
 * from before; the first time, after a gap, and when symbols or columns are others, whole. Pure.
 */
import {
  blankCells,
  type Cell,
  type CellChanges,
  type Cells,
  changedCells,
  changesOf,
  NO_CHANGES,
} from "./cells.ts";

/** What the list shows of one symbol, as old as it is. */
export interface SymbolRow {
  /** Of what it says; of a symbol that has said nothing, `null`. */
  readonly timeMs: number | null;
  readonly cells: Cells;
}

/** All of them at one moment. */
export interface SymbolRows {
  /** Counts up with each time that anybody was sent them. */
  readonly number: number;
  /** Of the newest of them. */
  readonly timeMs: number;
  readonly columns: readonly string[];
  readonly symbols: readonly string[];
  /** In the order of the symbols. */
  readonly rows: readonly SymbolRow[];
}

/** A symbol's place, how old it was at the time of the rows, and which of its cells are others. */
export type RowChange = readonly [place: number, ageMs: number, ...CellChanges];

/** As they travel. */
export interface RowsChange {
  readonly number: number;
  /** That of the rows that these change; `null`: they are whole. */
  readonly from: number | null;
  readonly timeMs: number;
  /** Of whole rows: what the cells are, and of whom. */
  readonly columns: readonly string[];
  readonly symbols: readonly string[];
  readonly rows: readonly RowChange[];
}

const NONE: readonly string[] = [];

/** What a page is told that knows `before`; `null`: the whole. O(symbols · columns). */
export function rowsChange(before: SymbolRows | null, after: SymbolRows): RowsChange {
  const base = before !== null && isContinued(before, after) ? before : null;
  const blank = blankCells(after.columns.length);
  const rows: RowChange[] = [];
  after.rows.forEach((row, place) => {
    const known = base?.rows[place];
    if (row.timeMs === null) return;
    const cells = changesOf(known?.cells ?? blank, row.cells);
    // Nothing was said since.
    if (row.timeMs === known?.timeMs && cells === NO_CHANGES) return;
    rows.push([place, after.timeMs - row.timeMs, ...cells]);
  });
  const { number, timeMs, columns, symbols } = after;
  return base === null
    ? { number, from: null, timeMs, columns, symbols, rows }
    : { number, from: base.number, timeMs, columns: NONE, symbols: NONE, rows };
}

/** The rows after a change; `null`: it changes others than are known. O(symbols · columns). */
export function changedRows(before: SymbolRows | null, change: RowsChange): SymbolRows | null {
  const { number, timeMs } = change;
  if (change.from !== null && change.from !== before?.number) return null;
  const base = change.from === null || before === null ? blankRows(change) : before;
  const rows = [...base.rows];
  for (const [place, ageMs, ...cells] of change.rows) {
    const known: readonly Cell[] = rows[place]?.cells ?? [];
    rows[place] = { timeMs: timeMs - ageMs, cells: changedCells(known, cells) };
  }
  return { number, timeMs, columns: base.columns, symbols: base.symbols, rows };
}

function blankRows({ columns, symbols }: RowsChange): Omit<SymbolRows, "number" | "timeMs"> {
  const cells = blankCells(columns.length);
  return { columns, symbols, rows: symbols.map(() => ({ timeMs: null, cells })) };
}

/** Whether the rows are of the same symbols and columns, and no symbol has become one that has said nothing. */
function isContinued(before: SymbolRows, after: SymbolRows): boolean {
  return isSame(before.columns, after.columns) && isSame(before.symbols, after.symbols) &&
    after.rows.every(({ timeMs }, place) => timeMs !== null || before.rows[place]?.timeMs === null);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a === b || a.length === b.length && a.every((one, place) => one === b[place]);
}
