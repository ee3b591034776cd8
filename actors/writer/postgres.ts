/**
 * The database as the writer uses it: one connection that checks, locks, migrates and writes. The same
 * SQL for the embedded Postgres and for a server; a server is also locked against a second writer.
 *
 * After any failure that is not an answer of the server the connection is thrown away, and the next
 * `open` starts from the beginning: nothing of a session is trusted over its loss.
 */
import { deadline } from "@std/async/deadline";
import postgres from "postgres";
import { connectionOptions, OUR_SCHEMA, sessionOptions } from "../../shared/database_address.ts";
import { nameOf } from "../../shared/database_trouble.ts";
import type { Market, Source } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { DatabaseAddress, StoreIdentity } from "../../shared/protocol.ts";
import type { DatabaseServer } from "../../shared/database_url.ts";
import type { TableName } from "../../shared/catalogue/tables.ts";
import { storedColumns } from "../../shared/stored_outputs.ts";
import type { HostPort } from "../../shared/url_parts.ts";
import {
  identityConflict,
  isAnswer,
  isContentError,
  LockHeld,
  StoreRefusal,
  TableRefused,
} from "./failures.ts";
import { type AppliedMigration, type Migration, planMigrations, versionOf } from "./migrations.ts";
import { KnownIds } from "./row_ids.ts";
import { type Row, statementsFor } from "./rows.ts";

/** The oldest server that the SQL here is tested on. */
const SERVER_VERSION_MIN = 150_000;
/** Longer than this a statement is not slow but lost. */
const STATEMENT_MAX_MS = 30_000;
const MIGRATION_MAX_MS = 600_000;
const CONNECT_MAX_S = 5;
/** Episodes of one symbol that can be firing; rules are few. */
const FIRING_MAX = 1_000;
/** Advisory locks are pairs of numbers: this program ("obm"), and what for. */
const LOCK_SPACE = 0x6f626d;
/** A role's default may be another, of which transactions of several statements fail now and then. */
const READ_COMMITTED = "isolation level read committed";
const WRITER_LOCK = 1;
const MIGRATION_LOCK = 2;
/** What role, database and server may have set otherwise, for one transaction. A pooler keeps nothing longer. */
const SESSION = `set_config('search_path', $1 || ', pg_temp', true),
  set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true),
  set_config('standard_conforming_strings', 'on', true), set_config('array_nulls', 'on', true),
  set_config('extra_float_digits', '1', true), set_config('statement_timeout', $2, true),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)`;
/** read_only_sql_transaction: what such a server says of the first row. */
const READ_ONLY = "25006";

/** A connection to the database that is made when it is needed. */
export class Database {
  readonly #address: DatabaseAddress;
  readonly #applicationName: string;
  #sql: postgres.Sql | null = null;
  /** Quoted. */
  #schema = "public";
  #ids = new KnownIds();

  /** `owner` tells an operator who holds the database, e.g. `host:pid`. */
  constructor(address: DatabaseAddress, owner: string) {
    this.#address = address;
    this.#applicationName = `order-book-monitor writer ${owner}`;
  }

  /** True while a checked, locked and migrated connection stands. */
  get isOpen(): boolean {
    return this.#sql !== null;
  }

  /**
   * Connects, checks the version, takes the writer's lock, migrates; nothing when that is done.
   *
   * @throws {StoreRefusal} when this database must not be used; {@link LockHeld} when another process
   * writes to it; else what the driver says, and a later attempt may succeed.
   */
  async open(): Promise<void> {
    if (this.#sql !== null) return;
    const sql = await this.#connect();
    try {
      await deadline(this.#migrate(sql), MIGRATION_MAX_MS);
    } catch (error) {
      await sql.end({ timeout: 0 });
      throw error;
    }
    this.#sql = sql;
    this.#ids = new KnownIds();
  }

  /** Makes a fresh store the source's own; throws {@link StoreRefusal} when it is another's. */
  async claim({ kind, label }: Source): Promise<void> {
    await this.#transact(async (tx) => {
      await tx`INSERT INTO store_identity (kind, label) VALUES (${kind}, ${label})
               ON CONFLICT DO NOTHING`;
      const [held] = await tx<StoreIdentity[]>`SELECT kind, label FROM store_identity`;
      const conflict = held && identityConflict(this.#address, held, { kind, label });
      if (conflict) throw new StoreRefusal(conflict);
    });
  }

  /** Commits the one row that shows that this database stores now; `timeMs` is UTC. */
  async beat(timeMs: number): Promise<void> {
    await this.#transact((tx) =>
      tx`INSERT INTO writer_beat (only_row, time) VALUES (true, to_timestamp(${timeMs}::float8 / 1000))
         ON CONFLICT (only_row) DO UPDATE SET time = excluded.time`
    );
  }

