/** A `History` whose answers a test sets. */
import type { StoredRow } from "../../actors/rule_trial/stored_row.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type {
  AlertEvent,
  AuditRecord,
  FeedStatus,
  GapRecord,
  LossRecord,
} from "../../shared/output.ts";
import type { BookMoment } from "../../web/book_moment.ts";
import { planOf, type Series, type SeriesQuery } from "../../web/bins.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { KeyCount, SpreadRow } from "../../web/stats_statements.ts";
import type { QualityQuery, QualitySpan } from "../../web/quality_statements.ts";
import type { Seen, SeenQuery } from "../../web/seen_statement.ts";
import type { ProfileRow, ProfilesQuery } from "../../web/profile_columns.ts";
import type { History } from "../../web/history.ts";
import { HistoryUnavailable } from "../../web/history_unavailable.ts";
import type { LatestQuery, LatestRow } from "../../web/latest_statement.ts";
import { marketText } from "../../shared/market.ts";
import type { MetricsColumns } from "../../web/rows.ts";
import type {
  AlertsQuery,
  RecordKind,
  Records,
  RecordsQuery,
} from "../../web/record_statements.ts";
import type { MetricsQuery, RowsQuery, StoredSettings } from "../../web/statements.ts";
import type { MuteRecord } from "../../shared/said.ts";

const NO_LOSS = { count: 0, rows: 0 };
const NOTHING_COUNTED: QualitySpan = {
  proof: {
    exactChecked: null,
    exactMismatched: null,
    carriedChecked: null,
    carriedMismatched: null,
    carriedHealed: null,
    provenMs: null,
  },
  audits: { count: 0, failed: 0, levels: 0, mismatched: 0 },
  gaps: { count: 0, open: 0, totalMs: null, longestMs: null },
  feed: { resyncs: 0, leftLive: 0 },
  losses: NO_LOSS,
  monitorLosses: NO_LOSS,
};

/** Stored rows at these times, all live and under one setting, nothing of them unknown. */
export function liveRows(
  timeMs: readonly number[],
  values: MetricsColumns["values"],
): MetricsColumns {
  return {
    timeMs,
    state: timeMs.map(() => "live"),
    settings: timeMs.map(() => 1),
    nulls: timeMs.map(() => ""),
    values,
  };
}

/** Answers with `rows`, `stored`, `episodes`, `states`, `missed`, `lost`, `compared`, `proven`, `traded`, `profiled` and `books`, of the symbol, and remembers what was asked. */
export class FakeHistory implements History {
  rows: MetricsColumns = { timeMs: [], state: [], settings: [], values: {}, nulls: [] };
  /** Of any symbol, by time. */
  stored: StoredRow[] = [];
  computedUnder: StoredSettings[] = [{ ...DEFAULT_SETTINGS, id: 1 }];
  episodes: AlertEvent[] = [];
  muted: MuteRecord[] = [];
  states: FeedStatus[] = [];
  missed: GapRecord[] = [];
  lost: LossRecord[] = [];
  compared: AuditRecord[] = [];
  proven: Records["proofs"][] = [];
  traded: Records["trades_1s"][] = [];
  profiled: Records["depth_profiles"][] = [];
  pictured: ProfileRow[] = [];
  counted: QualitySpan = NOTHING_COUNTED;
  newest: LatestRow[] = [];
  books: Records["books"][] = [];
  moment: BookMoment = { book: null, feed: null, interval: null };
  spreads: SpreadRow[] = [];
  keys: KeyCount[] = [];
  /** Not `null`: every query fails for this reason. */
  outage: string | null = null;
  /** What `series()` says of what is not known yet. */
  unsettled: Pick<Series, "unread" | "partialFromMs"> = { unread: [], partialFromMs: null };
  readonly metricsQueries: MetricsQuery[] = [];
  readonly latestQueries: LatestQuery[] = [];
  readonly rowsQueries: RowsQuery[] = [];
  readonly alertsQueries: AlertsQuery[] = [];
  readonly recordsQueries: RecordsQuery[] = [];
  readonly profilesQueries: ProfilesQuery[] = [];
  readonly momentsAsked: number[] = [];

  metrics(query: MetricsQuery): Promise<MetricsColumns> {
    this.metricsQueries.push(query);
    return this.#answer(this.rows);
  }

