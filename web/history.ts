/**
 * Read-only queries over the tables that the writer fills (actors/writer/migrations). Each statement is short
 * and bounded by the rows that it touches: the embedded store answers one at a time. Two run at a time, each on
 * its own connection, and fourteen more may wait (`query_line.ts`); what is beyond is refused. An answer that
 * is made of many rows is read by many statements (`long_read.ts`), in a line of its own, one answer at a time,
 * so that who asks for a week does not stand before those who open a page; pages of exports likewise. A query that
 * nobody waits for any more, because it took too long or its reader has left, is cancelled and keeps its place
 * in the line until it is over. The embedded store hears of that only between two statements: one that waits
 * there is cancelled, one that runs has its `statement_timeout`.
 */
import type { StoredRow } from "../actors/rule_trial/stored_row.ts";
import { codeOf } from "../shared/error_text.ts";
import { monotonicMs } from "../shared/clock.ts";
import type { Stored } from "../shared/catalogue/tables.ts";
import type { SymbolId } from "../shared/market.ts";
import type { AlertEvent } from "../shared/output.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import { decoded } from "../shared/stored_outputs.ts";
import { EXPORTS_MAX } from "./export/export_desk.ts";
import { type BookMoment, bookMomentStatements, type MomentInterval } from "./book_moment.ts";
import { type LatestQuery, type LatestRow, latestStatement } from "./latest_statement.ts";
import { type Series, type SeriesQuery, SeriesRead } from "./bins.ts";
import { CANCELLED, HistoryUnavailable, STOPPING, unavailable } from "./history_unavailable.ts";
import { FIRST_ROWS, LongRead, TooManyRows } from "./long_read.ts";
import { cancelQuery } from "./query_cancel.ts";
import { QueryLine } from "./query_line.ts";
import { ReaderConnections, type Sent } from "./reader_connections.ts";
import { type BinRow, type FoldedRow, foldedRow, type GivenBin, valuesIn } from "./rows.ts";
import { type ProfileRow, type ProfilesQuery, profileStatements } from "./profile_columns.ts";
import { type QualityQuery, type QualitySpan, qualityStatements } from "./quality_statements.ts";
import { type Seen, type SeenQuery, seenStatement } from "./seen_statement.ts";
import { bucketRowsStatement, bucketsStatement } from "./rollup_statement.ts";
import {
  type AlertsQuery,
  alertsStatement,
  alertStatement,
  type RecordKind,
  type Records,
  type RecordsQuery,
  recordsStatement,
} from "./record_statements.ts";
import {
  type MetricsQuery,
  metricsStatement,
  mutesStatement,
  type RowsQuery,
  rowsStatement,
  settingsStatement,
  type Statement,
  type StoredSettings,
  symbolsStatement,
} from "./statements.ts";
import {
  type KeyCount,
  keyCounts,
  type SketchRow,
  sketchStatement,
  type SpreadQuery,
  type SpreadRow,
  type SpreadSource,
  spreadStatement,
} from "./stats_statements.ts";
import type { MuteRecord } from "../shared/said.ts";

