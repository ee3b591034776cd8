/**
 * Serves one embedded Postgres to many clients over a Unix socket in a private folder, in the
 * Postgres wire protocol, so that writer and web use the same driver and the same SQL as with a
 * server.
 *
 * There is one session behind all connections. It changes hands only between message groups, and
 * only when ReadyForQuery says that it is idle; so a transaction, or a Parse that waits for its
 * Bind, is never mixed with another client's. What belongs to a session for good (SET, LISTEN,
 * temporary tables, session locks, SQL-level PREPARE) is shared by all clients: do without. Those who
 * write go before those who say that they only read (`connection.ts`).
 */
import { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/** What a gateway needs. */
export interface GatewayOptions {
  readonly path: string;
  readonly session: Session;
  /** ParameterStatus for each new client: server_version and so on. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Why nothing can be done now, if so: asked before each transaction. */
  readonly shortage?: () => string | null;
  /** Defaults to `CONNECTIONS_MAX`. */
  readonly connectionsMax?: number;
  /** Defaults to `HELD_IDLE_MAX_MS`. */
  readonly heldIdleMaxMs?: number;
}

/** The writer, the web server's pool and a few people with psql. */
export const CONNECTIONS_MAX = 32;
/** A client that holds the session and says nothing stops everyone else: it is put out after this. */
export const HELD_IDLE_MAX_MS = 30_000;

/** The running gateway. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #listener: Deno.UnixListener;
  readonly #connections = new Set<Connection>();
  /** Those that have introduced themselves: a request to cancel is none of them. */
  readonly #clients = new Set<Connection>();
  readonly #tasks = new Set<Promise<void>>();
  #nextId = 1;
  #refused = 0;

  /** Listens at once; throws what `Deno.listen` throws. */
  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ transport: "unix", path: options.path });
    this.#track(this.#accept());
  }

  /** Numbers for a heartbeat. */
  gauges(): { connections: number; waiting: number; groups: number; refused: number } {
    const { waiting, groups } = this.#options.session;
    return { connections: this.#clients.size, waiting, groups, refused: this.#refused };
  }

  /** Somebody copies the folder just now. */
  get isCopied(): boolean {
    return this.#clients.values().some((client) => client.isCopier);
  }

  /** Stops listening, lets the group that runs finish, and ends every connection. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    while (this.#tasks.size > 0) await Promise.allSettled([...this.#tasks]);
  }

  async #accept(): Promise<void> {
    for await (const socket of this.#listener) {
      const [secret = 0] = crypto.getRandomValues(new Int32Array(1));
      const { session, parameters, shortage = () => null } = this.#options;
      const connection: Connection = new Connection(this.#nextId++, secret, socket, {
        session,
        parameters,
        shortage,
        heldIdleMaxMs: this.#options.heldIdleMaxMs ?? HELD_IDLE_MAX_MS,
        admit: () => this.#admit(connection),
        onCancel: (key) => {
          for (const client of this.#clients) client.cancel(key);
        },
      });
      this.#connections.add(connection);
      this.#track(
        connection.serve().finally(() => {
          this.#connections.delete(connection);
          this.#clients.delete(connection);
        }),
      );
    }
  }

  /** True when there is room for one more client. */
  #admit(connection: Connection): boolean {
    if (this.#clients.size >= (this.#options.connectionsMax ?? CONNECTIONS_MAX)) {
      this.#refused += 1;
      return false;
    }
    this.#clients.add(connection);
    return true;
  }

  #track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }
}
