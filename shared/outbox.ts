/**
 * Outbox: the bounded, acknowledged, conflating queue from one symbol actor to one peer.
 *
 * Back-pressure is the acknowledgement window: at most `windowMax` deliveries are on their way; what
 * arrives meanwhile waits in lanes, each bounded in its own way, and every loss is counted.
 */
import type { MetricSettings } from "./catalogue/settings.ts";
import type { SymbolId } from "./market.ts";
import type { AlertEvent, Output } from "./output.ts";
import type { Delivery } from "./protocol.ts";

/** What to do with an output that cannot leave at once. */
export type Lane =
  /** Wait in order; when `queueMax` wait already, the oldest is dropped and counted. */
  | { readonly kind: "ordered" }
  /** Only the newest of this key matters; the one it replaces is no loss. */
  | { readonly kind: "latest"; readonly key: string }
  /** An alert: the newest revision per episode is kept and never dropped. */
  | { readonly kind: "alert" }
  /** This peer does not want it. */
  | { readonly kind: "skip" };

/** The bounds of an outbox, and which lane an output of this peer travels in. */
export interface OutboxPolicy {
  /** Deliveries sent and not acknowledged. */
  readonly windowMax: number;
  /** Outputs in one delivery. */
  readonly itemsMax: number;
  /** Outputs waiting in the ordered lane. */
  readonly queueMax: number;
  readonly laneOf: (output: Output) => Lane;
}

/** Outputs waiting or on their way to one peer. All methods O(1) amortised but `take` (O(items)). */
export class Outbox {
  readonly #policy: OutboxPolicy;
  readonly #source: SymbolId;
  readonly #incarnation: number;
  readonly #settings: MetricSettings;
  #ordered: Output[] = [];
  readonly #latest = new Map<string, Output>();
  readonly #alerts = new Map<string, AlertEvent>();
  /** Sent and not acknowledged, oldest first. */
  #inFlight: Delivery[] = [];
  /** How many of `#inFlight` this connection has been given. */
  #sent = 0;
  #connected = false;
  #nextSeq = 1;
  #dropped = 0;

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
  }

  /** Takes one output into its lane. */
  offer(output: Output): void {
    const lane = this.#policy.laneOf(output);
    switch (lane.kind) {
      case "skip":
        return;
      case "latest":
        // Deleting first moves the key to the end, so that lanes drain in order of last change.
        this.#latest.delete(lane.key);
        this.#latest.set(lane.key, output);
        return;
      case "alert":
        if (output.type !== "alert") {
          throw new TypeError(`Cannot queue an output: alert lane, received ${output.type}`);
        }
        this.#alerts.set(output.alertId, output);
        return;
      case "ordered":
        if (this.#ordered.length >= this.#policy.queueMax) {
          this.#ordered.shift();
          this.#dropped += 1;
        }
        this.#ordered.push(output);
        return;
    }
  }

  /** A new port: everything unacknowledged is sent again, in order, under its old `seq`. */
  connect(): void {
    this.#connected = true;
    this.#sent = 0;
  }

  /** The peer is gone: nothing is sent until `connect`. */
  disconnect(): void {
    this.#connected = false;
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

  /** Outputs that the peer has not acknowledged: waiting and in flight. */
  get unacked(): number {
    let count = this.#ordered.length + this.#latest.size + this.#alerts.size;
    for (const delivery of this.#inFlight) count += delivery.items.length;
    return count;
  }

  /** Outputs of the ordered lane that were lost because it was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Alerts not acknowledged, newest revision per episode: what a checkpoint must carry. */
  unackedAlerts(): AlertEvent[] {
    const newest = new Map<string, AlertEvent>();
    for (const delivery of this.#inFlight) {
      for (const item of delivery.items) if (item.type === "alert") newest.set(item.alertId, item);
    }
    for (const alert of this.#alerts.values()) newest.set(alert.alertId, alert);
    return [...newest.values()];
  }

  #takeItems(): Output[] {
    const room = this.#policy.itemsMax;
    const items: Output[] = [];
    for (const [id, alert] of this.#alerts) {
      if (items.length >= room) return items;
      items.push(alert);
      this.#alerts.delete(id);
    }
    const ordered = this.#ordered.slice(0, room - items.length);
    this.#ordered = this.#ordered.slice(ordered.length);
    items.push(...ordered);
    for (const [key, output] of this.#latest) {
      if (items.length >= room) return items;
      items.push(output);
      this.#latest.delete(key);
    }
    return items;
  }
}
