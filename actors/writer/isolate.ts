/** Finds the rows that Postgres will never take, so that they do not hold up the others. Pure. */
import { isContentError } from "./failures.ts";

/** A row that was left out, and why. */
export interface Poison<Row> {
  readonly row: Row;
  readonly error: unknown;
}

/**
 * Writes all rows but those that are refused for what is in them, which it returns; each refusal is
 * found by halving, in O(log rows) attempts. Rejects with any other failure of `write`, after which
 * all of it may be tried again: rows are idempotent.
 *
 * `prove` is asked once when rows are refused, before any is given up: it rejects when these tables refuse rows
 * that they have taken before, so that nothing is wrong with the rows.
 */
export async function writeIsolating<Row>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<void>,
  prove: (rows: readonly Row[]) => Promise<void>,
): Promise<Poison<Row>[]> {
  try {
    await write(rows);
    return [];
  } catch (error) {
    const [row] = rows;
    if (!isContentError(error) || row === undefined) throw error;
    await prove(rows);
    if (rows.length === 1) return [{ row, error }];
    const half = rows.length >> 1;
    const isProven = () => Promise.resolve();
    const left = await writeIsolating(rows.slice(0, half), write, isProven);
    const right = await writeIsolating(rows.slice(half), write, isProven);
    return [...left, ...right];
  }
}
