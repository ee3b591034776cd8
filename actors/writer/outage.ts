/** Outage: how long the database has been away, when to say so, when to try again. Pure. */
import { backoffDelayMs } from "../../shared/backoff.ts";

const RETRY_FIRST_MS = 100;

/** How an outage is borne. */
export interface OutagePolicy {
  /** The longest wait between two attempts. */
  readonly retryCapMs: number;
  /** An outage shorter than this is nothing to tell an operator. */
  readonly quietMs: number;
}

/** The present outage, if there is one. */
export class Outage {
  readonly #policy: OutagePolicy;
  #failures = 0;
  #sinceMs: number | null = null;
  #announced = false;

  constructor(policy: OutagePolicy) {
    this.#policy = policy;
  }

  /** One more attempt failed: when to try again, and whether this is the moment to tell. */
  failed(nowMs: number, random: number): { delayMs: number; announce: boolean } {
    this.#failures += 1;
    this.#sinceMs ??= nowMs;
    const announce = !this.#announced && nowMs - this.#sinceMs >= this.#policy.quietMs;
    this.#announced ||= announce;
    const limits = { firstMs: RETRY_FIRST_MS, capMs: this.#policy.retryCapMs };
    return { delayMs: backoffDelayMs(this.#failures, limits, random), announce };
  }

  /** An attempt succeeded; the length of the outage if it had been told of, else `null`. */
  ended(nowMs: number): number | null {
    const lengthMs = this.#announced && this.#sinceMs !== null ? nowMs - this.#sinceMs : null;
    this.#failures = 0;
    this.#sinceMs = null;
    this.#announced = false;
    return lengthMs;
  }
}
