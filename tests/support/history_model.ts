/**
 * History as it grows at real rates, in numbers only: rows of every second of so many symbols, and what the plan of sizes says of
 * it. A piece on disk grows until it goes as a whole; one that may not grow has its oldest rows deleted, but for the newest hour.
 */
import type { Piece } from "../../actors/writer/pieces.ts";
import { SizeDebt } from "../../actors/writer/size_debt.ts";
import { heldIn, reservedBytes, type SizeNow } from "../../actors/writer/size_held.ts";
import {
  BEGIN_SHARE,
  type GivesWay,
  givingWay,
  HOUR_MS,
  isDue,
  isNow,
  isPast,
  isRaw,
  sizeOf,
} from "../../actors/writer/size_plan.ts";
import {
  HISTORY_TABLES,
  type HistoryTableName,
  rowBytesOf,
} from "../../shared/catalogue/history_tables.ts";
import { partitionAt } from "../../shared/catalogue/partitions.ts";
import { ROLLUP_NAMES, rollupOf } from "../../shared/catalogue/rollups.ts";

const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 300_000;
const SLICE_MS = STEP_MS;
/** As long it takes until it is known how fast rows come. */
const RATE_KNOWN_MS = 600_000;
/** Bytes a millisecond and symbol, of the tables that have a row at least every hour. */
const RATES: Readonly<Record<string, number>> = Object.fromEntries([
  ...(["metrics", "books", "depth_profiles", "trades_1s"] as const).map((name) =>
    [name, rowBytesOf(name) / 1_000] as const
  ),
  ...ROLLUP_NAMES.map((name) => [name, rowBytesOf(name) / rollupOf(name).bucketMs] as const),
]);
/** Rows of metrics go by whole hours. */
const NEWEST_MS: Readonly<Record<string, number>> = { metrics: 2 * HOUR_MS };

/** So many symbols from that hour of a day on. */
export interface Course {
  readonly symbols: number;
  readonly gb: number;
  readonly startHour: number;
  readonly days: number;
  /** How many there are from so many hours after the start on. */
  readonly then?: { readonly symbols: number; readonly hours: number };
}

/** What became of it. */
export interface RanCourse {
  /** The highest share of its size that history has had. */
  readonly highest: number;
  /** Roll-ups that gave way while there were raw rows that could go, in words. */
  readonly early: readonly string[];
  /** How often roll-ups gave way. */
  readonly rollups: number;
}

/** What becomes of it: five minutes a step, each of which grows what is there and has give way what must. */
export function runCourse(course: Course): RanCourse {
  const model = new Model(course);
  const endMs = model.startMs + course.days * DAY_MS;
  for (let nowMs = model.startMs; nowMs < endMs; nowMs += STEP_MS) model.step(nowMs);
  return model;
}

function named(table: string): HistoryTableName {
  const found = HISTORY_TABLES.find(({ name }) => name === table);
  if (found === undefined) throw new TypeError(`Cannot take it for a table, received ${table}`);
  return found.name;
}

class Model implements RanCourse {
  readonly startMs: number;
  highest = 0;
  readonly early: string[] = [];
  rollups = 0;
  readonly #course: Course;
  readonly #maxBytes: number;
  readonly #debt: SizeDebt;
  readonly #pieces = new Map<string, Piece>();
  readonly #firstMs = new Map<string, number>();
  readonly #floors = new Map<string, number>();

  constructor(course: Course) {
    this.#course = course;
    this.startMs = Date.UTC(2026, 10, 1, course.startHour);
    this.#maxBytes = course.gb * 1e9;
    this.#debt = new SizeDebt(this.#maxBytes);
  }

  step(nowMs: number): void {
    const came = this.#grow(nowMs);
    while (this.#giveWay(nowMs + STEP_MS, came)) came.clear();
  }

  #now(nowMs: number): SizeNow {
    const fromMs = Math.max(this.startMs, nowMs - HOUR_MS);
    const isKnown = nowMs - this.startMs >= RATE_KNOWN_MS;
    return {
      maxBytes: this.#maxBytes,
      nowMs,
      floorOf: (table) => this.#floorOf(table),
      firstMs: this.#firstMs,
      rateOf: (table) =>
        isKnown
          ? this.#taken(table, fromMs, nowMs) / (nowMs - fromMs) / rowBytesOf(named(table))
          : null,
    };
  }

