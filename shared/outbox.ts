/**
 * Outbox: the bounded, acknowledged, conflating queue from one symbol actor to one peer.
 *
 * Back-pressure is the acknowledgement window: at most `windowMax` deliveries are on their way; what
 * arrives meanwhile waits in lanes, each bounded in its own way, and every loss is counted.
 */
import { assertNever } from "./assert_never.ts";
import { addUp, bytesOf, keyOf, type Lane } from "./catalogue/outputs.ts";
import type { MetricSettings } from "./catalogue/settings.ts";
import type { SymbolId } from "./market.ts";
import { type LaneBounds, type LostSpan, OrderedLane } from "./ordered_lane.ts";
import type { AlertEvent, Output } from "./output.ts";
import type { Delivery } from "./protocol.ts";
import type { LostRows } from "./losses.ts";
import { Count, type Tally } from "./tally.ts";

/** The lanes that lose their oldest when too much waits. */
export type BoundedLane = "rows" | "records";

/** The bounds of an outbox, and which lane an output of this peer travels in. */
export interface OutboxPolicy {
  /** Deliveries sent and not acknowledged. */
  readonly windowMax: number;
  /** Outputs in one delivery. */
  readonly itemsMax: number;
  /** What may wait: rows do not push records out, nor the other way. */
  readonly bounds: Readonly<Record<BoundedLane, LaneBounds>>;
  readonly laneOf: (output: Output) => Lane;
}

/** A loss of before that its owner has not made an output of yet. */
export type Untold = Pick<LostRows, "rows" | "span">;

/** A delivery that is not acknowledged, and what of it is lost if nobody has it. */
interface InFlight {
  readonly delivery: Delivery;
  readonly count: Count;
}

/** Outputs waiting or on their way to one peer. All methods O(1) amortised but `take` (O(items)). */
export class Outbox {
  readonly #policy: OutboxPolicy;
  readonly #source: SymbolId;
  readonly #incarnation: number;
  readonly #settings: MetricSettings;
  readonly #rows: OrderedLane;
  readonly #records: OrderedLane;
  // By the keys of the catalogue.
  readonly #newest = new Map<string, Output>();
  readonly #sums = new Map<string, Output>();
  readonly #kept = new Map<string, Output>();
  #nextPlace = 0;
  /** Sent and not acknowledged, oldest first. */
  #inFlight: InFlight[] = [];
  /** How many of `#inFlight` this connection has been given; the others are nowhere else. */
  #sent = 0;
  /** The peer's incarnation; `null`: it is gone. */
  #peer: number | null = null;
  #nextSeq = 1;
  // Of `note`, which is asked too often to make them anew.
  readonly #ownCount = new Count();
  readonly #sentCount = new Count();

  constructor(
    source: SymbolId,
    incarnation: number,
    policy: OutboxPolicy,
    settings: MetricSettings,
  ) {
    this.#settings = settings;
    this.#source = source;
    this.#incarnation = incarnation;
    this.#policy = policy;
    this.#rows = new OrderedLane(policy.bounds.rows);
    this.#records = new OrderedLane(policy.bounds.records);
  }

  /** Takes one output into its lane, at `nowMs` of a clock that never goes back. */
  offer(output: Output, nowMs: number): void {
    const lane = this.#policy.laneOf(output);
    switch (lane) {
      case "none":
        return;
      case "newest": {
        const key = keyOf(output);
        // Deleting first moves the key to the end, so that lanes drain in order of last change.
        this.#newest.delete(key);
        this.#newest.set(key, output);
        return;
      }
      case "summed": {
        const key = keyOf(output);
        const waiting = this.#sums.get(key);
        this.#sums.set(key, waiting === undefined ? output : addUp(waiting, output));
        return;
      }
      case "kept":
        this.#kept.set(keyOf(output), output);
        return;
      case "rows":
        return this.#push(this.#rows, output, nowMs);
      case "records":
        return this.#push(this.#records, output, nowMs);
      default:
        return assertNever(lane, "queue an output");
    }
  }

  /** A new port, to this life of the peer: everything unacknowledged is sent again, in order, under its old `seq`. */
  connect(incarnation: number): void {
    this.#peer = incarnation;
    this.#sent = 0;
  }

  /** The peer is gone: nothing is sent until `connect`. */
  disconnect(): void {
    this.#peer = null;
    this.#sent = 0;
  }

