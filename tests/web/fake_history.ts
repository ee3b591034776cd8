/** A `History` whose answers a test sets. */
import type { AlertEvent, AuditRecord, GapRecord } from "../../shared/output.ts";
import {
  type AlertsQuery,
  type History,
  HistoryUnavailable,
  type MetricsQuery,
  type RecordsQuery,
} from "../../web/history.ts";
import type { MetricsColumns } from "../../web/rows.ts";

/** Answers with `rows`, `episodes`, `missed` and `compared`, and remembers what was asked. */
export class FakeHistory implements History {
  rows: MetricsColumns = { timeMs: [], state: [], values: {} };
  episodes: AlertEvent[] = [];
  missed: GapRecord[] = [];
  compared: AuditRecord[] = [];
  /** Not `null`: every query fails for this reason. */
  outage: string | null = null;
  readonly metricsQueries: MetricsQuery[] = [];
  readonly alertsQueries: AlertsQuery[] = [];
  readonly recordsQueries: RecordsQuery[] = [];

  metrics(query: MetricsQuery): Promise<MetricsColumns> {
    this.metricsQueries.push(query);
    return this.#answer(this.rows);
  }

  alerts(query: AlertsQuery): Promise<AlertEvent[]> {
    this.alertsQueries.push(query);
    return this.#answer(this.episodes);
  }

  gaps(query: RecordsQuery): Promise<GapRecord[]> {
    this.recordsQueries.push(query);
    return this.#answer(this.missed);
  }

  audits(query: RecordsQuery): Promise<AuditRecord[]> {
    this.recordsQueries.push(query);
    return this.#answer(this.compared);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer<T>(value: T): Promise<T> {
    if (this.outage === null) return Promise.resolve(value);
    return Promise.reject(new HistoryUnavailable(this.outage));
  }
}
