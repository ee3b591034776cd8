/**
 * Tally: what an actor has in hand, in memory that outlives its life. A crash leaves no time for a last word: what
 * its supervisor reads here afterwards was true in its last moment.
 */
import { formOf } from "./catalogue/outputs.ts";
import type { InHand } from "./in_hand.ts";
import type { Output } from "./output.ts";

/** Outputs that are stored, counted. Each method O(1), and none allocates anything. */
export class Count {
  rows = 0;
  fromMs = Infinity;
  toMs = -Infinity;
  /** Alerts and how rules stand, which the next life has from its checkpoint: lost only when there is none. */
  alerts = 0;

  clear(): void {
    this.rows = 0;
    this.fromMs = Infinity;
    this.toMs = -Infinity;
    this.alerts = 0;
  }

  add(output: Output): void {
    if (!formOf(output).stored) return;
    if (output.type === "alert" || output.type === "rule_state") this.alerts += 1;
    else if (output.type !== "loss") this.addSpan(1, output.timeMs, output.timeMs);
    // A loss that nobody has heard of is as many rows as it tells of.
    else this.addSpan(output.rows, output.fromMs ?? output.timeMs, output.toMs ?? output.timeMs);
  }

  /** The times do not matter without rows. */
  addSpan(rows: number, fromMs: number, toMs: number): void {
    if (rows === 0) return;
    this.rows += rows;
    this.fromMs = Math.min(this.fromMs, fromMs);
    this.toMs = Math.max(this.toMs, toMs);
  }

  /** As it is now. */
  get inHand(): InHand {
    const { rows, fromMs, toMs, alerts } = this;
    return { rows: rows === 0 ? null : { rows, fromMs, toMs }, alerts };
  }

  addAll(other: Count): void {
    this.addSpan(other.rows, other.fromMs, other.toMs);
    this.alerts += other.alerts;
  }
}

/** What was sent and not confirmed. */
export interface Sent extends InHand {
  /** The incarnation of the actor that it was sent to; 0: nothing was. */
  readonly to: number;
  /** Of the last delivery; 0: nothing was sent. */
  readonly lastSeq: number;
}

/** Numbers of a tally: two counts of four, two of what was sent, and whether the life is over. */
const NUMBERS = 11;
const IS_OVER = 10;

/** One life's; whoever begins that life makes it, and gives it `memory` to write in. */
export class Tally {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;

  /** `memory` of another tally: the same one, seen from another worker. */
  constructor(
    memory = new SharedArrayBuffer(NUMBERS * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#numbers = new Float64Array(memory);
  }

  /** Notes what nobody else has now, and what another has besides. O(1), and allocates nothing. */
  write(own: Count, sent: Count, to: number, lastSeq: number): void {
    const numbers = this.#numbers;
    if (this.isOver) return;
    writeCount(numbers, 0, own);
    writeCount(numbers, 4, sent);
    numbers[8] = to;
    numbers[9] = lastSeq;
  }

  /**
   * The life is over, although it may not know it yet where it shares its worker: what stands here is all that it has in hand, and
   * nothing of that is sent any more.
   */
  close(): void {
    this.#numbers[IS_OVER] = 1;
  }

  get isOver(): boolean {
    return this.#numbers[IS_OVER] === 1;
  }

  /** What was noted last. */
  read(): { readonly own: InHand; readonly sent: Sent } {
    const [to = 0, lastSeq = 0] = this.#numbers.subarray(8);
    const sent = { ...this.#read(4), to, lastSeq };
    return { own: this.#read(0), sent };
  }

  #read(at: number): InHand {
    const [rows = 0, fromMs = 0, toMs = 0, alerts = 0] = this.#numbers.subarray(at);
    return { rows: rows === 0 ? null : { rows, fromMs, toMs }, alerts };
  }
}

function writeCount(numbers: Float64Array, at: number, count: Count): void {
  numbers[at] = count.rows;
  numbers[at + 1] = count.fromMs;
  numbers[at + 2] = count.toMs;
  numbers[at + 3] = count.alerts;
}