  /** The next delivery to post, or `null` when there is none or the window is full. */
  take(): Delivery | null {
    if (this.#peer === null) return null;
    const again = this.#inFlight[this.#sent];
    if (again !== undefined) {
      this.#sent += 1;
      return again.delivery;
    }
    if (this.#inFlight.length >= this.#policy.windowMax) return null;
    const items = this.#takeItems();
    if (items.length === 0) return null;
    const delivery: Delivery = {
      type: "delivery",
      source: this.#source,
      incarnation: this.#incarnation,
      settings: this.#settings,
      seq: this.#nextSeq++,
      items,
    };
    const count = new Count();
    for (const item of items) count.add(item);
    this.#inFlight.push({ delivery, count });
    this.#sent += 1;
    return delivery;
  }

  /** Cumulative: deliveries up to and including `seq` need not be kept. Unknown numbers are ignored. */
  ack(seq: number): void {
    while (this.#inFlight[0] !== undefined && this.#inFlight[0].delivery.seq <= seq) {
      this.#inFlight.shift();
      this.#sent = Math.max(0, this.#sent - 1);
    }
  }

  /** Outputs that the peer has not acknowledged: waiting and in flight. A sum that waits is one. */
  get unacked(): number {
    let count = this.#rows.size + this.#records.size;
    count += this.#newest.size + this.#sums.size + this.#kept.size;
    for (const { delivery } of this.#inFlight) count += delivery.items.length;
    return count;
  }

  /** Outputs of each lane that were lost because too much waited in it. */
  get dropped(): Readonly<Record<BoundedLane, number>> {
    return { rows: this.#rows.dropped, records: this.#records.dropped };
  }

  /** What was lost since this was asked last, lane by lane. */
  takeLost(): LostSpan[] {
    return [this.#rows, this.#records].flatMap((lane) => lane.takeLost() ?? []);
  }

  /**
   * Notes what only this outbox has, `untold` losses with it, and what its peer has been given and has not confirmed.
   * O(deliveries on their way, and sums).
   */
  note(tally: Tally, untold: readonly Untold[] = []): void {
    const [own, sent] = [this.#ownCount, this.#sentCount];
    own.clear();
    sent.clear();
    for (const lane of [this.#rows, this.#records]) {
      const from = lane.first?.output.timeMs ?? 0;
      own.addSpan(lane.size, from, lane.last?.output.timeMs ?? from);
      const { lost } = lane;
      if (lost !== null) own.addSpan(lost.rows, lost.fromMs, lost.toMs);
    }
    for (const { rows, span } of untold) {
      own.addSpan(rows, span?.fromMs ?? Infinity, span?.toMs ?? -Infinity);
    }
    own.alerts += this.#kept.size;
    for (const output of this.#sums.values()) own.add(output);
    let at = 0;
    for (const { count } of this.#inFlight) (at++ < this.#sent ? sent : own).addAll(count);
    const last = this.#inFlight[this.#sent - 1]?.delivery.seq ?? 0;
    tally.write(own, sent, this.#peer ?? 0, last);
  }

  /** Alerts not acknowledged, newest revision per episode: what a checkpoint must carry. */
  unackedAlerts(): AlertEvent[] {
    const newest = new Map<string, AlertEvent>();
    for (
      const items of [...this.#inFlight.map(({ delivery }) => delivery.items), this.#kept.values()]
    ) {
      for (const item of items) if (item.type === "alert") newest.set(item.alertId, item);
    }
    return [...newest.values()];
  }

  #push(lane: OrderedLane, output: Output, nowMs: number): void {
    lane.push({ place: this.#nextPlace++, output, bytes: bytesOf(output), offeredMs: nowMs });
  }

  #takeItems(): Output[] {
    const room = this.#policy.itemsMax;
    const items: Output[] = [];
    if (!moveAll(this.#kept, items, room)) return items;
    while (items.length < room) {
      const next = this.#shift();
      if (next === undefined) break;
      items.push(next);
    }
    for (const lane of [this.#newest, this.#sums]) if (!moveAll(lane, items, room)) break;
    return items;
  }

  /** The oldest of rows and records: apart in what they may take, they leave in one order. */
  #shift(): Output | undefined {
    const row = this.#rows.first?.place ?? Infinity;
    const record = this.#records.first?.place ?? Infinity;
    return (row < record ? this.#rows : this.#records).shift()?.output;
  }
}

/** Moves what waits, the first first, while there is room; whether all of it had some. */
function moveAll(lane: Map<string, Output>, items: Output[], room: number): boolean {
  for (const [key, output] of lane) {
    if (items.length >= room) return false;
    items.push(output);
    lane.delete(key);
  }
  return true;
}
