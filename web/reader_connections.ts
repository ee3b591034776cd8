/**
 * The connections over which history is read, made when they are needed. At a server they begin as readers that may
 * not write; behind a pooler, which keeps nothing of a session, each statement has a transaction of its own that may
 * not. Of several hosts the first that answers serves, until it does not any more.
 */
import { deadline } from "@std/async/deadline";
import postgres from "postgres";
import {
  credentials,
  hostsOf,
  OUR_SCHEMA,
  PLANNER_SETTINGS,
  sessionOptions,
  tlsRequest,
} from "../shared/database_address.ts";
import { Dialler } from "../shared/database_dial.ts";
import type { DatabaseServer } from "../shared/database_url.ts";
import { codeOf, messageOf } from "../shared/error_text.ts";
import { networkTrouble } from "../shared/network_trouble.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";
import type { HostPort } from "../shared/url_parts.ts";
import type { Statement } from "./statements.ts";

/** A statement that was sent. */
export type Sent = ReturnType<postgres.Sql["unsafe"]>;

type Server = Extract<DatabaseAddress, { kind: "server" }>;

/** What a reader asks for. */
export interface ReaderOptions {
  readonly statementMs: number;
  readonly max: number;
  /** Where it looks for tables; `null`: where its role says. */
  readonly schema: string | null;
  /** Behind a pooler, which keeps nothing of a session and may refuse what one is begun with. */
  readonly isPooled: boolean;
}

/** Connections to one host. */
export interface Client {
  readonly sql: postgres.Sql;
  readonly isPooled: boolean;
  /** Ends them after so many seconds at most, whatever is under way and whether or not the other end answers. */
  readonly end: (timeoutS: number) => Promise<void>;
}

const APPLICATION_NAME = "order-book-monitor-web";
const RETRY_S = 0.25;
/** From a socket to a session. */
const SESSION_TIMEOUT_S = 5;
/** Until a host has said what it is: longer than a socket and a session may take. */
const CHECK_MAX_MS = 12_000;
const CLOSE_TIMEOUT_S = 1;
/** A host that was left may still have statements under way. */
const LEAVE_TIMEOUT_S = 30;
/** SQLSTATE of a server that may be written where a standby is wanted, or the other way. */
const WRONG_ROLE = "25006";
/** The driver's code of a query that came after the end of its connections. */
const ENDED = "CONNECTION_ENDED";

/** As many at a time as it is told. */
export class ReaderConnections {
  readonly #address: DatabaseAddress;
  readonly #statementMs: number;
  readonly #max: number;
  #client: Promise<Client> | null = null;
  /** Where a session does not find our tables by itself; `null`: it does, as far as is known. */
  #schema: string | null = null;
  #isClosing = false;

  constructor(address: DatabaseAddress, statementMs: number, max: number) {
    this.#address = address;
    this.#statementMs = statementMs;
    this.#max = max;
  }

  /** Connects, if that is not done; throws what the driver says. */
  async open(): Promise<void> {
    await this.#open();
  }

