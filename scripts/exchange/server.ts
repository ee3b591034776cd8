/** The exchange's port: REST answers, WebSocket handshakes, and the connections that came of them. */
import { Connection, type Floor, type Socket } from "./connection.ts";
import type { Line } from "./delivery.ts";
import type { FaultInjector } from "./fault_injector.ts";
import type { Fault } from "./faults.ts";
import type { Random } from "../../shared/random.ts";
import { type Answer, respond } from "./rest.ts";
import { parseStream, parseStreamUrl } from "./subscriptions.ts";
import type { PlantedTruth } from "./planted_event.ts";
import type { Listing } from "./listing.ts";
import { Wire } from "./wire.ts";

/** What a server needs of the exchange. */
export interface ServerFloor {
  readonly injector: FaultInjector;
  readonly random: Random;
  /** By lower-case symbol. */
  listing(symbol: string): Listing | undefined;
  nowMs(): number;
  /** False while market time stands still: then nothing is put off, because nothing would end it. */
  isRunning(): boolean;
  /** What was planted in each symbol's market. */
  planted(): Readonly<Record<string, readonly PlantedTruth[]>>;
}

/** Where to listen. */
export interface ServerPlace {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** True: faults of the network are possible, at the price of a detour for every byte. */
  readonly hasWire: boolean;
}

/** Deno pings a silent client after this many seconds, and drops it without a pong. */
const PING_SECONDS = 20;
const GOING_AWAY = 1001;
/** A client that does not answer our close frame is dropped with the server. */
const CLOSE_DEADLINE_MS = 1_000;

/** The first half of an answer that breaks off has left by then. */
const BREAK_OFF_MS = 10;

/** Sockets around the floor. */
export class ExchangeServer {
  readonly #floor: ServerFloor;
  readonly #connectionFloor: Floor;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #wire: Wire | null;
  readonly #connections = new Map<Connection, Promise<void>>();
  #late: { readonly dueMs: number; leave(): void }[] = [];
  #connectionsEver = 0;
  #isStopped = false;

