/**
 * Sync: which depth updates may be applied to the book, by the exchange's numbered procedure, and
 * over two connections while one takes over from the other. Here a gap is detected.
 *
 * Source: Binance spot web-socket-streams.md, "How to manage a local order book correctly", with
 * the correction of 2025-11-12 (`U > id + 1`, not `U > id`, means that events were missed):
 *
 * 1. Open the stream and buffer its events; note `U` of the first.
 * 2. Get a snapshot. If its `lastUpdateId` is older than the first event, get another.
 * 3. Discard buffered events with `u <= lastUpdateId`.
 * 4. The first kept event has `U <= lastUpdateId + 1`.
 * 5. Set the book to the snapshot, its id to `lastUpdateId`, and for every event: ignore it when it
 *    is older than the book; start again when `U > id + 1`; else apply it and set the id to `u`.
 *
 * A snapshot may come out of a cache. One that is older than the buffer, than what the streams have
 * said already, or (for a minute) than the book before, is asked for again, and the buffer stays.
 *
 * Two connections carry the same ids, cut into updates in other places. An update is applied when
 * it reaches the book (`U <= id + 1`, `u > id`); one ahead of the book waits for the other
 * connection. It is a gap only when no connection can bring what lies between any more: each is
 * beyond it or closed, or 2 s have passed.
 *
 * Two updates in a row below the buffer mean that the exchange has listed the symbol anew and
 * counts from below: the buffer starts again. Below a book they make it suspect (`isIgnoring`,
 * which `liveness.ts` judges). One alone is late.
 */
import type { DepthSnapshot, DepthUpdate } from "../event.ts";
import { type Gap, UpdateQueue } from "./update_queue.ts";

/** How long an update ahead of the book waits for the other connection, which may have died. */
export const AHEAD_WAIT_MS = 2_000;

/** Snapshots that are older than the last book for so long tell of another count, not of a cache. */
export const OLDER_MAX_MS = 60_000;

/** What to do with one depth update. */
export type UpdateVerdict =
  /** Apply it, and then those that had waited for it. */
  | { readonly kind: "apply"; readonly then: readonly DepthUpdate[] }
  /** Everything in it is already in the book. */
  | { readonly kind: "ignore" }
  /** Kept until a snapshot comes; `isFirst` asks for one. */
  | { readonly kind: "buffered"; readonly isFirst: boolean }
  /** Ahead of the book: the other connection may still bring what lies between. */
  | { readonly kind: "ahead" }
  | Gap;

/** What a snapshot led to. */
export type SnapshotVerdict =
  /** The book starts here: reset it to the snapshot, then apply `replay` in order. */
  | { readonly kind: "joined"; readonly replay: readonly DepthUpdate[] }
  /** It does not reach to before `neededId`: ask again, the buffer stays. */
  | { readonly kind: "too_old"; readonly neededId: number }
  /** Nobody waits for a snapshot. */
  | { readonly kind: "ignore" };

const IGNORE = { kind: "ignore" } as const;
const AHEAD = { kind: "ahead" } as const;
const APPLY = { kind: "apply", then: [] } as const;

/** The state machine of one symbol's feed. It holds ids and waiting updates, never the book. */
export class Sync {
  #state: "disconnected" | "buffering" | "synced" = "disconnected";
  /** Waiting for a snapshot, or ahead of the book. */
  readonly #waiting = new UpdateQueue();
  /** The last id that each open connection has brought; 0: none yet. */
  readonly #heard = new Map<number, number>();
  #bookUpdateId: number | null = null;
  /** The last id of the book before; 0: none, or the exchange may count anew. */
  #formerId = 0;
  /** Since when snapshots are older than it; `null`: the last one was not. */
  #olderMs: number | null = null;
  #isIgnoring = false;
  #wentBack = false;
  /** The last update that lay below the buffer, or the book; `null`: the last one did not. */
  #belowId: number | null = null;
  /** Since when the updates that wait for a snapshot have a hole; `null`: they have none. */
  #holeMs: number | null = null;
  /** Since when updates wait ahead of the book; `null`: none do. */
  #aheadMs: number | null = null;

  /** Where the procedure stands. */
  get state(): "disconnected" | "buffering" | "synced" {
    return this.#state;
  }

