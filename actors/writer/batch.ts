/**
 * Batch: what has been delivered and is not safe, when to flush it, and which acknowledgements a
 * flush earns. Pure: the caller brings the time, the ports, the database and the disk.
 *
 * A flush is a run of whole deliveries in order of arrival, so an acknowledgement is cumulative per
 * connection by construction: everything before it was made safe before or together with it.
 */
import type { Delivery } from "../../shared/protocol.ts";
import type { InHand } from "../../shared/in_hand.ts";
import { Count } from "../../shared/tally.ts";
import { type Row, rowsOf } from "./rows.ts";

/** When a batch is flushed. */
export interface BatchPolicy {
  /** As soon as so many rows wait; also the most rows of one flush, one delivery aside. */
  readonly rowsMax: number;
  /** Or when the oldest delivery has waited this long. */
  readonly delayMaxMs: number;
}

/** Deliveries of one source that may wait; a symbol's window is far smaller. */
export const DELIVERIES_PER_SOURCE_MAX = 64;

/** Deliveries that are made safe together. */
export interface Flush {
  readonly deliveries: readonly Delivery[];
  readonly rows: readonly Row[];
}

/** Tells one connection that everything up to `seq` is safe. */
export interface Ack {
  readonly connection: number;
  readonly seq: number;
}

interface Entry {
  readonly delivery: Delivery;
  readonly rows: readonly Row[];
  readonly arrivedMs: number;
  /** Where the acknowledgement goes; changes when the delivery comes again on a new port. */
  connection: number;
}

/** Deliveries on their way into the database. */
export class Batch {
  readonly #policy: BatchPolicy;
  readonly #onDropped: (rows: readonly Row[]) => void;
  readonly #onLess: (connection: number) => void;
  readonly #open = new Set<number>();
  #waiting: Entry[] = [];
  /** Being written, or to be written again; `null`: nothing is. */
  #inHand: { readonly flush: Flush; readonly entries: readonly Entry[] } | null = null;
  #rows = 0;

  /**
   * `onDropped`: rows of dead senders are given up, because nothing is taken and they restart often. `onLess`: of what
   * came over a port that is gone there is less than there was.
   */
  constructor(
    policy: BatchPolicy,
    onDropped: (rows: readonly Row[]) => void,
    onLess: (connection: number) => void = () => {},
  ) {
    this.#policy = policy;
    this.#onDropped = onDropped;
    this.#onLess = onLess;
  }

  /** Rows waiting or being written. */
  get rows(): number {
    return this.#rows;
  }

  /** Deliveries waiting or being written. */
  get deliveries(): number {
    return this.#waiting.length + (this.#inHand?.entries.length ?? 0);
  }

  /** A port has been connected; `connection` is its number, never used again. */
  opened(connection: number): void {
    this.#open.add(connection);
  }

  /** The port is gone: what came over it is written all the same, and acknowledged to nobody. */
  closed(connection: number): void {
    this.#open.delete(connection);
  }

  /**
   * Takes a delivery. One that waits already, because it was sent again over a new port, is not taken
   * twice; its acknowledgement goes to the new port. O(deliveries waiting).
   *
   * @throws {RangeError} when a living sender does not keep to its window.
   */
  add(connection: number, delivery: Delivery, nowMs: number): void {
    const same = (entry: Entry) =>
      entry.delivery.seq === delivery.seq && entry.delivery.source === delivery.source &&
      entry.delivery.incarnation === delivery.incarnation;
    const known = this.#inHand?.entries.find(same) ?? this.#waiting.find(same);
    if (known !== undefined) {
      known.connection = connection;
      return;
    }
    this.#makeRoom(delivery.source);
    const rows = rowsOf(delivery);
    this.#waiting.push({ delivery, rows, arrivedMs: nowMs, connection });
    this.#rows += rows.length;
  }

  /** What of a connection's deliveries is not safe yet. O(what waits). */
  heldOf(connection: number): InHand {
    const count = new Count();
    for (const entry of [...this.#inHand?.entries ?? [], ...this.#waiting]) {
      if (entry.connection !== connection) continue;
      for (const item of entry.delivery.items) count.add(item);
    }
    return count.inHand;
  }

  /** When the oldest delivery came that is not committed, in the clock of `add`; `null`: none waits. */
  get oldestMs(): number | null {
    return (this.#inHand?.entries[0] ?? this.#waiting[0])?.arrivedMs ?? null;
  }

  /** When the next flush is due, in the clock of `add`; `null` when nothing waits. */
  dueMs(): number | null {
    const oldest = this.#inHand?.entries[0] ?? this.#waiting[0];
    if (oldest === undefined) return null;
    const atOnce = this.#inHand !== null || this.#rows >= this.#policy.rowsMax;
    return atOnce ? oldest.arrivedMs : oldest.arrivedMs + this.#policy.delayMaxMs;
  }

  /**
   * The flush in hand, at first the oldest deliveries; the same again until it is `done`, so that a retry
   * writes what the failed attempt may or may not have written.
   */
  take(): Flush {
    if (this.#inHand === null) {
      let rows = 0;
      let count = 0;
      for (const entry of this.#waiting) {
        if (count > 0 && rows + entry.rows.length > this.#policy.rowsMax) break;
        rows += entry.rows.length;
        count += 1;
      }
      if (count === 0) return { deliveries: [], rows: [] };
      const entries = this.#waiting.splice(0, count);
      const flush: Flush = {
        deliveries: entries.map(({ delivery }) => delivery),
        rows: entries.flatMap((entry) => entry.rows),
      };
      this.#inHand = { flush, entries };
    }
    return this.#inHand.flush;
  }

  /**
   * This flush is safe; returns what to tell the connections that still stand. Nothing, when that has been said
   * before: while it took long to be written in one place, it was made safe in another.
   */
  done(flush: Flush): Ack[] {
    if (this.#inHand?.flush !== flush) return [];
    const seqs = new Map<number, number>();
    const orphaned = new Set<number>();
    for (const { connection, delivery, rows } of this.#inHand.entries) {
      this.#rows -= rows.length;
      if (this.#open.has(connection)) seqs.set(connection, delivery.seq);
      else orphaned.add(connection);
    }
    this.#inHand = null;
    for (const connection of orphaned) this.#onLess(connection);
    return [...seqs].map(([connection, seq]) => ({ connection, seq }));
  }

  #makeRoom(source: string): void {
    const waiting = this.#waiting.filter((entry) => entry.delivery.source === source);
    if (waiting.length < DELIVERIES_PER_SOURCE_MAX) return;
    const orphan = waiting.find((entry) => !this.#open.has(entry.connection));
    if (orphan === undefined) {
      throw new RangeError(
        `Cannot take a delivery of ${source}: ${waiting.length} wait already, ` +
          "which is more than any window",
      );
    }
    this.#waiting = this.#waiting.filter((entry) => entry !== orphan);
    this.#rows -= orphan.rows.length;
    this.#onDropped(orphan.rows);
    this.#onLess(orphan.connection);
  }
}
