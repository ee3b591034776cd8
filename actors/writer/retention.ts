/**
 * Retention by age: a partition goes as a whole when all of it is older than its table may be, from tables that are one piece
 * the oldest rows go, some at a time. What a coarser table still has to be made from waits for that.
 */
import type postgres from "postgres";
import { HISTORY_TABLES, type HistoryTable } from "../../shared/catalogue/history_tables.ts";
import { OLD_METRICS } from "../../shared/catalogue/old_tables.ts";
import { coarserOf, ROLLUP_NAMES, rollupOf } from "../../shared/catalogue/rollups.ts";
import type { Ages } from "../../shared/history_variables.ts";
import type { Floors } from "./floors.ts";
import type { Job } from "./housekeeping.ts";
import { areOldMetricsFolded } from "./old_metrics.ts";
import { newestIn } from "./old_rows.ts";
import { type Piece, piecesIn } from "./pieces.ts";
import { levelOf } from "./rollups.ts";
import { SetAside } from "./set_aside.ts";
import { ageCutMs } from "./time_gate.ts";

/** What is old is dropped soon enough, and at a day's end at once. */
const AGE_EVERY_MS = 10_000;
/** Rows of one statement. */
const SLICE_ROWS = 5_000;
/**
 * What roll-ups are still to be made of waits for them. Those that cannot be made hold nothing back any more when it is so many
 * times as old as it may be.
 */
const WAITS_AGES = 2;
/** Drops that are remembered. */
const DROPS_MAX = 1_000;

const NOTHING_ASIDE = new SetAside();

/** Why something is dropped. */
export type DropCause = "age" | "size";

/** Is told of each drop, after it. */
export type OnDrop = (piece: Pick<Piece, "kind" | "name" | "bytes">, cause: DropCause) => void;

/** The job that drops what is too old: one partition, one old table or one slice of rows a step. */
export function retentionByAge(
  ages: Ages,
  floors: Floors,
  onDrop: OnDrop,
  aside: SetAside = new SetAside(),
): Job {
  const wholes = HISTORY_TABLES.filter(({ partition, age }) =>
    partition === null && age !== null && ages[age] !== null
  );
  let next = 0;
  return {
    name: "dropping history that is too old",
    everyMs: AGE_EVERY_MS,
    step: async (transact, nowMs) => {
      const dropped = next > 0 ? null : await transact(async (tx) => {
        for (const piece of await piecesIn(tx)) {
          const cutMs = ageCutMs(piece.table, ages, nowMs);
          const end = await endOf(tx, piece, cutMs);
          if (end === null || end > cutMs) continue;
          const waitsMs = nowMs - WAITS_AGES * (nowMs - cutMs);
          if (!await isFolded(tx, piece.table, end, end > waitsMs ? NOTHING_ASIDE : aside)) {
            continue;
          }
          const floor = await drop(tx, floors, piece, end, "age");
          return { piece, floor };
        }
        return null;
      });
      if (dropped !== null) {
        dropped.floor.keep();
        onDrop(dropped.piece, "age");
        return true;
      }
      const table = wholes[next];
      if (table === undefined) return false;
      const { rows, floor } = await transact((tx) =>
        deleteOlder(tx, floors, table, ageCutMs(table, ages, nowMs))
      );
      floor?.keep();
      if (rows < SLICE_ROWS) next = (next + 1) % wholes.length;
      return next > 0 || rows === SLICE_ROWS;
    },
  };
}

/** Until when a piece that can go has rows; `null`: it cannot go, or that needs not be known. */
async function endOf(
  tx: postgres.TransactionSql,
  { kind, name, span }: Piece,
  cutMs: number,
): Promise<number | null> {
  if (cutMs === -Infinity) return null;
  if (kind === "partition") return span?.toMs ?? null;
  if (kind === "whole" || !await isOldFolded(tx, name)) return null;
  return await newestIn(tx, name);
}

