/**
 * The connection of the writer to a database that it may use: to the first host that answers, is of a version that is
 * tested, may be written, and has no other writer.
 */
import { deadline } from "@std/async/deadline";
import postgres from "postgres";
import {
  credentials,
  hostsOf,
  OUR_SCHEMA,
  sessionOptions,
  tlsRequest,
} from "../../shared/database_address.ts";
import { Dialler } from "../../shared/database_dial.ts";
import { nameOf } from "../../shared/database_trouble.ts";
import type { DatabaseServer } from "../../shared/database_url.ts";
import { log } from "../../shared/log.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import type { HostPort } from "../../shared/url_parts.ts";
import { LISTS } from "./array_text.ts";
import { isAnswer, LockHeld, StoreRefusal } from "./failures.ts";
import { lockSession } from "./writer_lock.ts";

/** The oldest server that the SQL here is tested on. */
const SERVER_VERSION_MIN = 150_000;
/** From a socket to a session. */
const SESSION_MAX_S = 5;
const CHECK_MAX_MS = 30_000;
/** read_only_sql_transaction: what such a server says of the first row. */
const READ_ONLY = "25006";

/** What a server says of itself. */
interface Server {
  /** As in 150004. */
  readonly number: number;
  readonly version: string;
  /** The process that serves this session, as the session sees it. */
  readonly pid: number;
  readonly schema: string;
}

/** What a connection needs to be made. */
export interface Caller {
  readonly address: DatabaseAddress;
  readonly applicationName: string;
  /** It is known that a pooler stands before the database. */
  readonly isPooled: boolean;
  /** Its socket has ended. */
  readonly onClose: (sql: postgres.Sql) => void;
}

/** One connection that was checked, and holds the writer's lock where a session is one's own. */
export interface Connection {
  readonly sql: postgres.Sql;
  /** Of our tables, quoted. */
  readonly schema: string;
  /** Behind a pooler nothing of a session lasts: neither its lock nor a prepared statement. */
  readonly isPooled: boolean;
  /** Ends it after so many seconds at most, whatever is under way and whether or not the other end answers. */
  readonly end: (timeoutS: number) => Promise<void>;
}

/** A client of one host. */
type Client = Pick<Connection, "sql" | "end">;

/**
 * Connects to the first host that can be used: of those that cannot, one that has answered is the one to blame.
 *
 * @throws {StoreRefusal} when this database must not be used; {@link LockHeld} when another process
 * writes to it; else what the driver says.
 */
export async function connect(caller: Caller): Promise<Connection> {
  const { address } = caller;
  const failures: unknown[] = [];
  for (const host of hostsOf(address)) {
    const client = clientOf(caller, host);
    const { sql } = client;
    try {
      const checked = await deadline(check(sql, caller), CHECK_MAX_MS);
      sql.options.prepare = !checked.isPooled;
      return { ...client, ...checked };
    } catch (error) {
      await client.end(0);
      // Somebody writes there: to go on elsewhere would make two histories.
      if (error instanceof LockHeld) throw error;
      failures.push(error);
    }
  }
  throw failures.find((error) => error instanceof StoreRefusal || isAnswer(error)) ?? failures[0];
}

function clientOf({ address, applicationName, onClose }: Caller, host: HostPort): Client {
  const dialler = new Dialler(host, tlsRequest(address, host));
  const sql = postgres({
    ...dialler.options,
    ...credentials(address),
    ...address.kind === "server"
      ? { connection: sessionOptions(address.server, applicationName) }
      : {},
    ...LISTS,
    // One connection: the lock and the rows are of one session, and a lost one is noticed.
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: SESSION_MAX_S,
    // The writer waits between attempts itself.
    backoff: () => 0,
    // Until it is known that the session is ours.
    prepare: false,
    onnotice: () => {},
    onclose: () => onClose(sql),
  });
  const end = async (timeoutS: number) => {
    await sql.end({ timeout: timeoutS });
    dialler.cut();
  };
  return { sql, end };
}

async function check(
  sql: postgres.Sql,
  { address, isPooled }: Caller,
): Promise<Omit<Connection, keyof Client>> {
  const answer = await sql.unsafe<Server[]>(
    `SELECT current_setting('server_version_num')::int AS number, pg_backend_pid() AS pid,
       current_setting('server_version') AS version, ${OUR_SCHEMA} AS schema`,
  );
  const [server] = answer;
  if (server === undefined || server.number < SERVER_VERSION_MIN) {
    throw new StoreRefusal(
      `${nameOf(address)} is PostgreSQL ${server?.version}, and 15 or later is needed; ` +
        "upgrade it, or unset DATABASE_URL to use the embedded database",
    );
  }
  const { schema } = server;
  // The embedded database has one session for all clients, and its folder has a lock of its own.
  if (address.kind === "embedded") return { schema, isPooled };
  await checkRole(sql, address.server);
  if (isPooled) return { schema, isPooled };
  // A pooler's sessions have numbers of their own.
  if (server.pid !== answer.state.pid) {
    log(
      "info",
      "writer",
      "a pooler stands before the database: it is written without what a session keeps",
    );
    return { schema, isPooled: true };
  }
  await lockSession(sql);
  return { schema, isPooled };
}

/** Of several hosts one is looked for that may be written, whether or not the URL says so. */
async function checkRole(sql: postgres.Sql, { hosts, role }: DatabaseServer): Promise<void> {
  if (hosts.length === 1 && role === "any") return;
  const [is] = await sql<{ standby: boolean; only: string }[]>`
    SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS only`;
  if (is?.standby !== true && is?.only !== "on") return;
  throw Object.assign(new Error("the server may only be read"), { code: READ_ONLY });
}
