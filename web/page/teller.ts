/** What is read out to who listens to the page: each sentence once, one after the other. Pure. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** One sentence; numbers count up. */
export interface Said {
  readonly number: number;
  readonly text: string;
}

/** What was read out before stays for a moment in which a slow reader comes to it. */
const KEPT_MAX = 8;

/** One per page. */
export class Teller {
  readonly #said = signal<readonly Said[]>([]);
  #number = 0;

  /** The last few, the newest last. */
  get said(): ReadonlySignal<readonly Said[]> {
    return this.#said;
  }

  /** Adds a sentence behind those that wait. */
  say(text: string): void {
    this.#number += 1;
    this.#said.value = [...this.#said.peek(), { number: this.#number, text }].slice(-KEPT_MAX);
  }
}
