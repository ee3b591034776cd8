/** Agenda: what the supervisor does later, and not at all once it has ended. */

/** Timers that end together. */
export class Agenda {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** Without a delay it is done at once. */
  later(delayMs: number, act: () => void): void {
    if (delayMs === 0) return act();
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Nothing of what was put off is done. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
