/**
 * Peer: an outbox and the port that it empties into; what may wait in it for each of the two peers of a symbol
 * actor, and how it is told what was lost. Which lane an output takes is in the catalogue.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { monotonicMs } from "../../shared/clock.ts";
import { formOf } from "../../shared/catalogue/outputs.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { type Guard, unguarded } from "../../shared/guard.ts";
import { type BoundedLane, Outbox, type OutboxPolicy, type Untold } from "../../shared/outbox.ts";
import type { LostSpan } from "../../shared/ordered_lane.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import type { Gauges, PeerReply } from "../../shared/protocol.ts";
import type { SymbolId } from "../../shared/market.ts";
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import type { Tally } from "../../shared/tally.ts";

const MINUTE_MS = 60_000;
const MIB = 1_048_576;
/** Thousands of them: a symbol that loses its book each second has enough for the better part of an hour. */
const RECORDS = { spanMsMax: 24 * 60 * MINUTE_MS, bytesMax: MIB };

/**
 * To the writer: a few deliveries, each a transaction at most. While the database is away 15 minutes of
 * rows wait, at any pace: at the shortest interval, 100 ms, they are 9,000 and take less than this.
 */
export const WRITER_POLICY: OutboxPolicy = {
  windowMax: 4,
  itemsMax: 500,
  bounds: { rows: { spanMsMax: 15 * MINUTE_MS, bytesMax: 32 * MIB }, records: RECORDS },
  laneOf: (output) => formOf(output).writer,
};

/** To the web: what it missed of older rows a page loads from the database. */
export const WEB_POLICY: OutboxPolicy = {
  windowMax: 8,
  itemsMax: 200,
  bounds: { rows: { spanMsMax: 5 * MINUTE_MS, bytesMax: 4 * MIB }, records: RECORDS },
  laneOf: (output) => formOf(output).web,
};

const NOTHING: readonly Untold[] = [];

/** One direction of a symbol actor's data: to the writer or to the web. */
export class Peer {
  readonly #outbox: Outbox;
  readonly #onRestore: (stored: SymbolInStore) => void;
  readonly #onHeld: () => void;
  readonly #onAck: () => void;
  readonly #onEnded: () => void;
  readonly #onFocus: (isInFocus: boolean) => void;
  readonly #onPost: (items: readonly Output[]) => void;
  #tally: Tally | null;
  readonly #untold: () => readonly Untold[];
  readonly #guard: Guard;
  #port: MessagePort | null = null;

  constructor(
    source: SymbolId,
    incarnation: number,
    policy: OutboxPolicy,
    settings: MetricSettings,
    callbacks: {
      onRestore?: (stored: SymbolInStore) => void;
      /** `onRestore` comes when the store is back, however long that takes. */
      onHeld?: () => void;
      onAck?: () => void;
      /** The peer confirms nothing any more. */
      onEnded?: () => void;
      /** Whether the peer shows this symbol to somebody in detail; not any more, when its port is another. */
      onFocus?: (isInFocus: boolean) => void;
      /** These have just been posted, perhaps not for the first time. */
      onPost?: (items: readonly Output[]) => void;
      /** Losses that it takes later. */
      untold?: () => readonly Untold[];
      /** Absent: what a reply leads to may throw. */
      guard?: Guard;
    },
    /** Where it is noted what only this outbox has. */
    tally: Tally | null = null,
  ) {
    this.#tally = tally;
    this.#outbox = new Outbox(source, incarnation, policy, settings);
    this.#onRestore = callbacks.onRestore ?? (() => {});
    this.#onHeld = callbacks.onHeld ?? (() => {});
    this.#onAck = callbacks.onAck ?? (() => {});
    this.#onEnded = callbacks.onEnded ?? (() => {});
    this.#onFocus = callbacks.onFocus ?? (() => {});
    this.#onPost = callbacks.onPost ?? (() => {});
    this.#guard = callbacks.guard ?? unguarded;
    this.#untold = callbacks.untold ?? (() => NOTHING);
  }

