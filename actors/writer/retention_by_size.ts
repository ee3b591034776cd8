/**
 * Retention by size: when history has reached `HISTORY_MAX_GB` what is oldest gives way (`size_plan.ts`). A piece that goes as a
 * whole gives its room back to the disk. Rows that are deleted from a piece of now do not: their room is used again by the next
 * ones of the same piece. Each that may grow no more (`size_held.ts`) therefore always has room for those (`room.ts`).
 */
import type postgres from "postgres";
import { type HistoryTable, rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import { olderSql, outermostSql } from "../../shared/catalogue/outermost_sql.ts";
import { log } from "../../shared/log.ts";
import type { Floors } from "./floors.ts";
import type { Job, Transact } from "./housekeeping.ts";
import type { Inflow } from "./inflow.ts";
import { areOldMetricsFolded } from "./old_metrics.ts";
import { newestIn } from "./old_rows.ts";
import { type Piece, piecesIn } from "./pieces.ts";
import { drop, isFolded, isOldFolded, type OnDrop, remember } from "./retention.ts";
import { Room } from "./room.ts";
import { SizeDebt } from "./size_debt.ts";
import { heldIn, reservedBytes, type SizeNow } from "./size_held.ts";
import { BEGIN_SHARE, type GivesWay, givingWay, isDue, isNow, sizeOf } from "./size_plan.ts";

const EVERY_MS = 2_000;
const OVER_ITS_SIZE =
  "history is over its size (HISTORY_MAX_GB): what an earlier version has stored goes when roll-ups are made " +
  "of it, and neither metrics nor roll-ups go before";
/** What has no roll-ups yet waits for them, but not beyond this, where all raw rows but the newest hour go. */
const WAITS_SHARE = 1.03;
/** Of the size: the room that is made in a piece at a time. */
const ROOM_SHARE = 0.005;
/** Of one slice: it follows how long slices take. */
const SLICE = { firstMs: 10_000, minMs: 1_000, maxMs: 600_000, longMs: 300, shortMs: 60 };

/** What the job needs of the database and its surroundings. */
export interface SizeParts {
  readonly maxBytes: number;
  readonly floors: Floors;
  readonly onDrop: OnDrop;
  /** Makes room of what was deleted. */
  readonly vacuum: (piece: string) => Promise<void>;
  /** Rows that were written. */
  readonly inflow: Pick<Inflow, "take" | "rates">;
  /** Milliseconds of a clock that never steps. */
  readonly monotonicMs: () => number;
  /** Whether rows of before wait to be stored: a floor that is raised meanwhile would shut them out. */
  readonly isDraining?: () => boolean;
}

/** What became of what was to give way: it `went`, there is `nothing` in it that may go, or it `waits` for roll-ups. */
type Outcome = "went" | "nothing" | "waits";

/** The job: one piece or one slice a step. */
export function retentionBySize(parts: SizeParts): Job {
  const { maxBytes, floors, onDrop, vacuum, inflow, monotonicMs, isDraining = () => false } = parts;
  const debt = new SizeDebt(maxBytes);
  const room = new Room(maxBytes * ROOM_SHARE);
  let sliceMs = SLICE.firstMs;
  let isTold = false;
  const deleted = new Map<string, GivesWay & { readonly rows: number }>();
  /** By piece of now, once it has rows. */
  const firstMs = new Map<string, number>();

  const look = async (tx: postgres.TransactionSql, nowMs: number) => {
    const pieces = await piecesIn(tx);
    await lookAtFirst(tx, pieces, nowMs);
    const floorOf = (table: string) => floors.of(table);
    const now: SizeNow = { maxBytes, nowMs, floorOf, firstMs, rateOf: inflow.rates(nowMs) };
    const bytes = sizeOf(pieces);
    const neededBytes = bytes + reservedBytes(pieces, now);
    const isFull = bytes >= maxBytes * BEGIN_SHARE;
    const isUrgent = bytes > maxBytes * WAITS_SHARE;
    const mayGo = isFull || neededBytes >= maxBytes;
    const areOldFolded = !mayGo || await areOldMetricsFolded(tx);
    const held = heldIn(pieces, now);
    return { pieces, neededBytes, isFull, isUrgent, held, areOldFolded };
  };
  const lookAtFirst = async (
    tx: postgres.TransactionSql,
    pieces: readonly Piece[],
    nowMs: number,
  ) => {
    const now = pieces.filter((piece) => isNow(piece, nowMs));
    for (const name of firstMs.keys()) {
      if (!now.some((piece) => piece.name === name)) firstMs.delete(name);
    }
    for (const piece of now) {
      if (firstMs.has(piece.name)) continue;
      const ms = await oldestIn(tx, piece);
      if (ms !== null) firstMs.set(piece.name, ms);
    }
  };
  const dropWhole = async (transact: Transact, piece: Piece, isUrgent: boolean) => {
    const done = await transact(async (tx): Promise<Outcome | { keep(): void }> => {
      const end = await endOf(tx, piece, isUrgent);
      return typeof end === "number" ? await drop(tx, floors, piece, end, "size") : end;
    });
    if (typeof done === "string") return done;
    done.keep();
    onDrop(piece, "size");
    debt.went(piece);
    return "went";
  };
  const dropSlice = async (transact: Transact, each: GivesWay, isUrgent: boolean) => {
    const { name } = each.piece;
    const fromMs = monotonicMs();
    const rows = await deleteOldest(transact, floors, each, sliceMs, isUrgent);
    if (typeof rows === "string") return rows;
    const tookMs = monotonicMs() - fromMs;
    if (tookMs > SLICE.longMs) sliceMs = Math.max(SLICE.minMs, sliceMs / 2);
    else if (tookMs < SLICE.shortMs) sliceMs = Math.min(SLICE.maxMs, sliceMs * 2);
    debt.deleted(each.piece, rows);
    room.made(name, rows);
    const { rows: before = 0 } = deleted.get(name) ?? {};
    deleted.set(name, { ...each, rows: before + rows });
    return "went";
  };
  const settle = async (transact: Transact, pieces: readonly Piece[]) => {
    for (const name of deleted.keys()) {
      // It may have gone as a whole since.
      if (!pieces.some((piece) => piece.name === name)) deleted.delete(name);
      else await vacuum(name);
    }
    if (deleted.size > 0) await transact((tx) => rememberAll(tx, [...deleted.values()]));
    deleted.clear();
  };

  return {
    name: "keeping history below HISTORY_MAX_GB",
    everyMs: EVERY_MS,
    step: async (transact, nowMs) => {
      const { pieces, neededBytes, areOldFolded, ...looked } = await transact((tx) =>
        look(tx, nowMs)
      );
      const came = inflow.take();
      room.look(pieces, came);
      debt.look(neededBytes, came);
      const stand = { ...looked, isOwed: debt.bytes > 0 };
      const { isUrgent } = stand;
      const missingIn = (piece: Piece) => room.missing(piece);
      let isWaiting = false;
      for (const each of givingWay(pieces, maxBytes, nowMs, isUrgent)) {
        const back = { isDraining: isDraining(), isWaiting, areOldFolded, missingIn };
        if (!isDue(each, stand, back)) continue;
        const outcome = each.how === "whole"
          ? await dropWhole(transact, each.piece, isUrgent)
          : await dropSlice(transact, each, isUrgent);
        if (outcome === "went") return true;
        if (outcome === "waits") isWaiting = true;
      }
      await settle(transact, pieces);
      if (!areOldFolded && !isTold) {
        isTold = true;
        log("warn", "writer", OVER_ITS_SIZE);
      }
      return false;
    },
  };
}

/** Until when a piece that goes as a whole has rows. */
async function endOf(
  tx: postgres.TransactionSql,
  { table, name, kind, span }: Piece,
  isUrgent: boolean,
): Promise<number | "nothing" | "waits"> {
  if (kind === "old") {
    // Those are all there is of their time.
    return await isOldFolded(tx, name) ? await newestIn(tx, name) ?? "nothing" : "waits";
  }
  if (span === null) return "nothing";
  return await mayGo(tx, table, span.toMs, isUrgent) ? span.toMs : "waits";
}

/** Whether rows before that time may go. What rows of before are still made into roll-ups for waits however large it is. */
async function mayGo(
  tx: postgres.TransactionSql,
  table: HistoryTable,
  beforeMs: number,
  isUrgent: boolean,
): Promise<boolean> {
  return await isFolded(tx, table, beforeMs) || isUrgent && await areOldMetricsFolded(tx);
}

/** What was deleted bit by bit, as one drop each. */
async function rememberAll(
  tx: postgres.TransactionSql,
  deleted: readonly (GivesWay & { readonly rows: number })[],
): Promise<void> {
  for (const { piece, rows } of deleted) {
    const { table, name } = piece;
    const toMs = await oldestIn(tx, piece);
    if (toMs === null) continue;
    const bytes = rows * rowBytesOf(table.name);
    await remember(tx, { table, name, rows, bytes, span: { fromMs: null, toMs } }, "size");
  }
}

/** Deletes the oldest rows, so many milliseconds of them; returns how many. */
async function deleteOldest(
  transact: Transact,
  floors: Floors,
  { piece, untilMs }: GivesWay,
  sliceMs: number,
  isUrgent: boolean,
): Promise<number | "nothing" | "waits"> {
  const { table, name } = piece;
  const done = await transact(async (tx) => {
    const oldestMs = await oldestIn(tx, piece);
    if (oldestMs === null) return "nothing";
    const toMs = Math.min(oldestMs + sliceMs, untilMs);
    if (toMs <= oldestMs) return "nothing";
    if (!await mayGo(tx, table, toMs, isUrgent)) return "waits";
    const floor = await floors.raise(tx, table.name, toMs);
    const { count } = await tx.unsafe(
      `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(${
        olderSql(table.name, name, "to_timestamp($1::float8 / 1000)")
      }))`,
      [toMs],
    );
    return { count, floor };
  });
  if (typeof done === "string") return done;
  done.floor.keep();
  return done.count;
}

/** The time of the oldest row, of each key by its index; `null`: there is none. */
async function oldestIn(
  tx: postgres.TransactionSql,
  { table, name }: Pick<Piece, "table" | "name">,
): Promise<number | null> {
  const [row] = await tx.unsafe<{ ms: number | null }[]>(
    `SELECT (extract(epoch FROM min(edge.time)) * 1000)::float8 AS ms
     FROM ${outermostSql(table.name, name, "oldest")}`,
  );
  return row?.ms ?? null;
}
