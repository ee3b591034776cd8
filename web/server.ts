/**
 * The listening socket, and what nobody may do to it: hold it with half a request, with silence, or with
 * too many connections. It is node's server, which has these limits; Deno's own has none of them.
 */
import { getRequestListener } from "@hono/node-server";
import { createServer, type Server } from "node:http";
import { BlockList, isIPv6, type Socket } from "node:net";
import { monotonicMs } from "../shared/clock.ts";
import type { Gauges } from "../shared/protocol.ts";
import { AddressCounts, plainAddress } from "./client_address.ts";

/** For how long a connection may be held with nothing, in milliseconds. */
export interface ServerTimes {
  /** From the connection, or the first byte of a later request, to the end of the headers. */
  readonly headers: number;
  /** … to the end of the body. */
  readonly request: number;
  /** Between two requests. */
  readonly kept: number;
  /** Nothing is sent, and nothing taken of what is sent. */
  readonly idle: number;
  /** How often the first two are looked at. */
  readonly check: number;
}

const TIMES: ServerTimes = {
  headers: 10_000,
  // A body has a thousand bytes at most.
  request: 30_000,
  // Longer than the 60 s for which nginx keeps a connection that it may use again.
  kept: 65_000,
  // An answer may take a minute, and a stream says something each 15 s.
  idle: 90_000,
  check: 1_000,
};
const HEADER_BYTES_MAX = 16_384;
/** A crowd must not fill the log. */
const TELL_INTERVAL_MS = 60_000;

/** How many connections there may be; a proxy that is trusted is counted in all only. */
export interface ConnectionLimits {
  readonly max: number;
  readonly maxPerAddress: number;
  readonly isProxy: (address: string) => boolean;
}

/** A server that listens; `refused` counts the connections that were one too many. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Sockets;

  /** Takes over a server that listens. */
  constructor(server: Server, sockets: Sockets) {
    const address = server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Open connections, and those refused since the start. */
  get gauges(): Gauges {
    return { connections: this.#sockets.open, connectionsRefused: this.#sockets.refused };
  }

  /** Takes no more, lets answers under way be sent for so long, then closes what is left. */
  async close(maxMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), maxMs);
    await promise;
    clearTimeout(timer);
  }
}

/**
 * Listens; `port` 0 is any free one. `peer` is the address at the other end of the connection.
 *
 * @throws {NodeJS.ErrnoException} by its `code`: why it cannot.
 */
export async function openServer(
  answer: (request: Request, peer: string) => Response | Promise<Response>,
  address: { readonly host: string; readonly port: number },
  limits: ConnectionLimits,
  report: (line: string) => void,
  times: ServerTimes = TIMES,
): Promise<HttpServer> {
  const options = {
    headersTimeout: times.headers,
    requestTimeout: times.request,
    keepAliveTimeout: times.kept,
    connectionsCheckingInterval: times.check,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  const listener = getRequestListener(
    (request, { incoming }) => answer(request, incoming.socket.remoteAddress ?? ""),
    { overrideGlobalObjects: false },
  );
  const server = createServer(options, (incoming, outgoing) => void listener(incoming, outgoing));
  server.timeout = times.idle;
  const sockets = new Sockets(limits, report);
  server.on("connection", (socket) => sockets.take(socket));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(address.port, address.host, resolve);
  await promise;
  return new HttpServer(server, sockets);
}

/** Whether an address is one of these: addresses, and networks as in `10.0.0.0/8`. */
export function addressSet(entries: readonly string[]): (address: string) => boolean {
  const set = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = familyOf(address);
    if (bits === undefined) set.addAddress(address, family);
    else set.addSubnet(address, Number(bits), family);
  }
  return (address) => set.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** Every connection, counted by address. */
class Sockets {
  readonly #limits: ConnectionLimits;
  readonly #report: (line: string) => void;
  readonly #counts = new AddressCounts();
  #toldMs = -Infinity;
  open = 0;
  refused = 0;

  constructor(limits: ConnectionLimits, report: (line: string) => void) {
    this.#limits = limits;
    this.#report = report;
  }

  take(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? "") ?? "";
    const { max, maxPerAddress, isProxy } = this.#limits;
    const isFull = this.open >= max;
    if (isFull || !isProxy(address) && this.#counts.of(address) >= maxPerAddress) {
      this.#refuse(isFull ? `${max} in all` : `${maxPerAddress} of ${address}`);
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    this.open += 1;
    this.#counts.add(address);
    socket.once("close", () => {
      this.open -= 1;
      this.#counts.remove(address);
    });
  }

  #refuse(limit: string): void {
    this.refused += 1;
    if (monotonicMs() - this.#toldMs < TELL_INTERVAL_MS) return;
    this.#toldMs = monotonicMs();
    this.#report(`Connections are refused: there are ${limit}; /healthz counts them`);
  }
}
