/**
 * One client of the gateway, from its greeting to its end.
 *
 * Of what a client may ask for in its greeting two settings are honoured, as a server would:
 * `default_transaction_read_only` makes it a reader (`Guest`), behind all who write; `statement_timeout`
 * is its deadline. By its `application_name` one is known that copies the folder. All others belong to a session, and there is
 * one for everybody.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { COPIER_NAME } from "../../shared/database_address.ts";
import { log } from "../../shared/log.ts";
import { isOn, milliseconds } from "./greeting_settings.ts";
import { GroupCutter, type GroupEnd } from "./message_group.ts";
import type { Guest, Session } from "./session.ts";
import {
  type BackendKey,
  concatenate,
  errorResponse,
  type Greeting,
  readGreeting,
  readInt32,
  READY,
  statusAfter,
  welcome,
  WireError,
} from "./wire.ts";

/** What a connection needs. */
export interface ConnectionOptions {
  readonly session: Session;
  /** ParameterStatus for each new client: server_version and so on. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Why nothing can be done now, if so. */
  readonly shortage: () => string | null;
  /** A client that holds the session and says nothing stops everyone else: it is put out after this. */
  readonly heldIdleMaxMs: number;
  /** Asked when the client has introduced itself: is there room for it? */
  readonly admit: () => boolean;
  /** A CancelRequest has come for a query of another connection. */
  readonly onCancel: (key: BackendKey) => void;
}

/** What a server says whose disk is full. */
const NO_ROOM = "53100";
/** A client introduces itself within this time. */
const GREETING_MAX_MS = 10_000;
/** A startup packet holds a few names and values; Postgres has the same bound. */
const GREETING_BYTES_MAX = 10_000;
const READ_BYTES = 64 * 1024;

/** A SQLSTATE, and what it says. */
interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** Why a client leaves the line. */
const CANCELLED = "cancelled";
const GONE = "gone";

/** One client. */
export class Connection {
  readonly #id: number;
  readonly #socket: Deno.UnixConn;
  readonly #options: ConnectionOptions;
  readonly #secret: number;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #cutter: GroupCutter;
  #guest: Guest;
  /** Bytes are on their way into the buffer. */
  #reading: Promise<number | null> | null = null;
  #release: (() => void) | null = null;
  /** Set while it waits in the line. */
  #waiting: AbortController | null = null;
  /** After an error the rest of an exchange is left out, up to its Sync. */
  #isSkipping = false;
  #isCopier = false;
  #isClosed = false;

