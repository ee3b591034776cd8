/** A plain client of the exchange for tests: Binance's procedure, step by step, in maps. */
import { z } from "zod";
import {
  aggTradeSchema,
  bookTickerSchema,
  combinedSchema,
  depthSnapshotSchema,
  depthUpdateSchema,
  tradeSchema,
} from "../../../actors/venue/binance_spot/market_schema.ts";
import {
  type Exchange,
  type ExchangeOptions,
  startExchange,
} from "../../../scripts/exchange/exchange.ts";

/** One diff as it arrived. */
export type Depth = z.infer<typeof depthUpdateSchema>;
/** One book ticker as it arrived. */
export type Ticker = z.infer<typeof bookTickerSchema>;

/** Runs `body` beside an exchange that is stopped afterwards. */
export async function withExchange(
  options: ExchangeOptions,
  body: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const exchange = await startExchange(options);
  try {
    await body(exchange);
  } finally {
    await exchange.stop();
  }
}

/** Follows one symbol on one connection. Counts what must not happen instead of throwing. */
export class StreamClient {
  readonly depths: Depth[] = [];
  readonly tickers: Ticker[] = [];
  readonly trades: z.infer<typeof tradeSchema>[] = [];
  readonly aggTrades: z.infer<typeof aggTradeSchema>[] = [];
  /** Best bid and ask after each applied diff, by its final id: `price qty price qty`. */
  readonly tops = new Map<number, string>();
  gaps = 0;
  lastUpdateId: number | null = null;
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();
  readonly #socket: WebSocket;
  readonly #restUrl: string;
  readonly #symbol: string;
  #buffer: Depth[] = [];
  #isAsking = false;

  constructor(urls: { restUrl: string; wsUrl: string }, symbol: string, streams?: string[]) {
    this.#restUrl = urls.restUrl;
    this.#symbol = symbol;
    const names = (streams ?? ["depth@100ms", "bookTicker", "trade", "aggTrade"])
      .map((stream) => `${symbol.toLowerCase()}@${stream}`);
    this.#socket = new WebSocket(`${urls.wsUrl}/stream?streams=${names.join("/")}`);
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await closed;
  }

  /** The book as `/api/v3/depth` would show it. */
  book(): unknown {
    const byPrice = (a: [string, string], b: [string, string]) => Number(a[0]) - Number(b[0]);
    return {
      lastUpdateId: this.lastUpdateId,
      bids: [...this.#bids].sort((a, b) => byPrice(b, a)),
      asks: [...this.#asks].sort(byPrice),
    };
  }

  #receive(json: unknown): void {
    const { stream, data } = combinedSchema.parse(json);
    if (stream.endsWith("@bookTicker")) this.tickers.push(bookTickerSchema.parse(data));
    else if (stream.endsWith("@trade")) this.trades.push(tradeSchema.parse(data));
    else if (stream.endsWith("@aggTrade")) this.aggTrades.push(aggTradeSchema.parse(data));
    else this.#depth(depthUpdateSchema.parse(data));
  }

  #depth(update: Depth): void {
    const previous = this.depths.at(-1);
    if (previous && update.U !== previous.u + 1) this.gaps += 1;
    this.depths.push(update);
    if (this.lastUpdateId !== null) return this.#apply(update);
    this.#buffer.push(update);
    if (!this.#isAsking) void this.#sync();
  }

  async #sync(): Promise<void> {
    this.#isAsking = true;
    while (this.lastUpdateId === null) {
      const answer = await fetch(
        `${this.#restUrl}/api/v3/depth?symbol=${this.#symbol}&limit=5000`,
      ).then((response) => response.json()).catch(() => null);
      if (answer === null) return;
      const snapshot = depthSnapshotSchema.parse(answer);
      // Step 2: too old a snapshot is asked for again.
      if (snapshot.lastUpdateId < (this.#buffer[0]?.U ?? 0)) continue;
      for (const [price, qty] of snapshot.bids) this.#bids.set(price, qty);
      for (const [price, qty] of snapshot.asks) this.#asks.set(price, qty);
      this.lastUpdateId = snapshot.lastUpdateId;
      for (const update of this.#buffer.splice(0)) this.#apply(update);
    }
  }

  #apply(update: Depth): void {
    const id = this.lastUpdateId ?? 0;
    if (update.u <= id) return;
    if (update.U > id + 1) this.gaps += 1;
    for (const [side, levels] of [[this.#bids, update.b], [this.#asks, update.a]] as const) {
      for (const [price, qty] of levels) {
        if (Number(qty) === 0) side.delete(price);
        else side.set(price, qty);
      }
    }
    this.lastUpdateId = update.u;
    const bid = [...this.#bids.keys()].reduce((a, b) => Number(b) > Number(a) ? b : a, "0");
    const ask = [...this.#asks.keys()].reduce((a, b) => Number(b) < Number(a) ? b : a, "9e99");
    this.tops.set(
      update.u,
      `${bid} ${this.#bids.get(bid)} ${ask} ${this.#asks.get(ask)}`,
    );
  }

  /** The two rules of the oracle: tickers at exactly a diff's id, and the last one before it. */
  oracle(): { exact: number; carried: number; mismatched: number } {
    const tickers = this.tickers.toSorted((a, b) => a.u - b.u);
    const result = { exact: 0, carried: 0, mismatched: 0 };
    let next = 0;
    for (const [id, best] of this.tops) {
      while (next < tickers.length && (tickers[next]?.u ?? 0) <= id) next += 1;
      const last = tickers[next - 1];
      if (last === undefined || next === tickers.length) continue;
      if (last.u === id) result.exact += 1;
      else result.carried += 1;
      if (best !== `${last.b} ${last.B} ${last.a} ${last.A}`) result.mismatched += 1;
    }
    return result;
  }
}
