/** A `History` whose answers a test sets. */
import type { StoredRow } from "../../actors/rule_trial/stored_row.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { AlertEvent, AuditRecord, GapRecord, LossRecord } from "../../shared/output.ts";
import { type History, HistoryUnavailable } from "../../web/history.ts";
import type { MetricsColumns } from "../../web/rows.ts";
import type {
  AlertsQuery,
  MetricsQuery,
  RecordKind,
  Records,
  RecordsQuery,
  RowsQuery,
  StoredSettings,
} from "../../web/statements.ts";
import type { MuteRecord } from "../../shared/said.ts";

/** Answers with `rows`, `stored`, `episodes`, `missed`, `lost`, `compared`, `proven`, `traded` and `profiles`, of the symbol, and remembers what was asked. */
export class FakeHistory implements History {
  rows: MetricsColumns = { timeMs: [], state: [], settings: [], values: {}, nulls: [] };
  /** Of any symbol, by time. */
  stored: StoredRow[] = [];
  computedUnder: StoredSettings[] = [{ ...DEFAULT_SETTINGS, id: 1 }];
  episodes: AlertEvent[] = [];
  muted: MuteRecord[] = [];
  missed: GapRecord[] = [];
  lost: LossRecord[] = [];
  compared: AuditRecord[] = [];
  proven: Records["proofs"][] = [];
  traded: Records["trades_1s"][] = [];
  profiles: Records["depth_profiles"][] = [];
  /** Not `null`: every query fails for this reason. */
  outage: string | null = null;
  readonly metricsQueries: MetricsQuery[] = [];
  readonly rowsQueries: RowsQuery[] = [];
  readonly alertsQueries: AlertsQuery[] = [];
  readonly recordsQueries: RecordsQuery[] = [];

  metrics(query: MetricsQuery): Promise<MetricsColumns> {
    this.metricsQueries.push(query);
    return this.#answer(this.rows);
  }

  storedRows(query: RowsQuery): Promise<StoredRow[]> {
    this.rowsQueries.push(query);
    const { fromMs, toMs, limit } = query;
    const rows = this.stored.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs);
    return this.#answer(rows.slice(0, limit));
  }

  settings(): Promise<StoredSettings[]> {
    return this.#answer(this.computedUnder);
  }

  alerts(query: AlertsQuery): Promise<AlertEvent[]> {
    this.alertsQueries.push(query);
    return this.#answer(this.episodes);
  }

  alert(alertId: string): Promise<AlertEvent | null> {
    return this.#answer(this.episodes.find((one) => one.alertId === alertId) ?? null);
  }

  mutes(): Promise<MuteRecord[]> {
    return this.#answer(this.muted);
  }

  records<Kind extends RecordKind>(kind: Kind, query: RecordsQuery): Promise<Records[Kind][]> {
    this.recordsQueries.push(query);
    const all: { [Each in RecordKind]: Records[Each][] } = {
      losses: this.lost.map((record) => ({ incarnation: 1, ...record })),
      gaps: this.missed.map((record) => ({ incarnation: 1, ...record })),
      audits: this.compared.map((record) => ({ incarnation: 1, ...record })),
      proofs: this.proven,
      depth_profiles: this.profiles,
      trades_1s: this.traded,
    };
    const { symbol } = query;
    return this.#answer(all[kind].filter((record) => symbol === null || record.symbol === symbol));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer<T>(value: T): Promise<T> {
    if (this.outage === null) return Promise.resolve(value);
    return Promise.reject(new HistoryUnavailable(this.outage));
  }
}
