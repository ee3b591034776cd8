/** UpdateQueue: depth updates that wait, for a snapshot or for what lies before them, by rising ids. */
import type { DepthUpdate } from "../event.ts";

/** Updates kept: five minutes of the 100 ms stream. */
export const BUFFER_MAX = 3_000;

/** Updates from `expectedId` to before `receivedId` were missed: a book before them is worthless. */
export interface Gap {
  readonly kind: "gap";
  readonly expectedId: number;
  readonly receivedId: number;
}

/** A bounded row of updates, which may overlap each other and leave holes. */
export class UpdateQueue {
  #updates: DepthUpdate[] = [];
  /** The largest id of all. */
  #lastId = 0;
  /** Some update began after the end of those before it when it came. */
  #mayHaveHole = false;

  get size(): number {
    return this.#updates.length;
  }

  get isFull(): boolean {
    return this.#updates.length >= BUFFER_MAX;
  }

  /** Whether something may lie between updates that wait. */
  get mayHaveHole(): boolean {
    return this.#mayHaveHole;
  }

  /** The first id of the first update; `null`: there is none. */
  get firstId(): number | null {
    return this.#updates[0]?.firstUpdateId ?? null;
  }

  /** Keeps an update in its place; `false`: it is here already. When there are too many the oldest goes. */
  add(update: DepthUpdate): boolean {
    const { firstUpdateId, finalUpdateId } = update;
    if (this.#updates.length === 0) this.#lastId = 0;
    else {
      if (firstUpdateId > this.#lastId + 1) this.#mayHaveHole = true;
      // A duplicate, what the other connection has brought already, or what nothing here follows.
      const firstId = this.#updates[0]?.firstUpdateId ?? 0;
      const isInside = firstUpdateId >= firstId && finalUpdateId <= this.#lastId;
      if (isInside && !this.#mayHaveHole || finalUpdateId + 1 < firstId) return false;
    }
    // Dropping the oldest only raises the id that a snapshot must reach.
    if (this.isFull) this.#updates.shift();
    // Updates nearly always come in order; a late one is put in its place.
    let at = this.#updates.length;
    while (at > 0 && (this.#updates[at - 1]?.firstUpdateId ?? 0) > firstUpdateId) at -= 1;
    this.#updates.splice(at, 0, keep(update));
    this.#lastId = Math.max(this.#lastId, finalUpdateId);
    return true;
  }

  /**
   * Drops what lies before the last hole that cannot be filled any more, because its first id is at or
   * below `passedId`, and answers with that hole; `null`: there is none.
   */
  dropMissed(passedId: number): Gap | null {
    if (!this.#mayHaveHole) return null;
    let gap: Gap | null = null;
    let from = 0;
    let holes = 0;
    let endId = this.#updates[0]?.finalUpdateId ?? 0;
    this.#updates.forEach(({ firstUpdateId, finalUpdateId }, at) => {
      if (firstUpdateId > endId + 1) {
        holes += 1;
        if (endId + 1 <= passedId) {
          gap = { kind: "gap", expectedId: endId + 1, receivedId: firstUpdateId };
          from = at;
          holes = 0;
        }
      }
      endId = Math.max(endId, finalUpdateId);
    });
    this.#updates.splice(0, from);
    this.#mayHaveHole = holes > 0;
    return gap;
  }

  /**
   * Takes the updates that follow the book with this id, in order and without a hole, and forgets those
   * that are older. What is beyond a hole stays. `lastId` is that of the book after them.
   */
  takeFrom(bookUpdateId: number): {
    readonly updates: DepthUpdate[];
    readonly lastId: number;
  } {
    const updates: DepthUpdate[] = [];
    let lastId = bookUpdateId;
    let taken = 0;
    for (const update of this.#updates) {
      if (update.firstUpdateId > lastId + 1) break;
      taken += 1;
      if (update.finalUpdateId <= lastId) continue;
      updates.push(update);
      lastId = update.finalUpdateId;
    }
    this.#updates.splice(0, taken);
    return { updates, lastId };
  }

  clear(): void {
    this.#updates = [];
    this.#lastId = 0;
    this.#mayHaveHole = false;
  }
}

/** An update to keep: a decoder uses its columns again, so what waits needs its own. */
export function keep(update: DepthUpdate): DepthUpdate {
  return { ...update, bids: update.bids.copy(), asks: update.asks.copy() };
}
