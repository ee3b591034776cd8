/**
 * Read-only queries over the tables that the writer fills (actors/writer/migrations). Each statement is short
 * and bounded by the rows that it touches: the embedded store answers one at a time. Two run at a time, each on
 * its own connection, and fourteen more may wait (`query_line.ts`); what is beyond is refused. An answer that
 * is made of many rows is read by many statements (`long_read.ts`), in a line of its own, one answer at a time,
 * so that who asks for a week does not stand before those who open a page. A query that
 * nobody waits for any more, because it took too long or its reader has left, is cancelled and keeps its place
 * in the line until it is over. The embedded store hears of that only between two statements: one that waits
 * there is cancelled, one that runs has its `statement_timeout`.
 */
import type { StoredRow } from "../actors/rule_trial/stored_row.ts";
import { codeOf } from "../shared/error_text.ts";
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";
import { monotonicMs } from "../shared/clock.ts";
import type { Stored } from "../shared/catalogue/tables.ts";
import type { SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import { FIRST_ROWS, LongRead, TooManyRows } from "./long_read.ts";
import { QueryLine } from "./query_line.ts";
import { ReaderConnections, type Sent } from "./reader_connections.ts";
import { type BinRow, type FoldedRow, type MetricsColumns, toColumns, valuesIn } from "./rows.ts";
import {
  type AlertsQuery,
  alertsStatement,
  alertStatement,
  type MetricsQuery,
  metricsStatement,
  mutesStatement,
  type RecordKind,
  type Records,
  type RecordsQuery,
  recordsStatement,
  type RowsQuery,
  rowsStatement,
  settingsStatement,
  type Statement,
  type StoredSettings,
  symbolsStatement,
} from "./statements.ts";
import type { MuteRecord } from "../shared/said.ts";

/** The past, as the web server reads it. A `reader` that aborts has left: its query is given up. */
export interface History {
  /** @throws {HistoryUnavailable} @throws {TooManyRows} */
  metrics(query: MetricsQuery, reader?: AbortSignal): Promise<MetricsColumns>;
  /** Rows as they are, the oldest first: few at a time, as many as one statement may touch. @throws {HistoryUnavailable} */
  storedRows(query: RowsQuery, reader?: AbortSignal): Promise<StoredRow[]>;
  /** All that rows were computed under. @throws {HistoryUnavailable} */
  settings(reader?: AbortSignal): Promise<StoredSettings[]>;
  /** Firing ones first, then the newest. @throws {HistoryUnavailable} */
  alerts(query: AlertsQuery, reader?: AbortSignal): Promise<AlertEvent[]>;
  /** One episode; `null`: it is not stored. @throws {HistoryUnavailable} */
  alert(alertId: string, reader?: AbortSignal): Promise<AlertEvent | null>;
  /** What is muted at this time, UTC. @throws {HistoryUnavailable} */
  mutes(nowMs: number, reader?: AbortSignal): Promise<MuteRecord[]>;
  /** The newest first. @throws {HistoryUnavailable} */
  records<Kind extends RecordKind>(
    kind: Kind,
    query: RecordsQuery,
    reader?: AbortSignal,
  ): Promise<Records[Kind][]>;
  close(): Promise<void>;
}

/** Those of the stored settings that these ids stand for. @throws {HistoryUnavailable} */
export async function settingsUnder(
  history: Pick<History, "settings">,
  ids: Iterable<number>,
  reader?: AbortSignal,
): Promise<StoredSettings[]> {
  const wanted = new Set(ids);
  return (await history.settings(reader)).filter(({ id }) => wanted.has(id));
}

/** The database does not answer just now; the message is fit for a person. */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
}

