/**
 * LongSilence: a stream that has fallen silent while the book's best is still right. It may be
 * quiet, or dead with changes further down; only another connection can tell, which costs nothing
 * but itself. One is due after four unusual lengths, and 30 s at least, and again after twice as
 * long.
 */
import type { Interarrival } from "./interarrival.ts";

/** A silence of so many unusual lengths, and so long at least, is excused by no probe any more. */
const UNUSUAL_TIMES = 4;
const LEAST_MS = 30_000;

/** The silence of one depth stream. */
export class LongSilence {
  /** Connections asked for in this silence; each makes the next wait twice as long. */
  #tries = 0;

  /** The stream has spoken, or is another. */
  end(): void {
    this.#tries = 0;
  }

  /** Whether another connection is due, once each time; a stream that has spoken seldom is not known yet. */
  takeDue(nowMs: number, sinceMs: number, interarrival: Interarrival): boolean {
    const silentMs = nowMs - sinceMs;
    if (silentMs < LEAST_MS || !interarrival.isKnown) return false;
    const longMs = Math.max(LEAST_MS, UNUSUAL_TIMES * interarrival.silenceMaxMs);
    if (silentMs < longMs * 2 ** this.#tries) return false;
    this.#tries += 1;
    return true;
  }
}
