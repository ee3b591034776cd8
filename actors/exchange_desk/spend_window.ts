/**
 * SpendWindow: what was granted within a rolling time. It has no clock; times are monotonic
 * milliseconds.
 *
 * A grant is not the moment that counts at the exchange: the call arrives between its grant and its
 * answer. So a spend stays until a whole window after its answer. Then no window of arrivals holds more
 * than was allowed at one grant, wherever the exchange's window begins.
 */
import type { PermitPriority } from "../../shared/protocol.ts";

/** A call whose answer has not come by then has arrived long ago: an actor gives up after 10 s. */
export const UNREPORTED_MAX_MS = 30_000;

/** One grant, for as long as it may count at the exchange. */
export interface Spend {
  readonly weight: number;
  readonly priority: PermitPriority;
  readonly grantedMs: number;
  /** When its answer came, so that it had arrived for certain; `null`: no answer has come. */
  settledMs: number | null;
  /** The exchange has told a count that includes it. */
  isCounted: boolean;
}

/** The spends of one budget. A step costs time in proportion to those within the window. */
export class SpendWindow {
  readonly #lengthMs: number;
  #spends: Spend[] = [];

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** A grant, now. */
  add(weight: number, priority: PermitPriority, nowMs: number): Spend {
    const spend = { weight, priority, grantedMs: nowMs, settledMs: null, isCounted: false };
    this.#spends.push(spend);
    return spend;
  }

  /** The grant was given back unused. */
  remove(spend: Spend): void {
    this.#spends = this.#spends.filter((each) => each !== spend);
  }

  /** Weight within the window, of all or of those that `counts`. */
  sum(nowMs: number, counts: (spend: Spend) => boolean = () => true): number {
    this.#spends = this.#spends.filter((spend) => this.#endMs(spend) > nowMs);
    return this.#spends.reduce((sum, spend) => counts(spend) ? sum + spend.weight : sum, 0);
  }

  /** When the next spend leaves the window by itself; `Infinity`: it is empty. */
  nextEndMs(nowMs: number): number {
    return this.#spends.reduce((soonest, spend) => {
      const endMs = this.#endMs(spend);
      return endMs > nowMs ? Math.min(soonest, endMs) : soonest;
    }, Infinity);
  }

  #endMs({ grantedMs, settledMs }: Spend): number {
    return (settledMs ?? grantedMs + UNREPORTED_MAX_MS) + this.#lengthMs;
  }
}