/** The past, as the web server reads it. A `reader` that aborts has left: its query is given up. */
export interface History {
  /** As few points as are asked for, from the tables that have them. @throws {HistoryUnavailable} @throws {TooManyRows} */
  series(query: SeriesQuery, reader?: AbortSignal): Promise<Series>;
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
  /** The newest row of each, where the market is known there at all. @throws {HistoryUnavailable} */
  latest(query: LatestQuery, reader?: AbortSignal): Promise<LatestRow[]>;
  /** How values of one table were spread. @throws {HistoryUnavailable} */
  spread(source: SpreadSource, query: SpreadQuery, reader?: AbortSignal): Promise<SpreadRow[]>;
  /** What sketches of hours say together, and the rows since. @throws {HistoryUnavailable} */
  sketch(query: SpreadQuery, reader?: AbortSignal): Promise<KeyCount[]>;
  /** One page of an export: as many rows as one short statement may touch. @throws {HistoryUnavailable} */
  page<Row>(statement: Statement, reader?: AbortSignal): Promise<Row[]>;
  /** Of each column of a picture what is stored, the oldest first. @throws {HistoryUnavailable} */
  profiles(query: ProfilesQuery, reader?: AbortSignal): Promise<ProfileRow[]>;
  /** Of each span when anything was measured in it. @throws {HistoryUnavailable} */
  seen(query: SeenQuery, reader?: AbortSignal): Promise<Seen[]>;
  /** Of each span what is counted of it, in their order. @throws {HistoryUnavailable} */
  quality(query: QualityQuery, reader?: AbortSignal): Promise<QualitySpan[]>;
  /** What is stored around a moment, UTC. @throws {HistoryUnavailable} */
  bookMoment(symbol: SymbolId, atMs: number, reader?: AbortSignal): Promise<BookMoment>;
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

/** Queries that run at a time: each has a connection to itself, on which it can be cancelled. */
export const RUNNING_MAX = 2;
/** Queries under way or waiting for a connection; more than this are refused at once. */
export const QUERIES_MAX = 16;
/** Answers of many rows, of which one is read at a time: each takes seconds, and a reader waits for eight. */
export const LONG_READS_MAX = 3;
/** Pages of exports, of which one is read at a time: there are as many exports, and some that were just left. */
export const PAGES_MAX = 2 * EXPORTS_MAX;
/** One for the long reads, and one for exports. */
export const CONNECTIONS_MAX = RUNNING_MAX + 2;

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
  readonly #pageLine = new QueryLine(1, PAGES_MAX);
  readonly #closing = new AbortController();

  constructor(address: DatabaseAddress, timeouts: QueryTimeouts = TIMEOUTS[address.kind]) {
    this.#connections = new ReaderConnections(address, timeouts.statementMs, CONNECTIONS_MAX);
    this.#readerMs = timeouts.readerMs;
  }

  /** Connects; throws what the driver says. Without it the first question does. */
  open(): Promise<void> {
    return this.#connections.open();
  }

