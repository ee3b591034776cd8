/** What of the system browsers have not been told yet. Pure. */
import { type LatencyView, NO_LATENCY, sumOf, SYMBOL_LEGS } from "../shared/latency.ts";
import type { SymbolId } from "../shared/market.ts";
import { symbolOf, type SystemStatus } from "../shared/protocol.ts";
import {
  changeOf,
  type SystemChange,
  type SystemView,
  viewOfSystem,
  worthTelling,
} from "../shared/system_change.ts";
import { latencyOfActor, type WrittenTimes } from "./written_times.ts";

/** Requests come and go all the time: how many there were is told so often, a ban at once. */
const BUDGET_INTERVAL_MS = 5_000;

const UNKNOWN_LATENCY = JSON.stringify(NO_LATENCY);

/** What is told after one more word of the supervisor. */
export interface SystemTold {
  /** As browsers know it from now on. */
  readonly view: SystemView;
  /** From what they knew; `null`: nothing has changed, or nothing was known. */
  readonly change: SystemChange | null;
  readonly isFirst: boolean;
}

/** What browsers know of the system. */
export class SystemNews {
  #told: SystemView | null = null;
  #budgetMs = -Infinity;
  /** For how long its numbers are on their way until they are posted to us, by half of the legs each, to two digits. */
  readonly #latencyMs = new Map<SymbolId, number>();
  /** As text; what is not in it was never known. */
  readonly #latencies = new Map<SymbolId, string>();

  /** The newest word of the supervisor. */
  tell(status: SystemStatus): SystemTold {
    const told = this.#told;
    const now = viewOfSystem(status);
    const view = told === null ? now : this.#paced(told, worthTelling(told, now));
    if (view.budget === now.budget) this.#budgetMs = now.timeMs;
    this.#told = view;
    return { view, change: told && changeOf(told, view), isFirst: told === null };
  }

  /** The latencies that have changed, of symbols that are followed. */
  latencies({ symbols, children }: SystemStatus, written: WrittenTimes): readonly LatencyView[] {
    const followed = new Set(symbols);
    return children.flatMap((child) => {
      const symbol = symbolOf(child.actorId);
      if (symbol === null || !followed.has(symbol)) return [];
      const latency = latencyOfActor(child, symbol, written);
      const text = JSON.stringify(latency);
      if (text === (this.#latencies.get(symbol) ?? UNKNOWN_LATENCY)) return [];
      this.#latencies.set(symbol, text);
      const sum = sumOf(latency, SYMBOL_LEGS);
      if (sum === null) this.#latencyMs.delete(symbol);
      // No more digits than a person reads: they would change each second, and travel to each page.
      else this.#latencyMs.set(symbol, Number(sum.p50Ms.toPrecision(2)));
      return [{ symbol, latency }];
    });
  }

  /** For how long a symbol's numbers are on their way, milliseconds; `null`: not known. */
  latencyMsOf(symbol: SymbolId): number | null {
    return this.#latencyMs.get(symbol) ?? null;
  }

  /** It was removed. */
  forget(symbol: SymbolId): void {
    this.#latencies.delete(symbol);
    this.#latencyMs.delete(symbol);
  }

  #paced(told: SystemView, now: SystemView): SystemView {
    const sinceMs = now.timeMs - this.#budgetMs;
    // A clock that was set back does not hold it for long.
    const isDue = sinceMs < 0 || sinceMs >= BUDGET_INTERVAL_MS ||
      JSON.stringify(now.budget.ban) !== JSON.stringify(told.budget.ban) ||
      (now.budget.start === null) !== (told.budget.start === null);
    return isDue ? now : { ...now, budget: told.budget };
  }
}
