/**
 * HeardDeadline: how long an answer may take, in time in which this loop would have heard it. A loop that was held up wakes
 * to a timer that has passed and to an answer that waits behind it; the answer would be thrown away unread, and an
 * endpoint blamed for what this machine did not read.
 */
import { monotonicMs } from "./clock.ts";

/** A timer that comes later than this shows that the loop was held up. */
const HELD_UP_MIN_MS = 1_000;
const TURN_MS = 500;
/** Turns that are not counted because they came late: a loop that is always late has a deadline too. */
const LATE_TURNS_MAX = 20;

/** Counts one deadline down, turn by turn. Pure. */
export class Countdown {
  #leftMs: number;
  #lateTurns = 0;

  constructor(ms: number) {
    this.#leftMs = ms;
  }

  /** The next turn is so long. */
  get turnMs(): number {
    return Math.min(TURN_MS, this.#leftMs);
  }

  /** A turn has passed, and its timer came so late. True: the deadline has passed. */
  turn(lateMs: number): boolean {
    if (lateMs >= HELD_UP_MIN_MS && this.#lateTurns < LATE_TURNS_MAX) {
      this.#lateTurns += 1;
      return false;
    }
    this.#leftMs -= this.turnMs;
    return this.#leftMs <= 0;
  }
}

/** Calls back once when the deadline has passed, unless what it returns was called before. */
export function startDeadline(ms: number, onPassed: () => void): () => void {
  const countdown = new Countdown(ms);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    const { turnMs } = countdown;
    const dueMs = monotonicMs() + turnMs;
    timer = setTimeout(() => {
      if (countdown.turn(monotonicMs() - dueMs)) onPassed();
      else wait();
    }, turnMs);
  };
  wait();
  return () => clearTimeout(timer);
}

/** A signal that is aborted then, as `AbortSignal.timeout` is; `end` is to be called when it is not needed any more. */
export function deadlineSignal(ms: number): { readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const end = startDeadline(ms, () => {
    abort.abort(new DOMException("Signal timed out.", "TimeoutError"));
  });
  return { signal: abort.signal, end };
}