  /** The points of one symbol. */
  async series(query: SeriesQuery, reader?: AbortSignal): Promise<Series> {
    return await this.#within(reader, async (signal) => {
      const read = new SeriesRead(query);
      await this.#readSeries(read, query, signal);
      if (read.binMs > 0 || read.points.length <= query.limit) return read;
      // An earlier start has stored rows at a shorter interval.
      const plan = { source: "metrics", binMs: query.intervalMs } as const;
      const folded = new SeriesRead(query, plan);
      await this.#readSeries(folded, query, signal);
      return folded;
    });
  }

  /** One statement; who wants more asks again from the last row on. */
  async storedRows(query: RowsQuery, reader?: AbortSignal): Promise<StoredRow[]> {
    const { rollup, ...asked } = query;
    const statement = rollup === undefined
      ? rowsStatement(asked)
      : bucketRowsStatement(rollup, asked);
    const rows = await this.#run<BinRow & { intervalMs: number }>(statement, reader);
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
    return decoded(kind, await this.#run<Records[Kind]>(recordsStatement(kind, query), reader));
  }

  /** The newest row of each market. */
  async latest(query: LatestQuery, reader?: AbortSignal): Promise<LatestRow[]> {
    return await this.#run<LatestRow>(latestStatement(query), reader);
  }

  /** Of each metric one row. */
  spread(source: SpreadSource, query: SpreadQuery, reader?: AbortSignal): Promise<SpreadRow[]> {
    return this.#run<SpreadRow>(spreadStatement(source, query), reader);
  }

  /** Keys of each metric. */
  async sketch(query: SpreadQuery, reader?: AbortSignal): Promise<KeyCount[]> {
    return keyCounts(await this.#run<SketchRow>(sketchStatement(query), reader));
  }

  /** In a line of its own: neither who opens a page nor who asks for a week waits for more than one of them. */
  page<Row>(statement: Statement, reader?: AbortSignal): Promise<Row[]> {
    return this.#within(
      reader,
      (signal) => this.#pass(this.#pageLine, signal, (ask) => ask<Row>(statement)),
    );
  }

  /** Between two statements others have their turn. */
  profiles(query: ProfilesQuery, reader?: AbortSignal): Promise<ProfileRow[]> {
    return this.#within(reader, async (signal) => {
      const rows: ProfileRow[][] = [];
      for (const statement of profileStatements(query)) {
        rows.push(await this.#pass(this.#line, signal, (ask) => ask<ProfileRow>(statement)));
      }
      return decoded("depth_profiles", rows.flat());
    });
  }

  /** Of each table two rows. */
  seen(query: SeenQuery, reader?: AbortSignal): Promise<Seen[]> {
    return this.#run<Seen>(seenStatement(query), reader);
  }

  /** Each kind of row by its index. */
  async quality(query: QualityQuery, reader?: AbortSignal): Promise<QualitySpan[]> {
    const spans = query.spans.map((): Record<string, unknown> => ({}));
    for (const [name, statement] of Object.entries(qualityStatements(query))) {
      const rows = await this.#run<unknown>(statement, reader);
      rows.forEach((row, i) => Object.assign(spans[i] ?? {}, { [name]: row }));
    }
    // Each statement is of one kind, and all of them are of all kinds.
    return spans as unknown as QualitySpan[];
  }

  /** Three rows, each by an index. */
  async bookMoment(symbol: SymbolId, atMs: number, reader?: AbortSignal): Promise<BookMoment> {
    const statements = bookMomentStatements(symbol, atMs);
    const [book] = await this.#run<Stored<"books">>(statements.book, reader);
    const [feed] = await this.#run<Stored<"feed_status">>(statements.feed, reader);
    const [interval] = await this.#run<MomentInterval>(statements.interval, reader);
    return { book: book ?? null, feed: feed ?? null, interval: interval ?? null };
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

  async #readSeries(read: SeriesRead, query: SeriesQuery, signal: AbortSignal): Promise<void> {
    for (let step = read.next; step !== null; step = read.next) {
      const { source, binMs, fromMs, toMs, rowsExpected } = step;
      const asked = { ...query, fromMs, toMs, binMs };
      if (source === "metrics" && binMs > 0) {
        read.take(await this.#readLong({ ...asked, rowsExpected }, signal));
        continue;
      }
      const statement = source === "metrics"
        ? metricsStatement({ ...asked, rowsExpected, limit: query.limit + 1 })
        : bucketsStatement({ ...asked, name: source });
      const rows = await this.#pass(this.#line, signal, (ask) => ask<GivenBin>(statement));
      read.take(rows.map(foldedRow));
    }
  }

  /** As many statements as the rows take. What looks short begins among the short ones, and is over there mostly. */
  async #readLong(query: MetricsQuery, signal: AbortSignal): Promise<readonly FoldedRow[]> {
    const read = new LongRead(query);
    if (query.rowsExpected <= FIRST_ROWS) {
      await this.#pass(this.#line, signal, (ask) => takeSlice(read, ask));
    }
    if (read.next !== null) {
      await this.#pass(this.#longLine, signal, async (ask) => {
        while (read.next !== null) await takeSlice(read, ask);
      });
    }
    return read.rows;
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
    if (line.isFull) throw new HistoryUnavailable(line === this.#longLine ? LONG_FULL : FULL);
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
    rows = (await ask<GivenBin>(metricsStatement(next))).map(foldedRow);
  } catch (error) {
    if (codeOf(error) === CANCELLED && read.shorten()) return;
    throw error;
  }
  read.take(rows, monotonicMs() - fromMs);
}
