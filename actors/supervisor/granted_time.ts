/**
 * GrantedTime: time as far as the children could have used it, by which their silence is judged. A machine that is
 * short of processors holds up the supervisor and its children alike, and a child that is slow because of it is
 * neither dead nor mended by a new life, which would cost more than what it lacks. Pure.
 */

/** Even on a machine that grants next to nothing a child that hangs is found, twenty times later. */
const SHARE_MIN = 0.05;

/** It goes on by what is told of each span, and never faster than the time of day. */
export class GrantedTime {
  readonly #spanMs: number;
  #nowMs = 0;

  /** `spanMs`: how long a span is where nothing is held up. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Milliseconds since its beginning; it moves with `pass` alone. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /**
   * A span has passed that took so long for us. What it took too long was the supervisor's own lag;
   * `starvedMs` of it a thread of this process was ready to run, and had no processor.
   */
  pass(elapsedMs: number, starvedMs: number): void {
    const ownMs = Math.min(elapsedMs, this.#spanMs);
    // A thread that lacks a processor while the supervisor does is held up once, not twice.
    const heldUpMs = Math.max(0, starvedMs - (elapsedMs - ownMs));
    this.#nowMs += Math.max(SHARE_MIN * ownMs, ownMs - heldUpMs);
  }
}
