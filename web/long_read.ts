/**
 * LongRead: rows of one market folded over bins, as many as a range has, read a slice at a time. A statement
 * touches no more rows than its slice, however dense they lie, so that it is over soon and the writer of an
 * embedded store, which answers one at a time, comes in between. Slices are cut where bins end: the points are
 * those of one statement over all. Pure: the caller runs the statements, and tells how long they took.
 */
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { FoldedRow } from "./rows.ts";
import type { MetricsQuery } from "./statements.ts";

/** An answer that would touch too many rows; the message says what to ask instead. */
export class TooManyRows extends Error {
  override readonly name = "TooManyRows";
}

/** A tenth of a second or so in the embedded store. */
export const FIRST_ROWS = 10_000;
const ROWS_MIN = 2_000;
/** Also the most that one point is made of: a bin is never cut. */
export const SLICE_ROWS_MAX = 50_000;
/** A slice is to take so long: another's turn comes soon, and what each statement costs beside is little. */
const SLICE_MS = 150;

/** One question, from its first slice to its last. */
export class LongRead {
  readonly #query: MetricsQuery;
  readonly #rows: FoldedRow[] = [];
  #fromMs: number;
  #sliceRows = FIRST_ROWS;
  #rowsKept = 0;
  #isDone = false;

  constructor(query: MetricsQuery) {
    this.#query = query;
    this.#fromMs = query.fromMs;
  }

  /** What is to be asked next; its `limit` is the slice's. `null`: everything is there. */
  get next(): MetricsQuery | null {
    return this.#isDone ? null : { ...this.#query, fromMs: this.#fromMs, limit: this.#sliceRows };
  }

  /** The points so far, the oldest first. */
  get rows(): readonly FoldedRow[] {
    return this.#rows;
  }

  /** The answer to `next`. @throws {TooManyRows} */
  take(rows: readonly FoldedRow[], tookMs: number): void {
    const count = rows.reduce((sum, row) => sum + row.rows, 0);
    if (count < this.#sliceRows) {
      this.#keep(rows);
      this.#isDone = true;
      return;
    }
    // There is more: the last bin may have been cut, and is read again, whole.
    const { binMs } = this.#query;
    const lastMs = rows.at(-1)?.lastMs ?? this.#fromMs;
    const cutMs = (Math.ceil(lastMs / binMs) - 1) * binMs;
    if (cutMs <= this.#fromMs) return this.#widen();
    this.#keep(rows.filter((row) => row.lastMs <= cutMs));
    this.#fromMs = cutMs;
    const paced = Math.round(this.#sliceRows * SLICE_MS / Math.max(1, tookMs));
    this.#sliceRows = Math.min(SLICE_ROWS_MAX, Math.max(ROWS_MIN, paced));
  }

  /** The last one took too long, and gave nothing: false when it cannot be asked for less. */
  shorten(): boolean {
    if (this.#sliceRows <= ROWS_MIN) return false;
    this.#sliceRows = Math.max(ROWS_MIN, this.#sliceRows / 2 | 0);
    return true;
  }

  #keep(rows: readonly FoldedRow[]): void {
    this.#rows.push(...rows);
    this.#rowsKept += rows.reduce((sum, row) => sum + row.rows, 0);
    const { rowsMax } = ROUTES.metrics;
    if (this.#rowsKept <= rowsMax) return;
    const until = new Date(this.#fromMs).toISOString();
    throw new TooManyRows(
      `An answer is made of at most ${rowsMax} rows, and there are about as many from \`from\` to ${until} alone: ` +
        `ask for several ranges, the first with to=${this.#fromMs}`,
    );
  }

  /** Not one bin was whole. */
  #widen(): void {
    if (this.#sliceRows >= SLICE_ROWS_MAX) {
      throw new TooManyRows(
        `A point of the answer would be made of more than ${SLICE_ROWS_MAX} rows: raise limit, or ask for a shorter range`,
      );
    }
    this.#sliceRows = SLICE_ROWS_MAX;
  }
}
