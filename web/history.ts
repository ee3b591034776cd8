/**
 * Read-only queries over the tables that the writer fills (actors/writer/migrations). Each is short
 * and bounded: the embedded store answers one at a time, and everything else waits meanwhile. There
 * are two connections, a query each, and fourteen more may wait (`query_line.ts`); what is beyond
 * is refused. A query that nobody waits for any more, because it took too long or its reader has
 * left, is cancelled and keeps its place in the line until it is over. The embedded store hears of that only
 * between two statements: one that waits there is cancelled, one that runs has its `statement_timeout`.
 */
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import postgres from "postgres";
import type { Stored } from "../shared/catalogue/tables.ts";
import { PLANNER_SETTINGS, socketPath } from "../shared/database_address.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import { QueryLine } from "./query_line.ts";
import { type BinRow, type MetricsColumns, toColumns } from "./rows.ts";
import {
  type AlertsQuery,
  alertsStatement,
  type MetricsQuery,
  metricsStatement,
  type RecordKind,
  type Records,
  type RecordsQuery,
  recordsStatement,
  settingsStatement,
  type Statement,
  type StoredSettings,
} from "./statements.ts";

/** The past, as the web server reads it. A `reader` that aborts has left: its query is given up. */
export interface History {
  /** @throws {HistoryUnavailable} */
  metrics(query: MetricsQuery, reader?: AbortSignal): Promise<MetricsColumns>;
  /** All that rows were computed under. @throws {HistoryUnavailable} */
  settings(reader?: AbortSignal): Promise<StoredSettings[]>;
  /** Firing ones first, then the newest. @throws {HistoryUnavailable} */
  alerts(query: AlertsQuery, reader?: AbortSignal): Promise<AlertEvent[]>;
  /** The newest first. @throws {HistoryUnavailable} */
  records<Kind extends RecordKind>(
    kind: Kind,
    query: RecordsQuery,
    reader?: AbortSignal,
  ): Promise<Records[Kind][]>;
  close(): Promise<void>;
}

/** The database does not answer just now; the message is fit for a person. */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
}

/** Also the queries that run at a time: each has a connection to itself, on which it can be cancelled. */
export const CONNECTIONS_MAX = 2;
/** Queries under way or waiting for a connection; more than this are refused at once. */
export const QUERIES_MAX = 16;
const CONNECT_TIMEOUT_S = 5;
const CLOSE_TIMEOUT_S = 1;
/** A request to cancel is one packet; one that is not through by then has been lost. */
const CANCEL_MAX_MS = 1_000;
const CANCEL_PAUSE_MS = 250;

/** How long a query may take. */
export interface QueryTimeouts {
  /** Until its reader is refused and it is cancelled; its wait for a connection counts. */
  readonly readerMs: number;
  /** Until the database ends it by itself: what a lost request to cancel leaves behind. */
  readonly statementMs: number;
}

const TIMEOUTS: QueryTimeouts = { readerMs: 8_000, statementMs: 10_000 };

/** `History` over PostgreSQL, embedded or a server's. It connects at the first query. */
export class PostgresHistory implements History {
  readonly #sql: postgres.Sql;
  readonly #readerMs: number;
  readonly #line = new QueryLine(CONNECTIONS_MAX, QUERIES_MAX);
  readonly #closing = new AbortController();

  constructor(address: DatabaseAddress, timeouts: QueryTimeouts = TIMEOUTS) {
    this.#sql = connectReader(address, timeouts.statementMs);
    this.#readerMs = timeouts.readerMs;
  }

