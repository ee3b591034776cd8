/** Vacuuming: what a server does by itself, and the embedded database does not: it has no process beside its own. */
import { HISTORY_TABLES } from "../../shared/catalogue/history_tables.ts";
import type { Job } from "./housekeeping.ts";
import { piecesIn } from "./pieces.ts";
import { isNow, isRaw } from "./size_plan.ts";

/** Of 200 symbols the marks of ten minutes take a megabyte. */
const EVERY_MS = 600_000;

/** Where rows are deleted or changed all the time. */
const TABLES = [
  "rollup_due",
  ...HISTORY_TABLES.filter(({ partition }) => partition === null).map(({ name }) => name),
];

/**
 * The job that does it, a table a step. Raw pieces of now too: each time only what is new there is looked at. Were that left until
 * rows are deleted there, the first time would take a second for a day of three symbols, while all others wait.
 */
export function vacuuming(vacuum: (table: string, how?: string) => Promise<void>): Job {
  let left: (readonly [table: string, how?: string])[] = [];
  return {
    name: "making room where rows were deleted",
    everyMs: EVERY_MS,
    step: async (transact, nowMs) => {
      if (left.length === 0) {
        const pieces = (await transact(piecesIn)).filter((piece) =>
          isRaw(piece) && isNow(piece, nowMs)
        );
        // Their statistics would take longer than the rest of it.
        left = [
          ...TABLES.map((name) => [name] as const),
          ...pieces.map(({ name }) => [name, "VACUUM"] as const),
        ];
      }
      const next = left.shift();
      if (next !== undefined) await vacuum(...next);
      return left.length > 0;
    },
  };
}
