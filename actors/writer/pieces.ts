/** The pieces that history is stored in, as the database has them: partitions, and tables that are one piece. */
import type postgres from "postgres";
import { HISTORY_TABLES, type HistoryTable } from "../../shared/catalogue/history_tables.ts";
import { OLD_TABLES } from "../../shared/catalogue/old_tables.ts";
import { partitionNamed } from "../../shared/catalogue/partitions.ts";
import type { TableName } from "../../shared/catalogue/tables.ts";

/** One of them. */
export interface Piece {
  readonly table: HistoryTable;
  /** As in the database. */
  readonly name: string;
  /** `partition` goes as a whole; `whole` is all of a table; `old` is one of before. */
  readonly kind: "partition" | "whole" | "old";
  /** Its span, UTC milliseconds; `null`: not known by its name. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null;
  /** On disk, with indexes. */
  readonly bytes: number;
  /** As the database estimates them. */
  readonly rows: number;
}

/** Every piece that there is, the oldest of each table first. */
export async function piecesIn(tx: postgres.TransactionSql): Promise<Piece[]> {
  const names = HISTORY_TABLES.flatMap((
    { name },
  ) => [name, ...OLD_TABLES[name as TableName] ?? []]);
  const found = await tx<{ name: string; parent: string | null; bytes: number; rows: number }[]>`
    SELECT found.relname AS name, parent.relname AS parent,
      pg_total_relation_size(found.oid)::float8 AS bytes, greatest(found.reltuples, 0)::float8 AS rows
    FROM pg_class AS found
      LEFT JOIN pg_inherits ON inhrelid = found.oid
      LEFT JOIN pg_class AS parent ON parent.oid = inhparent
    WHERE found.relnamespace = to_regnamespace(quote_ident(current_schema()))
      AND found.relkind = 'r'
      AND coalesce(parent.relname, found.relname) IN (SELECT unnest(${names}::text[]))
    ORDER BY found.relname`;
  return HISTORY_TABLES.flatMap((table) => {
    const { name, partition } = table;
    const old: readonly string[] = OLD_TABLES[name as TableName] ?? [];
    return found.flatMap(({ parent, ...piece }): Piece[] => {
      if (parent === name && partition !== null) {
        const span = partitionNamed(name, partition, piece.name);
        return [{ table, kind: "partition", span, ...piece }];
      }
      if (piece.name === name) return [{ table, kind: "whole", span: null, ...piece }];
      // A table of before may be in partitions itself.
      return old.includes(parent ?? piece.name)
        ? [{ table, kind: "old", span: null, ...piece }]
        : [];
    });
  });
}
