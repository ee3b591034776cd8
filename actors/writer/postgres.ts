/**
 * The database as the writer uses it: one connection that locks, migrates and writes. The same
 * SQL for the embedded Postgres and for a server; a server is also locked against a second writer.
 *
 * After any failure that is not an answer of the server the connection is thrown away, and the next
 * `open` starts from the beginning: nothing of a session is trusted over its loss.
 */
import type { RuleInStore } from "../../shared/alerts_in_store.ts";
import { deadline } from "@std/async/deadline";
import type postgres from "postgres";
import { utcNowMs } from "../../shared/clock.ts";
import { nameOf } from "../../shared/database_trouble.ts";
import {
  type Market,
  marketText,
  MONITOR,
  type Source,
  type SymbolId,
} from "../../shared/market.ts";
import type { AlertEvent, MetricState } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import type { TableName } from "../../shared/catalogue/tables.ts";
import { MUTES_MAX } from "../../shared/mutes.ts";
import { storedColumns } from "../../shared/stored_outputs.ts";
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import {
  identityConflict,
  isAnswer,
  isContentError,
  isWithoutPartition,
  PartitionRefused,
  StoreRefusal,
  TableRefused,
} from "./failures.ts";
import { migrate } from "./migrate.ts";
import { Floors } from "./floors.ts";
import { endLease, holdLease, refuseForeignLease } from "./lease.ts";
import { type AppliedMigration, type Migration, planMigrations, versionOf } from "./migrations.ts";
import type { Transact } from "./housekeeping.ts";
import { Inflow } from "./inflow.ts";
import { newestStored, tellDoubt } from "./newest_row.ts";
import { OldRows } from "./old_rows.ts";
import { KnownPartitions, wantedAt } from "./partitions.ts";
import { KnownIds } from "./row_ids.ts";
import { type Row, statementsFor } from "./rows.ts";
import { SESSION } from "./session_settings.ts";
import { READ_COMMITTED, transaction } from "./transaction.ts";
import { TrustedClock } from "./trusted_clock.ts";
import { wakingMs } from "./waking_clock.ts";
import { connect, type Connection } from "./writer_connection.ts";
import { lockMigrations, lockTransaction } from "./writer_lock.ts";
import type { MuteRecord } from "../../shared/said.ts";

/** Longer than this a statement is not slow but lost. */
const STATEMENT_MAX_MS = 30_000;
const MIGRATION_MAX_MS = 600_000;
const LEASE_END_MAX_MS = 1_000;
/** A step of housekeeping must be shorter than what makes the store look silent, and stand in nobody's way. */
const STEP_MAX_MS = 2_000;
const STEP_LOCK_MAX_MS = 200;
/** Episodes of one symbol that can be firing; rules are few. */
const FIRING_MAX = 1_000;
/** A connection to the database that is made when it is needed. */
export class Database {
  readonly #address: DatabaseAddress;
  readonly #applicationName: string;
  readonly #leaseOwner: string;
  /** Behind a pooler nothing of a session lasts: neither its lock nor a prepared statement. */
  #isPooled: boolean;
  #connection: Connection | null = null;
  /** Quoted. */
  #schema = "public";
  #ids = new KnownIds();
  /** The partitions of this session's database. */
  readonly partitions = new KnownPartitions();
  /** From when on it keeps rows. */
  readonly floors = new Floors();
  /** Rows that came to it. */
  readonly inflow = new Inflow();
  readonly #oldRows = new OldRows();
  /** What time it is for history. */
  readonly clock: TrustedClock;

  /**
   * `owner` tells an operator who holds the database, e.g. `host:pid`; `processId` is no other process's, wherever
   * that runs, and is that of all writers of this one.
   */
  constructor(
    address: DatabaseAddress,
    owner: string,
    processId = "",
    clock = new TrustedClock(utcNowMs(), wakingMs()),
  ) {
    this.clock = clock;
    this.#address = address;
    this.#applicationName = `order-book-monitor writer ${owner}`;
    this.#leaseOwner = `${this.#applicationName} ${processId}`;
    this.#isPooled = address.kind === "server" && address.server.isPooled;
  }

  /** True while a checked, locked and migrated connection stands. */
  get isOpen(): boolean {
    return this.#connection !== null;
  }

