/**
 * Read-only queries over the tables that the writer fills (actors/writer/migrations). Each is short and
 * bounded: the embedded store answers one at a time, and everything else waits meanwhile.
 */
import postgres from "postgres";
import { PLANNER_SETTINGS, socketPath } from "../shared/database_address.ts";
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
import {
  type AlertsQuery,
  alertsStatement,
  type MetricsQuery,
  metricsStatement,
  type RecordsQuery,
  recordsStatement,
  type Statement,
} from "./statements.ts";

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
    this.#sql = connectReader(address);
  }

  /** The rows of one symbol; rows are averaged when `binMs` is not 0. */
  async metrics(query: MetricsQuery): Promise<MetricsColumns> {
    return toColumns(await this.#run<BinRow>(metricsStatement(query)), query.columns);
  }

  /** The newest revision of each episode. */
  async alerts(query: AlertsQuery): Promise<AlertEvent[]> {
    return (await this.#run<AlertRow>(alertsStatement(query))).map(toAlert);
  }

  /** Gaps, audits or proofs. */
  async records<Kind extends RecordKind>(
    kind: Kind,
    query: RecordsQuery,
  ): Promise<Records[Kind][]> {
    const { read }: RecordReader<Kind> = RECORD_READERS[kind];
    return (await this.#run<RecordRows[Kind]>(recordsStatement(kind, query))).map(read);
  }

  /** Closes the connections; what still runs is given up after a second. */
  async close(): Promise<void> {
    await this.#sql.end({ timeout: CLOSE_TIMEOUT_S });
  }

  async #run<Row>({ text, values }: Statement): Promise<Row[]> {
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
      const rows = this.#sql.unsafe(text, [...values]);
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

/** The connections over which history is read, made when they are needed. */
export function connectReader(address: DatabaseAddress): postgres.Sql {
  const options = {
    max: CONNECTIONS_MAX,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    onnotice: () => {},
  };
  if (address.kind === "server") {
    return postgres(address.url, {
      ...options,
      connection: {
        ...PLANNER_SETTINGS,
        application_name: "order-book-monitor-web",
        statement_timeout: QUERY_TIMEOUT_MS,
        default_transaction_read_only: true,
      },
    });
  }
  // The embedded store is one session for everybody: it takes no settings.
  return postgres({
    ...options,
    path: socketPath(address.socketDir),
    database: "postgres",
    username: "postgres",
    password: "",
  });
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