  /** Outputs that have not been confirmed. */
  get unacked(): number {
    return this.#outbox.unacked;
  }

  /** Outputs of each lane that were lost because too much waited in it. */
  get dropped(): Readonly<Record<BoundedLane, number>> {
    return this.#outbox.dropped;
  }

  /** What was lost since this was asked last, lane by lane. */
  takeLost(): LostSpan[] {
    return this.#outbox.takeLost();
  }

  /** Alerts not confirmed: what a checkpoint must carry. */
  unackedAlerts(): AlertEvent[] {
    return this.#outbox.unackedAlerts();
  }

  /** Takes one output, at `nowMs` of a clock that never goes back. */
  offer(output: Output, nowMs: number): void {
    this.#outbox.offer(output, nowMs);
    this.#note();
  }

  /** A port to this life of the peer instead of any earlier one: what was not confirmed is sent again. */
  connect(port: MessagePort, incarnation: number): void {
    this.#leave();
    this.#port = port;
    port.onmessage = this.#guard(({ data }: MessageEvent<PeerReply>) => {
      // A port that was replaced may still deliver what had been posted before.
      if (this.#port !== port) return;
      switch (data.type) {
        case "ack":
          this.#outbox.ack(data.seq);
          this.pump();
          return this.#onAck();
        case "restore":
          return this.#onRestore(data);
        case "held":
          return this.#onHeld();
        case "ended":
          return this.#onEnded();
        case "focus":
          return this.#onFocus(data.isInFocus);
        default:
          return assertNever(data, "take a reply");
      }
    });
    this.#outbox.connect(incarnation);
    this.pump();
  }

  disconnect(): void {
    this.#outbox.disconnect();
    this.#note();
    this.#leave();
  }

  /** Closes the port, and notes nothing: what has been sent is in the peer's hands, or on its way to them. */
  end(): void {
    this.#tally = null;
    this.#port?.close();
    this.#port = null;
  }

  /** What was said over the port of before holds no longer. */
  #leave(): void {
    if (this.#port === null) return;
    this.#port.close();
    this.#port = null;
    this.#onFocus(false);
  }

  /** Posts what the window allows. */
  pump(): void {
    if (this.#tally?.isOver) return;
    for (let next = this.#outbox.take(); next !== null; next = this.#outbox.take()) {
      this.#port?.postMessage({ ...next, postedMs: monotonicMs() });
      this.#onPost(next.items);
    }
    this.#note();
  }

  #note(): void {
    if (this.#tally !== null) this.#outbox.note(this.#tally, this.#untold());
  }
}

/** Outputs of each lane that were lost. */
export type Dropped = Readonly<Record<BoundedLane, number>>;

/** The whole, e.g. `writerDropped`, and that of each lane, `writerDroppedRows`. */
export function droppedGauges(peer: "writer" | "web", { rows, records }: Dropped): Gauges {
  return {
    [`${peer}Dropped`]: rows + records,
    [`${peer}DroppedRows`]: rows,
    [`${peer}DroppedRecords`]: records,
  };
}

/** Tells when the writer begins to miss outputs, and how many it has missed when it takes them again. */
export class WriterLosses {
  #told: Dropped = { rows: 0, records: 0 };
  /** What waited when the first one was lost; `null`: none is being lost. */
  #unacked: number | null = null;

  /** The line that is due, if one is; to be called now and then with what the outbox says. */
  line(dropped: Dropped, unacked: number): string | null {
    const rows = dropped.rows - this.#told.rows;
    const records = dropped.records - this.#told.records;
    if (this.#unacked === null) {
      if (rows + records === 0) return null;
      this.#unacked = unacked;
      return "the writer has taken nothing for so long that the oldest outputs are lost from now on";
    }
    // At half it has taken some: nothing is lost any more, however much still waits.
    if (unacked * 2 > this.#unacked) return null;
    this.#told = dropped;
    this.#unacked = null;
    return `the writer takes outputs again: ${rows} rows and ${records} records were lost`;
  }
}
