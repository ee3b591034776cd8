/**
 * Read-only queries over the tables that the writer fills (actors/writer/migrations). Each is short and
 * bounded: the embedded store answers one at a time, and everything else waits meanwhile.
 */
import postgres from "postgres";
import { socketPath } from "../shared/database_address.ts";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { Fold } from "../shared/catalogue/metric_definition.ts";
import type { SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import {
  RECORD_READERS,
  type RecordKind,
  type RecordReader,
  type RecordRows,
  type Records,
} from "./records.ts";
import { type AlertRow, type BinRow, type MetricsColumns, toAlert, toColumns } from "./rows.ts";

/** What is asked of `History.metrics`: rows with `fromMs < time <= toMs`. */
export interface MetricsQuery {
  readonly symbol: SymbolId;
  readonly fromMs: number;
  readonly toMs: number;
  /** 0: one point per row; else rows are averaged over bins of this length. */
  readonly binMs: number;
  readonly limit: number;
  readonly columns: readonly MetricName[];
}

/** What is asked of `History.alerts`; `null` leaves a condition out. */
export interface AlertsQuery {
  readonly symbol: SymbolId | null;
  readonly fromMs: number | null;
  readonly limit: number;
}

/** What is asked of `History.records`: `fromMs <= time < toMs`; `null` leaves one out. */
export interface RecordsQuery {
  readonly symbol: SymbolId | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
}

/** The past, as the web server reads it. */
export interface History {
  /** @throws {HistoryUnavailable} */
  metrics(query: MetricsQuery): Promise<MetricsColumns>;
  /** Firing ones first, then the newest. @throws {HistoryUnavailable} */
  alerts(query: AlertsQuery): Promise<AlertEvent[]>;
  /** The newest first. @throws {HistoryUnavailable} */
  records<Kind extends RecordKind>(kind: Kind, query: RecordsQuery): Promise<Records[Kind][]>;
  close(): Promise<void>;
}

/** The database does not answer just now; the message is fit for a person. */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
}

const CONNECTIONS_MAX = 2;
/** Queries under way or waiting for a connection; more than this are refused at once. */
const QUERIES_MAX = 16;
const QUERY_TIMEOUT_MS = 8_000;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 1;

/** `History` over PostgreSQL, embedded or a server's. It connects at the first query. */
export class PostgresHistory implements History {
  readonly #sql: postgres.Sql;
  #queries = 0;

  constructor(address: DatabaseAddress) {
    const options = {
      max: CONNECTIONS_MAX,
      connect_timeout: CONNECT_TIMEOUT_S,
      fetch_types: false,
      onnotice: () => {},
    };
    this.#sql = address.kind === "server"
      ? postgres(address.url, {
        ...options,
        connection: {
          application_name: "order-book-monitor-web",
          statement_timeout: QUERY_TIMEOUT_MS,
          default_transaction_read_only: true,
        },
      })
      // The embedded store is one session for everybody: it takes no settings.
      : postgres({
        ...options,
        path: socketPath(address.socketDir),
        database: "postgres",
        username: "postgres",
        password: "",
      });
  }

