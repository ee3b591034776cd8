/**
 * Copies everything from one store into another, a page at a time, each in a transaction of its own: what was interrupted is
 * begun again, and nothing is doubled. At its end every table is counted on both sides.
 */
import type postgres from "postgres";
import { KnownPartitions } from "../../actors/writer/partitions.ts";
import { FlagError } from "../flags.ts";
import {
  type CopiedTable,
  ID_TABLES,
  type IdMap,
  inOrder,
  insertText,
  pageText,
  TABLES_TEXT,
} from "./copied_table.ts";
import type { StoreSide } from "./store_side.ts";

const FIRST_ROWS = 100;
const ROWS_MAX = 5_000;
/** Of a page as JSON. */
const PAGE_BYTES = 1_000_000;

/** What was copied of a table. */
export interface CopiedRows {
  readonly name: string;
  /** In the source. */
  readonly rows: number;
  /** Of these, the ones that the target did not have, or had as they were before. */
  readonly written: number;
  /** … and those that it has in another table that is read together with this one. */
  readonly elsewhere: number;
  /** In the target, with what it had before. */
  readonly inTarget: number;
}

/** Hears of a table as it is copied: how many of how many rows are done. */
export type Progress = (table: string, done: number, total: number) => void;

/**
 * Copies it all.
 *
 * @throws {FlagError} in one line, when the two must not be mixed or do not count alike.
 */
export async function copyStore(
  from: StoreSide,
  to: StoreSide,
  progress: Progress,
): Promise<CopiedRows[]> {
  await claim(from, to);
  const tables = inOrder(await from.transact((tx) => tx.unsafe<CopiedTable[]>(TABLES_TEXT)));
  const ids: Record<string, Record<string, number>> = {};
  for (const table of ID_TABLES) ids[table.id] = await matchIds(from, to, table);
  const copied: CopiedRows[] = [];
  for (const table of tables) {
    if (ID_TABLES.some(({ name }) => name === table.name)) continue;
    copied.push(await copyTable(from, to, table, ids, progress));
  }
  return copied;
}

async function claim(from: StoreSide, to: StoreSide): Promise<void> {
  const { source } = from;
  if (source === null) {
    throw new FlagError(`Nothing is stored in ${from.name}: a monitor has never run on it`);
  }
  if (to.source !== null && to.source.kind !== source.kind) {
    throw new FlagError(
      `${to.name} holds data of ${to.source.label} (${to.source.kind}), and ${from.name} of ` +
        `${source.label} (${source.kind}): they never mix; choose another target`,
    );
  }
  await to.transact((tx) =>
    tx`INSERT INTO store_identity (kind, label) VALUES (${source.kind}, ${source.label})
       ON CONFLICT DO NOTHING`
  );
}

type IdTable = typeof ID_TABLES[number];
type IdRow = Readonly<Record<string, unknown>>;

/** Gives everything that has an id here one there: the same, unless another has it. Returns those that differ. */
async function matchIds(
  from: StoreSide,
  to: StoreSide,
  { name, id, natural }: IdTable,
): Promise<Record<string, number>> {
  const read = (tx: postgres.TransactionSql) =>
    tx.unsafe<{ row: IdRow }[]>(`SELECT to_json(each) AS row FROM ${name} AS each ORDER BY ${id}`);
  const ours = await from.transact(read);
  const keyOf = (row: IdRow) => JSON.stringify(natural.map((column) => row[column]));
  return await to.transact(async (tx) => {
    const theirs = new Map((await read(tx)).map(({ row }) => [keyOf(row), Number(row[id])]));
    const taken = new Set(theirs.values());
    const different: Record<string, number> = {};
    for (const { row } of ours) {
      const known = theirs.get(keyOf(row));
      const here = Number(row[id]);
      const there = known ?? (taken.has(here) ? Math.max(...taken) + 1 : here);
      if (there !== here) different[here] = there;
      if (known !== undefined) continue;
      taken.add(there);
      await tx.unsafe(
        `INSERT INTO ${name} SELECT * FROM json_populate_record(NULL::${name}, $1::text::json)`,
        [JSON.stringify({ ...row, [id]: there })],
      );
    }
    return different;
  });
}

async function copyTable(
  from: StoreSide,
  to: StoreSide,
  table: CopiedTable,
  ids: IdMap,
  progress: Progress,
): Promise<CopiedRows> {
  const { name, key } = table;
  if (key === null) throw new TypeError(`Cannot copy a table without a key, received ${name}`);
  const total = await from.transact((tx) => countOf(tx, name));
  const insert = insertText(table, ids);
  const partitions = new KnownPartitions();
  let [done, written, elsewhere, limit] = [0, 0, 0, FIRST_ROWS];
  let last: readonly string[] | null = null;
  progress(name, 0, total);
  while (true) {
    const page = await from.transact((tx) => pageOf(tx, table, limit, last));
    if (page.rows !== null) {
      const { rows } = page;
      const wanted = (page.days ?? []).map((timeMs) => ({ table: name, timeMs }));
      const { made, result } = await to.transact(async (tx) => ({
        made: await partitions.make(tx, wanted),
        result: await tx.unsafe<Inserted[]>(insert, [rows]),
      }));
      made.keep();
      for (const inserted of result) {
        written += inserted.written;
        elsewhere += inserted.elsewhere;
      }
      done += page.count;
      progress(name, done, total);
    }
    if (page.count < limit) break;
    last = page.last;
    const fitting = Math.floor(page.count * PAGE_BYTES / Math.max(1, page.rows?.length ?? 0));
    limit = Math.max(1, Math.min(ROWS_MAX, limit * 4, fitting));
  }
  const inTarget = await to.transact((tx) => countOf(tx, name));
  if (done === total && inTarget + elsewhere >= total) {
    return { name, rows: total, written, elsewhere, inTarget };
  }
  throw new FlagError(
    `${name} does not count alike: ${total} rows in ${from.name}, of which ${done} were read, and ` +
      `${inTarget + elsewhere} in ${to.name}; repeat it, and report it if that does not help`,
  );
}

interface Inserted {
  readonly written: number;
  readonly elsewhere: number;
}

interface Page {
  readonly rows: string | null;
  readonly count: number;
  /** Of the rows of a table that is cut by time; `null`: it is none, or there are no rows. */
  readonly days: readonly number[] | null;
  readonly last: readonly string[] | null;
}

async function pageOf(
  tx: postgres.TransactionSql,
  table: CopiedTable,
  limit: number,
  last: readonly string[] | null,
): Promise<Page> {
  const [page] = await tx.unsafe<Page[]>(pageText(table, last === null), [limit, ...last ?? []]);
  return page ?? { rows: null, count: 0, days: null, last: null };
}

async function countOf(tx: postgres.TransactionSql, name: string): Promise<number> {
  const [row] = await tx.unsafe<{ count: number }[]>(
    `SELECT count(*)::float8 AS count FROM ${name}`,
  );
  return row?.count ?? 0;
}
