/**
 * How the database's driver gets its sockets: dialled here, with TLS where it is asked for, within a deadline. Left to
 * itself the driver (postgres.js 3.4.9) calls a host again at once and for ever that hangs up before a session stands,
 * and nobody hears of it; and it loses a connection of which no socket could be made.
 */
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { isSocket, socketPath, type TlsRequest } from "./database_address.ts";
import { codeOf } from "./error_text.ts";
import type { HostPort } from "./url_parts.ts";

/** Until a host has answered, and TLS stands where it is asked for. */
const DIAL_MAX_MS = 5_000;
/** SSLRequest, and its answers (PostgreSQL manual, "Message Formats"). */
const TLS_QUESTION = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = "S".charCodeAt(0);
const NO = "N".charCodeAt(0);
const ERROR = "E".charCodeAt(0);
/** A letter and a length. */
const ERROR_BYTES_MIN = 5;

/** Calls one place for one client of the driver. */
export class Dialler {
  /** The driver's options: it gets no socket from elsewhere, and speaks no TLS itself. */
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly ssl: false;
    readonly socket: () => Promise<Duplex>;
  };
  readonly #place: HostPort;
  readonly #tls: TlsRequest | null;
  readonly #sockets = new Set<Duplex>();
  #isCut = false;

  /** Dials nothing yet. */
  constructor(place: HostPort, tls: TlsRequest | null) {
    this.#place = place;
    this.#tls = tls;
    this.options = {
      // Lists of one: of a text the driver takes what stands before the first colon, which is not an IPv6 address.
      host: [place.host] as unknown as string,
      port: [place.port] as unknown as number,
      ssl: false,
      socket: () => this.#socket(),
    };
  }

  /** Ends what still stands, of a client that was ended: the other end may be silent for good. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  async #socket(): Promise<Duplex> {
    try {
      const socket = await dial(this.#place, this.#tls);
      if (this.#isCut) throw socket.destroy();
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      return socket;
    } catch (error) {
      // The driver frees a connection when its socket has closed: so what failed is the first write to one.
      return new Duplex({ read() {}, write: (_bytes, _encoding, done) => done(error as Error) });
    }
  }
}

/** A socket that tells every end as an error, which the driver takes for one. */
async function dial(place: HostPort, tls: TlsRequest | null): Promise<Socket> {
  const { host, port } = place;
  const plain = connectPlain(isSocket(place) ? { path: socketPath(host, port) } : { host, port });
  let socket = plain;
  let hasAnswered = () => plain.bytesRead > 0;
  const closed = () => failure(hasAnswered() ? "CONNECTION_CLOSED" : "HUNG_UP");
  const timer = setTimeout(() => socket.destroy(failure("CONNECT_TIMEOUT")), DIAL_MAX_MS);
  try {
    tellEnd(plain, closed);
    await first(plain, "connect");
    if (tls === null || !await hasTls(plain, tls)) return listening(plain);
    plain.removeAllListeners("end");
    hasAnswered = () => true;
    const servername = isIP(host) === 0 ? host : undefined;
    socket = connectTls({ socket: plain, servername, ...tls.options });
    tellEnd(socket, closed);
    await first(socket, "secureConnect");
    return listening(socket);
  } catch (error) {
    socket.destroy();
    // The runtime has other words for each moment at which that may be.
    throw /^(ECONNRESET|EPIPE)$/.test(codeOf(error)) ? closed() : error;
  } finally {
    clearTimeout(timer);
  }
}

async function hasTls(socket: Socket, { isRequired }: TlsRequest): Promise<boolean> {
  socket.write(TLS_QUESTION);
  const [answer, ...more] = await first(socket, "data") as Uint8Array;
  // Who adds to the answer would have it taken for what comes safely later.
  if (more.length > 0 || answer !== YES && answer !== NO) throw failure("NOT_POSTGRESQL");
  if (answer === NO && isRequired) throw failure("NO_TLS");
  return answer === YES;
}

function tellEnd(socket: Socket, closed: () => Error): void {
  // An error to which nobody listens would end the worker.
  socket.on("error", () => {});
  socket.once("end", () => socket.destroy(closed()));
}

/** The driver waits for what comes after an error, and would not tell why the other end has hung up. */
function listening(socket: Socket): Socket {
  let last: Uint8Array | null = null;
  socket.on("data", (bytes: Uint8Array) => last = bytes);
  socket.prependListener("end", () => {
    const said = last && errorOf(last);
    if (said !== null) socket.destroy(said);
  });
  return socket;
}

/** The error that these bytes are, if they are one message (PostgreSQL manual, "ErrorResponse"). */
function errorOf(bytes: Uint8Array): Error | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < ERROR_BYTES_MIN || bytes[0] !== ERROR) return null;
  if (view.getUint32(1) !== bytes.length - 1) return null;
  const fields = new TextDecoder().decode(bytes.subarray(5)).split("\0");
  const field = (letter: string) => fields.find((each) => each.startsWith(letter))?.slice(1) ?? "";
  return Object.assign(new Error(field("M")), { code: field("C") });
}

/** The next event of this name; throws when the socket is over before. */
function first(socket: Socket, event: "connect" | "data" | "secureConnect"): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) reject(socket.errored ?? failure("CONNECTION_CLOSED"));
    socket.once(event, resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(failure("CONNECTION_CLOSED")));
  });
}

/** What `network_trouble.ts` has words for. */
function failure(code: string): Error {
  return Object.assign(new Error(`the database was not reached: ${code}`), { code });
}
