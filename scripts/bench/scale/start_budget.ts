/** How long a cold start takes by the request budget alone. Pure. */
import { ExchangeBudget, USED_MAX } from "../../../actors/exchange_desk/exchange_budget.ts";
import { depthWeight, LIMITS } from "../../../actors/venue/binance_spot/request_weight.ts";

const MINUTE_MS = 60_000;

/** Milliseconds. */
export interface StartBudget {
  /** What first books weigh at the rate at which weight may be used for ever: what a start is held against. */
  readonly atRateMs: number;
  /** When the last call could go at the soonest, since at the start nothing has been used. */
  readonly soonestMs: number;
}

/** For the first books of these symbols, of so many levels a side. */
export function startBudgetOf(symbols: readonly string[], levels: number): StartBudget {
  const weight = depthWeight(levels);
  const budget = new ExchangeBudget(LIMITS, () => 0.5);
  symbols.forEach((owner, rank) =>
    budget.request({ owner, id: 1, kind: "rest", weight, priority: "sync", rank }, 0)
  );
  return {
    atRateMs: symbols.length * weight / (LIMITS.weightPerMinute * USED_MAX) * MINUTE_MS,
    soonestMs: budget.firstBooksMs(symbols, 0) ?? 0,
  };
}
