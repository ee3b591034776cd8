/**
 * RestartBudget: whether a crashed child is started again, and when. OTP's intensity and period: so
 * many restarts within so long are a burst that is tolerated; more are a fault that no restart mends.
 * Source: erlang.org, Supervisor Behaviour, "Maximum Restart Intensity".
 */
import { backoffDelayMs } from "../../shared/backoff.ts";

/** The burst of restarts that is tolerated. */
export interface RestartLimits {
  /** Restarts … */
  readonly intensity: number;
  /** … within this many milliseconds. */
  readonly periodMs: number;
}

/** What to do about a crash. */
export type RestartVerdict =
  | { readonly kind: "restart"; readonly delayMs: number }
  | { readonly kind: "give_up" };

const BACKOFF = { firstMs: 200, capMs: 5_000 };

/** Remembers the crash times of one child. */
export class RestartBudget {
  readonly #limits: RestartLimits;
  readonly #random: () => number;
  #crashes: number[] = [];

  /** `random` returns a number in [0, 1). */
  constructor(limits: RestartLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** A crash at `nowMs` (monotonic). The first restart is at once, then delays double with jitter. */
  crashed(nowMs: number): RestartVerdict {
    const { intensity, periodMs } = this.#limits;
    this.#crashes = this.#crashes.filter((at) => at > nowMs - periodMs);
    this.#crashes.push(nowMs);
    const recent = this.#crashes.length;
    if (recent > intensity) return { kind: "give_up" };
    if (recent === 1) return { kind: "restart", delayMs: 0 };
    return { kind: "restart", delayMs: backoffDelayMs(recent - 1, BACKOFF, this.#random()) };
  }

  /** Forgets the crashes: after a quarantine a child has its whole budget again. */
  reset(): void {
    this.#crashes = [];
  }
}
