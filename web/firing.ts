/** The alert episodes that fire now: what a browser that joins must be told of. Pure and bounded. */
import { marketText, type SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";

/** Alerts known to be firing; more than this is a flood, and the oldest are forgotten and counted. */
const FIRING_MAX = 1_000;

/** Newest revision per firing episode; `take` is O(1). */
export class FiringAlerts {
  readonly #alerts = new Map<string, AlertEvent>();
  #forgotten = 0;

  /** Takes a revision; one older than known does not count. */
  take(alert: AlertEvent): void {
    const known = this.#alerts.get(alert.alertId);
    if (known !== undefined && known.revision > alert.revision) return;
    if (alert.phase === "resolved") return void this.#alerts.delete(alert.alertId);
    this.#alerts.set(alert.alertId, alert);
    const oldest = this.#alerts.keys().next().value;
    if (this.#alerts.size > FIRING_MAX && oldest !== undefined) {
      this.#alerts.delete(oldest);
      this.#forgotten += 1;
    }
  }

  /** The episode of this id; `null`: none that fires is known by it. */
  find(alertId: string): AlertEvent | null {
    return this.#alerts.get(alertId) ?? null;
  }

  /** The symbol was removed: nobody will say how its episodes end. */
  forget(symbol: SymbolId): void {
    for (const alert of this.all) {
      if (marketText(alert) === symbol) this.#alerts.delete(alert.alertId);
    }
  }

  /** The episodes, in the order in which they became known. */
  get all(): readonly AlertEvent[] {
    return [...this.#alerts.values()];
  }

  /** Episodes that were forgotten because there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }
}
