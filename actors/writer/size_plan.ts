/**
 * What gives way when history has reached its size. Raw rows go first, of the share that is most over its part, the oldest
 * piece as a whole; when only pieces of now are left, their oldest rows up to the newest hour. Then roll-ups, from fine to
 * coarse, and what else there is. Pure.
 */
import { SIZE_PARTS } from "../../shared/catalogue/history_tables.ts";
import { ROLLUP_NAMES } from "../../shared/catalogue/rollups.ts";
import type { SizeShare } from "../../shared/catalogue/table_definition.ts";
import type { Piece } from "./pieces.ts";

/** The newest rows always stay, for so long. */
export const HOUR_MS = 3_600_000;
/** By then an hour that is over has been made into roll-ups, mostly. */
const FOLDING_MS = 10_000;
/** Days of the past go before the size is reached: what is written meanwhile has room. */
export const BEGIN_SHARE = 0.98;

/** How something gives way. */
export interface GivesWay {
  readonly piece: Piece;
  /** `whole`: at once. `slices`: its oldest rows, those of before `untilMs` at most. */
  readonly how: "whole" | "slices";
  /** UTC milliseconds. */
  readonly untilMs: number;
}

/** How history stands, for what is to give way. */
export interface SizeStand {
  /** Days of the past go. */
  readonly isFull: boolean;
  /** It is so far above its size that nothing is waited for. */
  readonly isUrgent: boolean;
  /** Something has to go (`size_debt.ts`). */
  readonly isOwed: boolean;
  /** The names of pieces that may grow no more (`size_held.ts`). */
  readonly held: ReadonlySet<string>;
}

/** What holds something back that is to give way. */
export interface HeldBack {
  /** Rows wait to be stored that may be older than what would be deleted. */
  readonly isDraining: boolean;
  /** What stands before it waits for roll-ups. */
  readonly isWaiting: boolean;
  /** Roll-ups are made of all that an earlier version has stored. */
  readonly areOldFolded: boolean;
  /** Rows that have to be deleted in a piece until the next ones have room. */
  readonly missingIn: (piece: Piece) => number;
}

const NOTHING_BACK: HeldBack = {
  isDraining: false,
  isWaiting: false,
  areOldFolded: true,
  missingIn: () => 0,
};

/** Whether it gives way now, given that what stands before it has no more to give. */
export function isDue(
  { piece, how }: GivesWay,
  { isFull, isUrgent, isOwed, held }: SizeStand,
  { isDraining, isWaiting, areOldFolded, missingIn }: HeldBack = NOTHING_BACK,
): boolean {
  if (isRaw(piece) && how === "whole") return isFull || isOwed || held.has(piece.name);
  if (isDraining) return false;
  if (!isRaw(piece)) return isOwed && areOldFolded && (!isWaiting || isUrgent);
  const mayNotGrow = isFull || held.has(piece.name);
  return isUrgent || isOwed || mayNotGrow && missingIn(piece) > 0;
}

/** Bytes of all of them. */
export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * What may give way, the first of them first; `nowMs`: UTC. The caller passes over what cannot go now. Rows of metrics go by
 * whole hours of which roll-ups could be made, but when it is urgent.
 */
export function givingWay(
  pieces: readonly Piece[],
  maxBytes: number,
  nowMs: number,
  isUrgent = false,
): GivesWay[] {
  const newestMs = nowMs - HOUR_MS;
  const foldedMs = Math.floor((newestMs - FOLDING_MS) / HOUR_MS) * HOUR_MS;
  const over = (share: SizeShare) =>
    sizeOf(pieces.filter(({ table }) => table.share === share)) / (maxBytes * SIZE_PARTS[share]);
  const raw = pieces.filter(isRaw).toSorted((a, b) =>
    over(b.table.share) - over(a.table.share) || startOf(a) - startOf(b)
  );
  const rollups = pieces.filter(({ table }) => table.share === "rollups").toSorted((a, b) =>
    rankOf(a) - rankOf(b) || startOf(a) - startOf(b)
  );
  const others = pieces.filter((piece) => !isRaw(piece) && piece.table.share !== "rollups")
    .filter(({ table }) => table.age !== null)
    .toSorted((a, b) => b.bytes - a.bytes);
  const past = (piece: Piece) => isPast(piece, nowMs);
  const now = (piece: Piece) => isNow(piece, nowMs);
  const whole = (piece: Piece): GivesWay => ({
    piece,
    how: "whole",
    untilMs: piece.span?.toMs ?? nowMs,
  });
  const slices = (piece: Piece): GivesWay => ({
    piece,
    how: "slices",
    untilMs: Math.min(
      piece.span?.toMs ?? Infinity,
      piece.table.name === "metrics" && !isUrgent ? foldedMs : newestMs,
    ),
  });
  return [
    ...raw.filter(past).map(whole),
    ...raw.filter(now).map(slices),
    ...rollups.filter(past).map(whole),
    ...rollups.filter(now).map(slices),
    ...others.map(slices),
  ];
}

/** Rows of each second, which are the most. */
export function isRaw({ table, kind }: Piece): boolean {
  return table.share !== "rollups" && (kind !== "whole");
}

function startOf({ kind, span }: Piece): number {
  return kind === "old" ? -Infinity : span?.fromMs ?? Infinity;
}

function rankOf({ table }: Piece): number {
  return ROLLUP_NAMES.findIndex((name) => name === table.name);
}

/** Whether it can go as a whole: its newest hour is over. */
export function isPast({ kind, span }: Piece, nowMs: number): boolean {
  return kind === "old" || kind === "partition" && span !== null && span.toMs <= nowMs - HOUR_MS;
}

/** Whether it is a partition that has begun, and cannot go as a whole yet. */
export function isNow(piece: Piece, nowMs: number): boolean {
  const { kind, span } = piece;
  return kind === "partition" && span !== null && span.fromMs <= nowMs && !isPast(piece, nowMs);
}