  /** The rows of one statement; `onSent` gets it as soon as it is on its way, unless the signal comes before. */
  async query(
    statement: Statement,
    signal: AbortSignal,
    onSent: (sent: Sent) => void,
  ): Promise<readonly postgres.Row[]> {
    try {
      return await this.#ask(statement, signal, onSent);
    } catch (error) {
      // Another query has left these connections before this one was on its way.
      if (codeOf(error) !== ENDED || this.#isClosing) throw error;
      return await this.#ask(statement, signal, onSent);
    }
  }

  async #ask(
    statement: Statement,
    signal: AbortSignal,
    onSent: (sent: Sent) => void,
  ): Promise<readonly postgres.Row[]> {
    const looked = this.#schema;
    const client = await this.#open();
    try {
      return await this.#send(client, statement, signal, onSent);
    } catch (error) {
      if (codeOf(error) !== NO_SUCH_TABLE || this.#address.kind === "embedded") throw error;
      const [found] = await this.#send(await this.#open(), WHERE_TABLES_ARE, signal, onSent);
      const schema = String(found?.["schema"]);
      if (schema === looked) throw error;
      // Another query may have been here first. Those under way have their connections.
      if (this.#schema === looked) {
        this.#schema = schema;
        await this.#leave(client);
      }
      return await this.#send(await this.#open(), statement, signal, onSent);
    }
  }

  async #send(
    client: Client,
    { text, values }: Statement,
    signal: AbortSignal,
    onSent: (sent: Sent) => void,
  ): Promise<readonly postgres.Row[]> {
    signal.throwIfAborted();
    const send = (sql: postgres.Sql | postgres.TransactionSql) => {
      const sent = sql.unsafe(text, [...values]);
      onSent(sent);
      return sent;
    };
    try {
      if (!client.isPooled) return await send(client.sql);
      return await client.sql.begin("read only", async (tx) => {
        await tx.unsafe(SETTINGS_TEXT, [String(this.#statementMs), this.#schema]);
        return await send(tx);
      });
    } catch (error) {
      if (isLost(error)) void this.#leave(client);
      throw error;
    }
  }

  /** Closes them within about a second, whatever is under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const client = await this.#client?.catch(() => null);
    await client?.end(CLOSE_TIMEOUT_S);
  }

  #open(): Promise<Client> {
    const opening = this.#client ?? this.#connect();
    this.#client = opening;
    opening.catch(() => {
      if (this.#client === opening) this.#client = null;
    });
    return opening;
  }

  async #connect(): Promise<Client> {
    const address = this.#address;
    const failures: unknown[] = [];
    for (const host of hostsOf(address)) {
      try {
        if (address.kind === "embedded") return this.#clientOf(host, false);
        return await this.#connectTo(address, host, address.server.isPooled);
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures.find((error) => !isLost(error)) ?? failures[0];
  }

  async #connectTo(address: Server, host: HostPort, isPooled: boolean): Promise<Client> {
    const client = this.#clientOf(host, isPooled);
    let isPooler = false;
    try {
      const answer = await deadline(
        client.sql<{ pid: number; standby: boolean }[]>`
          SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS standby`,
        CHECK_MAX_MS,
      );
      const [is] = answer;
      requireRole(address.server, is?.standby === true);
      // A pooler's sessions have numbers of their own.
      isPooler = is?.pid !== answer.state.pid;
      if (isPooled || !isPooler) return client;
    } catch (error) {
      isPooler = messageOf(error).startsWith("unsupported startup parameter");
      if (isPooled || !isPooler) {
        await client.end(0);
        throw error;
      }
    }
    await client.end(0);
    return await this.#connectTo(address, host, true);
  }

  #clientOf(host: HostPort, isPooled: boolean): Client {
    return connectReader(this.#address, host, {
      statementMs: this.#statementMs,
      max: this.#max,
      schema: this.#schema,
      isPooled,
    });
  }

  /** The next statement looks for a host anew. */
  async #leave(client: Client): Promise<void> {
    const standing = this.#client;
    const now = await standing?.catch(() => null);
    if (now !== client || this.#client !== standing) return;
    this.#client = null;
    void client.end(LEAVE_TIMEOUT_S);
  }
}

/** The role's `search_path` does not lead to our tables, or they have not been made yet. */
const NO_SUCH_TABLE = "42P01";
const WHERE_TABLES_ARE: Statement = { text: `SELECT ${OUR_SCHEMA} AS schema`, values: [] };

/** At a server a role's default may be that a double is told with fewer digits than it has. */
const SERVER_SETTINGS = { ...PLANNER_SETTINGS, extra_float_digits: "1" } as const;
/** For one transaction: first the deadline of its statement and where it looks for tables. */
const SETTINGS_TEXT = `SELECT set_config('statement_timeout', $1, true),
  set_config('search_path', coalesce($2::text, current_setting('search_path')), true), ${
  Object.entries(SERVER_SETTINGS)
    .map(([name, value]) => `set_config('${name}', '${value}', true)`).join(", ")
}`;

/**
 * Connections of a reader to one host, as many as `max`, whose statements end after `statementMs`; `schema`: where it
 * looks for tables.
 */
export function connectReader(
  address: DatabaseAddress,
  host: HostPort,
  { statementMs, max, schema, isPooled }: ReaderOptions,
): Client {
  const dialler = new Dialler(host, tlsRequest(address, host));
  const sql = postgres({
    ...dialler.options,
    ...credentials(address),
    max,
    connect_timeout: SESSION_TIMEOUT_S,
    // The driver would wait up to 20 s more each time, and history stay away when its store is back.
    backoff: () => RETRY_S,
    fetch_types: false,
    onnotice: () => {},
    ...isPooled ? { prepare: false } : {},
    connection: {
      ...isPooled ? {} : readerSettings(address, statementMs, schema),
      ...address.kind === "server" ? sessionOptions(address.server, APPLICATION_NAME) : {},
    },
  });
  const end = async (timeoutS: number) => {
    await sql.end({ timeout: timeoutS });
    dialler.cut();
  };
  return { sql, isPooled, end };
}

function readerSettings(address: DatabaseAddress, statementMs: number, schema: string | null) {
  return {
    ...address.kind === "server" ? SERVER_SETTINGS : PLANNER_SETTINGS,
    application_name: APPLICATION_NAME,
    // By these two the embedded store knows a reader (`actors/store/connection.ts`).
    statement_timeout: statementMs,
    default_transaction_read_only: true,
    ...schema === null ? {} : { search_path: schema },
  };
}

function requireRole({ role }: DatabaseServer, isStandby: boolean): void {
  const wanted = {
    any: isStandby,
    "read-write": false,
    primary: false,
    "read-only": true,
    standby: true,
  };
  if (wanted[role] === isStandby) return;
  const is = isStandby ? "a standby" : "the primary";
  throw Object.assign(new Error(`it is ${is}, and target_session_attrs=${role}`), {
    code: WRONG_ROLE,
  });
}

/** The server did not answer, or goes away. */
function isLost(error: unknown): boolean {
  return networkTrouble(error, { variable: "", what: "" }) !== null ||
    /^(57P|08)/.test(codeOf(error));
}
