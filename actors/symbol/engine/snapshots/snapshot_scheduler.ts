/**
 * SnapshotScheduler: the snapshots that one live book needs, from the need (`snapshot_policy.ts`)
 * to what came of it. Each of them is an audit (`level_audit.ts`), and leaves the book with the
 * newer band, without a break.
 *
 * An audit's updates are kept from a second before the request leaves, and from longer when
 * snapshots lag behind the stream. While a request waits long for its permit nothing is kept,
 * unless they do. Levels beyond the band are pruned when a book holds more than 40,000.
 */
import type { AuditRecord } from "../../../../shared/output.ts";
import type { Market } from "../../../../shared/market.ts";
import type { DepthSnapshot, DepthUpdate, VenueRules } from "../event.ts";
import type { FeedState } from "../sync/feed_state.ts";
import { type AuditResult, LevelAudit } from "./level_audit.ts";
import type { LiveBook } from "../live_book.ts";
import { SnapshotPolicy } from "./snapshot_policy.ts";
import type { SnapshotRequest } from "./snapshot_request.ts";
import type { UtcClock } from "../utc_clock.ts";

/** Between two looks at the number of levels, and how many may be there. */
const PRUNE_MS = 5_000;
const LEVELS_MAX = 40_000;

/** A snapshot that is ahead of a quiet book is compared with it all the same, as often. */
const AHEAD_MS = 1_000;

/** Bounds of the time from which a snapshot may be older than its request. */
const LEAD_MIN_MS = 1_000;
const LEAD_MAX_MS = 16_000;
/**
 * A request that has not left so long after it was to waits for its permit, or has nobody to carry it out.
 * What comes meanwhile is kept no longer, unless snapshots are known to be older than their requests.
 */
const WAIT_MAX_MS = 5_000;

/** What the scheduler is told once. */
export interface SnapshotSchedulerOptions {
  readonly rules: VenueRules;
  readonly depthLevels: number;
  readonly auditIntervalMs: number | null;
  readonly random: () => number;
}

/** The snapshots of one symbol's live book. */
export class SnapshotScheduler {
  readonly #market: Market;
  readonly #random: () => number;
  readonly #utc: UtcClock;
  readonly #feed: FeedState;
  readonly #live: LiveBook;
  readonly #request: SnapshotRequest;
  readonly #policy: SnapshotPolicy;
  readonly #audit = new LevelAudit();
  /** Levels a side that the last answer was asked for. */
  #limit = 0;
  #number = 0;
  #prunedMs = 0;
  /** Updates are kept for so long before a request leaves: snapshots may lag behind the stream. */
  #leadMs = LEAD_MIN_MS;
  #late = 0;
  /** When the request that waits was to leave. */
  #dueMs = 0;
  /** Id of the live book when the last request left. */
  #leftId = 0;
  /** Whether the last snapshot was older than that. */
  #isLagging = false;
  /** When the snapshot came that is ahead, or was compared last. */
  #aheadMs = 0;
  #isHeldBack = false;

  constructor(
    market: Market,
    options: SnapshotSchedulerOptions,
    utc: UtcClock,
    feed: FeedState,
    live: LiveBook,
    request: SnapshotRequest,
  ) {
    this.#market = market;
    this.#random = options.random;
    this.#utc = utc;
    this.#feed = feed;
    this.#live = live;
    this.#request = request;
    const { rules, depthLevels, auditIntervalMs } = options;
    this.#policy = new SnapshotPolicy(rules.firstLevels, depthLevels, auditIntervalMs);
  }

  /** Asks for what a new book is to begin with. */
  ask(nowMs: number): void {
    this.#request.first(this.#purpose, this.#policy.firstLimit, nowMs);
  }

  /** Asks for it after something went wrong, later each time. */
  askAgain(nowMs: number): void {
    this.#request.again(this.#purpose, this.#policy.firstLimit, nowMs);
  }