  /** The rows of one symbol; rows are averaged when `binMs` is not 0. */
  async metrics(query: MetricsQuery, reader?: AbortSignal): Promise<MetricsColumns> {
    return toColumns(await this.#run<BinRow>(metricsStatement(query), reader), query.columns);
  }

  /** What the ids in `metrics` stand for. */
  async settings(reader?: AbortSignal): Promise<StoredSettings[]> {
    return await this.#run<StoredSettings>(settingsStatement(), reader);
  }

  /** The newest revision of each episode. */
  async alerts(query: AlertsQuery, reader?: AbortSignal): Promise<AlertEvent[]> {
    return await this.#run<Stored<"alerts">>(alertsStatement(query), reader);
  }

  /** Records of one kind. */
  async records<Kind extends RecordKind>(
    kind: Kind,
    query: RecordsQuery,
    reader?: AbortSignal,
  ): Promise<Records[Kind][]> {
    return await this.#run<Records[Kind]>(recordsStatement(kind, query), reader);
  }

  /** Gives up what runs and waits, and closes the connections within about a second. */
  async close(): Promise<void> {
    this.#closing.abort(new HistoryUnavailable(STOPPING));
    await this.#sql.end({ timeout: CLOSE_TIMEOUT_S });
  }

  async #run<Row>({ text, values }: Statement, reader?: AbortSignal): Promise<Row[]> {
    if (this.#line.isFull) {
      throw new HistoryUnavailable(`${QUERIES_MAX} queries wait already: try again in a moment`);
    }
    const late = new AbortController();
    const timer = setTimeout(() => {
      const message = `the database did not answer within ${this.#readerMs / 1_000} s`;
      late.abort(new HistoryUnavailable(message));
    }, this.#readerMs);
    const ends = [this.#closing.signal, late.signal, ...(reader === undefined ? [] : [reader])];
    const send = () => {
      const query = this.#sql.unsafe(text, [...values]);
      return { answer: query, cancel: () => cancelQuery(query) };
    };
    try {
      // The driver's rows are untyped: this is the parse edge, the statements stand elsewhere.
      return [...await this.#line.run(send, AbortSignal.any(ends))] as unknown as Row[];
    } catch (error) {
      if (error instanceof HistoryUnavailable) throw error;
      throw reader?.aborted ? new HistoryUnavailable("its reader has left") : unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The connections over which history is read, made when they are needed. */
export function connectReader(
  address: DatabaseAddress,
  statementMs = TIMEOUTS.statementMs,
): postgres.Sql {
  const options = {
    max: CONNECTIONS_MAX,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    onnotice: () => {},
    // The embedded store honours the last two of these (`actors/store/connection.ts`): by them it knows a reader.
    connection: {
      ...PLANNER_SETTINGS,
      application_name: "order-book-monitor-web",
      statement_timeout: statementMs,
      default_transaction_read_only: true,
    },
  };
  if (address.kind === "server") return postgres(address.url, options);
  return postgres({
    ...options,
    path: socketPath(address.socketDir),
    database: "postgres",
    username: "postgres",
    password: "",
  });
}

/** What the driver knows of a query and its types do not tell (postgres.js 3.4.9). */
interface DriverQuery {
  /** It has been sent and is not over. */
  readonly active: boolean;
  /** Connects anew and sends the CancelRequest; resolves when the server has closed that connection. */
  readonly canceller: (query: unknown) => Promise<void>;
}

/**
 * Cancels a query, and asks again until it is over: a request that comes between two messages of the query is
 * ignored. Not by the driver's own `cancel()`, which lets go of its request: one that failed would end this
 * worker, one that was late would hit the next query of the connection, and a query that waits for its
 * connection to be made would block that for ever.
 */
async function cancelQuery(query: PromiseLike<unknown>): Promise<void> {
  // Parse edge: the driver's version is pinned, and a test on a server sees a query cancelled.
  const sent = query as unknown as DriverQuery;
  const over = new AbortController();
  const end = () => over.abort();
  void query.then(end, end);
  while (!over.signal.aborted) {
    // A request that is lost changes nothing: the query keeps its place until it ends by itself.
    if (sent.active) await deadline(sent.canceller(query), CANCEL_MAX_MS).catch(() => {});
    await delay(CANCEL_PAUSE_MS, { signal: over.signal }).catch(() => {});
  }
}

const STOPPING = "the web server is stopping";

/** Addresses and passwords stay out of what a browser is told. */
function unavailable(error: unknown): HistoryUnavailable {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Record<string, string> = {
    ECONNREFUSED: "the database refuses connections",
    ENOENT: "the store is still starting",
    ENOTFOUND: "the database's host name is not known",
    CONNECT_TIMEOUT: "the database cannot be reached",
    CONNECTION_CLOSED: "the connection to the database was lost",
    CONNECTION_ENDED: STOPPING,
    "28P01": "the database refuses the password of DATABASE_URL",
    "3D000": "the database named in DATABASE_URL does not exist",
    "42P01": "the tables are being made",
    "57014": "the query took too long",
  };
  const reason = reasons[code] ?? `the database answered with ${code || "an unknown error"}`;
  return new HistoryUnavailable(reason, { cause: error });
}
