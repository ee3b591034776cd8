/**
 * Interarrival: how often a stream speaks, learned from itself, and so what silence of it is
 * unusual: one beyond five times the 99th percentile of its intervals, and never below 5 s.
 */
import { LogHistogram } from "./log_histogram.ts";

/** A silence of less than this is never judged, however lively the stream. */
export const SILENCE_MIN_MS = 5_000;
/** A silence is unusual beyond so many times the 99th percentile of the stream's own intervals. */
const UNUSUAL_TIMES = 5;
/** Beyond so many intervals all counts are halved: what is long ago counts less. */
const INTERVALS_MAX = 4_096;
/** An hour: a longer interval tells of an outage, not of how the stream speaks. */
const INTERVAL_MAX_MS = 3_600_000;

/** The intervals between the messages of one stream. */
export class Interarrival {
  /** In ms. */
  readonly #intervals = new LogHistogram();
  /** `NaN` and not `null`: V8 makes an object of each number in a field that has also held `null`. */
  #lastMs = NaN;
  #connection = 0;
  #hasSpoken = false;
  /** The 99th percentile; `null`: to be computed. */
  #usualMs: number | null = null;

  /** Whether the stream has spoken since its connection opened. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** When it spoke last; `NaN`: not since its connection opened. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /**
   * One message of a connection. Time between two connections is an outage, or an overlap: nothing is learned
   * of it; nor of an unusual silence, unless it is known to be the stream's own (`isOwn`).
   */
  heard(nowMs: number, connection: number, isOwn = true): void {
    const intervalMs = nowMs - this.#lastMs;
    if (intervalMs === intervalMs && connection === this.#connection) {
      const isUnusual = intervalMs >= SILENCE_MIN_MS && intervalMs > this.silenceMaxMs;
      if (isOwn || !isUnusual) this.#learn(intervalMs);
    }
    this.#connection = connection;
    this.#lastMs = nowMs;
    this.#hasSpoken = true;
  }

  /** The symbol does not trade: this silence tells nothing. */
  rest(): void {
    this.#lastMs = NaN;
  }

  /** A connection has opened: the time without one tells nothing. */
  restart(): void {
    this.#lastMs = NaN;
    this.#hasSpoken = false;
  }

  /** The 99th percentile of its intervals, ms, to about 10 %; 0: none is known. O(classes), seldom. */
  get usualMs(): number {
    this.#usualMs ??= LogHistogram.percentile([this.#intervals], 99) ?? 0;
    return this.#usualMs;
  }

  /** Whether it has spoken often enough for its 99th percentile to be one. */
  get isKnown(): boolean {
    return this.#intervals.count >= 100;
  }

  /** From so much silence on it is unusual. */
  get silenceMaxMs(): number {
    return Math.max(SILENCE_MIN_MS, UNUSUAL_TIMES * this.usualMs);
  }

  #learn(intervalMs: number): void {
    if (intervalMs > INTERVAL_MAX_MS) return;
    this.#intervals.add(intervalMs);
    if (this.#intervals.count >= INTERVALS_MAX) this.#intervals.halve();
    this.#usualMs = null;
  }
}
