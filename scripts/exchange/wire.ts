/**
 * The network in front of an exchange: every TCP connection goes through a link, which can end without
 * a word, fall silent or drip. Only an exchange with faults has it.
 */
import type { Line } from "./delivery.ts";

const CHUNK_BYTES = 64 * 1024;
/** A dripping link sends this often. */
const DRIP_MS = 10;

/** Listens in the place of the exchange and passes bytes on to it. */
export class Wire {
  readonly #listener: Deno.TcpListener;
  readonly #innerPort: number;
  /** By the port that the exchange sees as the client's. */
  readonly #links = new Map<number, Link>();
  readonly #over = new Set<Promise<void>>();
  #isStopped = false;

  /** @throws {Deno.errors.AddrInUse} and the like when the port cannot be had. */
  constructor(host: string, port: number, innerPort: number) {
    this.#listener = Deno.listen({ hostname: host, port });
    this.#innerPort = innerPort;
    this.#track(this.#accept());
  }

  /** Where clients connect to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** The link of a client that the exchange knows by this port. */
  link(port: number): Link | null {
    return this.#links.get(port) ?? null;
  }

  /** Ends the links that do not pass bytes on any more: nobody can say goodbye through them. */
  cutDead(): void {
    for (const link of this.#links.values()) if (!link.isClear) link.cut();
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#listener.close();
    for (const link of this.#links.values()) link.cut();
    await Promise.all(this.#over);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) this.#track(this.#serve(client));
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#innerPort });
    } catch (error) {
      client.close();
      if (isLost(error)) return;
      throw error;
    }
    const { port } = server.localAddr;
    const link = new Link(client, server);
    this.#links.set(port, link);
    if (this.#isStopped) link.cut();
    await link.run();
    this.#links.delete(port);
  }

  #track(work: Promise<void>): void {
    this.#over.add(work);
    void work.finally(() => this.#over.delete(work));
  }
}

/** One client's TCP connection. */
export class Link implements Line {
  /** The client's. */
  readonly address: string;
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  #isOpen = true;
  #isMute = false;
  #bytesPerSecond: number | null = null;

  constructor(client: Deno.TcpConn, server: Deno.TcpConn) {
    this.#client = client;
    this.#server = server;
    this.address = client.remoteAddr.hostname;
  }

  /** True while bytes pass as they come. */
  get isClear(): boolean {
    return !this.#isMute && this.#bytesPerSecond === null;
  }

  cut(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#client.close();
    this.#server.close();
  }

  mute(): void {
    this.#isMute = true;
  }

  drip(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Passes bytes on until either side ends. */
  async run(): Promise<void> {
    await Promise.all([
      this.#pump(this.#client, (bytes) => write(this.#server, bytes)).then(() => this.cut()),
      // A link that is mute stays open when the exchange has given up on it.
      this.#pump(this.#server, (bytes) => this.#toClient(bytes))
        .then(() => this.#isMute || this.cut()),
    ]);
  }

  async #pump(from: Deno.TcpConn, pass: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const buffer = new Uint8Array(CHUNK_BYTES);
    try {
      for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
        // What is read and thrown away keeps the exchange's own buffers empty.
        if (!this.#isMute) await pass(buffer.subarray(0, count));
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }

  async #toClient(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (this.#bytesPerSecond !== null && rest.length > 0 && this.#isOpen && !this.#isMute) {
      const count = Math.max(1, Math.round(this.#bytesPerSecond * DRIP_MS / 1_000));
      await write(this.#client, rest.subarray(0, count));
      rest = rest.subarray(count);
      await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
    }
    if (!this.#isMute) await write(this.#client, rest);
  }
}

async function write(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await to.write(bytes.subarray(done));
}

/** The other side has gone, or we have closed it: what happens to connections. */
function isLost(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.TimedOut;
}
