/**
 * BookSync: one symbol's book, from the first buffered update to its loss and back. It knows when a
 * snapshot is wanted and what for, which updates follow, and what a fault of the book leads to.
 *
 * The first snapshot is asked for after the first buffered update, or after 10 s without one. A gap
 * empties the book of this symbol alone, and so does a fault of it: it is crossed, its prices show
 * another tick size, the exchange's best bid and ask at the same id are others, or an audit found a
 * level that differs. It is told (`feed_state.ts`, `gap_log.ts`) and the book begins anew.
 *
 * A halt lies over the state of the book, which is kept. The book of a delisted symbol is dropped,
 * and no snapshot is asked for until it is listed again. Another tick size begins the book anew in
 * it once, whether prices or `exchangeInfo` showed it first.
 */
import { type OverloadLevel, overloadText } from "../../../shared/overload.ts";
import { assertNever } from "../../../shared/assert_never.ts";
import type { MetricSettings } from "../../../shared/catalogue/settings.ts";
import type { Backoff } from "../../../shared/backoff.ts";
import type { BookTicker, Market, SymbolInfo } from "../../../shared/market.ts";
import type { AuditRecord } from "../../../shared/output.ts";
import type { DepthSnapshot, DepthUpdate, EngineEvent, Reused } from "./event.ts";
import type { TickLot } from "./book/price_scale.ts";
import { Ban } from "./snapshots/ban.ts";
import type { FeedState } from "./sync/feed_state.ts";
import { GapLog } from "./sync/gap_log.ts";
import type { ListenedTime } from "./liveness/listened_time.ts";
import type { LivenessFacts } from "./liveness/liveness.ts";
import { type BookFault, LiveBook } from "./live_book.ts";
import type { FamilyDeclaration } from "./metrics/family.ts";
import type { StepBuffer } from "./step_output.ts";
import { isForNewBook, SnapshotRequest } from "./snapshots/snapshot_request.ts";
import { OutOfBand } from "./snapshots/out_of_band.ts";
import { Sync } from "./sync/sync.ts";
import type { Gap } from "./sync/update_queue.ts";
import {
  SnapshotScheduler,
  type SnapshotSchedulerOptions,
} from "./snapshots/snapshot_scheduler.ts";
import type { UtcClock } from "./utc_clock.ts";

/** A quiet symbol's first update may be long in coming; its snapshot is right without one. */
const FIRST_UPDATE_WAIT_MS = 10_000;
/**
 * Only a book that has lived this long ends a row of retries: one that is lost as soon as it is found
 * costs a snapshot each time.
 */
export const STEADY_AFTER_MS = 10_000;

/** What computes the metrics, and who looks at them. */
export interface Families {
  /** Absent: every one, `metrics/families.ts`. */
  readonly families?: readonly FamilyDeclaration[] | undefined;
  /** Hears of each applied update, one that waited for its snapshot included. */
  readonly onApplied?: (() => void) | undefined;
}

/** What the sync of one symbol is told once. */
export interface BookSyncOptions extends SnapshotSchedulerOptions, Families {
  /** `null`: to be learnt from the levels. */
  readonly tickLot: TickLot | null;
  /** `null`: it is not known. */
  readonly quoteAsset: string | null;
  readonly settings: MetricSettings;
  /** In which it is judged what still comes. */
  readonly listened: ListenedTime;
}

/** What has become of the book with an update. */
export interface UpdateResult {
  readonly isApplied: boolean;
  /** The connection that brought it has reached the book: it misses nothing from there on. */
  readonly hasJoined: boolean;
  /** The best price has moved. */
  readonly hasBestMoved: boolean;
}

const NOTHING: UpdateResult = { isApplied: false, hasJoined: false, hasBestMoved: false };
const JOINED: UpdateResult = { isApplied: false, hasJoined: true, hasBestMoved: false };
const APPLIED: UpdateResult = { isApplied: true, hasJoined: true, hasBestMoved: false };
const BEST_MOVED: UpdateResult = { isApplied: true, hasJoined: true, hasBestMoved: true };

