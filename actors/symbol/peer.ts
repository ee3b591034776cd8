/** Peer: an outbox and the port that it empties into. */
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { type BoundedLane, Outbox, type OutboxPolicy } from "../../shared/outbox.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import type { PeerReply } from "../../shared/protocol.ts";
import type { SymbolId } from "../../shared/market.ts";

/** One direction of a symbol actor's data: to the writer or to the web. */
export class Peer {
  readonly #outbox: Outbox;
  readonly #onRestore: (firing: readonly AlertEvent[]) => void;
  readonly #onAck: () => void;
  readonly #onPost: (items: readonly Output[]) => void;
  #port: MessagePort | null = null;

  constructor(
    source: SymbolId,
    incarnation: number,
    policy: OutboxPolicy,
    settings: MetricSettings,
    callbacks: {
      onRestore?: (firing: readonly AlertEvent[]) => void;
      onAck?: () => void;
      /** These have just been posted, perhaps not for the first time. */
      onPost?: (items: readonly Output[]) => void;
    },
  ) {
    this.#outbox = new Outbox(source, incarnation, policy, settings);
    this.#onRestore = callbacks.onRestore ?? (() => {});
    this.#onAck = callbacks.onAck ?? (() => {});
    this.#onPost = callbacks.onPost ?? (() => {});
  }

  /** Outputs that have not been confirmed. */
  get unacked(): number {
    return this.#outbox.unacked;
  }

  /** Outputs of each lane that were lost because too much waited in it. */
  get dropped(): Readonly<Record<BoundedLane, number>> {
    return this.#outbox.dropped;
  }

  /** Alerts not confirmed: what a checkpoint must carry. */
  unackedAlerts(): AlertEvent[] {
    return this.#outbox.unackedAlerts();
  }

  /** Takes one output, at `nowMs` of a clock that never goes back. */
  offer(output: Output, nowMs: number): void {
    this.#outbox.offer(output, nowMs);
  }

  /** A port instead of any earlier one: what was not confirmed is sent again. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<PeerReply>) => {
      // A port that was replaced may still deliver what had been posted before.
      if (this.#port !== port) return;
      if (data.type === "restore") return this.#onRestore(data.firing);
      this.#outbox.ack(data.seq);
      this.pump();
      this.#onAck();
    };
    this.#outbox.connect();
    this.pump();
  }

  disconnect(): void {
    this.#outbox.disconnect();
    this.#port?.close();
    this.#port = null;
  }

  /** Posts what the window allows. */
  pump(): void {
    for (let next = this.#outbox.take(); next !== null; next = this.#outbox.take()) {
      this.#port?.postMessage(next);
      this.#onPost(next.items);
    }
  }
}