  /** @throws {Deno.errors.AddrInUse} and the like when the port cannot be had. */
  constructor({ host, port, hasWire }: ServerPlace, floor: ServerFloor) {
    const { injector } = floor;
    this.#floor = floor;
    this.#connectionFloor = {
      plan: injector.plan,
      skewMs: () => injector.conditions.skewMs,
      listing: (symbol) => floor.listing(symbol),
      nowMs: () => floor.nowMs(),
      begin: (fault, symbol) => this.#begin(fault, symbol),
    };
    this.#server = Deno.serve(
      { hostname: hasWire ? "127.0.0.1" : host, port: hasWire ? 0 : port, onListen: () => {} },
      (request, { remoteAddr }) => this.#answer(request, remoteAddr),
    );
    try {
      this.#wire = hasWire ? new Wire(host, port, this.#server.addr.port) : null;
    } catch (error) {
      void this.#server.shutdown();
      throw error;
    }
  }

  /** Where clients connect to. */
  get port(): number {
    return this.#wire?.port ?? this.#server.addr.port;
  }

  /** Clients now. */
  get size(): number {
    return this.#connections.size;
  }

  /** True while an answer waits for its time. */
  get isLate(): boolean {
    return this.#late.length > 0;
  }

  /** The bytes that the slowest client has not taken yet. */
  get bufferedBytesMax(): number {
    let most = 0;
    for (const { bufferedBytes } of this.#connections.keys()) most = Math.max(most, bufferedBytes);
    return most;
  }

  /** Market time has come to `nowMs`. */
  turn(nowMs: number): void {
    for (const connection of this.#connections.keys()) connection.turn(nowMs);
    if (this.#late.length > 0) this.#leave(nowMs);
  }

  /** Sends every frame and answer that waits. */
  flush(): void {
    for (const connection of this.#connections.keys()) connection.flush();
    this.#leave(Infinity);
  }

  /** Faults are over: what they put off leaves, streams speak again. */
  calm(): void {
    for (const connection of this.#connections.keys()) connection.calm();
    this.#leave(Infinity);
  }

  /** Closes every connection and the port. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#leave(Infinity);
    this.#wire?.cutDead();
    const closing = [...this.#connections.values()];
    for (const connection of this.#connections.keys()) connection.close("Stopped", GOING_AWAY);
    let deadline: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      Promise.all(closing),
      new Promise((resolve) => deadline = setTimeout(resolve, CLOSE_DEADLINE_MS)),
    ]);
    clearTimeout(deadline);
    await Promise.all([this.#server.shutdown(), this.#wire?.stop()]);
  }

  #leave(nowMs: number): void {
    const due = this.#late.filter(({ dueMs }) => dueMs <= nowMs);
    this.#late = this.#late.filter(({ dueMs }) => dueMs > nowMs);
    for (const late of due) late.leave();
  }

  #begin(fault: Fault, symbol: string | null): void {
    this.#floor.injector.conditions.begin(fault, symbol);
    if (fault.kind !== "close_storm") return;
    for (const connection of this.#connections.keys()) connection.close("Storm", fault.code);
  }

  #answer(request: Request, { hostname, port }: Deno.NetAddr): Response | Promise<Response> {
    const link = this.#wire?.link(port) ?? null;
    const url = new URL(request.url);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
      return this.#welcome(request, url, link);
    }
    const { injector } = this.#floor;
    if (url.pathname === "/sim/faults") return this.#administer(request);
    if (url.pathname === "/sim/events") return Response.json(this.#floor.planted());
    const { answer, delayMs, isCut } = injector.answer(
      request.method,
      url,
      link?.address ?? hostname,
    );
    if (isCut) return brokenOff(answer, link);
    if (delayMs === 0 || !this.#floor.isRunning()) return respond(answer);
    const dueMs = this.#floor.nowMs() + delayMs;
    return new Promise((resolve) =>
      this.#late.push({ dueMs, leave: () => resolve(respond(answer)) })
    );
  }

  /** The scripting of a running exchange from outside; nothing of it is Binance's. */
  async #administer(request: Request): Promise<Response> {
    const { injector } = this.#floor;
    if (request.method === "DELETE") injector.clear();
    if (request.method === "POST") {
      try {
        injector.inject(await request.text());
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return new Response(`${error.message}\n`, { status: 400 });
      }
    }
    return Response.json(injector.account());
  }

  #welcome(request: Request, url: URL, line: Line | null): Response {
    const asked = parseStreamUrl(url);
    if (asked === null || this.#isStopped) return new Response("Not found\n", { status: 404 });
    this.#connectionsEver += 1;
    const fault = this.#decide(asked.names);
    if (fault?.http !== undefined) return new Response("Refused\n", { status: fault.http });
    if (fault !== null) return refusal(line);
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: PING_SECONDS });
    this.#admit(socket, line, asked);
    return response;
  }

  #decide(names: readonly string[]): Fault | null {
    const { injector, listing, nowMs } = this.#floor;
    if (injector.plan.isIdle) return null;
    const symbols = names.flatMap((name) => listing(parseStream(name)?.symbol ?? "")?.symbol ?? []);
    const connection = this.#connectionsEver;
    return injector.plan.decide({ point: "handshake", nowMs: nowMs(), connection, symbols });
  }

  #admit(
    socket: WebSocket & Socket,
    line: Line | null,
    asked: { readonly isCombined: boolean; readonly names: readonly string[] },
  ): void {
    const { injector, random, nowMs } = this.#floor;
    const connection = new Connection(
      this.#connectionsEver,
      socket,
      line,
      asked.isCombined,
      this.#connectionFloor,
      random,
    );
    const closed = new Promise<void>((resolve) => {
      socket.onclose = () => {
        connection.closed();
        this.#connections.delete(connection);
        resolve();
      };
    });
    this.#connections.set(connection, closed);
    socket.onopen = () => {
      const code = injector.conditions.stormCode(nowMs());
      if (code !== null) return connection.close("Storm", code);
      connection.opened(asked.names);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") connection.receive(data, performance.now());
    };
    // A lost client: `onclose` follows and does the work.
    socket.onerror = () => {};
  }
}

/**
 * Half of the answer, then the end of the socket: an HTTP client that has read nothing would ask again
 * by itself, and nobody would learn of the fault.
 */
function brokenOff({ status, body, headers }: Answer, line: Line | null): Response {
  const half = new TextEncoder().encode(body).slice(0, body.length >> 1);
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(half),
    pull: (controller) =>
      new Promise((resolve) =>
        setTimeout(() => {
          line?.cut();
          resolve(controller.close());
        }, BREAK_OFF_MS)
      ),
  }, { highWaterMark: 0 });
  return new Response(stream, { status, headers });
}

/** What is written to a socket that has just been cut, or cannot be. */
function refusal(line: Line | null): Response {
  line?.cut();
  return new Response("Refused\n", { status: 503 });
}
