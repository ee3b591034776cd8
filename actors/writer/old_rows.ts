/** What earlier versions have stored, as the writer knows it: until when there are such rows. No such table ever grows. */
import type postgres from "postgres";
import { OLD_TABLES, ownerSql } from "../../shared/catalogue/old_tables.ts";
import type { TableName } from "../../shared/catalogue/tables.ts";

/** Those of one session's database. */
export class OldRows {
  readonly #untilMs = new Map<string, number>();

  /** Reads in this transaction until when there are any. */
  async read(tx: postgres.TransactionSql): Promise<void> {
    this.#untilMs.clear();
    for (const [name, tables] of Object.entries(OLD_TABLES)) {
      const newest = [];
      for (const table of tables) newest.push(await newestIn(tx, table) ?? -Infinity);
      this.#untilMs.set(name, Math.max(...newest));
    }
  }

  /** The time of the newest one of those that are read beside this table, UTC milliseconds; `-Infinity`: there is none. */
  readonly untilMs = (table: TableName): number => this.#untilMs.get(table) ?? -Infinity;
}

/** The time of the newest row of a table of before; `null`: there is none. */
export function newestIn(tx: postgres.TransactionSql, name: string): Promise<number | null> {
  return edgeOf(tx, name, "max");
}

/** The time of the oldest row of a table of before; `null`: there is none. */
export function oldestIn(tx: postgres.TransactionSql, name: string): Promise<number | null> {
  return edgeOf(tx, name, "min");
}

/** Of each market by its key. */
async function edgeOf(
  tx: postgres.TransactionSql,
  name: string,
  edge: "min" | "max",
): Promise<number | null> {
  const owner = ownerSql(name);
  const order = edge === "min" ? "ASC" : "DESC";
  const [row] = await tx.unsafe<{ ms: number | null }[]>(
    `SELECT (extract(epoch FROM ${edge}(time)) * 1000)::float8 AS ms
     FROM symbols CROSS JOIN LATERAL (
       SELECT time FROM ${name} AS old WHERE ${owner} ORDER BY time ${order} LIMIT 1) AS edge`,
  );
  return row?.ms ?? null;
}