/** Queries that run at a time: each has a connection to itself, on which it can be cancelled. */
export const RUNNING_MAX = 2;
/** Queries under way or waiting for a connection; more than this are refused at once. */
export const QUERIES_MAX = 16;
/** Answers of many rows, of which one is read at a time: each takes seconds, and a reader waits for eight. */
export const LONG_READS_MAX = 3;
/** One for the long reads. */
export const CONNECTIONS_MAX = RUNNING_MAX + 1;
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

/** In the embedded store a statement that runs keeps the writer waiting. */
const TIMEOUTS: Readonly<Record<DatabaseAddress["kind"], QueryTimeouts>> = {
  embedded: { readerMs: 8_000, statementMs: 1_000 },
  server: { readerMs: 8_000, statementMs: 10_000 },
};

/** `History` over PostgreSQL, embedded or a server's. It connects at the first query. */
export class PostgresHistory implements History {
  readonly #connections: ReaderConnections;
  readonly #readerMs: number;
  readonly #line = new QueryLine(RUNNING_MAX, QUERIES_MAX);
  readonly #longLine = new QueryLine(1, LONG_READS_MAX);
  readonly #closing = new AbortController();

  constructor(address: DatabaseAddress, timeouts: QueryTimeouts = TIMEOUTS[address.kind]) {
    this.#connections = new ReaderConnections(address, timeouts.statementMs, CONNECTIONS_MAX);
    this.#readerMs = timeouts.readerMs;
  }

  /** Connects; throws what the driver says. Without it the first question does. */
  open(): Promise<void> {
    return this.#connections.open();
  }

  /** The rows of one symbol; rows are averaged when `binMs` is not 0. */
  async metrics(query: MetricsQuery, reader?: AbortSignal): Promise<MetricsColumns> {
    const rows = query.binMs === 0
      ? await this.#run<BinRow>(metricsStatement(query), reader)
      : await this.#readLong(query, reader);
    return toColumns(rows, query.columns);
  }

  /** One statement; who wants more asks again from the last row on. */
  async storedRows(query: RowsQuery, reader?: AbortSignal): Promise<StoredRow[]> {
    const rows = await this.#run<BinRow & { intervalMs: number }>(rowsStatement(query), reader);
    return rows.map((row) => {
      const { timeMs, intervalMs, state, settings, nulls } = row;
      return { timeMs, intervalMs, state, settings, nulls, values: valuesIn(row, query.columns) };
    });
  }

  /** Every symbol of which something may be stored. */
  async symbols(): Promise<SymbolId[]> {
    const rows = await this.#run<{ symbol: SymbolId }>(symbolsStatement());
    return rows.map(({ symbol }) => symbol);
  }

  /** What the ids in `metrics` stand for. */
  async settings(reader?: AbortSignal): Promise<StoredSettings[]> {
    return await this.#run<StoredSettings>(settingsStatement(), reader);
  }

  /** The newest revision of each episode. */
  async alerts(query: AlertsQuery, reader?: AbortSignal): Promise<AlertEvent[]> {
    return await this.#run<Stored<"alerts">>(alertsStatement(query), reader);
  }

  /** The newest revision of one episode. */
  async alert(alertId: string, reader?: AbortSignal): Promise<AlertEvent | null> {
    const [alert] = await this.#run<Stored<"alerts">>(alertStatement(alertId), reader);
    return alert ?? null;
  }

  /** Mutes in force. */
  async mutes(nowMs: number, reader?: AbortSignal): Promise<MuteRecord[]> {
    return await this.#run<Stored<"mutes">>(mutesStatement(nowMs), reader);
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
    await this.#connections.close();
  }

