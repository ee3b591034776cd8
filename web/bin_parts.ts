/**
 * A bin that two tables tell of: the coarser one up to a time, the finer one from there on. What they tell comes together as
 * if one of them had told it all, so that of the last hours, of which a bin is one, the last minute alone is read from rows. Pure.
 */
import { assertNever } from "../shared/assert_never.ts";
import type { MetricName } from "../shared/catalogue/metrics.ts";
import { type FoldColumn, knownColumn, STATE_COLUMNS } from "../shared/catalogue/rollups.ts";
import { WORST } from "./rollup_statement.ts";
import { type FoldedRow, numberIn } from "./rows.ts";
import { pointColumns } from "./statements.ts";

/** Digits that a `real` has. */
const REAL_DIGITS = 7;

/** The points of one bin, those of each settings joined, in the order of their last rows; `later` is of times after all of `earlier`. */
export function joinedRows(
  earlier: readonly FoldedRow[],
  later: readonly FoldedRow[],
  columns: readonly MetricName[],
): FoldedRow[] {
  const told = pointColumns(columns);
  const rows = new Map(earlier.map((row) => [row.settings, row]));
  for (const row of later) {
    const before = rows.get(row.settings);
    rows.set(row.settings, before === undefined ? row : joined(before, row, told));
  }
  const inOrder = [...rows.values()].sort((a, b) => a.lastMs - b.lastMs);
  // As statements have it: the last one ends with the bin.
  return inOrder.map((row, i) => ({
    ...row,
    timeMs: i === inOrder.length - 1 ? row.binMs : row.lastMs,
  }));
}

function joined(
  earlier: FoldedRow,
  later: FoldedRow,
  columns: readonly FoldColumn[],
): FoldedRow {
  const row: Record<string, unknown> = { ...later };
  for (const column of columns) {
    row[column.name] = valueOf(column, earlier, later);
    if (column.fold !== "mean") continue;
    row[knownColumn(column.metric)] = knownOf(column, earlier) + knownOf(column, later);
  }
  for (const name of Object.values(STATE_COLUMNS)) {
    row[name] = (numberIn(earlier, name) ?? 0) + (numberIn(later, name) ?? 0);
  }
  // The compiler forgets what a row with any column has.
  return {
    ...row,
    lastMs: Math.max(earlier.lastMs, later.lastMs),
    rows: earlier.rows + later.rows,
    coveredMs: earlier.coveredMs + later.coveredMs,
    state: WORST.find((state) => earlier.state === state || later.state === state) ?? "live",
    nulls: greater(earlier.nulls, later.nulls),
  } as FoldedRow;
}

function valueOf(column: FoldColumn, earlier: FoldedRow, later: FoldedRow): number | null {
  const { name, fold, type } = column;
  const [before, after] = [numberIn(earlier, name), numberIn(later, name)];
  // The last row did not know it, whatever was before.
  if (fold === "last") return after;
  if (before === null || after === null) return before ?? after;
  switch (fold) {
    case "min":
      return Math.min(before, after);
    case "max":
      return Math.max(before, after);
    case "sum":
      return before + after;
    case "mean": {
      const [weight, weightAfter] = [knownOf(column, earlier), knownOf(column, later)];
      const mean = (before * weight + after * weightAfter) / (weight + weightAfter);
      return type === "float4" ? Number(mean.toPrecision(REAL_DIGITS)) : mean;
    }
    default:
      return assertNever(fold, "join two parts of a bin");
  }
}

/** Of how many rows the value is. */
function knownOf({ name, metric }: FoldColumn, row: FoldedRow): number {
  return numberIn(row, name) === null ? 0 : numberIn(row, knownColumn(metric)) ?? row.rows;
}

/** As the databases order codes: by their characters. */
function greater(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
