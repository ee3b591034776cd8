/** What still has to go because history is above its size. Pure. */
import { rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import type { Piece } from "./pieces.ts";
import { BEGIN_SHARE } from "./size_plan.ts";

/** Above the size twice as much goes as history has grown by. */
const GROWTH_TIMES = 2;

/**
 * It is told what history takes, and what has gone. Rows that are deleted from a piece of now leave room for the next ones of the
 * same piece only. As many as have come there meanwhile are therefore its own turnover, and nothing that has been given: else rows
 * of each second, which pass through their hour anyway, would seem to make room for the roll-ups that grow beside them.
 */
export class SizeDebt {
  readonly #maxBytes: number;
  /** At the last look that found it above its size; `null`: it was not. */
  #lastBytes: number | null = null;
  #bytes = 0;
  /** Rows that came to each piece since then, less those that were deleted there. */
  readonly #turnover = new Map<string, number>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that still have to go. */
  get bytes(): number {
    return this.#bytes;
  }

  /** So much history takes now, with what is reserved; `came`: rows by piece, since the last look. */
  look(bytes: number, came: ReadonlyMap<string, number>): void {
    if (bytes < this.#maxBytes) {
      this.#lastBytes = null;
      this.#bytes = 0;
      this.#turnover.clear();
      return;
    }
    if (this.#lastBytes === null) this.#bytes = bytes - this.#maxBytes * BEGIN_SHARE;
    else {
      this.#bytes += Math.max(0, bytes - this.#lastBytes) * GROWTH_TIMES;
      for (const [name, rows] of came) this.#turn(name, rows);
    }
    this.#lastBytes = bytes;
  }

  /** A piece has gone as a whole. */
  went({ name, bytes }: Pick<Piece, "name" | "bytes">): void {
    this.#turnover.delete(name);
    this.#pay(bytes);
  }

  /** So many rows of a piece were deleted. */
  deleted({ name, table }: Pick<Piece, "name" | "table">, rows: number): void {
    const turned = Math.min(rows, this.#turnover.get(name) ?? 0);
    this.#turn(name, -turned);
    this.#pay((rows - turned) * rowBytesOf(table.name));
  }

  #turn(name: string, rows: number): void {
    this.#turnover.set(name, (this.#turnover.get(name) ?? 0) + rows);
  }

  #pay(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
  }
}