  /** One statement. */
  #run<Row>(statement: Statement, reader?: AbortSignal): Promise<Row[]> {
    return this.#within(
      reader,
      (signal) => this.#pass(this.#line, signal, (ask) => ask<Row>(statement)),
    );
  }

  /** As many statements as the rows take. What looks short begins among the short ones, and is over there mostly. */
  #readLong(query: MetricsQuery, reader?: AbortSignal): Promise<readonly FoldedRow[]> {
    const read = new LongRead(query);
    return this.#within(reader, async (signal) => {
      if (query.rowsExpected <= FIRST_ROWS) {
        await this.#pass(this.#line, signal, (ask) => takeSlice(read, ask));
      }
      if (read.next !== null) {
        await this.#pass(this.#longLine, signal, async (ask) => {
          while (read.next !== null) await takeSlice(read, ask);
        });
      }
      return read.rows;
    });
  }

  /** Until the reader leaves, its time is up or everything ends: what is thrown says which it was. */
  async #within<Answer>(
    reader: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      const message = `the database did not answer within ${this.#readerMs / 1_000} s`;
      late.abort(new HistoryUnavailable(message));
    }, this.#readerMs);
    const ends = [this.#closing.signal, late.signal, ...(reader === undefined ? [] : [reader])];
    try {
      return await work(AbortSignal.any(ends));
    } catch (error) {
      if (error instanceof HistoryUnavailable || error instanceof TooManyRows) throw error;
      throw reader?.aborted ? new HistoryUnavailable("its reader has left") : unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for a place in a line and holds it until the work is over. */
  #pass<Answer>(
    line: QueryLine,
    signal: AbortSignal,
    work: (ask: Ask) => Promise<Answer>,
  ): Promise<Answer> {
    if (line.isFull) throw new HistoryUnavailable(line === this.#line ? FULL : LONG_FULL);
    return line.run(() => {
      let sent: Sent | null = null;
      const ask = async <Row>(statement: Statement) => {
        signal.throwIfAborted();
        const rows = await this.#connections.query(statement, signal, (query) => sent = query);
        // The driver's rows are untyped: this is the parse edge, the statements stand elsewhere.
        return [...rows] as unknown as Row[];
      };
      const cancel = () => sent === null ? Promise.resolve() : cancelQuery(sent);
      return { answer: work(ask), cancel };
    }, signal);
  }
}

/** Runs one statement in the place that is held. */
type Ask = <Row>(statement: Statement) => Promise<Row[]>;

const FULL = `${QUERIES_MAX} queries wait already: try again in a moment`;
const LONG_FULL =
  `${LONG_READS_MAX} long ranges are being read already: try again in a moment, or ask for a ` +
  "shorter range";

/** A slice that the database itself has ended is tried again, shorter. */
async function takeSlice(read: LongRead, ask: Ask): Promise<void> {
  const { next } = read;
  if (next === null) return;
  const fromMs = monotonicMs();
  let rows: FoldedRow[];
  try {
    rows = await ask<FoldedRow>(metricsStatement(next));
  } catch (error) {
    if (codeOf(error) === CANCELLED && read.shorten()) return;
    throw error;
  }
  read.take(rows, monotonicMs() - fromMs);
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

/** SQLSTATE of a query that was cancelled, by whomever. */
const CANCELLED = "57014";

/** Addresses and passwords stay out of what a browser is told. */
function unavailable(error: unknown): HistoryUnavailable {
  const code = codeOf(error);
  const reasons: Record<string, string> = {
    ECONNREFUSED: "the database refuses connections",
    ENOENT: "the store is still starting",
    ENOTFOUND: "the database's host name is not known",
    CONNECT_TIMEOUT: "the database cannot be reached",
    HUNG_UP: "the database hangs up before it has answered",
    NOT_POSTGRESQL: "what answers in its place is not PostgreSQL",
    CONNECTION_CLOSED: "the connection to the database was lost",
    CONNECTION_ENDED: STOPPING,
    "28P01": "the database refuses its user and password",
    "3D000": "the database that is named does not exist",
    "42P01": "the tables are being made",
    [CANCELLED]: "the query took too long: ask for a shorter range, or try again in a moment",
  };
  const reason = reasons[code] ?? `the database answered with ${code || "an unknown error"}`;
  return new HistoryUnavailable(reason, { cause: error });
}
