/** Rhythm: how often a stream speaks, learned from itself, and so what silence of it is unusual. */

/** A silence of less than this is never judged, however lively the stream. */
export const SILENCE_MIN_MS = 5_000;
/** A silence is unusual beyond so many times the 99th percentile of the stream's own intervals. */
const UNUSUAL_TIMES = 5;
/** Intervals are counted in classes of about 10 %: from 1 ms to some days. */
const CLASSES = 224;
const CLASSES_PER_E = 10;
/** Beyond so many intervals all counts are halved: what is long ago counts less. */
const INTERVALS_MAX = 4_096;
/** An hour: a longer interval tells of an outage, not of a rhythm. */
const INTERVAL_MAX_MS = 3_600_000;

/** The intervals between the messages of one stream. */
export class Rhythm {
  readonly #counts = new Uint16Array(CLASSES);
  #count = 0;
  #lastMs: number | null = null;
  #connection = 0;
  #hasSpoken = false;
  /** The 99th percentile; `null`: to be computed. */
  #usualMs: number | null = null;

  /** Whether the stream has spoken since its connection opened. */
  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** When it spoke last; `null`: not since its connection opened. */
  get lastMs(): number | null {
    return this.#lastMs;
  }

  /** One message of a connection. Time between two connections is an outage, or an overlap: no rhythm. */
  heard(nowMs: number, connection: number): void {
    if (this.#lastMs !== null && connection === this.#connection) {
      this.#learn(nowMs - this.#lastMs);
    }
    this.#connection = connection;
    this.#lastMs = nowMs;
    this.#hasSpoken = true;
  }

  /** The symbol does not trade: this silence tells nothing. */
  rest(): void {
    this.#lastMs = null;
  }

  /** A connection has opened: the time without one tells nothing. */
  restart(): void {
    this.#lastMs = null;
    this.#hasSpoken = false;
  }

  /** The 99th percentile of its intervals, ms, to about 10 %; 0: none is known. O(classes), seldom. */
  get usualMs(): number {
    this.#usualMs ??= this.#percentile();
    return this.#usualMs;
  }

  /** From so much silence on it is unusual. */
  get silenceMaxMs(): number {
    return Math.max(SILENCE_MIN_MS, UNUSUAL_TIMES * this.usualMs);
  }

  #learn(intervalMs: number): void {
    if (intervalMs > INTERVAL_MAX_MS) return;
    const at = Math.min(CLASSES - 1, Math.ceil(CLASSES_PER_E * Math.log(Math.max(1, intervalMs))));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count += 1;
    if (this.#count >= INTERVALS_MAX) {
      this.#count = 0;
      for (let i = 0; i < CLASSES; i++) {
        const half = (this.#counts[i] ?? 0) >> 1;
        this.#counts[i] = half;
        this.#count += half;
      }
    }
    this.#usualMs = null;
  }

  #percentile(): number {
    let above = Math.floor(this.#count / 100);
    for (let at = CLASSES - 1; at >= 0; at--) {
      above -= this.#counts[at] ?? 0;
      if (above < 0) return Math.exp(at / CLASSES_PER_E);
    }
    return 0;
  }
}
