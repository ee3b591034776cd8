/**
 * Floors: from when on rows of each table are kept, because older ones have been dropped. They are in the database, and raised in
 * the very transaction that drops; a row from below is not taken again.
 */
import type postgres from "postgres";

/** Those of one session's database. */
export class Floors {
  readonly #ms = new Map<string, number>();

  /** Reads them in this transaction. */
  async read(tx: postgres.TransactionSql): Promise<void> {
    const found = await floorsIn(tx);
    this.#ms.clear();
    for (const [table, ms] of found) this.#ms.set(table, ms);
  }

  /** UTC milliseconds; `-Infinity`: nothing has been dropped. */
  of(table: string): number {
    return this.#ms.get(table) ?? -Infinity;
  }

  /** Raises one in this transaction. `keep` remembers it, after the commit. */
  async raise(
    tx: postgres.TransactionSql,
    table: string,
    ms: number,
  ): Promise<{ keep(): void }> {
    await tx`
      INSERT INTO retention_floor AS known (table_name, floor)
      VALUES (${table}, to_timestamp(${ms}::float8 / 1000))
      ON CONFLICT (table_name) DO UPDATE SET floor = greatest(known.floor, excluded.floor)`;
    return { keep: () => this.#ms.set(table, Math.max(ms, this.of(table))) };
  }
}

/** As they are in this transaction: by table, UTC milliseconds, where anything has been dropped. */
export async function floorsIn(tx: postgres.TransactionSql): Promise<ReadonlyMap<string, number>> {
  const floors = await tx<{ table: string; ms: number }[]>`
    SELECT table_name AS table, (extract(epoch FROM floor) * 1000)::float8 AS ms FROM retention_floor`;
  return new Map(floors.map(({ table, ms }) => [table, ms]));
}
