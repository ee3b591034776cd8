/** How many rows have come to each piece since somebody looked: what the room inside a piece is measured by. */
import { CUT_TABLES } from "../../shared/catalogue/history_tables.ts";
import { partitionAt } from "../../shared/catalogue/partitions.ts";
import type { Wanted } from "./partitions.ts";

/** Of one writer. Rows that came twice are counted twice: of room too little is better believed than too much. */
export class Inflow {
  #rows = new Map<string, number>();

  /** These were written. */
  add(written: Iterable<Wanted>): void {
    for (const { table, timeMs } of written) {
      const cut = CUT_TABLES.get(table);
      if (cut === undefined) continue;
      const { name } = partitionAt(table, cut, timeMs);
      this.#rows.set(name, (this.#rows.get(name) ?? 0) + 1);
    }
  }

  /** By piece, since the last call. */
  take(): ReadonlyMap<string, number> {
    const rows = this.#rows;
    this.#rows = new Map();
    return rows;
  }
}
