/**
 * An exchange of one symbol for whole monitors, which outlives them: its book and its trades are in the test's hands. It
 * answers all that a monitor asks, and changes its book now and then, because a stream that is silent is not trusted.
 */
import { combined, decimal } from "../symbol/tiny_exchange.ts";
import { eventually } from "./eventually.ts";

const UPDATE_MS = 200;
const SYMBOL = "BTCUSDT";
const INFO = {
  symbols: [{
    ...{ symbol: SYMBOL, status: "TRADING", baseAsset: "BTC", quoteAsset: "USDT" },
    filters: [
      { filterType: "PRICE_FILTER", tickSize: "0.01000000" },
      { filterType: "LOT_SIZE", stepSize: "0.00001000" },
    ],
  }],
};

/** Bids of `bidQty` at 99 and 2 at 98, asks of 1 at 101. */
export class StagedExchange {
  /** What rests at the best bid from the next update on. */
  bidQty = 1;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sockets = new Set<WebSocket>();
  readonly #timer: ReturnType<typeof setInterval>;
  #updateId = 100;
  #tradeId = 0;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
    this.#timer = setInterval(() => this.#update(), UPDATE_MS);
  }

  /** Where a monitor finds it. */
  get environment(): Readonly<Record<string, string>> {
    const address = `127.0.0.1:${this.#server.addr.port}`;
    return {
      SYMBOLS: SYMBOL,
      EXCHANGE_REST_URL: `http://${address}`,
      EXCHANGE_WS_URL: `ws://${address}`,
    };
  }

  /** One more trade, whether somebody hears of it or not; when it was. */
  trade(side: "buy" | "sell", qty: number): number {
    this.#tradeId += 1;
    const [a, f, l] = [this.#tradeId, this.#tradeId, this.#tradeId];
    const nowMs = Date.now();
    const what = { e: "aggTrade", E: nowMs, s: SYMBOL, a, p: decimal(100), q: decimal(qty) };
    this.#send({ ...what, f, l, T: nowMs, m: side === "sell" });
    return nowMs;
  }

  /** Waits until nobody listens any more. */
  async left(): Promise<void> {
    await eventually(() => this.#sockets.size === 0, "its sockets are gone");
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
    await this.#server.shutdown();
  }

  #update(): void {
    const [U, u] = [this.#updateId + 1, this.#updateId + 1];
    this.#updateId = u;
    const b = [[decimal(99), decimal(this.bidQty)]];
    this.#send({ e: "depthUpdate", E: Date.now(), s: SYMBOL, U, u, b, a: [] });
  }

  #send(frame: unknown): void {
    const text = combined(frame);
    for (const socket of this.#sockets) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    }
  }

  #answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/stream":
        return this.#open(request);
      case "/api/v3/exchangeInfo":
        return Response.json(INFO);
      case "/api/v3/time":
        return Response.json({ serverTime: Date.now() });
      case "/api/v3/depth":
        return Response.json({
          lastUpdateId: this.#updateId,
          bids: [[decimal(99), decimal(this.bidQty)], [decimal(98), decimal(2)]],
          asks: [[decimal(101), decimal(1)]],
        });
      case "/api/v3/ticker/bookTicker":
        return Response.json({
          ...{ symbol: SYMBOL, bidPrice: decimal(99), bidQty: decimal(this.bidQty) },
          ...{ askPrice: decimal(101), askQty: decimal(1) },
        });
      default:
        return Response.json({});
    }
  }

  #open(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => this.#sockets.add(socket);
    socket.onclose = () => this.#sockets.delete(socket);
    socket.onerror = () => this.#sockets.delete(socket);
    socket.onmessage = ({ data }) => {
      const { id = null } = typeof data === "string" ? JSON.parse(data) : {};
      socket.send(JSON.stringify({ result: [], id }));
    };
    return response;
  }
}