  #floorOf(table: string): number {
    return this.#floors.get(table) ?? -Infinity;
  }

  #raise(table: string, ms: number): void {
    this.#floors.set(table, Math.max(this.#floorOf(table), ms));
  }

  /** From when on there are other symbols. */
  get #changeMs(): number {
    return this.startMs + (this.#course.then?.hours ?? Infinity) * HOUR_MS;
  }

  /** Bytes of rows of that time. */
  #taken(table: string, fromMs: number, toMs: number): number {
    const { symbols, then = { symbols } } = this.#course;
    const before = Math.max(0, Math.min(toMs, this.#changeMs) - fromMs);
    const after = Math.max(0, toMs - Math.max(fromMs, this.#changeMs));
    return (RATES[table] ?? 0) * (symbols * before + then.symbols * after);
  }

  /** Since when so many bytes of rows have come. */
  #since(table: string, bytes: number, toMs: number): number {
    const rate = (symbols: number) => symbols * (RATES[table] ?? 0);
    const { symbols, then = { symbols } } = this.#course;
    const after = this.#taken(table, Math.min(toMs, this.#changeMs), toMs);
    if (this.#changeMs < toMs && after >= bytes) return toMs - bytes / rate(then.symbols);
    return Math.min(toMs, this.#changeMs) - (bytes - after) / rate(symbols);
  }

  /** The time of the oldest row in a piece. */
  #oldestMs({ table, span }: Piece): number {
    return Math.max(span?.fromMs ?? -Infinity, this.#floorOf(table.name), this.startMs);
  }

  /** Rows that came, by piece. */
  #grow(nowMs: number): Map<string, number> {
    const came = new Map<string, number>();
    const before = [...this.#pieces.values()];
    const held = heldIn(before, this.#now(nowMs));
    const isFull = sizeOf(before) >= this.#maxBytes * BEGIN_SHARE;
    for (const table of HISTORY_TABLES) {
      const { name, partition } = table;
      if (partition === null || RATES[name] === undefined) continue;
      const { name: piece, ...span } = partitionAt(name, partition, nowMs);
      const { bytes = 0 } = this.#pieces.get(piece) ?? {};
      if (partition === "day" && (held.has(piece) || isFull) && table.share !== "rollups") {
        const newestMs = nowMs - (NEWEST_MS[name] ?? HOUR_MS);
        this.#raise(name, Math.min(newestMs, this.#since(name, bytes, nowMs + STEP_MS)));
      }
      if (!this.#firstMs.has(piece)) this.#firstMs.set(piece, nowMs);
      const grown: Piece = { table, name: piece, kind: "partition", span, bytes, rows: 0 };
      const rows = this.#taken(name, this.#oldestMs(grown), nowMs + STEP_MS);
      this.#pieces.set(piece, { ...grown, bytes: Math.max(bytes, rows) });
      came.set(piece, this.#taken(name, nowMs, nowMs + STEP_MS) / rowBytesOf(name));
    }
    return came;
  }

  /** Has give way what is first to do so; false: nothing is. */
  #giveWay(nowMs: number, came: ReadonlyMap<string, number>): boolean {
    const all = [...this.#pieces.values()];
    const bytes = sizeOf(all);
    this.highest = Math.max(this.highest, bytes / this.#maxBytes);
    const now = this.#now(nowMs);
    this.#debt.look(bytes + reservedBytes(all, now), came);
    const stand = {
      isFull: bytes >= this.#maxBytes * BEGIN_SHARE,
      isUrgent: false,
      isOwed: this.#debt.bytes > 0,
      held: heldIn(all, now),
    };
    return givingWay(all, this.#maxBytes, nowMs).some((each) =>
      isDue(each, stand) && this.#goes(each, nowMs)
    );
  }

  #goes({ piece, how, untilMs }: GivesWay, nowMs: number): boolean {
    if (how === "whole") {
      this.#note(piece, nowMs);
      this.#pieces.delete(piece.name);
      this.#raise(piece.table.name, untilMs);
      this.#debt.went(piece);
      return true;
    }
    const oldestMs = this.#oldestMs(piece);
    const owedMs = nowMs - this.#since(piece.table.name, this.#debt.bytes, nowMs);
    const sliceMs = Math.min(Math.max(owedMs, SLICE_MS), untilMs - oldestMs);
    if (!(sliceMs > 0)) return false;
    this.#note(piece, nowMs);
    this.#raise(piece.table.name, oldestMs + sliceMs);
    const bytes = this.#taken(piece.table.name, oldestMs, oldestMs + sliceMs);
    this.#debt.deleted(piece, bytes / rowBytesOf(piece.table.name));
    return true;
  }

  /** What the plan promises, seen for itself: no roll-up goes while raw rows can. */
  #note(going: Piece, nowMs: number): void {
    if (isRaw(going)) return;
    this.rollups += 1;
    const more = [...this.#pieces.values()].find((piece) =>
      isRaw(piece) && (isPast(piece, nowMs) ||
        isNow(piece, nowMs) &&
          this.#oldestMs(piece) < nowMs - (NEWEST_MS[piece.table.name] ?? HOUR_MS))
    );
    if (more === undefined) return;
    this.early.push(`${going.name} before ${more.name} at ${new Date(nowMs).toISOString()}`);
  }
}
