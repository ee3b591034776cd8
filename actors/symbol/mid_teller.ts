/** MidTeller: tells a symbol's mid each second while another symbol is quoted in what it trades. */

const TELL_EVERY_MS = 1_000;

/** Of one symbol. */
export class MidTeller {
  readonly #tell: (mid: number | null) => void;
  #isWanted = false;
  #dueMs = -Infinity;

  constructor(tell: (mid: number | null) => void) {
    this.#tell = tell;
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
  }

  /** On each tick; `midNow` is asked when it is due, `null`: the mid is not known. */
  tick(nowMs: number, midNow: () => number | null): void {
    if (!this.#isWanted || nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + TELL_EVERY_MS;
    this.#tell(midNow());
  }
}
