/**
 * History as it grows at real rates, in numbers only: rows of every second of so many symbols, and what the plan of sizes says of
 * it. A piece on disk grows until it goes as a whole; one that may not grow has its oldest rows deleted, but for the newest hour.
 */
import type { Piece } from "../../actors/writer/pieces.ts";
import { heldIn, reservedBytes } from "../../actors/writer/size_held.ts";
import { BEGIN_SHARE, givingWay, HOUR_MS, isRaw, sizeOf } from "../../actors/writer/size_plan.ts";
import { HISTORY_TABLES, rowBytesOf } from "../../shared/catalogue/history_tables.ts";
import { partitionAt } from "../../shared/catalogue/partitions.ts";
import { ROLLUP_NAMES, rollupOf } from "../../shared/catalogue/rollups.ts";

const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 300_000;
/** Bytes a second and symbol, of the tables that have a row at least every hour. */
const RATES: Readonly<Record<string, number>> = Object.fromEntries([
  ...(["metrics", "books", "depth_profiles", "trades_1s"] as const).map((name) =>
    [name, rowBytesOf(name)] as const
  ),
  ...ROLLUP_NAMES.map((name) =>
    [name, rowBytesOf(name) / (rollupOf(name).bucketMs / 1_000)] as const
  ),
]);
/** Above the size twice as much goes as history has grown by, as in `retention_by_size.ts`. */
const GROWTH_TIMES = 2;
/** Rows of metrics go by whole hours. */
const NEWEST_MS: Readonly<Record<string, number>> = { metrics: 2 * HOUR_MS };

/** So many symbols from that hour of a day on. */
export interface Course {
  readonly symbols: number;
  readonly gb: number;
  readonly startHour: number;
  readonly days: number;
}

/** The highest share of its size that history has meanwhile. */
export function highestShare({ symbols, gb, startHour, days }: Course): number {
  const maxBytes = gb * 1e9;
  const startMs = Date.UTC(2026, 10, 1, startHour);
  const pieces = new Map<string, Piece>();
  const firstMs = new Map<string, number>();
  const floors = new Map<string, number>();
  const floorOf = (table: string) => floors.get(table) ?? -Infinity;
  const raise = (table: string, ms: number) => floors.set(table, Math.max(floorOf(table), ms));
  let highest = 0;
  let lastBytes: number | null = null;
  let owedBytes = 0;
  const grow = (nowMs: number) => {
    const before = [...pieces.values()];
    const held = heldIn(before, { maxBytes, nowMs, floorOf, firstMs });
    const isFull = sizeOf(before) >= maxBytes * BEGIN_SHARE;
    for (const table of HISTORY_TABLES) {
      const { name, partition } = table;
      if (partition === null || RATES[name] === undefined) continue;
      const rate = RATES[name] * symbols / 1_000;
      const { name: piece, ...span } = partitionAt(name, partition, nowMs);
      const { bytes = 0 } = pieces.get(piece) ?? {};
      const fromMs = () => Math.max(span.fromMs, floorOf(name), startMs);
      if (partition === "day" && (held.has(piece) || isFull) && table.share !== "rollups") {
        const newestMs = nowMs - (NEWEST_MS[name] ?? HOUR_MS);
        raise(name, Math.min(newestMs, nowMs + STEP_MS - bytes / rate));
      }
      if (!firstMs.has(piece)) firstMs.set(piece, nowMs);
      pieces.set(piece, {
        table,
        name: piece,
        kind: "partition",
        span,
        bytes: Math.max(bytes, rate * (nowMs + STEP_MS - fromMs())),
        rows: 0,
      });
    }
  };
  /** Whether something went. */
  const giveWay = (nowMs: number): boolean => {
    const all = [...pieces.values()];
    const bytes = sizeOf(all);
    highest = Math.max(highest, bytes / maxBytes);
    const now = { maxBytes, nowMs, floorOf, firstMs };
    const held = heldIn(all, now);
    const first = givingWay(all, maxBytes, nowMs).find(({ how, piece }) =>
      how === "whole" &&
      (isRaw(piece)
        ? bytes >= maxBytes * BEGIN_SHARE || held.has(piece.name)
        : bytes + reservedBytes(all, now) >= maxBytes)
    );
    if (first === undefined) return false;
    pieces.delete(first.piece.name);
    raise(first.piece.table.name, first.untilMs);
    owedBytes = Math.max(0, owedBytes - first.piece.bytes);
    return true;
  };
  /** Oldest rows of pieces of now, whose room the next rows of the same piece use. */
  const deleteOldest = (nowMs: number) => {
    const all = [...pieces.values()];
    const bytes = sizeOf(all) + reservedBytes(all, { maxBytes, nowMs, floorOf, firstMs });
    if (bytes < maxBytes) {
      [lastBytes, owedBytes] = [null, 0];
      return;
    }
    owedBytes += lastBytes === null
      ? bytes - maxBytes * BEGIN_SHARE
      : Math.max(0, bytes - lastBytes) * GROWTH_TIMES;
    lastBytes = bytes;
    for (const { piece: { table, span }, how, untilMs } of givingWay(all, maxBytes, nowMs)) {
      if (how === "whole") continue;
      const rate = (RATES[table.name] ?? 0) * symbols / 1_000;
      const fromMs = Math.max(span?.fromMs ?? startMs, floorOf(table.name), startMs);
      const sliceMs = Math.min(owedBytes / rate, untilMs - fromMs);
      if (sliceMs <= 0) continue;
      raise(table.name, fromMs + sliceMs);
      owedBytes -= sliceMs * rate;
    }
  };
  for (let nowMs = startMs; nowMs < startMs + days * DAY_MS; nowMs += STEP_MS) {
    grow(nowMs);
    while (giveWay(nowMs));
    deleteOldest(nowMs);
  }
  return highest;
}
