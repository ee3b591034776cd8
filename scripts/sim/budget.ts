/**
 * Budget: what stands between the monitors of one IP address and the exchange. The world asks it as
 * the supervisor would. `PlainBudget` is the simplest that keeps the rules.
 */

/** What a call is for, the most urgent first. */
export const PRIORITIES = ["probe", "resync", "sync", "widen", "renew", "audit"] as const;

/** One request; `owner` and `id` name it. */
export interface BudgetRequest {
  readonly owner: string;
  readonly id: number;
  /** Lower goes first within a priority. */
  readonly rank: number;
  readonly kind: "rest" | "connection";
  readonly weight: number;
  readonly priority: typeof PRIORITIES[number];
}

/** What an answer said. */
export interface BudgetAnswer {
  readonly status: number | null;
  readonly usedWeight: number | null;
  readonly retryAfterMs: number | null;
}

/** Who may call, and when. Times are monotonic milliseconds. */
export interface Budget {
  request(request: BudgetRequest, nowMs: number): boolean;
  cancel(owner: string, id: number): void;
  feedback(owner: string, id: number, answer: BudgetAnswer, nowMs: number): void;
  /** Those who may go now; to be asked often. */
  grants(nowMs: number): BudgetRequest[];
}

const MINUTE_MS = 60_000;
/** 90 % of the exchange's 6,000 per minute. */
const WEIGHT_MAX = 5_400;
/** A ban that does not say how long it lasts. */
const BAN_MS = 60_000;

/** First come, first served; a rolling minute; silence while banned. */
export class PlainBudget implements Budget {
  #waiting: BudgetRequest[] = [];
  #spent: { readonly atMs: number; readonly weight: number }[] = [];
  #bannedUntilMs = 0;

  request(request: BudgetRequest): boolean {
    this.#waiting.push(request);
    return true;
  }

  cancel(owner: string, id: number): void {
    this.#waiting = this.#waiting.filter((each) => each.owner !== owner || each.id !== id);
  }

  feedback(_owner: string, _id: number, answer: BudgetAnswer, nowMs: number): void {
    const { status, retryAfterMs } = answer;
    if (status !== 429 && status !== 418) return;
    this.#bannedUntilMs = Math.max(this.#bannedUntilMs, nowMs + (retryAfterMs ?? BAN_MS));
  }

  grants(nowMs: number): BudgetRequest[] {
    if (this.#waiting.length === 0) return [];
    // A call may take a while to be counted, in a minute that is not ours: two of them.
    this.#spent = this.#spent.filter(({ atMs }) => nowMs - atMs < MINUTE_MS * 2);
    let used = this.#spent.reduce((sum, { weight }) => sum + weight, 0);
    const granted: BudgetRequest[] = [];
    this.#waiting = this.#waiting.filter((request) => {
      const { kind, weight } = request;
      if (kind === "rest") {
        if (nowMs < this.#bannedUntilMs || used + weight > WEIGHT_MAX) return true;
        used += weight;
        this.#spent.push({ atMs: nowMs, weight });
      }
      granted.push(request);
      return false;
    });
    return granted;
  }
}