  /** `id` is unique among all connections; `secret` is what a request to cancel must know. */
  constructor(id: number, secret: number, socket: Deno.UnixConn, options: ConnectionOptions) {
    this.#id = id;
    this.#secret = secret;
    this.#socket = socket;
    this.#options = options;
    const prefix = `c${id}_`;
    this.#cutter = new GroupCutter(prefix);
    this.#guest = {
      prefix,
      isReader: false,
      deadlineMs: null,
      namesStatements: false,
      unnamedParse: null,
    };
  }

  /** It copies the folder, and wants no checkpoint meanwhile. */
  get isCopier(): boolean {
    return this.#isCopier;
  }

  /** Ends the connection from this side; what runs finishes first. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  /** Cancels what waits in the line; what runs cannot be reached, and has its deadline. */
  cancel({ connectionId, secret }: BackendKey): void {
    if (connectionId === this.#id && secret === this.#secret) this.#waiting?.abort(CANCELLED);
  }

  /** Serves until either side ends it; never rejects. */
  async serve(): Promise<void> {
    const cutter = this.#cutter;
    try {
      if (!await this.#greet()) return;
      while (!cutter.ended) {
        const group = cutter.take();
        if (group === null) {
          if (cutter.ended || !await this.#receive()) break;
          continue;
        }
        if (this.#isSkipping) {
          await this.#skip(group.end);
          continue;
        }
        const refusal = this.#release === null ? await this.#enter() : null;
        if (refusal !== null) {
          await this.#refuse(group.end, refusal);
          continue;
        }
        const answer = await this.#options.session.execute(this.#guest, group);
        if (statusAfter(answer) === "I") this.#giveBack();
        await this.#write(answer);
      }
    } catch (error) {
      await this.#part(error);
    } finally {
      await this.#tidyUp();
      this.close();
      // What was still being read ends with the socket.
      await this.#reading?.catch(() => {});
    }
  }

  /** The startup exchange; false when there will be no queries. */
  async #greet(): Promise<boolean> {
    const timer = setTimeout(() => this.close(), GREETING_MAX_MS);
    try {
      while (true) {
        const length = readInt32(await this.#readExactly(4), 0);
        if (length < 8 || length > GREETING_BYTES_MAX) {
          throw new WireError("08P01", `invalid length of startup packet: ${length}`);
        }
        const greeting = readGreeting(await this.#readExactly(length - 4));
        switch (greeting.kind) {
          case "cancel":
            this.#options.onCancel(greeting.key);
            return false;
          case "encryption":
            await this.#write(new TextEncoder().encode("N"));
            break;
          case "startup":
            await this.#welcome(greeting);
            return true;
          default:
            return assertNever(greeting, "take a greeting");
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #welcome({ minor, settings }: Extract<Greeting, { kind: "startup" }>): Promise<void> {
    const { admit, parameters, shortage } = this.#options;
    // Here a driver takes a refusal for what it is; some lose their head when their own first question fails.
    const want = shortage();
    if (want !== null) throw new WireError(NO_ROOM, want);
    if (!admit()) throw new WireError("53300", "too many connections to the embedded database");
    this.#guest = {
      ...this.#guest,
      isReader: isOn(settings, "default_transaction_read_only"),
      deadlineMs: milliseconds(settings, "statement_timeout"),
    };
    this.#isCopier = settings.get("application_name") === COPIER_NAME;
    const key = { connectionId: this.#id, secret: this.#secret };
    await this.#write(welcome(key, minor, settings, parameters));
  }

  // -- The line --

  /** Waits for the session; tells why it may not have it. Throws when its client has left meanwhile. */
  async #enter(): Promise<Refusal | null> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    const { session } = this.#options;
    try {
      const turn = session.acquire(this.#guest.isReader ? "reader" : "writer", waiting.signal);
      // A client that leaves must not be waited for, and only reading tells. What is read stays where it is.
      void this.#read().then((length) => {
        if (length === null) waiting.abort(GONE);
      }, () => waiting.abort(GONE));
      this.#release = await turn;
    } catch (reason) {
      if (reason === CANCELLED) {
        return { code: "57014", text: "canceling statement due to user request" };
      }
      if (reason === GONE) throw new Deno.errors.UnexpectedEof();
      throw reason;
    } finally {
      this.#waiting = null;
    }
    const shortage = this.#options.shortage();
    if (shortage === null) return null;
    this.#giveBack();
    return { code: NO_ROOM, text: shortage };
  }

  /** The answer to a group that was not run. */
  async #refuse(end: GroupEnd, { code, text }: Refusal): Promise<void> {
    const error = errorResponse("ERROR", code, text);
    this.#isSkipping = end === "flush";
    await this.#write(end === "flush" ? error : concatenate([error, READY]));
  }

  async #skip(end: GroupEnd): Promise<void> {
    if (end !== "sync") return;
    this.#isSkipping = false;
    await this.#write(READY);
  }

  #giveBack(): void {
    this.#release?.();
    this.#release = null;
  }

  // -- Bytes --

  /** Takes what has come, or waits for it; false at the end. A client that holds the session must hurry. */
  async #receive(): Promise<boolean> {
    const length = this.#release === null ? await this.#read() : await this.#readSoon();
    this.#reading = null;
    if (length === null) return false;
    this.#cutter.push(this.#buffer.subarray(0, length));
    return true;
  }

  async #readSoon(): Promise<number | null> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new WireError("25P03", "terminating connection: idle in transaction for too long"));
    }, this.#heldIdleMaxMs);
    try {
      return await Promise.race([this.#read(), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One read at a time: whoever asks while one is under way gets the same bytes. */
  #read(): Promise<number | null> {
    this.#reading ??= this.#socket.read(this.#buffer);
    return this.#reading;
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

  /** A reader that dawdles in the middle of an exchange keeps the session no longer than a statement may. */
  get #heldIdleMaxMs(): number {
    const { isReader, deadlineMs } = this.#guest;
    const maxMs = this.#options.heldIdleMaxMs;
    return isReader && deadlineMs !== null ? Math.min(maxMs, deadlineMs) : maxMs;
  }

  // -- The end --

  /** Says why, when there is something to say; a client that just went away is no event. */
  async #part(error: unknown): Promise<void> {
    // A mistake in this program must not pass for a client that went away.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (!(error instanceof WireError)) return;
    // Of a shortage whoever looks for it tells, once; its clients come again and again.
    if (error.code !== NO_ROOM) {
      log("warn", "store", `client ${this.#id} put out: ${error.message}`);
    }
    await this.#write(errorResponse("FATAL", error.code, error.message)).catch(() => {});
  }

  /** Leaves the session as if this client had never been there. */
  async #tidyUp(): Promise<void> {
    if (this.#release === null && !this.#guest.namesStatements) return;
    const holds = this.#release !== null;
    const { session } = this.#options;
    this.#release ??= await session.acquire("writer");
    await session.forget(this.#guest, holds);
    this.#giveBack();
  }
}
