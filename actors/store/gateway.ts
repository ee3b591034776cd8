/**
 * Serves one embedded Postgres to many clients over a Unix socket in a private folder, in the
 * Postgres wire protocol, so that writer and web use the same driver and the same SQL as with a
 * server.
 *
 * There is one session behind all connections. It changes hands only between message groups, and
 * only when ReadyForQuery says that it is idle; so a transaction, or a Parse that waits for its
 * Bind, is never mixed with another client's. What belongs to a session for good (SET, LISTEN,
 * temporary tables, session locks, SQL-level PREPARE) is shared by all clients: do without.
 */
import { log } from "../../shared/log.ts";
import { GroupCutter } from "./message_group.ts";
import { type Guest, type RunGroup, Session } from "./session.ts";
import { fatalError, readGreeting, readInt32, statusAfter, welcome, WireError } from "./wire.ts";

/** What a gateway needs. */
export interface GatewayOptions {
  readonly path: string;
  readonly run: RunGroup;
  /** ParameterStatus for each new client: server_version and so on. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The session broke: nothing can be served any more. */
  readonly onBroken: (reason: unknown) => void;
  /** Defaults to `CONNECTIONS_MAX`. */
  readonly connectionsMax?: number;
  /** Defaults to `HELD_IDLE_MAX_MS`. */
  readonly heldIdleMaxMs?: number;
}

/** The writer, the web server's pool and a few people with psql. */
export const CONNECTIONS_MAX = 32;
/** A client that holds the session and says nothing stops everyone else: it is put out after this. */
export const HELD_IDLE_MAX_MS = 30_000;
/** A client introduces itself within this time. */
const GREETING_MAX_MS = 10_000;
/** A startup packet holds a few names and values; Postgres has the same bound. */
const GREETING_BYTES_MAX = 10_000;
const READ_BYTES = 64 * 1024;

/** The running gateway. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #listener: Deno.UnixListener;
  readonly #connections = new Set<Connection>();
  /** Those that have introduced themselves: a request to cancel is none of them. */
  readonly #clients = new Set<Connection>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #session: Session;
  #nextId = 1;

  /** Listens at once; throws what `Deno.listen` throws. */
  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#session = new Session(options.run, options.onBroken);
    this.#listener = Deno.listen({ transport: "unix", path: options.path });
    this.#track(this.#accept());
  }

  /** Numbers for a heartbeat. */
  gauges(): { connections: number; waiting: number; groups: number; refused: number } {
    const { waiting, groups } = this.#session;
    return { connections: this.#clients.size, waiting, groups, refused: this.#refused };
  }
  #refused = 0;

  /** Stops listening, lets the group that runs finish, and ends every connection. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    while (this.#tasks.size > 0) await Promise.allSettled([...this.#tasks]);
  }

  async #accept(): Promise<void> {
    for await (const socket of this.#listener) {
      const connection = new Connection(this.#nextId++, socket, this.#session, this.#options);
      this.#connections.add(connection);
      this.#track(
        connection.serve(() => this.#admit(connection)).finally(() => {
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

/** One client, from its greeting to its end. */
class Connection {
  readonly #id: number;
  readonly #socket: Deno.UnixConn;
  readonly #session: Session;
  readonly #options: GatewayOptions;
  readonly #guest: Guest;
  #release: (() => void) | null = null;
  #closed = false;

  constructor(id: number, socket: Deno.UnixConn, session: Session, options: GatewayOptions) {
    this.#id = id;
    this.#socket = socket;
    this.#session = session;
    this.#options = options;
    this.#guest = { prefix: `c${id}_`, namesStatements: false, unnamedParse: null };
  }

  /** Ends the connection from this side; what runs finishes first. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  /** Serves until either side ends it; never rejects. `admit` is asked when it has introduced itself. */
  async serve(admit: () => boolean): Promise<void> {
    try {
      if (!await this.#greet(admit)) return;
      const cutter = new GroupCutter(this.#guest.prefix);
      const buffer = new Uint8Array(READ_BYTES);
      while (!cutter.ended) {
        const group = cutter.take();
        if (group === null) {
          if (cutter.ended) break;
          const length = await this.#read(buffer);
          if (length === null) break;
          cutter.push(buffer.subarray(0, length));
          continue;
        }
        this.#release ??= await this.#session.acquire();
        const answer = await this.#session.execute(this.#guest, group);
        if (statusAfter(answer) === "I") this.#giveBack();
        await this.#write(answer);
      }
    } catch (error) {
      await this.#part(error);
    } finally {
      await this.#tidyUp();
      this.close();
    }
  }

  /** The startup exchange; false when there will be no queries. */
  async #greet(admit: () => boolean): Promise<boolean> {
    const timer = setTimeout(() => this.close(), GREETING_MAX_MS);
    try {
      while (true) {
        const length = readInt32(await this.#readExactly(4), 0);
        if (length < 8 || length > GREETING_BYTES_MAX) {
          throw new WireError("08P01", `invalid length of startup packet: ${length}`);
        }
        const greeting = readGreeting(await this.#readExactly(length - 4));
        // Nothing can be interrupted: while a statement runs, this thread does nothing else.
        if (greeting.kind === "cancel") return false;
        if (greeting.kind === "encryption") {
          await this.#write(new TextEncoder().encode("N"));
          continue;
        }
        if (!admit()) throw new WireError("53300", "too many connections to the embedded database");
        const { minor, options } = greeting;
        await this.#write(welcome(this.#id, minor, options, this.#options.parameters));
        return true;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Bytes from the client, `null` at the end. A client that holds the session must hurry. */
  async #read(buffer: Uint8Array): Promise<number | null> {
    if (this.#release === null) return await this.#socket.read(buffer);
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new WireError("25P03", "terminating connection: idle in transaction for too long"));
    }, this.#heldIdleMaxMs);
    try {
      return await Promise.race([this.#socket.read(buffer), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #readExactly(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const length = await this.#socket.read(bytes.subarray(at));
      if (length === null) throw new Deno.errors.UnexpectedEof();
      at += length;
    }
    return bytes;
  }

  /** A client that holds the session and does not read its answer is disconnected. */
  async #write(bytes: Uint8Array): Promise<void> {
    const timer = this.#release === null
      ? undefined
      : setTimeout(() => this.close(), this.#heldIdleMaxMs);
    try {
      let at = 0;
      while (at < bytes.length) at += await this.#socket.write(bytes.subarray(at));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Says why, when there is something to say; a client that just went away is no event. */
  async #part(error: unknown): Promise<void> {
    // A mistake in this program must not pass for a client that went away.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (!(error instanceof WireError)) return;
    log("warn", "store", `client ${this.#id} put out: ${error.message}`);
    await this.#write(fatalError(error.code, error.message)).catch(() => {});
  }

  get #heldIdleMaxMs(): number {
    return this.#options.heldIdleMaxMs ?? HELD_IDLE_MAX_MS;
  }

  #giveBack(): void {
    this.#release?.();
    this.#release = null;
  }

  /** Leaves the session as if this client had never been there. */
  async #tidyUp(): Promise<void> {
    if (this.#release === null && !this.#guest.namesStatements) return;
    const holds = this.#release !== null;
    this.#release ??= await this.#session.acquire();
    await this.#session.forget(this.#guest, holds);
    this.#giveBack();
  }
}
