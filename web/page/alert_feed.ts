/**
 * The alerts that are shown: pages of history and what is heard since, each episode once and as it was heard of last. What is
 * older than the last page reaches is not shown, even where it is known: between it and the page there may be others. Pure.
 */
import type { AlertEvent } from "../../shared/output.ts";
import { isAtLeast } from "../../shared/severity.ts";
import { type AlertFilter, matches } from "./alerts_place.ts";

/** One page, as the server answers it: firing ones first, then those that are over, the newest first. */
export interface AlertPage {
  readonly alerts: readonly AlertEvent[];
  /** Where the next one begins; `null`: there is none. */
  readonly next: string | null;
}

/** What is shown. */
export interface FeedRows {
  /** The worst first, then the newest. */
  readonly firing: readonly AlertEvent[];
  /** By when they ended, the newest first. */
  readonly over: readonly AlertEvent[];
}

/** Nothing. */
export const NO_ROWS: FeedRows = { firing: [], over: [] };

/** Of one filter. */
export class AlertFeed {
  readonly #filter: AlertFilter;
  #alerts = new Map<string, AlertEvent>();
  /** So far back everything that is over is known; `null`: nothing was answered yet. */
  #edgeMs: number | null = null;
  #next: string | null = null;

  constructor(filter: AlertFilter) {
    this.#filter = filter;
  }

  /** Where the next page begins; `null`: there is none, or none was asked for yet. */
  get next(): string | null {
    return this.#next;
  }

  /** How many episodes are known. */
  get size(): number {
    return this.#alerts.size;
  }

  /** The first page, in the place of all that was known: whoever was away may have missed how some ended. */
  begin(page: AlertPage, heard: readonly AlertEvent[]): void {
    this.#alerts = new Map();
    this.add(page);
    this.hear(heard);
  }

  /** The next page. */
  add({ alerts, next }: AlertPage): void {
    this.#next = next;
    const last = alerts.at(-1);
    if (next === null) this.#edgeMs = -Infinity;
    else this.#edgeMs = last === undefined || last.phase === "firing" ? Infinity : last.timeMs;
    if (this.#edgeMs === Infinity) this.#edgeMs = Math.max(...alerts.map(({ timeMs }) => timeMs));
    for (const alert of alerts) this.#take(alert);
  }

  /** What is heard; what is not wanted is kept only where it was shown before. */
  hear(alerts: readonly AlertEvent[]): void {
    for (const alert of alerts) {
      if (matches(alert, this.#filter) || this.#alerts.has(alert.alertId)) this.#take(alert);
    }
  }

  /** `isFiring`: whether an episode that has not ended goes on. */
  rows(isFiring: (alert: AlertEvent) => boolean): FeedRows {
    const wanted = [...this.#alerts.values()].filter((alert) => matches(alert, this.#filter));
    const firing = wanted.filter(isFiring).sort((a, b) =>
      Number(isAtLeast(b.severity, a.severity)) - Number(isAtLeast(a.severity, b.severity)) ||
      b.firedMs - a.firedMs
    );
    const over = wanted.filter((alert) =>
      !isFiring(alert) && (this.#edgeMs === null || alert.timeMs >= this.#edgeMs)
    ).sort((a, b) => b.timeMs - a.timeMs || (a.alertId < b.alertId ? 1 : -1));
    return { firing, over };
  }

  #take(alert: AlertEvent): void {
    const known = this.#alerts.get(alert.alertId);
    if (known === undefined || known.revision < alert.revision) {
      this.#alerts.set(alert.alertId, alert);
    }
  }
}
