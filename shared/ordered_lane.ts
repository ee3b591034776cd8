/** OrderedLane: what waits in order for one peer, bounded by time and by memory. Clock-free. */
import type { Output } from "./output.ts";

/** How much may wait in one lane. */
export interface LaneBounds {
  /** From the oldest that waits to the newest, ms. */
  readonly spanMsMax: number;
  /** Of all that waits, by the estimates of the catalogue. */
  readonly bytesMax: number;
}

/** One output that waits. */
export interface Waiting {
  /** Its place among everything that the outbox was offered. */
  readonly place: number;
  readonly output: Output;
  readonly bytes: number;
  readonly offeredMs: number;
}

/** What gave way, by its own times. */
export interface LostSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
}

/** First in, first out; the oldest gives way and is counted. Each method O(1) amortised. */
export class OrderedLane {
  readonly #bounds: LaneBounds;
  #waiting: Waiting[] = [];
  /** Those before it have left; cut off when they are half. */
  #head = 0;
  #bytes = 0;
  #dropped = 0;
  /** Those that gave way and were not asked about yet, their times with them. */
  #lost: LostSpan | null = null;

  constructor(bounds: LaneBounds) {
    this.#bounds = bounds;
  }

  /** Takes one in; the newest stays whatever it takes. */
  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#bytes += waiting.bytes;
    const { spanMsMax, bytesMax } = this.#bounds;
    for (let oldest = this.first; this.size > 1 && oldest !== undefined; oldest = this.first) {
      if (waiting.offeredMs - oldest.offeredMs <= spanMsMax && this.#bytes <= bytesMax) return;
      this.shift();
      this.#dropped += 1;
      const { fromMs, toMs, rows } = this.#lost ?? { fromMs: Infinity, toMs: -Infinity, rows: 0 };
      const { timeMs } = oldest.output;
      this.#lost = {
        fromMs: Math.min(fromMs, timeMs),
        toMs: Math.max(toMs, timeMs),
        rows: rows + 1,
      };
    }
  }

  /** The oldest that waits. */
  get first(): Waiting | undefined {
    return this.#waiting[this.#head];
  }

  /** The newest that waits. */
  get last(): Waiting | undefined {
    return this.size === 0 ? undefined : this.#waiting.at(-1);
  }

  /** Takes the oldest out. */
  shift(): Waiting | undefined {
    const first = this.first;
    if (first === undefined) return undefined;
    this.#head += 1;
    this.#bytes -= first.bytes;
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length - this.#head;
  }

  /** What gave way since this was asked last; `null`: nothing. */
  takeLost(): LostSpan | null {
    const lost = this.#lost;
    this.#lost = null;
    return lost;
  }

  /** The same, left to be asked about. */
  get lost(): LostSpan | null {
    return this.#lost;
  }

  /** How many gave way so far. */
  get dropped(): number {
    return this.#dropped;
  }
}