  /** Each row of `metrics()` is a point, as long as was planned. */
  async series(query: SeriesQuery): Promise<Series> {
    const { binMs } = planOf(query);
    const { fromMs, toMs, limit, intervalMs: everyMs } = query;
    const rowsExpected = (toMs - fromMs) / everyMs;
    const asked = { ...query, rowsExpected, binMs, limit: limit + 1 };
    const { timeMs, state, settings, values, nulls } = await this.metrics(asked);
    const intervalMs = binMs || query.intervalMs;
    const points = timeMs.map((ms, i) => {
      const known = Object.entries(values).map((
        [name, cells],
      ) => [definitionOf(name as MetricName).column, cells?.[i]]);
      const row = {
        ...Object.fromEntries(known),
        ...{ timeMs: ms, binMs: ms, lastMs: ms, rows: 1, coveredMs: intervalMs },
        state: state[i] ?? "stale",
        settings: settings[i] ?? 0,
        nulls: nulls[i] ?? null,
      };
      return { row, source: "metrics" as const, intervalMs };
    });
    return { binMs, points, ...this.unsettled };
  }

  storedRows(query: RowsQuery): Promise<StoredRow[]> {
    this.rowsQueries.push(query);
    const { fromMs, toMs, limit, rollup } = query;
    // Of these nothing is rolled up.
    if (rollup !== undefined) return this.#answer([]);
    const rows = this.stored.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs);
    return this.#answer(rows.slice(0, limit));
  }

  settings(): Promise<StoredSettings[]> {
    return this.#answer(this.computedUnder);
  }

  alerts(query: AlertsQuery): Promise<AlertEvent[]> {
    this.alertsQueries.push(query);
    return this.#answer(this.episodes.slice(0, query.limit));
  }

  alert(alertId: string): Promise<AlertEvent | null> {
    return this.#answer(this.episodes.find((one) => one.alertId === alertId) ?? null);
  }

  mutes(): Promise<MuteRecord[]> {
    return this.#answer(this.muted);
  }

  records<Kind extends RecordKind>(
    kind: Kind,
    query: RecordsQuery,
    _reader?: AbortSignal,
  ): Promise<Records[Kind][]> {
    this.recordsQueries.push(query);
    const all: { [Each in RecordKind]: Records[Each][] } = {
      feed_status: this.states.map((record) => ({ incarnation: 1, ...record })),
      losses: this.lost.map((record) => ({ incarnation: 1, ...record })),
      gaps: this.missed.map((record) => ({ incarnation: 1, ...record })),
      audits: this.compared.map((record) => ({ incarnation: 1, ...record })),
      proofs: this.proven,
      books: this.books,
      depth_profiles: this.profiled,
      trades_1s: this.traded,
    };
    const { symbols, limit } = query;
    const found = all[kind].filter(({ symbol }) => symbols?.includes(symbol) ?? true);
    return this.#answer(found.slice(0, limit));
  }

  /** Nothing: what is exported is asked of a real database. */
  page<Row>(): Promise<Row[]> {
    return this.#answer([]);
  }

  seen({ spans }: SeenQuery): Promise<Seen[]> {
    return this.#answer(spans.map(() => ({ firstMs: null, lastMs: null })));
  }

  /** Of each span the same. */
  quality({ spans }: QualityQuery): Promise<QualitySpan[]> {
    return this.#answer(spans.map(() => this.counted));
  }

  profiles(query: ProfilesQuery): Promise<ProfileRow[]> {
    this.profilesQueries.push(query);
    return this.#answer(this.pictured);
  }

  spread(): Promise<SpreadRow[]> {
    return this.#answer(this.spreads);
  }

  sketch(): Promise<KeyCount[]> {
    return this.#answer(this.keys);
  }

  latest(query: LatestQuery): Promise<LatestRow[]> {
    this.latestQueries.push(query);
    return this.#answer(this.newest.filter((row) => query.symbols.includes(marketText(row))));
  }

  bookMoment(_symbol: string, atMs: number): Promise<BookMoment> {
    this.momentsAsked.push(atMs);
    return this.#answer(this.moment);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer<T>(value: T): Promise<T> {
    if (this.outage === null) return Promise.resolve(value);
    return Promise.reject(new HistoryUnavailable(this.outage));
  }
}
