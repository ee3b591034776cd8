/**
 * Depth batches: each connection closes its own at its own moments, so two connections see different
 * `U..u` boundaries of the same book, each without a gap. Changes are merged, never split.
 */
import type { BookChange } from "./market_event.ts";
import { merged } from "./recorded_segment.ts";

/** When a connection's batches close, and how long they then take to leave. */
export interface BatchTiming {
  readonly intervalMs: number;
  /** 0 <= phase < interval: the batch closes when market time modulo the interval is this. */
  readonly phaseMs: number;
  readonly delayMs: number;
}

/** The changes that some connection has yet to send, shared by all connections of a symbol. */
export class ChangeLog {
  #changes: BookChange[] = [];
  /** Position of `#changes[0]` in all that was ever appended. */
  #base = 0;

  /** Position after the newest change. */
  get end(): number {
    return this.#base + this.#changes.length;
  }

  /** Adds the newest change. */
  append(change: BookChange): void {
    this.#changes.push(change);
  }

  /** Changes from a position up to and including those published at `cutMs`. */
  until(from: number, cutMs: number): BookChange[] {
    const start = from - this.#base;
    let end = start;
    for (let next = this.#changes[end]; next && next.atMs <= cutMs; next = this.#changes[end]) {
      end += 1;
    }
    return this.#changes.slice(start, end);
  }

  /** Forgets what nobody needs any more. */
  dropBefore(position: number): void {
    const count = position - this.#base;
    if (count <= 0) return;
    this.#changes = this.#changes.slice(count);
    this.#base = position;
  }
}

/** One connection's batches of one symbol. */
export class DepthBatcher {
  readonly #log: ChangeLog;
  readonly #timing: BatchTiming;
  #position: number;
  #dueMs: number;

  /** Begins after the newest change. */
  constructor(log: ChangeLog, timing: BatchTiming, nowMs: number) {
    this.#log = log;
    this.#timing = timing;
    this.#position = log.end;
    const { intervalMs, phaseMs, delayMs } = timing;
    this.#dueMs = Math.ceil((nowMs - phaseMs) / intervalMs) * intervalMs + phaseMs + delayMs;
  }

  /** Position of the first change that has not been sent. */
  get position(): number {
    return this.#position;
  }

  /** The batches that are due at `nowMs`; a batch in which nothing changed is not sent. */
  due(nowMs: number): BookChange[] {
    const batches: BookChange[] = [];
    for (; this.#dueMs <= nowMs; this.#dueMs += this.#timing.intervalMs) {
      this.#close(this.#dueMs - this.#timing.delayMs, batches);
    }
    return batches;
  }

  /** Everything that is left, at once: the market has stopped. */
  rest(): BookChange[] {
    const batches: BookChange[] = [];
    this.#close(Infinity, batches);
    return batches;
  }

  #close(cutMs: number, batches: BookChange[]): void {
    const changes = this.#log.until(this.#position, cutMs);
    if (changes.length === 0) return;
    this.#position += changes.length;
    batches.push(merged(changes));
  }
}
