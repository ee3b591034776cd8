/// <reference lib="dom" />
/** Whether the clock of the page's machine was set: by it the page knows the monitor's. */

/** By so much two clocks of one machine part only when one of them is set, or stood still while the machine slept. */
const SET_MS = 1_000;

const skewMs = (): number => Date.now() - performance.now();

/** Looks now and then: between two looks clocks part by next to nothing, in a day by more. */
export class ClockStep {
  #skewMs = skewMs();

  /** Whether it was set since the last look. */
  look(): boolean {
    const before = this.#skewMs;
    this.#skewMs = skewMs();
    return Math.abs(this.#skewMs - before) > SET_MS;
  }
}
