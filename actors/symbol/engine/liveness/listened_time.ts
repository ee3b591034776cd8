/**
 * ListenedTime: time as far as the engine has listened. Where nothing is taken in for longer than ticks can be apart,
 * this machine has held up whoever would have brought it: what was said meanwhile waits to be read, and that nobody was
 * heard says nothing of the exchange. What is judged by silence counts in this time, so that a slow machine makes no
 * stream dead, no connection deaf and no update lost. Pure.
 */
import { HELD_UP_COUNTED_MS, HELD_UP_MIN_MS } from "../event.ts";

/** It goes as the engine's time does, but for what the engine was held up: of each such time half a second counts. */
export class ListenedTime {
  #lastMs: number;
  #heldUpMs = 0;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** An event is taken in at this time, not before the last one. For how long the engine was held up before it; 0: not at all. */
  pass(nowMs: number): number {
    const sinceMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (sinceMs < HELD_UP_MIN_MS) return 0;
    const heldUpMs = sinceMs - HELD_UP_COUNTED_MS;
    this.#heldUpMs += heldUpMs;
    return heldUpMs;
  }

  /** The same moment in this time. */
  at(nowMs: number): number {
    // Mostly it is the same number: another would be an object more for each event.
    return this.#heldUpMs === 0 ? nowMs : nowMs - this.#heldUpMs;
  }
}