  /** The rows of one symbol; rows are averaged when `binMs` is not 0. */
  async metrics(query: MetricsQuery): Promise<MetricsColumns> {
    const { symbol, fromMs, toMs, binMs, limit, columns } = query;
    const rows = await this.#run<BinRow>(metricsSql(columns, binMs), [
      symbol,
      new Date(fromMs).toISOString(),
      new Date(toMs).toISOString(),
      limit,
      ...(binMs === 0 ? [] : [binMs]),
    ]);
    return toColumns(rows, columns);
  }

  /** The newest revision of each episode. */
  async alerts({ symbol, fromMs, limit }: AlertsQuery): Promise<AlertEvent[]> {
    const rows = await this.#run<AlertRow>(
      `SELECT * FROM alerts
       WHERE ($1::text IS NULL OR symbol = $1) AND ($2::timestamptz IS NULL OR time >= $2)
       ORDER BY (phase = 'firing') DESC, time DESC LIMIT $3::integer`,
      [symbol, fromMs === null ? null : new Date(fromMs).toISOString(), limit],
    );
    return rows.map(toAlert);
  }

  /** Gaps, audits or proofs. */
  async records<Kind extends RecordKind>(
    kind: Kind,
    { symbol, fromMs, toMs, limit }: RecordsQuery,
  ): Promise<Records[Kind][]> {
    const { columns, read }: RecordReader<Kind> = RECORD_READERS[kind];
    const times = [fromMs, toMs].map((ms) => ms === null ? null : new Date(ms).toISOString());
    const rows = await this.#run<RecordRows[Kind]>(
      `SELECT symbol, number, time, ${columns} FROM ${kind}
       WHERE ($1::text IS NULL OR symbol = $1) AND ($2::timestamptz IS NULL OR time >= $2)
         AND ($3::timestamptz IS NULL OR time < $3)
       ORDER BY time DESC, incarnation DESC, number DESC LIMIT $4::integer`,
      [symbol, ...times, limit],
    );
    return rows.map(read);
  }

  /** Closes the connections; what still runs is given up after a second. */
  async close(): Promise<void> {
    await this.#sql.end({ timeout: CLOSE_TIMEOUT_S });
  }

  async #run<Row>(text: string, values: (string | number | null)[]): Promise<Row[]> {
    if (this.#queries >= QUERIES_MAX) {
      throw new HistoryUnavailable(`${QUERIES_MAX} queries wait already: try again in a moment`);
    }
    this.#queries += 1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const timeout = new Promise<never>((_, reject) => {
        const message = `the database did not answer within ${QUERY_TIMEOUT_MS / 1_000} s`;
        timer = setTimeout(() => reject(new HistoryUnavailable(message)), QUERY_TIMEOUT_MS);
      });
      const rows = this.#sql.unsafe(text, values);
      // The driver's rows are untyped: this is the parse edge, the statements stand above.
      return (await Promise.race([rows, timeout])) as unknown as Row[];
    } catch (error) {
      throw error instanceof HistoryUnavailable ? error : unavailable(error);
    } finally {
      clearTimeout(timer);
      this.#queries -= 1;
    }
  }
}

/** The value of a bin; a sketch is not stored yet, so its middle stands for it. */
const FOLDED: Readonly<Record<Fold, (column: string) => string>> = {
  mean: (column) => `avg(${column})`,
  min: (column) => `min(${column})`,
  max: (column) => `max(${column})`,
  last: (column) => `(array_agg(${column} ORDER BY time DESC))[1]`,
  sum: (column) => `sum(${column})`,
  quantiles: (column) => `percentile_cont(0.5) WITHIN GROUP (ORDER BY ${column})`,
};

/** Column names come from an allow-list, values are parameters. */
function metricsSql(columns: readonly MetricName[], binMs: number): string {
  const where = "WHERE symbol = $1 AND time > $2::timestamptz AND time <= $3::timestamptz";
  const epochMs = "extract(epoch FROM time) * 1000";
  if (binMs === 0) {
    const names = columns.map((column) => `, ${definitionOf(column).column}`).join("");
    return `SELECT (${epochMs})::float8 AS "timeMs", state${names} FROM metrics
            ${where} ORDER BY time LIMIT $4::integer`;
  }
  // A bin is live only when all of its rows are.
  const names = columns.map((name) => {
    const { column, fold } = definitionOf(name);
    return `, ${FOLDED[fold[0]](column)} AS ${column}`;
  }).join("");
  // The last bin may reach beyond the range, and tells of nothing there.
  const rangeEndMs = "extract(epoch FROM $3::timestamptz) * 1000";
  const binEndMs = `least(ceil(${epochMs} / $5::float8) * $5::float8, ${rangeEndMs})`;
  return `SELECT (${binEndMs})::float8 AS "timeMs",
            coalesce(max(state) FILTER (WHERE state <> 'live'), 'live') AS state${names}
          FROM metrics ${where} GROUP BY 1 ORDER BY 1 LIMIT $4::integer`;
}

/** Addresses and passwords stay out of what a browser is told. */
function unavailable(error: unknown): HistoryUnavailable {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Record<string, string> = {
    ECONNREFUSED: "the database refuses connections",
    ENOENT: "the store is still starting",
    ENOTFOUND: "the database's host name is not known",
    CONNECT_TIMEOUT: "the database cannot be reached",
    CONNECTION_CLOSED: "the connection to the database was lost",
    CONNECTION_ENDED: "the web server is stopping",
    "28P01": "the database refuses the password of DATABASE_URL",
    "3D000": "the database named in DATABASE_URL does not exist",
    "42P01": "the tables are being made",
    "57014": "the query took too long",
  };
  const reason = reasons[code] ?? `the database answered with ${code || "an unknown error"}`;
  return new HistoryUnavailable(reason, { cause: error });
}