  /**
   * Connects, checks the version, takes the writer's lock, migrates; nothing when that is done.
   *
   * @throws {StoreRefusal} when this database must not be used; `LockHeld` when another process
   * writes to it; else what the driver says, and a later attempt may succeed.
   */
  async open(): Promise<void> {
    if (this.#connection !== null) return;
    const connection = await connect({
      address: this.#address,
      applicationName: this.#applicationName,
      isPooled: this.#isPooled,
      onClose: (closed) => {
        if (this.#connection?.sql === closed) void this.#drop(this.#connection);
      },
    });
    this.#schema = connection.schema;
    this.#isPooled = connection.isPooled;
    this.partitions.forget();
    try {
      await deadline(this.#migrate(connection.sql), MIGRATION_MAX_MS);
    } catch (error) {
      await connection.end(0);
      throw error;
    }
    this.#connection = connection;
    this.#ids = new KnownIds();
  }

  /** Makes a fresh store the source's own; throws {@link StoreRefusal} when it is another's. */
  async claim({ kind, label }: Source): Promise<void> {
    await this.#transact(async (tx) => {
      await tx`INSERT INTO store_identity (kind, label) VALUES (${kind}, ${label})
               ON CONFLICT DO NOTHING`;
      const [held] = await tx<Source[]>`SELECT kind, label FROM store_identity`;
      const conflict = held && identityConflict(this.#address, held, { kind, label });
      if (conflict) throw new StoreRefusal(conflict);
    });
  }

  /** Commits the one row that shows that this database stores now; `timeMs` is UTC. */
  async beat(timeMs: number): Promise<void> {
    await this.#transact(async (tx) => {
      await tx`INSERT INTO writer_beat (only_row, time) VALUES (true, to_timestamp(${timeMs}::float8 / 1000))
         ON CONFLICT (only_row) DO UPDATE SET time = excluded.time`;
      await this.#askTime(tx);
    });
  }