/** Sync, book and snapshots of one symbol. */
export class BookSync {
  readonly sync: Sync = new Sync();
  readonly live: LiveBook;
  readonly scheduler: SnapshotScheduler;
  readonly ban: Ban;
  readonly #feed: FeedState;
  readonly #step: StepBuffer;
  readonly #gaps: GapLog;
  readonly #request: SnapshotRequest;
  readonly #outOfBand: OutOfBand;
  readonly #listened: ListenedTime;
  readonly #onApplied: (() => void) | undefined;
  /** When the book was joined; `null`: there is none, or it has proved steady. */
  #joinedMs: number | null = null;

  /** `feed` and `step` are where it tells what has happened; `backoff` is for snapshots. */
  constructor(
    market: Market,
    options: BookSyncOptions,
    utc: UtcClock,
    feed: FeedState,
    step: StepBuffer,
    backoff: Backoff,
  ) {
    const { tickLot, quoteAsset, settings, families } = options;
    this.live = new LiveBook(tickLot, quoteAsset, settings, families);
    this.#listened = options.listened;
    this.#onApplied = options.onApplied;
    this.#feed = feed;
    this.#step = step;
    this.#gaps = new GapLog(market, utc);
    this.#request = new SnapshotRequest(backoff, step);
    this.scheduler = new SnapshotScheduler(market, options, utc, feed, this.live, this.#request);
    this.ban = new Ban(feed, this.sync, this.#request);
    this.#outOfBand = new OutOfBand(this.live, feed, this.ban);
  }

  // -- Connections --

  /** A connection has opened; `true`: it is the only one. */
  opened(connection: number): boolean {
    const isOnly = this.sync.state === "disconnected";
    this.sync.open(connection);
    if (isOnly) this.#feed.syncing("waiting for the first update and the snapshot");
    return isOnly;
  }

  /** One of two connections has ended. */
  closed(connection: number, nowMs: number): void {
    this.#missed(this.sync.close(connection), nowMs);
  }

  /** There is no connection any more. */
  disconnected(reason: string): void {
    this.sync.disconnect();
    this.#request.cancel();
    this.#clearBook();
    this.live.proof.disconnect();
    this.#feed.syncing(`reconnecting: ${reason}`);
  }

  // -- Time --

  /** What waits no longer, and what a live book asks for; `openedMs`: of the connection in use, in listened time. */
  tick(openedMs: number | null, nowMs: number): void {
    const heardMs = this.#listened.at(nowMs);
    this.#missed(this.sync.expire(heardMs), nowMs);
    const isLate = openedMs !== null && heardMs - openedMs >= FIRST_UPDATE_WAIT_MS;
    const isIdle = this.sync.state === "buffering" && !this.#request.isAwaited;
    if (isLate && isIdle) this.scheduler.askAgain(nowMs);
    this.ban.explain();
    this.#finishAudit(this.scheduler.resultAhead(nowMs), nowMs);
    this.#outOfBand.watch(nowMs);
    const { isOut } = this.#outOfBand;
    if (isOut || this.#feed.state === "live") this.scheduler.tick(isOut, nowMs);
  }

  /** Whether the book has lived for a while: the next failure is a first one then. Told once a book. */
  takeSteadiness(nowMs: number): boolean {
    if (this.#joinedMs === null || nowMs - this.#joinedMs < STEADY_AFTER_MS) return false;
    this.#joinedMs = null;
    this.#request.forgive();
    return true;
  }

  /** What liveness must know of the book. */
  tell(facts: Reused<LivenessFacts>): void {
    facts.best = this.live.best;
    facts.bookUpdateId = this.live.updateId;
    // Tickers or a snapshot tell of changes that it has not had.
    facts.isBehind = this.live.proof.isAheadOf(this.sync.bookUpdateId) || this.scheduler.isAhead;
    facts.isIgnoring = this.sync.isIgnoring;
  }

  // -- Updates --

  /** One depth update of an open connection. */
  update(update: DepthUpdate, connection: number, nowMs: number): UpdateResult {
    const verdict = this.sync.update(update, connection, this.#listened.at(nowMs));
    if (this.sync.takeWentBack()) this.live.proof.disconnect();
    switch (verdict.kind) {
      case "apply":
        this.#apply(update, nowMs);
        if (verdict.then.length > 0) {
          for (const next of verdict.then) this.#apply(next, nowMs);
        }
        return this.live.takeBestMove() ? BEST_MOVED : APPLIED;
      case "ignore":
        return update.finalUpdateId === this.sync.bookUpdateId ? JOINED : NOTHING;
      case "buffered":
        // The snapshot is asked for after the first buffered event, and once: single flight.
        if (verdict.isFirst && !this.#request.isAwaited) this.scheduler.ask(nowMs);
        return NOTHING;
      case "gap":
        this.#missed(verdict, nowMs);
        return NOTHING;
      case "ahead":
        return NOTHING;
      default:
        return assertNever(verdict, "follow a depth update");
    }
  }

  /** Applies what sync has found to follow; a book that is lost on the way takes no more. */
  #apply(update: DepthUpdate, nowMs: number): void {
    if (this.sync.state !== "synced") return;
    const fault = this.live.apply(update, nowMs);
    if (fault !== null) return this.#judge(fault, nowMs);
    this.#step.hasBookChanged = true;
    this.scheduler.applied(update);
    this.#judge(this.live.takeMismatch(), nowMs);
    this.#finishAudit(this.scheduler.result(nowMs), nowMs);
    this.#outOfBand.watch(nowMs);
    this.#onApplied?.();
  }

  /** One book ticker: the exchange's own best bid and ask. */
  ticker(ticker: BookTicker, nowMs: number): void {
    if (this.live.proof.ticker(ticker, nowMs)) this.live.metrics.ticker(ticker);
    this.#judge(this.live.takeMismatch(), nowMs);
    this.#outOfBand.watch(nowMs);
  }

  #missed(gap: Gap | null, nowMs: number): void {
    if (gap === null) return;
    this.#feed.gap();
    const opened = this.#gaps.noticed(gap, nowMs);
    if (opened !== null) this.#step.outputs.push(opened);
    const { expectedId, receivedId } = gap;
    this.#resync(`updates ${expectedId} to ${receivedId - 1} were missed`, false, nowMs);
  }

  // -- Snapshots --

  /** A request leaves only now. */
  asked(generation: number): void {
    if (this.#request.left(generation)) this.scheduler.left();
  }

  /** A snapshot has come. */
  snapshot(generation: number, snapshot: DepthSnapshot, limit: number, nowMs: number): void {
    if (!this.#request.takes(generation)) return;
    if (this.sync.bookUpdateId !== null) {
      this.scheduler.answered(snapshot, limit, nowMs);
      return this.#finishAudit(this.scheduler.result(nowMs), nowMs);
    }
    const verdict = this.sync.snapshot(snapshot, this.#listened.at(nowMs));
    switch (verdict.kind) {
      case "too_old":
        this.#feed.awaited("the snapshot was older than the stream, asking again");
        return this.scheduler.askAgain(nowMs);
      case "joined":
        return this.#begin(snapshot, limit, verdict.replay, nowMs);
      case "ignore":
        return;
      default:
        return assertNever(verdict, "use a snapshot");
    }
  }

  /** A request has failed. */
  noSnapshot(event: Extract<EngineEvent, { type: "snapshot_failed" }>, nowMs: number): void {
    if (!this.#request.takes(event.generation)) return;
    this.#request.failed(event.retryAfterMs, nowMs);
    // A live book does without: it is asked for again in its own time.
    if (this.sync.state === "synced") return this.scheduler.failed();
    this.#feed.awaited(`no snapshot: ${event.reason}`);
    this.scheduler.askAgain(nowMs);
  }

  #begin(
    snapshot: DepthSnapshot,
    limit: number,
    replay: readonly DepthUpdate[],
    nowMs: number,
  ): void {
    const fault = this.live.join(snapshot, limit, nowMs) ?? this.live.takeMismatch();
    if (fault !== null) return this.#judge(fault, nowMs);
    this.#joinedMs = nowMs;
    this.#feed.joined();
    this.#step.hasBookChanged = true;
    for (const update of replay) this.#apply(update, nowMs);
    if (this.sync.state !== "synced") return;
    this.live.takeBestMove();
    this.scheduler.began(limit, nowMs);
    const gap = this.#gaps.healed(nowMs);
    if (gap !== null) this.#step.outputs.push(gap);
  }

  #finishAudit(audit: AuditRecord | null, nowMs: number): void {
    if (audit === null) return;
    if (audit.levels > 0) this.#step.outputs.push(audit);
    this.#step.hasBookChanged = true;
    if (audit.mismatched === 0) {
      this.#outOfBand.renewed(nowMs);
      for (const next of this.sync.reached(audit.bookUpdateId)) this.#apply(next, nowMs);
      return;
    }
    const reason = `${audit.mismatched} of ${audit.levels} levels were not the exchange's`;
    this.#judge({ reason, isWrong: true }, nowMs);
  }

  /** What is left undone of a live book while this machine is too slow, from now on. */
  overloaded(level: OverloadLevel): void {
    this.live.metrics.shed(level >= 2);
    this.scheduler.holdBack(level >= 3);
    this.#feed.overloaded(overloadText(level));
    this.#step.hasBookChanged = true;
  }

  // -- Faults --

  /** What `exchangeInfo` says of the symbol now; `null`: nothing any more. */
  symbolInfo(info: SymbolInfo | null, nowMs: number): void {
    this.#request.listed(info !== null);
    if (info === null) return this.#delisted();
    const isTrading = info.status === "TRADING";
    this.#feed.halted(isTrading ? null : `the exchange does not trade it now: ${info.status}`);
    const { tickLot } = this.live;
    if (tickLot === null || tickLot.tickSize === info.tickSize) return;
    if (!this.live.useTickLot(info) || this.sync.state === "disconnected") return;
    const reason = `the tick size has changed from ${tickLot.tickSize} to ${info.tickSize}`;
    this.#judge({ reason, isWrong: false }, nowMs);
  }

  /** Its book is no more, and another listing counts anew. */
  #delisted(): void {
    this.#feed.halted("the exchange does not list the symbol any more");
    this.sync.countsAnew();
    this.#clearBook();
    this.live.proof.disconnect();
    if (this.sync.state !== "disconnected") {
      this.#feed.syncing("waiting for the exchange to list the symbol");
    }
  }

  /** The exchange itself has shown that the book is wrong. */
  refuted(reason: string, nowMs: number): void {
    if (!this.live.isStarted) return;
    // Updates from below: the exchange counts anew, and what its tickers told of the old ids says nothing.
    if (this.sync.isIgnoring) this.sync.countsAnew();
    this.live.proof.disconnect();
    this.#judge({ reason, isWrong: true }, nowMs);
  }

  #judge(fault: BookFault, nowMs: number): void {
    if (fault === null) return;
    this.sync.restart();
    this.#resync(fault.reason, fault.isWrong, nowMs);
  }

  /** The book is lost, the stream is not: everything learnt from it is forgotten, in order. */
  #resync(reason: string, isWrong: boolean, nowMs: number): void {
    if (this.live.isStarted) this.#feed.resync();
    this.#clearBook();
    if (isWrong) this.#feed.degraded(`resyncing: ${reason}`);
    else this.#feed.awaited(`resyncing: ${reason}`);
    const { isAwaited, purpose } = this.#request;
    if (!isAwaited || !isForNewBook(purpose)) this.scheduler.askAgain(nowMs);
  }

  #clearBook(): void {
    this.#outOfBand.forget();
    this.#joinedMs = null;
    this.live.clear();
    this.scheduler.ended();
    this.#step.hasBookChanged = true;
  }
}
