/** What of the alerts is news: one sentence when one begins, becomes worse or ends. Pure. */
import { marketText } from "../../shared/market.ts";
import { ruleText } from "./alert_text.ts";
import type { AlertView } from "./store.ts";

/** How each stood that was heard of, so that nothing is told twice. */
export class AlertNews {
  readonly #stood = new Map<string, string>();

  /** The sentences of now, the oldest first; what was told before `sinceMs`, by the server's clock, is no news. */
  take(alerts: readonly AlertView[], sinceMs: number): readonly string[] {
    const news: { readonly timeMs: number; readonly text: string }[] = [];
    for (const { alert, isFiring } of alerts) {
      const stands = isFiring ? alert.severity : "ended";
      const stood = this.#stood.get(alert.alertId);
      if (stands === stood) continue;
      this.#stood.set(alert.alertId, stands);
      const timeMs = stood === undefined ? alert.firedMs : alert.timeMs;
      if (timeMs < sinceMs || (stood === undefined && !isFiring)) continue;
      const text = isFiring
        ? `${alert.severity}, ${marketText(alert)}: ${alert.summary}`
        : `${marketText(alert)}: ${ruleText(alert.rule)} has ended`;
      news.push({ timeMs, text });
    }
    this.#forget(alerts);
    return news.sort((a, b) => a.timeMs - b.timeMs).map(({ text }) => text);
  }

  /** Those that are not in the list any more. */
  #forget(alerts: readonly AlertView[]): void {
    if (this.#stood.size <= 2 * alerts.length) return;
    const known = new Set(alerts.map(({ alert }) => alert.alertId));
    for (const alertId of this.#stood.keys()) if (!known.has(alertId)) this.#stood.delete(alertId);
  }
}