  /** Writes all rows in one transaction, or none; rows that are there already stay as they are. */
  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const wanted = rows.map(({ table, item: { timeMs } }) => ({ table, timeMs }));
    const made = await this.#transact(async (tx) => {
      const ids = await this.#ids.of(tx, rows);
      const partitions = await this.partitions.make(tx, wanted);
      const statements = statementsFor(rows, ids.ids, this.#oldRows.untilMs);
      for (const { text, parameters } of statements) {
        await tx.unsafe(text, parameters.map((column) => [...column]), { prepare: true });
      }
      return [ids, partitions];
    });
    for (const each of made) each.keep();
    this.inflow.add(wanted);
  }

  /** One short transaction of housekeeping. An answer that it cannot be done leaves the connection as it is. */
  readonly step: Transact = async (run) => {
    const connection = await this.#opened();
    try {
      const ended = connection.sql.begin(READ_COMMITTED, async (tx) => {
        await this.#settle(tx, STEP_MAX_MS);
        await tx`SELECT set_config('lock_timeout', ${String(STEP_LOCK_MAX_MS)}, true)`;
        await this.#fence(tx);
        return await run(tx);
      });
      // The driver's type unpacks arrays of promises, of which there are none.
      return await deadline(ended as ReturnType<typeof run>, STATEMENT_MAX_MS);
    } catch (error) {
      if (isWithoutPartition(error)) this.partitions.forget();
      if (!isAnswer(error) && !(error instanceof PartitionRefused)) await this.#drop(connection);
      throw error;
    }
  };

  /** Makes what deleted and changed rows took room for others. */
  readonly vacuum = async (table: string, how = "VACUUM (ANALYZE)"): Promise<void> => {
    const connection = await this.#opened();
    try {
      await deadline(
        connection.sql.unsafe(`${how} ${this.#schema}.${table}`).simple(),
        STATEMENT_MAX_MS,
      );
    } catch (error) {
      if (!isAnswer(error)) await this.#drop(connection);
      throw error;
    }
  };

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

  /**
   * Of each of these markets, the alert episodes that are still firing, oldest first, how its rules stood, what its metrics
   * remember, and what is muted after `nowMs`, UTC.
   */
  async memoryOf(
    markets: readonly Market[],
    nowMs: number,
  ): Promise<Map<SymbolId, SymbolInStore>> {
    const wanted = [markets.map(({ venue }) => venue), markets.map(({ symbol }) => symbol)];
    const where = `(venue, symbol) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
    const [firing, rules, metrics, mutes] = await this.#transact(async (tx) => [
      await tx.unsafe<AlertEvent[]>(
        `SELECT ${storedColumns("alerts")} FROM alerts JOIN symbols USING (symbol_id)
         WHERE ${where} AND phase = 'firing'
         ORDER BY fired_at LIMIT ${FIRING_MAX * markets.length}`,
        wanted,
        { prepare: true },
      ),
      await tx.unsafe<RuleInStore[]>(
        `SELECT ${storedColumns("rule_state")} FROM rule_state JOIN symbols USING (symbol_id)
         WHERE ${where}`,
        wanted,
        { prepare: true },
      ),
      await tx.unsafe<MetricState[]>(
        `SELECT ${storedColumns("metric_state")} FROM metric_state JOIN symbols USING (symbol_id)
         WHERE ${where}`,
        wanted,
        { prepare: true },
      ),
      await tx.unsafe<MuteRecord[]>(
        `SELECT ${storedColumns("mutes")} FROM mutes JOIN symbols USING (symbol_id)
         WHERE (symbol_id = 0 OR ${where}) AND removed_at IS NULL
           AND until > to_timestamp($3::float8 / 1000)
         ORDER BY time DESC LIMIT ${MUTES_MAX * (markets.length + 1)}`,
        [...wanted, nowMs],
        { prepare: true },
      ),
    ]);
    const firingOf = Map.groupBy(firing ?? [], ({ symbol }) => symbol);
    const rulesOf = Map.groupBy(rules ?? [], ({ symbol }) => symbol);
    const metricsOf = Map.groupBy(metrics ?? [], ({ symbol }) => symbol);
    const mutesOf = Map.groupBy(mutes ?? [], marketText);
    const ofAll = mutesOf.get(MONITOR.symbol) ?? [];
    return new Map(markets.map(({ symbol }) => [symbol, {
      firing: firingOf.get(symbol) ?? [],
      rules: rulesOf.get(symbol) ?? [],
      metrics: metricsOf.get(symbol) ?? [],
      mutes: [...ofAll, ...mutesOf.get(symbol) ?? []],
    }]));
  }

  /** Ends the connection; with it goes the lock, or before it the lease. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null && this.#isPooled) {
      const ended = connection.sql.begin(async (tx) => {
        await this.#settle(tx, LEASE_END_MAX_MS);
        await endLease(tx, this.#leaseOwner);
      });
      // One that is not given back runs out.
      await deadline(ended, LEASE_END_MAX_MS).catch(() => {});
    }
    await connection?.end(1);
  }

  /** No other process is the writer, and none becomes it while this transaction lasts. */
  async #fence(tx: postgres.TransactionSql): Promise<void> {
    if (this.#address.kind === "embedded") return;
    await lockTransaction(tx);
    if (this.#isPooled) await holdLease(tx, this.#leaseOwner);
  }

  async #migrate(sql: postgres.Sql): Promise<void> {
    const known = await readMigrations();
    await sql.begin(READ_COMMITTED, async (tx) => {
      await this.#settle(tx, 0);
      await lockMigrations(tx);
      await tx`CREATE TABLE IF NOT EXISTS schema_migrations (
        version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now())`;
      const applied = await tx<AppliedMigration[]>`
        SELECT version, name, checksum FROM schema_migrations ORDER BY version`;
      const plan = planMigrations(known, applied);
      if (plan.kind === "refuse") {
        throw new StoreRefusal(`${nameOf(this.#address)} cannot be used: ${plan.reason}`);
      }
      for (const migration of plan.pending) {
        const { version, name, checksum } = migration;
        await migrate(tx, migration);
        await tx`INSERT INTO schema_migrations (version, name, checksum)
                 VALUES (${version}, ${name}, ${checksum})`;
      }
      if (this.#address.kind === "server") {
        if (this.#isPooled) await this.#fence(tx);
        else await refuseForeignLease(tx, this.#leaseOwner);
      }
      await this.floors.read(tx);
      await this.#oldRows.read(tx);
      await this.#askTime(tx);
      const newestMs = await newestStored(tx, this.#oldRows);
      this.clock.opened(newestMs);
      // Who may not make them learns so now, and not when the first row comes.
      await this.partitions.make(tx, wantedAt(this.clock.carefulAt(wakingMs())));
      tellDoubt(newestMs, this.clock, wakingMs());
    });
  }

  /** One transaction of the only writer, whatever this session has been told to be. */
  async #transact<T>(run: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
    const connection = await this.#opened();
    try {
      const ended = transaction(connection.sql, async (tx) => {
        await this.#settle(tx, STATEMENT_MAX_MS);
        await this.#fence(tx);
        return await run(tx);
      });
      return await deadline(ended, STATEMENT_MAX_MS);
    } catch (error) {
      // Refused for more than its rows: perhaps another server has the name by now.
      if (!isContentError(error)) await this.#drop(connection);
      throw error;
    }
  }

  /** The embedded database has this machine's clock. */
  async #askTime(tx: postgres.TransactionSql): Promise<void> {
    if (this.#address.kind === "embedded") return;
    const [row] = await tx<{ ms: number }[]>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
    if (row !== undefined) this.clock.told(row.ms, wakingMs());
  }

  async #opened(): Promise<Connection> {
    await this.open();
    if (this.#connection === null) throw new Error("the connection was lost");
    return this.#connection;
  }

  async #settle(tx: postgres.TransactionSql, statementMaxMs: number): Promise<void> {
    await tx.unsafe(`SELECT ${SESSION}`, [this.#schema, String(statementMaxMs)], { prepare: true });
  }

  async #drop(connection: Connection): Promise<void> {
    if (this.#connection === connection) this.#connection = null;
    await connection.end(0);
  }
}

/** Those of this program, in no order. */
export async function readMigrations(): Promise<Migration[]> {
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
