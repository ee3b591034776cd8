/** The least of an exchange: a real socket and a real HTTP answer, both in the test's hands. */
import type { LinkTarget } from "../../actors/symbol/exchange_link.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import { eventually } from "../support/eventually.ts";

/** Frames and answers as text. */
export const SNAPSHOT =
  '{"lastUpdateId":100,"bids":[["99.00","1.0"],["98.00","2.0"]],"asks":[["101.00","1.0"]]}';

/** A depth update from `first` to `final`, with the bid at 99 set to `bidQty`. */
export function depthFrame(
  first: number,
  final: number,
  bidQty: number | null = null,
  symbol = "BTCUSDT",
): string {
  const b = bidQty === null ? [] : [[decimal(99), decimal(bidQty)]];
  return combined({ e: "depthUpdate", E: 5_000, s: symbol, U: first, u: final, b, a: [] });
}

/** A number as the exchange writes it, which is what decoders read fastest, into objects that they use again. */
export function decimal(value: number): string {
  return value.toFixed(8);
}

export function combined(data: unknown): string {
  return JSON.stringify({ stream: "btcusdt@any", data });
}

/** BTCUSDT at these exchanges. */
export function linkTarget(
  ...places: readonly { readonly restUrl: string; readonly wsUrl: string }[]
): LinkTarget {
  return {
    venue: binanceSpotMarketData,
    symbol: "BTCUSDT",
    restUrls: places.map(({ restUrl }) => restUrl),
    wsUrls: places.map(({ wsUrl }) => wsUrl),
  };
}

/** One server on 127.0.0.1; `stop` closes what is still open. */
export class TinyExchange {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sockets: WebSocket[] = [];
  /** Connections so far, by the URL they asked for. */
  readonly streamUrls: string[] = [];
  /** Snapshot requests so far. */
  readonly restUrls: string[] = [];
  /** The answers to come; the last one is for ever. */
  answers: (() => Response | Promise<Response>)[] = [() => new Response(SNAPSHOT)];
  /** Refuses the next handshakes, with this status. */
  refusals = 0;
  refusalStatus = 503;

  constructor(port = 0) {
    const options = { hostname: "127.0.0.1", port, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#handle(request));
  }

  get port(): number {
    return this.#server.addr.port;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  }

  /** Waits until the client has connected for the n-th time, and can be sent to. */
  async connected(times = 1): Promise<void> {
    await eventually(
      () => this.streamUrls.length >= times && this.#sockets.at(-1)?.readyState === WebSocket.OPEN,
      `connection ${times}`,
    );
  }

  /** Waits until so many connections are open here: the client may know of one before. */
  async opened(count: number): Promise<void> {
    await eventually(() => this.open === count, `${count} connections`);
  }

  /** Over the newest connection. */
  send(frame: string | ArrayBuffer): void {
    this.#sockets.at(-1)?.send(frame);
  }

  /** Closes the newest connection. */
  hangUp(code = 1001, reason = "going away"): void {
    this.#sockets.at(-1)?.close(code, reason);
  }

  /** Waits until every client has gone, then closes the port. */
  async stop(): Promise<void> {
    await eventually(() => this.open === 0, "every connection is closed");
    await this.#server.shutdown();
  }

  #handle(request: Request): Response | Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/stream") {
      this.streamUrls.push(url.pathname + url.search);
      if (this.refusals > 0) {
        this.refusals -= 1;
        return new Response("full", { status: this.refusalStatus });
      }
      const { socket, response } = Deno.upgradeWebSocket(request);
      this.#sockets.push(socket);
      return response;
    }
    this.restUrls.push(url.pathname + url.search);
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer?.() ?? new Response("", { status: 500 });
  }
}
