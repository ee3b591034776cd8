/**
 * One store that is moved from or to: opened so that no monitor runs on it meanwhile, and looked at before anything is done.
 * What stands in the way is said in one line.
 */
import type postgres from "postgres";
import { refuseForeignLease } from "../../actors/writer/lease.ts";
import { type AppliedMigration, planMigrations } from "../../actors/writer/migrations.ts";
import { Database, readMigrations } from "../../actors/writer/postgres.ts";
import { SESSION } from "../../actors/writer/session_settings.ts";
import { connect, type Connection } from "../../actors/writer/writer_connection.ts";
import { lockTransaction } from "../../actors/writer/writer_lock.ts";
import type { Source } from "../../shared/market.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { holdsDatabase, openEmbedded, type OpenStore } from "../embedded_store.ts";
import { FlagError } from "../flags.ts";
import { spooledFiles, unusableStore } from "../store_task.ts";
import { placeText, type StorePlace } from "./store_place.ts";

/** Longer than this no statement of a move takes. */
const STATEMENT_MAX_MS = 600_000;
const OWNER = `move, process ${Deno.pid}`;

/** A store that is open and this process's alone. */
export interface StoreSide {
  readonly name: string;
  readonly address: DatabaseAddress;
  /** Whose rows these are; `null`: nobody's yet. */
  readonly source: Source | null;
  /** One transaction, under the writer's lock. */
  transact<T>(run: (tx: postgres.TransactionSql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What a store must be to be opened. */
export interface SideWishes {
  /** Its tables are made where there are none. */
  readonly isTarget: boolean;
  /** Of sockets. */
  readonly tempDir: string;
}

/**
 * Opens a store.
 *
 * @throws {FlagError} {DataFolderError} {DatabaseRefusal} in one line: a monitor runs on it, its tables are of another version,
 * it cannot be reached.
 */
export async function openSide(place: StorePlace, wishes: SideWishes): Promise<StoreSide> {
  const name = placeText(place);
  const folder = place.kind === "folder" ? await openFolder(place.dataDir, name, wishes) : null;
  const address: DatabaseAddress = place.kind === "folder"
    ? (folder as OpenStore).address
    : { kind: "server", variable: "DATABASE_URL", server: place.server };
  try {
    const connection = await openConnection(address, name, wishes);
    const side = { name, address, ...transactions(address, connection) };
    try {
      const [source = null] = await side.transact((tx) =>
        tx<Source[]>`SELECT kind, label FROM store_identity`
      );
      const close = async () => {
        await connection.end(1);
        await folder?.close();
      };
      return { ...side, source, close };
    } catch (error) {
      await connection.end(0);
      throw error;
    }
  } catch (error) {
    await folder?.close();
    const server = place.kind === "folder" ? null : place.server;
    throw unusableStore(error, name, server, "its URL");
  }
}

async function openFolder(
  dataDir: string,
  name: string,
  { isTarget, tempDir }: SideWishes,
): Promise<OpenStore> {
  if (!isTarget && !await holdsDatabase(dataDir)) {
    throw new FlagError(`There is no database in ${dataDir}: name the DATA_DIR of a monitor`);
  }
  const store = await openEmbedded(
    dataDir,
    tempDir,
    "stop it first: a store is moved while it rests",
  );
  const waiting = spooledFiles(dataDir);
  if (isTarget || waiting === 0) return store;
  await store.close();
  throw new FlagError(
    `Rows of ${name} still wait in ${dataDir}/spool: start the monitor on it once, so that they are stored`,
  );
}

/** A connection that holds the writer's lock, to tables of this program's version. */
async function openConnection(
  address: DatabaseAddress,
  name: string,
  { isTarget }: SideWishes,
): Promise<Connection> {
  for (let isMade = false;; isMade = true) {
    const connection = await connectTo(address, name);
    try {
      const state = await transactions(address, connection).transact(stateOf);
      if (state === "current") return connection;
      if (state !== "empty" || !isTarget || isMade) throw refusalOf(name, state);
    } catch (error) {
      await connection.end(0);
      throw error;
    }
    await connection.end(1);
    // As the monitor makes them.
    const database = new Database(address, OWNER);
    try {
      await database.open();
    } finally {
      await database.close();
    }
  }
}

async function connectTo(address: DatabaseAddress, name: string): Promise<Connection> {
  const connection = await connect({
    address,
    applicationName: `order-book-monitor ${OWNER}`,
    isPooled: address.kind === "server" && address.server.isPooled,
    onClose: () => {},
  });
  if (!connection.isPooled) return connection;
  await connection.end(0);
  throw new FlagError(
    `A pooler stands before ${name}, which keeps no lock for as long as a move takes: name the server itself`,
  );
}

function transactions(
  address: DatabaseAddress,
  { sql, schema }: Connection,
): Pick<StoreSide, "transact"> {
  return {
    transact: async (run) => {
      const ended = await sql.begin("isolation level read committed", async (tx) => {
        await tx.unsafe(`SELECT ${SESSION}`, [schema, String(STATEMENT_MAX_MS)]);
        if (address.kind === "server") await lockTransaction(tx);
        return [await run(tx)] as const;
      });
      return ended[0];
    },
  };
}

/** `empty`: none of our tables is there; else why it cannot be used. */
type SchemaState = "current" | "empty" | { readonly reason: string };

async function stateOf(tx: postgres.TransactionSql): Promise<SchemaState> {
  const [there] = await tx<{ migrations: string | null; tables: number }[]>`
    SELECT to_regclass('schema_migrations')::text AS migrations,
      (SELECT count(*)::int FROM pg_class WHERE relkind IN ('r', 'p')
        AND relnamespace = to_regnamespace(quote_ident(current_schema()))) AS tables`;
  if (there?.migrations === null) {
    if (there.tables === 0) return "empty";
    return { reason: "it holds tables of another program: name a database of its own" };
  }
  const known = await readMigrations();
  const applied = await tx<AppliedMigration[]>`
    SELECT version, name, checksum FROM schema_migrations ORDER BY version`;
  const plan = planMigrations(known, applied);
  if (plan.kind === "refuse") return { reason: plan.reason };
  if (plan.pending.length === 0) {
    await refuseForeignLease(tx, OWNER);
    return "current";
  }
  return {
    reason:
      `its tables are of an earlier version (migration ${applied.length} of ${known.length}): ` +
      "start the monitor of this version on it once",
  };
}

function refusalOf(name: string, state: SchemaState): FlagError {
  const reason = typeof state === "string"
    ? "nothing is stored in it: a monitor has never run on it"
    : state.reason;
  return new FlagError(`${capital(name)} cannot be used: ${reason}`);
}

function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
