/** A `History` whose answers a test sets. */
import type { AlertEvent } from "../../shared/output.ts";
import {
  type AlertsQuery,
  type History,
  HistoryUnavailable,
  type MetricsQuery,
} from "../../web/history.ts";
import type { MetricsColumns } from "../../web/rows.ts";

/** Answers with `rows` and `episodes`, and remembers what was asked. */
export class FakeHistory implements History {
  rows: MetricsColumns = { timeMs: [], state: [], values: {} };
  episodes: AlertEvent[] = [];
  /** Not `null`: every query fails for this reason. */
  outage: string | null = null;
  readonly metricsQueries: MetricsQuery[] = [];
  readonly alertsQueries: AlertsQuery[] = [];

  metrics(query: MetricsQuery): Promise<MetricsColumns> {
    this.metricsQueries.push(query);
    return this.#answer(this.rows);
  }

  alerts(query: AlertsQuery): Promise<AlertEvent[]> {
    this.alertsQueries.push(query);
    return this.#answer(this.episodes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer<T>(value: T): Promise<T> {
    if (this.outage === null) return Promise.resolve(value);
    return Promise.reject(new HistoryUnavailable(this.outage));
  }
}