  /** Writes all rows in one transaction, or none; rows that are there already stay as they are. */
  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const keep = await this.#transact(async (tx) => {
      const { ids: known, keep } = await this.#ids.of(tx, rows);
      const statements = statementsFor(rows, known);
      for (const { text, parameters } of statements) {
        await tx.unsafe(text, parameters.map((column) => [...column]), { prepare: true });
      }
      return keep;
    });
    keep();
  }

  /**
   * Has each table take a row that it has taken before.
   *
   * @throws {TableRefused} when one does not want it. Of an empty table nothing can be said.
   */
  async prove(tables: Iterable<TableName>): Promise<void> {
    for (const table of tables) {
      const again = `INSERT INTO ${table} SELECT * FROM ${table} LIMIT 1 ON CONFLICT DO NOTHING`;
      try {
        await this.#transact((tx) => tx.unsafe(again));
      } catch (error) {
        throw isContentError(error) ? new TableRefused(table, error) : error;
      }
    }
  }

  /** The alert episodes of a market that are still firing, oldest first. */
  firing({ venue, symbol }: Market): Promise<AlertEvent[]> {
    return this.#transact(async (tx) => [
      ...await tx.unsafe<AlertEvent[]>(
        `SELECT ${storedColumns("alerts")} FROM alerts JOIN symbols USING (symbol_id)
         WHERE venue = $1 AND symbol = $2 AND phase = 'firing'
         ORDER BY fired_at LIMIT ${FIRING_MAX}`,
        [venue, symbol],
        { prepare: true },
      ),
    ]);
  }

  /** Ends the connection; with it goes the lock. */
  async close(): Promise<void> {
    const sql = this.#sql;
    this.#sql = null;
    await sql?.end({ timeout: 1 });
  }

  /** To the first host that can be used: of those that cannot, one that has answered is the one to blame. */
  async #connect(): Promise<postgres.Sql> {
    const hosts = this.#address.kind === "server" ? this.#address.server.hosts : [null];
    const failures: unknown[] = [];
    for (const host of hosts) {
      const sql = this.#client(host);
      try {
        await deadline(this.#check(sql), STATEMENT_MAX_MS);
        return sql;
      } catch (error) {
        await sql.end({ timeout: 0 });
        // Somebody writes there: to go on elsewhere would make two histories.
        if (error instanceof LockHeld) throw error;
        failures.push(error);
      }
    }
    throw failures.find((error) => error instanceof StoreRefusal || isAnswer(error)) ?? failures[0];
  }

  /** `host`: of a server's; `null` for the embedded one. */
  #client(host: HostPort | null): postgres.Sql {
    const options = {
      // One connection: the lock and the rows are of one session, and a lost one is noticed.
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: CONNECT_MAX_S,
      // The writer waits between attempts itself.
      backoff: () => 0,
      onnotice: () => {},
      onclose: () => {
        if (this.#sql === sql) void this.#drop(sql);
      },
    };
    const address = this.#address;
    const sql = address.kind === "server" && host !== null
      ? postgres({
        ...options,
        ...connectionOptions(address.server, host),
        connection: sessionOptions(address.server, this.#applicationName),
      })
      : postgres({
        ...options,
        host: address.kind === "embedded" ? address.socketDir : "",
        port: 5432,
        user: "postgres",
        database: "postgres",
      });
    return sql;
  }

  async #check(sql: postgres.Sql): Promise<void> {
    const [server] = await sql.unsafe<{ number: number; version: string; schema: string }[]>(
      `SELECT current_setting('server_version_num')::int AS number,
         current_setting('server_version') AS version, ${OUR_SCHEMA} AS schema`,
    );
    if (server === undefined || server.number < SERVER_VERSION_MIN) {
      throw new StoreRefusal(
        `${nameOf(this.#address)} is PostgreSQL ${server?.version}, and 15 or later is needed; ` +
          "upgrade it, or unset DATABASE_URL to use the embedded database",
      );
    }
    this.#schema = server.schema;
    // The embedded database has one session for all clients, and its folder has a lock of its own.
    if (this.#address.kind === "embedded") return;
    await this.#checkRole(sql, this.#address.server);
    const [lock] = await sql<{ held: boolean }[]>`
      SELECT pg_try_advisory_lock(${LOCK_SPACE}::int, ${WRITER_LOCK}::int) AS held`;
    if (lock?.held !== true) throw new LockHeld(await this.#holder(sql));
  }

  /** Of several hosts one is looked for that may be written, whether or not the URL says so. */
  async #checkRole(sql: postgres.Sql, { hosts, role }: DatabaseServer): Promise<void> {
    if (hosts.length === 1 && role === "any") return;
    const [is] = await sql<{ standby: boolean; only: string }[]>`
      SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS only`;
    if (is?.standby !== true && is?.only !== "on") return;
    throw Object.assign(new Error("the server may only be read"), { code: READ_ONLY });
  }

  async #holder(sql: postgres.Sql): Promise<string> {
    // `objsubid` 2 marks a lock named by a pair of numbers.
    const [holder] = await sql<{ pid: number; name: string | null; address: string | null }[]>`
      SELECT pid, application_name AS name, host(client_addr) AS address
      FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND classid = ${LOCK_SPACE} AND objid = ${WRITER_LOCK}
        AND objsubid = 2 AND granted
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    if (holder === undefined) return "another monitor, which has just gone";
    const from = holder.address === null ? "a local socket" : holder.address;
    return `"${holder.name || "unknown"}" (server process ${holder.pid}, connected from ${from})`;
  }

  /**
   * Makes sure, inside the transaction, that no other process is the writer: should the driver have
   * connected anew behind our back, the session's lock is gone, and another may have taken it.
   */
  async #fence(tx: postgres.TransactionSql): Promise<void> {
    if (this.#address.kind === "embedded") return;
    const [lock] = await tx<{ held: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${LOCK_SPACE}::int, ${WRITER_LOCK}::int) AS held`;
    if (lock?.held !== true) throw new LockHeld("another monitor took the database over");
  }

  async #migrate(sql: postgres.Sql): Promise<void> {
    const known = await readMigrations();
    await sql.begin(READ_COMMITTED, async (tx) => {
      await this.#settle(tx, 0);
      await tx`SELECT pg_advisory_xact_lock(${LOCK_SPACE}::int, ${MIGRATION_LOCK}::int)`;
      await tx`CREATE TABLE IF NOT EXISTS schema_migrations (
        version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now())`;
      const applied = await tx<AppliedMigration[]>`
        SELECT version, name, checksum FROM schema_migrations ORDER BY version`;
      const plan = planMigrations(known, applied);
      if (plan.kind === "refuse") {
        throw new StoreRefusal(`${nameOf(this.#address)} cannot be used: ${plan.reason}`);
      }
      for (const { version, name, sql: text, checksum } of plan.pending) {
        await tx.unsafe(text).simple();
        await tx`INSERT INTO schema_migrations (version, name, checksum)
                 VALUES (${version}, ${name}, ${checksum})`;
      }
    });
  }

  /** One transaction of the only writer, whatever this session has been told to be. */
  async #transact<T>(run: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
    await this.open();
    const sql = this.#sql;
    if (sql === null) throw new Error("the connection was lost");
    try {
      const ended = transaction(sql, async (tx) => {
        await this.#settle(tx, STATEMENT_MAX_MS);
        await this.#fence(tx);
        return await run(tx);
      });
      return await deadline(ended, STATEMENT_MAX_MS);
    } catch (error) {
      // Refused for more than its rows: perhaps another server has the name by now.
      if (!isContentError(error)) await this.#drop(sql);
      throw error;
    }
  }

  async #settle(tx: postgres.TransactionSql, statementMaxMs: number): Promise<void> {
    await tx.unsafe(`SELECT ${SESSION}`, [this.#schema, String(statementMaxMs)], { prepare: true });
  }

  async #drop(sql: postgres.Sql): Promise<void> {
    if (this.#sql === sql) this.#sql = null;
    await sql.end({ timeout: 0 });
  }
}

/**
 * Runs one transaction. After a failure that is not in the rows the connection is thrown away, so that nothing needs
 * to be rolled back: the driver is kept from trying, as it would write into a socket that may be gone, and that ends
 * the worker.
 */
function transaction<T>(
  sql: postgres.Sql,
  run: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = sql.begin(READ_COMMITTED, (tx) =>
      run(tx).catch((error: unknown) => {
        reject(error);
        if (isContentError(error)) throw error;
        return new Promise<never>(() => {});
      }));
    // The driver's type unpacks arrays of promises, of which there are none.
    ended.then((value) => resolve(value as T), reject);
  });
}

async function readMigrations(): Promise<Migration[]> {
  const folder = new URL("./migrations/", import.meta.url);
  const migrations: Migration[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const sql = await Deno.readTextFile(new URL(name, folder));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sql));
    const checksum = new Uint8Array(digest).toHex();
    migrations.push({ version: versionOf(name), name, sql, checksum });
  }
  return migrations;
}
