/** A Postgres client that says exactly what a test wants, message by message. */
import { concatenate, message, readInt32 } from "../../actors/store/wire.ts";

export const SYNC = message("S");
export const FLUSH = message("H");

/** A simple query. */
export function query(sql: string): Uint8Array<ArrayBuffer> {
  return message("Q", `${sql}\0`);
}

/** A statement without declared parameter types. */
export function parse(name: string, sql: string): Uint8Array<ArrayBuffer> {
  return message("P", `${name}\0${sql}\0\0\0`);
}

/** Text parameters, text results. */
export function bind(portal: string, name: string): Uint8Array<ArrayBuffer> {
  return message("B", `${portal}\0${name}\0\0\0\0\0\0\0`);
}

/** Kind `S`: a statement, `P`: a portal. */
export function describe(kind: "S" | "P", name: string): Uint8Array<ArrayBuffer> {
  return message("D", `${kind}${name}\0`);
}

/** Kind `S`: a statement, `P`: a portal. */
export function close(kind: "S" | "P", name: string): Uint8Array<ArrayBuffer> {
  return message("C", `${kind}${name}\0`);
}

/** All rows of the unnamed portal. */
export function execute(): Uint8Array<ArrayBuffer> {
  return message("E", "\0\0\0\0\0");
}

/** What the server has sent, cut at its length. */
export interface ServerMessage {
  readonly type: string;
  /** The body as text; zero bytes become `|`. */
  readonly text: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A connection on which a test sends raw messages. */
export class WireClient {
  readonly #socket: Deno.UnixConn;
  #bytes = new Uint8Array(0);
  #key = new Uint8Array(8);
  #closed = false;

  private constructor(socket: Deno.UnixConn) {
    this.#socket = socket;
  }

  /** Connects without a word. */
  static async dial(path: string): Promise<WireClient> {
    return new WireClient(await Deno.connect({ transport: "unix", path }));
  }

  /** Connects and introduces itself; ready for queries. */
  static async connect(path: string, words?: string): Promise<WireClient> {
    const client = await WireClient.dial(path);
    await client.startup(196_608, words);
    const welcome = await client.until("Z");
    client.#key = welcome.find(({ type }) => type === "K")?.bytes ?? client.#key;
    return client;
  }

  /** Asks over another connection that this one's query be cancelled; resolves when that has been taken. */
  async cancel(path: string, change: (key: Uint8Array) => void = () => {}): Promise<void> {
    const client = await WireClient.dial(path);
    const key = this.#key.slice();
    change(key);
    await client.startup(80_877_102, key);
    if (await client.next() !== null) throw new Error("A request to cancel was answered");
    client.close();
  }

  /** Sends a startup packet. */
  async startup(
    version: number,
    words: string | Uint8Array = "user\0postgres\0\0",
  ): Promise<void> {
    const body = typeof words === "string" ? new TextEncoder().encode(words) : words;
    const packet = new Uint8Array(8 + body.length);
    new DataView(packet.buffer).setInt32(0, packet.length);
    new DataView(packet.buffer).setInt32(4, version);
    packet.set(body, 8);
    await this.raw(packet);
  }

  async raw(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) at += await this.#socket.write(bytes.subarray(at));
  }

  /** Sends messages as one chunk. */
  async send(...messages: Uint8Array[]): Promise<void> {
    await this.raw(concatenate(messages));
  }

  /** One byte outside of any message, e.g. the answer to a request for encryption. */
  async byte(): Promise<string> {
    const byte = new Uint8Array(1);
    await this.#socket.read(byte);
    return String.fromCharCode(byte[0] ?? 0);
  }

  /** Messages up to and including the first of a type; rejects when the server ends first. */
  async until(type: string): Promise<ServerMessage[]> {
    const messages: ServerMessage[] = [];
    while (true) {
      const next = await this.next();
      if (next === null) throw new Error(`The server ended: ${JSON.stringify(messages)}`);
      messages.push(next);
      if (next.type === type) return messages;
    }
  }

  /** The next message, `null` at the end. */
  async next(): Promise<ServerMessage | null> {
    const buffer = new Uint8Array(64 * 1024);
    while (true) {
      const length = this.#bytes.length < 5 ? Infinity : 1 + readInt32(this.#bytes, 1);
      if (this.#bytes.length >= length) {
        const bytes = this.#bytes.slice(5, length);
        const text = new TextDecoder().decode(bytes).replaceAll("\0", "|");
        const type = String.fromCharCode(this.#bytes[0] ?? 0);
        this.#bytes = this.#bytes.slice(length);
        return { type, text, bytes };
      }
      const read = await this.#socket.read(buffer).catch(() => null);
      if (read === null) return null;
      this.#bytes = concatenate([this.#bytes, buffer.subarray(0, read)]);
    }
  }

  /** Types of the messages of one answer, e.g. `TDCZ`. */
  async types(until = "Z"): Promise<string> {
    return (await this.until(until)).map(({ type }) => type).join("");
  }

  /** Goes away without a word; again is nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}