/** Whether a table of before may go: of its rows roll-ups are made, if there are any of such. */
export async function isOldFolded(tx: postgres.TransactionSql, name: string): Promise<boolean> {
  return !OLD_METRICS.some((old) => old === name) || await areOldMetricsFolded(tx);
}

/**
 * Whether all that is coarser has been made from this table's rows before that time. While rows of before are made into
 * roll-ups any table is made from may get older ones still: what goes before them would be missing in what is coarser.
 * Buckets in `aside` do not count.
 */
export async function isFolded(
  tx: postgres.TransactionSql,
  { name }: HistoryTable,
  beforeMs: number,
  aside: SetAside = NOTHING_ASIDE,
): Promise<boolean> {
  const next = coarserOf(name);
  if (next === null) return true;
  // Sketches of an hour are made of rows, all of them.
  const coarser = name === "metrics" ? ROLLUP_NAMES.at(-1) ?? next : next;
  if (!await areOldMetricsFolded(tx)) return false;
  const { bucketMs } = rollupOf(coarser);
  const endMs = Math.ceil(beforeMs / bucketMs) * bucketMs;
  const [row] = await tx.unsafe<{ due: boolean }[]>(
    `SELECT EXISTS (SELECT FROM rollup_due
      WHERE level <= $1::int2 AND time <= to_timestamp($2::float8 / 1000)
        AND (level, symbol_id, time) NOT IN (SELECT level, id, to_timestamp(ms / 1000)
          FROM unnest($3::int2[], $4::int2[], $5::float8[]) AS aside (level, id, ms))) AS due`,
    [levelOf(coarser), endMs, ...aside.columns],
  );
  return row?.due !== true;
}

/** Drops a piece that ends at that time, and says so in the same transaction. */
export async function drop(
  tx: postgres.TransactionSql,
  floors: Floors,
  piece: Piece,
  endMs: number,
  cause: DropCause,
): Promise<{ keep(): void }> {
  const { table, name, span } = piece;
  const floor = await floors.raise(tx, table.name, endMs);
  await remember(tx, { ...piece, span: { fromMs: span?.fromMs ?? null, toMs: endMs } }, cause);
  await tx.unsafe(piece.kind === "partition" ? `DROP TABLE ${name}` : `TRUNCATE ${name}`);
  return floor;
}

/** What was dropped. */
export interface Dropped extends Pick<Piece, "table" | "name" | "rows" | "bytes"> {
  readonly span: { readonly fromMs: number | null; readonly toMs: number };
}

/** Says in this transaction what was dropped. */
export async function remember(
  tx: postgres.TransactionSql,
  { table, name, rows, bytes, span: { fromMs, toMs } }: Dropped,
  cause: DropCause,
): Promise<void> {
  await tx`
    INSERT INTO history_drops (table_name, piece, from_time, to_time, rows, bytes, cause)
    VALUES (${table.name}, ${name}, to_timestamp(${fromMs}::float8 / 1000),
      to_timestamp(${toMs}::float8 / 1000), ${Math.round(rows)}, ${Math.round(bytes)}, ${cause})`;
  await tx`
    DELETE FROM history_drops
    WHERE number <= (SELECT max(number) FROM history_drops) - ${DROPS_MAX}`;
}

/** Deletes rows from before that time, so many at most, and says so in the same transaction; returns how many. */
async function deleteOlder(
  tx: postgres.TransactionSql,
  floors: Floors,
  { name }: HistoryTable,
  cutMs: number,
): Promise<{ readonly rows: number; readonly floor: { keep(): void } | null }> {
  if (cutMs === -Infinity) return { rows: 0, floor: null };
  const { count } = await tx.unsafe(
    `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${name} WHERE time < to_timestamp($1::float8 / 1000) LIMIT ${SLICE_ROWS}))`,
    [cutMs],
  );
  return { rows: count, floor: count === 0 ? null : await floors.raise(tx, name, cutMs) };
}