  /** The id of the last update in the book; `null` while there is no book. */
  get bookUpdateId(): number | null {
    return this.#bookUpdateId;
  }

  /** The last updates ended before the book: usual for a moment after a snapshot, and then no more. */
  get isIgnoring(): boolean {
    return this.#isIgnoring;
  }

  /** Updates waiting for a snapshot or for what lies before them. */
  get buffered(): number {
    return this.#waiting.size;
  }

  /** Step 1: a stream is open, alone or beside another. */
  open(connection: number): void {
    if (this.#state === "disconnected") this.restart();
    this.#heard.set(connection, 0);
  }

  /** A stream is gone; with the last one the book is. What only it could have brought is missed. */
  close(connection: number): Gap | null {
    this.#heard.delete(connection);
    this.#isIgnoring = false;
    if (this.#heard.size > 0) return this.#missed() ?? this.#trim();
    this.disconnect();
    return null;
  }

  /** There is no stream any more. */
  disconnect(): void {
    this.#heard.clear();
    this.#state = "disconnected";
    this.#clear();
  }

  /** Start again from step 1 on the streams that are open. */
  restart(): void {
    this.#state = "buffering";
    this.#clear();
  }

  /** The exchange counts anew, or may: start again, with nothing known of its ids. */
  countsAnew(): void {
    if (this.#state !== "disconnected") this.restart();
    this.#forgetIds();
  }

  /** One depth update, in the order in which its connection brought it. */
  update(update: DepthUpdate, connection: number, nowMs: number): UpdateVerdict {
    const { firstUpdateId, finalUpdateId } = update;
    if (this.#state === "disconnected") return IGNORE;
    if (this.#state === "buffering") {
      // Two in a row below the buffer: the exchange lists the symbol anew.
      const isBelow = finalUpdateId < this.#lowestId(connection);
      if (this.#isSecondBelow(update, isBelow)) this.countsAnew();
      else if (isBelow) return IGNORE;
    }
    this.#heard.set(connection, Math.max(finalUpdateId, this.#heard.get(connection) ?? 0));
    if (this.#state === "buffering") return this.#hold(update, nowMs);
    const id = this.#bookUpdateId ?? 0;
    // Step 5. Values are absolute, so an update that overlaps the book is safe to apply.
    // To hear the last one again is usual, from a second connection or after a snapshot.
    const isSecond = this.#isSecondBelow(update, finalUpdateId < id);
    this.#isIgnoring = finalUpdateId < id && (isSecond || this.#isIgnoring);
    if (finalUpdateId <= id) return IGNORE;
    if (firstUpdateId <= id + 1) {
      this.#bookUpdateId = finalUpdateId;
      return this.#waiting.size === 0 ? APPLY : { kind: "apply", then: this.#follow() };
    }
    this.#waiting.add(update);
    this.#aheadMs ??= nowMs;
    return this.#missed() ?? AHEAD;
  }

  /**
   * Whether a connection's ids have gone back since this was last asked, while there was no book: the
   * exchange may count anew, and what was heard of the old ids says nothing any more.
   */
  takeWentBack(): boolean {
    const wentBack = this.#wentBack;
    this.#wentBack = false;
    return wentBack;
  }

  /** Ends a wait that was too long: to be called as time passes. */
  expire(nowMs: number): Gap | null {
    if (this.#aheadMs === null) return null;
    return nowMs - this.#aheadMs < AHEAD_WAIT_MS ? null : this.#gap();
  }

  /** One snapshot that was asked for in this generation. */
  snapshot(snapshot: DepthSnapshot, nowMs: number): SnapshotVerdict {
    if (this.#state !== "buffering") return IGNORE;
    const lastId = snapshot.lastUpdateId;
    // Step 2. The text asks for `lastUpdateId >= U`; at `U - 1` nothing is missing either.
    // Without a buffered event it must not be older than what the streams have said already, nor than
    // the book before: an answer may come out of a cache.
    const neededId = this.#waiting.firstId ?? Math.max(this.#formerId, ...this.#heard.values()) + 1;
    if (lastId + 1 < neededId) {
      this.#olderMs ??= nowMs;
      if (nowMs - this.#olderMs >= OLDER_MAX_MS) this.#forgetIds();
      return { kind: "too_old", neededId };
    }
    this.#olderMs = null;
    this.#bookUpdateId = lastId;
    // Steps 3 and 4.
    const replay = this.#follow();
    const { firstId } = this.#waiting;
    const isHoleOld = this.#holeMs !== null && nowMs - this.#holeMs >= AHEAD_WAIT_MS;
    if (firstId !== null && isHoleOld) {
      // From before a hole that nobody has filled in time: the book must begin behind it.
      this.#bookUpdateId = null;
      return { kind: "too_old", neededId: firstId };
    }
    this.#state = "synced";
    this.#aheadMs = this.#waiting.size === 0 ? null : nowMs;
    return { kind: "joined", replay };
  }

  /** The book is known to be that of a later id too, nothing has changed until then: what follows it now. */
  reached(updateId: number): readonly DepthUpdate[] {
    if (this.#bookUpdateId === null || updateId <= this.#bookUpdateId) return [];
    this.#bookUpdateId = updateId;
    return this.#follow();
  }

  /** The exchange may count anew: what was heard of the old ids says nothing any more. */
  #forgetIds(): void {
    this.#wentBack = true;
    this.#formerId = 0;
    this.#olderMs = null;
    for (const connection of this.#heard.keys()) this.#heard.set(connection, 0);
  }

  #hold(update: DepthUpdate, nowMs: number): UpdateVerdict {
    const isFirst = this.#waiting.size === 0;
    if (!this.#waiting.add(update)) return IGNORE;
    const gap = this.#trim();
    this.#holeMs = this.#waiting.mayHaveHole ? this.#holeMs ?? nowMs : null;
    return gap ?? { kind: "buffered", isFirst };
  }

  /** Ids of this connection do not end below it while the exchange counts on. */
  #lowestId(connection: number): number {
    const heardId = this.#heard.get(connection) ?? 0;
    const { firstId } = this.#waiting;
    if (firstId === null) return heardId;
    // Beside another it may only be behind; alone it cannot be before what has been buffered.
    return this.#heard.size > 1 ? Math.min(heardId, firstId - 1) : firstId - 1;
  }

  /** Whether one update after another lies below what is known; one alone is late, or comes twice. */
  #isSecondBelow({ firstUpdateId, finalUpdateId }: DepthUpdate, isBelow: boolean): boolean {
    const follows = firstUpdateId - 1 === this.#belowId;
    this.#belowId = isBelow ? finalUpdateId : null;
    return follows && isBelow;
  }

  /** No snapshot from before a hole can join any more: what lies before it is of no use. */
  #trim(): Gap | null {
    return this.#waiting.dropMissed(this.#passedId);
  }

  /** Takes the updates that follow the book out of the queue, and sets its id. */
  #follow(): DepthUpdate[] {
    const { updates, lastId } = this.#waiting.takeFrom(this.#bookUpdateId ?? 0);
    this.#bookUpdateId = lastId;
    if (this.#waiting.size === 0) this.#aheadMs = null;
    return updates;
  }

  /** The id that no connection can bring any more: every one of them is beyond it. */
  get #passedId(): number {
    return Math.min(...this.#heard.values());
  }

  /** A gap when no connection can bring what lies between the book and those that wait. */
  #missed(): Gap | null {
    if (this.#state !== "synced" || this.#waiting.size === 0) return null;
    return this.#waiting.isFull || this.#passedId > (this.#bookUpdateId ?? 0) ? this.#gap() : null;
  }

  /** The updates that revealed the gap are the first of the new buffer. */
  #gap(): Gap {
    const expectedId = (this.#bookUpdateId ?? 0) + 1;
    const receivedId = this.#waiting.firstId ?? expectedId;
    this.#state = "buffering";
    this.#formerId = this.#bookUpdateId ?? 0;
    this.#bookUpdateId = null;
    this.#isIgnoring = false;
    this.#aheadMs = null;
    return { kind: "gap", expectedId, receivedId };
  }

  #clear(): void {
    this.#waiting.clear();
    this.#formerId = this.#bookUpdateId ?? this.#formerId;
    this.#bookUpdateId = null;
    this.#isIgnoring = false;
    this.#belowId = null;
    this.#holeMs = null;
    this.#aheadMs = null;
  }
}
