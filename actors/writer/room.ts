/**
 * Room: what deleted rows have left inside the pieces of now. It is not given back to the disk, and the next rows of the same
 * piece have it: as long as there is enough, that piece does not grow. It is counted in rows: those that were deleted, less
 * those that have come since. Pure.
 */
import { rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import type { Piece } from "./pieces.ts";

/** Rows come in bursts: there is room for so many as large as the largest between two looks. */
const BURSTS = 2;
/** What is left of the largest burst after the next one. */
const BURST_DECAY = 0.9;

interface Known {
  readonly bytes: number;
  /** Rows that have room. */
  readonly free: number;
  /** Rows that came between two looks, lately at most. */
  readonly burst: number;
  /** It had too little and has not got enough yet. */
  readonly isFilling: boolean;
}

/** That of all pieces; `leastBytes`: so much is made at a time at least. */
export class Room {
  readonly #leastBytes: number;
  #known = new Map<string, Known>();

  constructor(leastBytes: number) {
    this.#leastBytes = leastBytes;
  }

  /** Looks at all pieces; `inflow`: rows that came since the last look, by piece. What is not known has none. */
  look(pieces: readonly Piece[], inflow: ReadonlyMap<string, number>): void {
    this.#known = new Map(pieces.map(({ name, bytes, table }) => {
      const before = this.#known.get(name) ?? { bytes, free: 0, burst: 0, isFilling: false };
      const came = inflow.get(name) ?? 0;
      // One that grows all the same has less room than was believed.
      const beyond = Math.max(0, bytes - before.bytes) / rowBytesOf(table.name);
      return [name, {
        bytes,
        free: Math.max(0, before.free - came - beyond),
        burst: came > 0 ? Math.max(came, before.burst * BURST_DECAY) : before.burst,
        isFilling: before.isFilling,
      }];
    }));
  }

  /** Rows that have to be deleted there until the next ones have room; 0: they have. */
  missing({ name, table }: Pick<Piece, "name" | "table">): number {
    const known = this.#known.get(name);
    if (known === undefined) return 0;
    const least = this.#leastBytes / rowBytesOf(table.name);
    const low = known.burst * BURSTS;
    const isFilling = known.isFilling || known.free <= low;
    const missing = isFilling ? Math.max(0, low + least - known.free) : 0;
    this.#known.set(name, { ...known, isFilling: missing > 0 });
    return missing;
  }

  /** So many rows were deleted there. */
  made(name: string, rows: number): void {
    const known = this.#known.get(name);
    if (known !== undefined) this.#known.set(name, { ...known, free: known.free + rows });
  }
}
