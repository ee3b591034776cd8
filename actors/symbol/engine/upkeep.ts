/**
 * Upkeep: what a live book needs of further snapshots. A small first one is followed by a deeper one, the
 * band of known prices is renewed before the price leaves it, and now and then every level is audited.
 * Each of them is an audit, and leaves the book with the newer band.
 */
import type { AuditRecord } from "../../../shared/output.ts";
import type { SymbolId } from "../../../shared/market.ts";
import type { Command, DepthSnapshot, DepthUpdate, VenueRules } from "./event.ts";
import { type AuditResult, LevelAudit } from "./level_audit.ts";
import type { LiveBook } from "./live_book.ts";
import { Renewal } from "./renewal.ts";
import type { SnapshotRequest } from "./snapshot_request.ts";

/** Between two looks at the number of levels, and how many may be there. */
const PRUNE_MS = 5_000;
const LEVELS_MAX = 40_000;

/** What the upkeep is told once. */
export interface UpkeepOptions {
  readonly symbol: SymbolId;
  readonly rules: VenueRules;
  readonly depthLevels: number;
  readonly auditIntervalMs: number | null;
  readonly random: () => number;
}

/** The upkeep of one symbol's live book. */
export class Upkeep {
  readonly #symbol: SymbolId;
  readonly #random: () => number;
  readonly #live: LiveBook;
  readonly #request: SnapshotRequest;
  readonly #renewal: Renewal;
  readonly #audit = new LevelAudit();
  /** Levels a side that the last answer was asked for. */
  #limit = 0;
  #number = 0;
  #prunedMs = 0;

  constructor(options: UpkeepOptions, live: LiveBook, request: SnapshotRequest) {
    this.#symbol = options.symbol;
    this.#random = options.random;
    this.#live = live;
    this.#request = request;
    const { rules, depthLevels, auditIntervalMs } = options;
    this.#renewal = new Renewal(rules.firstLevels, depthLevels, auditIntervalMs);
  }

  /** Levels a side that a new book is to begin with. */
  get firstLimit(): number {
    return this.#renewal.firstLimit;
  }

  /** A book has begun from a snapshot of so many levels a side. */
  began(limit: number, nowMs: number): void {
    this.#audit.forget();
    const mid = this.#live.metrics?.mid ?? null;
    if (mid !== null) this.#renewal.began(limit, this.#live.band, mid, nowMs, this.#random());
  }

  /** The book is lost: no answer is of use to it. */
  ended(): void {
    this.#audit.forget();
  }

  /** What a live book asks for now; `null`: nothing. */
  tick(bookUpdateId: number, nowMs: number): Command | null {
    if (nowMs >= this.#prunedMs + PRUNE_MS || nowMs < this.#prunedMs) {
      this.#prunedMs = nowMs;
      this.#live.prune(LEVELS_MAX);
    }
    const mid = this.#live.metrics?.mid ?? null;
    if (mid === null || this.#request.isAwaited) return null;
    const wish = this.#renewal.wish(this.#live.band, mid, nowMs);
    if (wish === null) return null;
    this.#audit.begin(bookUpdateId);
    return this.#request.first(wish.purpose, wish.limit, nowMs);
  }

  /** The request leaves only now: what came before it need not be kept. */
  asked(bookUpdateId: number): void {
    this.#audit.begin(bookUpdateId);
  }

  /** The live book has had this update. */
  applied(update: DepthUpdate): void {
    this.#audit.retain(update);
  }

  /** The snapshot has come. */
  answered(snapshot: DepthSnapshot, limit: number): void {
    this.#limit = limit;
    this.#audit.answer(snapshot, limit);
  }

  /** Whether a snapshot has come that is newer than the live book. */
  get isAhead(): boolean {
    return this.#audit.isAhead;
  }

  /**
   * The result of an audit, as soon as there is one. The book goes on with the audited one when they are
   * equal; otherwise it is wrong.
   */
  result(bookUpdateId: number, nowMs: number): AuditRecord | null {
    const result = this.#audit.result(this.#live, bookUpdateId);
    if (result === null) return null;
    if (result.mismatched === 0) this.#goOn(result, nowMs);
    this.#number += 1;
    const { levels, mismatched, differences } = result;
    return {
      type: "audit",
      symbol: this.#symbol,
      number: this.#number,
      timeMs: nowMs,
      bookUpdateId,
      levels,
      mismatched,
      differences,
    };
  }

  #goOn({ book, band }: AuditResult, nowMs: number): void {
    this.#live.replace(book, band);
    const mid = this.#live.metrics?.mid ?? null;
    if (mid !== null) this.#renewal.began(this.#limit, band, mid, nowMs, this.#random());
  }
}
