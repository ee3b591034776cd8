/**
 * Loop: the event loop of one monitor. While its machine holds it up, what comes waits; then its timers are served first, and
 * what waited to be read after them, in order: so whoever judges by a timer alone judges before it has read.
 */
import { Countdown } from "../../shared/heard_deadline.ts";
import type { Agenda } from "./agenda.ts";

/** Everything that one monitor does goes through it. */
export class Loop {
  readonly #agenda: Agenda;
  #heldUntilMs = -Infinity;
  readonly #timers: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** It stands still for so long; longer than it does already, or as long. */
  holdUp(forMs: number): void {
    const wasHeld = this.#isHeld;
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#agenda.nowMs + forMs);
    if (!wasHeld) this.#wake();
  }

  /** Something has come: a frame, an answer, a word of the process. */
  come(act: () => void): void {
    if (this.#isHeld) this.#waiting.push(act);
    else act();
  }

  /** A timer. */
  after(ms: number, act: () => void): void {
    this.#agenda.after(ms, () => {
      if (this.#isHeld) this.#timers.push(act);
      else act();
    });
  }

  /** A deadline for something to come, turn by turn, as `startDeadline` counts it. */
  deadline(ms: number, act: () => void): void {
    const countdown = new Countdown(ms);
    const wait = (): void => {
      const { turnMs } = countdown;
      const dueMs = this.#agenda.nowMs + turnMs;
      this.after(turnMs, () => {
        if (countdown.turn(this.#agenda.nowMs - dueMs)) act();
        else wait();
      });
    };
    wait();
  }

  get #isHeld(): boolean {
    return this.#agenda.nowMs < this.#heldUntilMs;
  }

  #wake(): void {
    this.#agenda.at(this.#heldUntilMs, () => {
      if (this.#isHeld) return this.#wake();
      for (const act of this.#timers.splice(0)) act();
      for (const act of this.#waiting.splice(0)) act();
    });
  }
}
