/**
 * Partitions: the pieces of the tables that are cut by time. Those that a batch needs are made in its own transaction,
 * those of the next day beforehand by housekeeping, each in a way that holds up no reader: as a table like its parent that is
 * then attached.
 */
import type postgres from "postgres";
import { CUT_TABLES } from "../../shared/catalogue/history_tables.ts";
import { partitionAt, type PartitionSpan } from "../../shared/catalogue/partitions.ts";
import { PartitionRefused } from "./failures.ts";
import type { Job } from "./housekeeping.ts";

const DAY_MS = 86_400_000;
/** Long before a day is over. */
const CHECK_EVERY_MS = 600_000;

/** A row of this time is to be written there. */
export interface Wanted {
  readonly table: string;
  readonly timeMs: number;
}

/** The partitions that are known to be there. */
export class KnownPartitions {
  readonly #names = new Set<string>();

  /**
   * Makes in this transaction the partitions that such rows need. `keep` remembers them; it is for after the commit,
   * because a transaction that fails takes them with it.
   *
   * @throws {PartitionRefused} when one cannot be made.
   */
  async make(
    tx: postgres.TransactionSql,
    wanted: Iterable<Wanted>,
  ): Promise<{ keep(): void }> {
    const missing = new Map<string, PartitionSpan>();
    for (const { table, timeMs } of wanted) {
      const cut = CUT_TABLES.get(table);
      if (cut === undefined) continue;
      const span = partitionAt(table, cut, timeMs);
      if (!this.#names.has(span.name)) missing.set(span.name, span);
    }
    if (missing.size > 0) await makeMissing(tx, missing);
    return {
      keep: () => {
        for (const name of missing.keys()) this.#names.add(name);
      },
    };
  }

  /** This one has been dropped. */
  drop(name: string): void {
    this.#names.delete(name);
  }

  /** Nothing is known: another session, or somebody has dropped one. */
  forget(): void {
    this.#names.clear();
  }
}

/** What every table that is cut needs at this time. */
export function wantedAt(timeMs: number): Wanted[] {
  return [...CUT_TABLES.keys()].map((table) => ({ table, timeMs }));
}

/** The job that makes the pieces of the next day, a table a step: at midnight none has to be waited for. */
export function partitionsAhead(known: KnownPartitions): Job {
  const tables = [...CUT_TABLES.keys()];
  let next = 0;
  return {
    name: "making the partitions of the next day",
    everyMs: CHECK_EVERY_MS,
    step: async (transact, nowMs) => {
      const table = tables[next] ?? "";
      const wanted = [nowMs, nowMs + DAY_MS].map((timeMs) => ({ table, timeMs }));
      const made = await transact((tx) => known.make(tx, wanted));
      made.keep();
      next = (next + 1) % tables.length;
      return next > 0;
    },
  };
}

async function makeMissing(
  tx: postgres.TransactionSql,
  missing: ReadonlyMap<string, PartitionSpan>,
): Promise<void> {
  const names = [...missing.values()].flatMap(({ table, name }) => [table, name]);
  const there = await tx<{ name: string; attached: boolean }[]>`
    SELECT relname AS name, relispartition AS attached FROM pg_class
    WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
      AND relname IN (SELECT unnest(${names}::text[]))`;
  const known = new Map(there.map(({ name, attached }) => [name, attached]));
  for (const span of missing.values()) {
    const isAttached = known.get(span.name);
    if (isAttached === true || !known.has(span.table)) continue;
    try {
      await tx.unsafe(makingOf(span, isAttached === undefined)).simple();
    } catch (error) {
      throw new PartitionRefused(span.name, error);
    }
  }
}

/** A server makes room of what was deleted from a day long before a fifth of it is gone. */
const ROOM_SOON = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000";

/** No name needs to be quoted: they are the catalogue's. */
function makingOf({ table, name, fromMs, toMs }: PartitionSpan, isNew: boolean): string {
  const [from, to] = [fromMs, toMs].map((ms) => `'${new Date(ms).toISOString()}'`);
  const attach =
    `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to});`;
  return isNew
    ? `CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL) WITH (${ROOM_SOON}); ${attach}`
    : attach;
}
