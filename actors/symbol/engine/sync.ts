/**
 * Sync: which depth updates may be applied to the book, by the exchange's numbered procedure.
 *
 * Source: Binance spot web-socket-streams.md, "How to manage a local order book correctly", with the
 * correction of 2025-11-12 (`U > id + 1`, not `U > id`, means that events were missed):
 *
 * 1. Open the stream and buffer its events; note `U` of the first.
 * 2. Get a snapshot. If its `lastUpdateId` is older than the first event, get another.
 * 3. Discard buffered events with `u <= lastUpdateId`.
 * 4. The first kept event has `U <= lastUpdateId + 1`.
 * 5. Set the book to the snapshot, its id to `lastUpdateId`, and for every event: ignore it when it
 *    is older than the book; start again when `U > id + 1`; else apply it and set the id to `u`.
 */
import type { DepthSnapshot, DepthUpdate } from "./event.ts";

/** Updates kept while a snapshot is on its way: five minutes of the 100 ms stream. */
export const BUFFER_MAX = 3_000;

/** What to do with one depth update. */
export type UpdateVerdict =
  | { readonly kind: "apply" }
  /** Everything in it is already in the book. */
  | { readonly kind: "ignore" }
  /** Kept until a snapshot comes; `isFirst` asks for one. */
  | { readonly kind: "buffered"; readonly isFirst: boolean }
  /** Updates from `expectedId` to before `receivedId` were missed: the book is worthless. */
  | { readonly kind: "gap"; readonly expectedId: number; readonly receivedId: number };

/** What a snapshot led to. */
export type SnapshotVerdict =
  /** The book starts here: reset it to the snapshot, then apply `replay` in order. */
  | { readonly kind: "joined"; readonly replay: readonly DepthUpdate[] }
  /** Older than the first buffered event: ask again, the buffer stays. */
  | { readonly kind: "too_old"; readonly firstBufferedId: number }
  /** Nobody waits for a snapshot. */
  | { readonly kind: "ignore" };

/** The state machine of one symbol's feed. It holds ids and waiting updates, never the book. */
export class Sync {
  #state: "disconnected" | "buffering" | "synced" = "disconnected";
  #buffer: DepthUpdate[] = [];
  #bookUpdateId: number | null = null;
  #isIgnoring = false;

  /** Where the procedure stands. */
  get state(): "disconnected" | "buffering" | "synced" {
    return this.#state;
  }

  /** The id of the last update in the book; `null` while there is no book. */
  get bookUpdateId(): number | null {
    return this.#bookUpdateId;
  }

  /** The last update was older than the book: usual for a moment after a snapshot, and then no more. */
  get isIgnoring(): boolean {
    return this.#isIgnoring;
  }

  /** Updates waiting for a snapshot. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /** Step 1: a stream is open; nothing of an older one counts. */
  open(): void {
    this.restart();
  }

  /** The stream is gone, and the book with it. */
  close(): void {
    this.#state = "disconnected";
    this.#clear();
  }

  /** Start again from step 1 on the stream that is open. */
  restart(): void {
    this.#state = "buffering";
    this.#clear();
  }

  /** One depth update, in the order of arrival. */
  update(update: DepthUpdate): UpdateVerdict {
    if (this.#state === "disconnected") return { kind: "ignore" };
    if (this.#state === "buffering") return this.#hold(update);
    const id = this.#bookUpdateId ?? 0;
    // Step 5. Values are absolute, so an update that overlaps the book is safe to apply.
    this.#isIgnoring = update.finalUpdateId <= id;
    if (this.#isIgnoring) return { kind: "ignore" };
    if (update.firstUpdateId > id + 1) {
      // The update that revealed the gap is the first of the new buffer.
      this.restart();
      this.#buffer.push(keep(update));
      return { kind: "gap", expectedId: id + 1, receivedId: update.firstUpdateId };
    }
    this.#bookUpdateId = update.finalUpdateId;
    return { kind: "apply" };
  }

  /** One snapshot that was asked for in this generation. */
  snapshot(snapshot: DepthSnapshot): SnapshotVerdict {
    if (this.#state !== "buffering") return { kind: "ignore" };
    const lastId = snapshot.lastUpdateId;
    const first = this.#buffer[0];
    // Step 2. The text asks for `lastUpdateId >= U`; at `U - 1` nothing is missing either.
    if (first !== undefined && lastId + 1 < first.firstUpdateId) {
      return { kind: "too_old", firstBufferedId: first.firstUpdateId };
    }
    // Steps 3 and 4: the buffer is contiguous, so the first kept event has `U <= lastUpdateId + 1`.
    const replay = this.#buffer.filter((update) => update.finalUpdateId > lastId);
    this.#state = "synced";
    this.#buffer = [];
    this.#bookUpdateId = replay.at(-1)?.finalUpdateId ?? lastId;
    return { kind: "joined", replay };
  }

  #hold(update: DepthUpdate): UpdateVerdict {
    const last = this.#buffer.at(-1);
    if (last !== undefined) {
      if (update.finalUpdateId <= last.finalUpdateId) return { kind: "ignore" };
      if (update.firstUpdateId > last.finalUpdateId + 1) {
        // A hole inside the buffer: no snapshot older than this update can join any more.
        this.#buffer = [keep(update)];
        return {
          kind: "gap",
          expectedId: last.finalUpdateId + 1,
          receivedId: update.firstUpdateId,
        };
      }
    }
    // Dropping the oldest only raises the id that a snapshot must reach.
    if (this.#buffer.length >= BUFFER_MAX) this.#buffer.shift();
    this.#buffer.push(keep(update));
    return { kind: "buffered", isFirst: last === undefined };
  }

  #clear(): void {
    this.#buffer = [];
    this.#bookUpdateId = null;
    this.#isIgnoring = false;
  }
}

/** A decoder uses its columns again: what waits for a snapshot needs its own. */
function keep(update: DepthUpdate): DepthUpdate {
  return { ...update, bids: update.bids.copy(), asks: update.asks.copy() };
}
