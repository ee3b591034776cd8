/**
 * SpendWindow: what was granted within a rolling time. It has no clock; times are monotonic
 * milliseconds.
 *
 * A grant is not the moment that counts at the exchange: the call arrives between its grant and its
 * answer, however long a slow machine takes to use its permit. So a spend stays until a whole window
 * after its answer. Then no window of arrivals holds more than was allowed at one grant, wherever the
 * exchange's window begins.
 */
import type { PermitPriority } from "../../shared/request_budget.ts";

/** A call that nobody hears of any more has arrived by then: its caller gave up, or died, just before. */
const ARRIVES_MS = 20_000;
/** Without an answer a call is on its way for so long at least: an actor gives up after 10 s. */
const UNANSWERED_MS = 30_000;

/** One grant, for as long as it may count at the exchange. */
export interface Spend {
  readonly weight: number;
  readonly priority: PermitPriority;
  readonly grantedMs: number;
  /** What was within the window when it was granted, itself included … */
  readonly within: number;
  /** … and what had ever been granted by then. */
  readonly total: number;
  /** When it leaves the window; `Infinity`: nothing has been heard of it. */
  endMs: number;
  /** The exchange has told a count that includes it. */
  isCounted: boolean;
}

/** The spends of one budget. A step costs time in proportion to those within the window. */
export class SpendWindow {
  readonly lengthMs: number;
  #spends: Spend[] = [];
  #total = 0;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  /** A grant, now. */
  add(weight: number, priority: PermitPriority, nowMs: number): Spend {
    this.#total += weight;
    const within = this.sum(nowMs) + weight;
    const spend = {
      ...{ weight, priority, grantedMs: nowMs, within, total: this.#total },
      endMs: Infinity,
      isCounted: false,
    };
    this.#spends.push(spend);
    return spend;
  }

  /** Its answer came now: it has arrived for certain. */
  answered(spend: Spend, nowMs: number): void {
    spend.endMs = nowMs + this.lengthMs;
  }

  /** No answer will come: it may still be on its way. */
  unanswered(spend: Spend, nowMs: number): void {
    const arrivedMs = Math.max(nowMs + ARRIVES_MS, spend.grantedMs + UNANSWERED_MS);
    spend.endMs = arrivedMs + this.lengthMs;
  }

  /** The grant was given back unused. */
  remove(spend: Spend): void {
    this.#spends = this.#spends.filter((each) => each !== spend);
  }

  /** Weight within the window, of all or of those that `counts`. */
  sum(nowMs: number, counts: (spend: Spend) => boolean = () => true): number {
    this.#spends = this.#spends.filter(({ endMs }) => endMs > nowMs);
    return this.#spends.reduce((sum, spend) => counts(spend) ? sum + spend.weight : sum, 0);
  }

  /** When which of them leave the window, if those whose answer has not come have it at `answeredMs`. */
  releases(nowMs: number, answeredMs: number): { atMs: number; weight: number }[] {
    return this.#spends.filter(({ endMs }) => endMs > nowMs).map(({ endMs, weight }) => ({
      atMs: endMs === Infinity ? answeredMs + this.lengthMs : endMs,
      weight,
    }));
  }

  /** The most that can have arrived in one window before now, as who was granted `spend` can have met it. */
  metBy({ within, total }: Spend): number {
    return within + this.#total - total;
  }

  /** When the next spend leaves the window by itself; `Infinity`: none does. */
  nextEndMs(nowMs: number): number {
    return this.#spends.reduce(
      (soonest, { endMs }) => endMs > nowMs ? Math.min(soonest, endMs) : soonest,
      Infinity,
    );
  }
}