  get #purpose(): "sync" | "resync" {
    return this.#feed.snapshots === 0 ? "sync" : "resync";
  }

  /** A book has begun from a snapshot of so many levels a side. */
  began(limit: number, nowMs: number): void {
    this.#audit.forget();
    this.#knows(limit, nowMs);
  }

  /** What was asked for will not come; the book does without, and its next need waits longer. */
  failed(): void {
    this.#audit.forget();
    this.#policy.failed();
  }

  /** While this machine is too slow, no audit is asked for, nor a wider span. */
  holdBack(isHeldBack: boolean): void {
    this.#isHeldBack = isHeldBack;
  }

  /** The book is lost: no answer is of use to it. */
  ended(): void {
    this.#audit.forget();
  }

  /** Asks for what a live book wants now; `isOut`: the price has left the levels that it knows. */
  tick(isOut: boolean, nowMs: number): void {
    if (nowMs >= this.#prunedMs + PRUNE_MS) {
      this.#prunedMs = nowMs;
      this.#live.prune(LEVELS_MAX);
    }
    const { hasLeft, isAwaited, purpose } = this.#request;
    const isHeldUp = isAwaited && !hasLeft && nowMs - this.#dueMs >= WAIT_MAX_MS;
    if (isHeldUp && !this.#isLagging) this.#audit.forget();
    const reachBps = this.#reachBps;
    const { updateId } = this.#live;
    if (reachBps === null && !isOut || hasLeft || updateId === null) return;
    // What has not left yet may wait for long, and gives way to what is more urgent.
    const asked = isAwaited ? purpose : null;
    const request = this.#policy.request(reachBps ?? 0, isOut, asked, nowMs, this.#isHeldBack);
    if (request === null) return;
    this.#audit.begin(updateId);
    this.#dueMs = nowMs + this.#leadMs;
    this.#request.first(request.purpose, request.limit, nowMs, this.#leadMs);
  }

  /** The request leaves only now: what follows is needed, whatever has been kept before. */
  left(): void {
    const { updateId } = this.#live;
    if (updateId === null) return;
    this.#leftId = updateId;
    this.#audit.begin(updateId);
  }

  /** The live book has had this update. */
  applied(update: DepthUpdate): void {
    this.#audit.retain(update);
  }

  /** The snapshot has come. */
  answered(snapshot: DepthSnapshot, limit: number, nowMs: number): void {
    this.#limit = limit;
    this.#aheadMs = nowMs;
    this.#isLagging = snapshot.lastUpdateId < this.#leftId;
    const isOfUse = this.#audit.answer(snapshot, limit);
    if (!isOfUse) this.#late += 1;
    this.#leadMs = isOfUse
      ? Math.max(LEAD_MIN_MS, this.#leadMs / 2)
      : Math.min(LEAD_MAX_MS, this.#leadMs * 2);
  }

  /** Snapshots that were older than the updates kept, and so came to nothing. */
  get late(): number {
    return this.#late;
  }

  /** Whether a snapshot has come that is newer than the live book. */
  get isAhead(): boolean {
    return this.#audit.isAhead;
  }

  /**
   * The result of an audit, as soon as there is one. The book goes on with the audited one when they are
   * equal; otherwise it is wrong.
   */
  result(nowMs: number): AuditRecord | null {
    return this.#ended(this.#audit.result(this.#live, false), nowMs);
  }

  /** The result of an audit whose snapshot is ahead, when nothing has changed since the book; now and then. */
  resultAhead(nowMs: number): AuditRecord | null {
    if (nowMs - this.#aheadMs < AHEAD_MS) return null;
    this.#aheadMs = nowMs;
    return this.#ended(this.#audit.result(this.#live, true), nowMs);
  }

  #ended(result: AuditResult | null, nowMs: number): AuditRecord | null {
    if (result === null) return null;
    if (result.mismatched === 0) this.#goOn(result, nowMs);
    // Without a level in common nothing is proven: that is no audit to tell of.
    if (result.levels > 0) this.#number += 1;
    const { levels, mismatched, differences, updateId } = result;
    return {
      type: "audit",
      ...this.#market,
      number: this.#number,
      timeMs: this.#utc.utcMs(nowMs),
      bookUpdateId: updateId,
      levels,
      mismatched,
      differences,
    };
  }

  #goOn({ book, updateId, band }: AuditResult, nowMs: number): void {
    this.#live.replace(book, updateId, band);
    this.#knows(this.#limit, nowMs);
  }

  #knows(limit: number, nowMs: number): void {
    const reachBps = this.#reachBps;
    if (reachBps !== null) this.#policy.began(limit, reachBps, nowMs, this.#random());
  }

  /** How far beyond the best prices all levels are known, bps; `null`: the book lacks a side. */
  get #reachBps(): number | null {
    const { isStarted, book, band } = this.#live;
    if (!isStarted || book.bids.isEmpty || book.asks.isEmpty) return null;
    return band.reachBps(book.bids.bestPrice, book.asks.bestPrice);
  }
}
