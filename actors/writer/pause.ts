/** Pause: how a loop waits for time to pass, and is called back sooner. */

/** At most one wait at a time. */
export class Pause {
  #end: () => void = () => {};
  #isEager = false;

  /** Until the time has passed (`null`: for ever), until `end`, or, when `eager`, until `wake`. */
  async wait(ms: number | null, eager: boolean): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.#isEager = eager;
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      if (ms !== null) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#end = () => {};
  }

  /** There is something new: ends a wait that is eager for it. */
  wake(): void {
    if (this.#isEager) this.#end();
  }

  /** Ends any wait. */
  end(): void {
    this.#end();
  }
}
