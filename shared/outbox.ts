/**
 * Outbox: the bounded, acknowledged, conflating queue from one symbol actor to one peer.
 *
 * Back-pressure is the acknowledgement window: at most `windowMax` deliveries are on their way; what
 * arrives meanwhile waits in lanes, each bounded in its own way, and every loss is counted.
 */
import { assertNever } from "./assert_never.ts";
import { addUp, bytesOf, formOf, keyOf, type Lane } from "./catalogue/outputs.ts";
import type { MetricSettings } from "./catalogue/settings.ts";
import type { SymbolId } from "./market.ts";
import { type LaneBounds, type LostSpan, OrderedLane } from "./ordered_lane.ts";
import type { AlertEvent, Output } from "./output.ts";
import type { Delivery } from "./protocol.ts";
import type { Tally } from "./tally.ts";

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
  #inFlight: Delivery[] = [];
  /** How many of `#inFlight` this connection has been given. */
  #sent = 0;
  /** What was on its way to a peer that is gone, and is nowhere else until it is sent again. */
  #stranded: readonly Output[] = [];
  #connected = false;
  #nextSeq = 1;

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

  /** A new port: everything unacknowledged is sent again, in order, under its old `seq`. */
  connect(): void {
    this.#connected = true;
    this.#sent = 0;
    this.#stranded = [];
  }

  /** The peer is gone: nothing is sent until `connect`. */
  disconnect(): void {
    this.#connected = false;
    this.#stranded = this.#inFlight.flatMap(({ items }) => items);
  }

  /** The next delivery to post, or `null` when there is none or the window is full. */
  take(): Delivery | null {
    if (!this.#connected) return null;
    const again = this.#inFlight[this.#sent];
    if (again !== undefined) {
      this.#sent += 1;
      return again;
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
    this.#inFlight.push(delivery);
    this.#sent += 1;
    return delivery;
  }

  /** Cumulative: deliveries up to and including `seq` need not be kept. Unknown numbers are ignored. */
  ack(seq: number): void {
    while (this.#inFlight[0] !== undefined && this.#inFlight[0].seq <= seq) {
      this.#inFlight.shift();
      this.#sent = Math.max(0, this.#sent - 1);
    }
  }

  /** Outputs that the peer has not acknowledged: waiting and in flight. A sum that waits is one. */
  get unacked(): number {
    let count = this.#rows.size + this.#records.size;
    count += this.#newest.size + this.#sums.size + this.#kept.size;
    for (const delivery of this.#inFlight) count += delivery.items.length;
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

  /** Notes what only this outbox has. O(what is stranded, and sums), and O(1) while the peer takes what comes. */
  note(tally: Tally): void {
    let rows = this.#rows.size + this.#records.size;
    let fromMs = Math.min(
      this.#rows.first?.output.timeMs ?? Infinity,
      this.#records.first?.output.timeMs ?? Infinity,
    );
    let toMs = Math.max(
      this.#rows.last?.output.timeMs ?? -Infinity,
      this.#records.last?.output.timeMs ?? -Infinity,
    );
    let alerts = this.#kept.size;
    if (this.#stranded.length + this.#sums.size > 0) {
      for (const output of [...this.#stranded, ...this.#sums.values()]) {
        if (!formOf(output).stored) continue;
        if (output.type === "alert") {
          alerts += 1;
          continue;
        }
        const isLoss = output.type === "loss";
        // A loss that nobody has heard of is as many rows as it tells of.
        rows += isLoss ? output.rows : 1;
        fromMs = Math.min(fromMs, isLoss ? output.fromMs ?? output.timeMs : output.timeMs);
        toMs = Math.max(toMs, isLoss ? output.toMs ?? output.timeMs : output.timeMs);
      }
    }
    tally.write(rows, fromMs, toMs, alerts);
  }

  /** Alerts not acknowledged, newest revision per episode: what a checkpoint must carry. */
  unackedAlerts(): AlertEvent[] {
    const newest = new Map<string, AlertEvent>();
    for (const items of [...this.#inFlight.map((one) => one.items), this.#kept.values()]) {
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
