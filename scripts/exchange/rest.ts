/** The REST half, as Binance answers: weights, error bodies, limits. Spot rest-api.md, errors.md. */
import { levelsText } from "./frames.ts";
import { decimalText, type SourceLabel, type SymbolSpec } from "./market_event.ts";
import { depthWeight, type RequestWeight, WEIGHT_PER_MINUTE } from "./request_weight.ts";
import type { SymbolFeed } from "./symbol_feed.ts";

/** What the REST half needs of the exchange. */
export interface RestFloor {
  readonly label: SourceLabel;
  readonly feeds: ReadonlyMap<string, SymbolFeed>;
  readonly weight: RequestWeight;
  /** Market time, for answers. */
  nowMs(): number;
  /** The wall clock, for the minute that weights are counted in. */
  wallMs(): number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A Binance error body; HTTP 400 unless said otherwise. */
class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Endpoint {
  weight(query: URLSearchParams): number;
  answer(floor: RestFloor, query: URLSearchParams): string;
}

const DEPTH_LIMIT_DEFAULT = 100;
/** Asking for more gives this many: rest-api.md, Order book. */
const DEPTH_LIMIT_MAX = 5_000;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/api/v3/ping": { weight: () => 1, answer: () => "{}" },
  "/api/v3/time": {
    weight: () => 1,
    answer: (floor) => `{"serverTime":${Math.floor(floor.nowMs())}}`,
  },
  "/api/v3/exchangeInfo": { weight: () => 20, answer: exchangeInfo },
  "/api/v3/depth": {
    weight: (query) => depthWeight(Number(query.get("limit") ?? DEPTH_LIMIT_DEFAULT) || 1),
    answer: depth,
  },
  "/api/v3/ticker/bookTicker": {
    weight: (query) => query.has("symbol") ? 2 : 4,
    answer: bookTicker,
  },
};

/** Answers one request; `address` is the client's, for its weight. */
export function answerRest(request: Request, address: string, floor: RestFloor): Response {
  const url = new URL(request.url);
  if (url.pathname === "/ledger") {
    return respond({ status: 200, body: JSON.stringify(ledger(floor)) }, {});
  }
  const endpoint = Object.hasOwn(ENDPOINTS, url.pathname) ? ENDPOINTS[url.pathname] : undefined;
  if (endpoint === undefined) return respond({ status: 404, body: "{}" }, {});
  if (request.method !== "GET") {
    return respond(failed(new ApiError(-1000, "Request method not supported."), 405), {});
  }
  const weight = endpoint.weight(url.searchParams);
  const { used, retryAfterSeconds } = floor.weight.take(address, weight, floor.wallMs());
  const headers = { "x-mbx-used-weight": String(used), "x-mbx-used-weight-1m": String(used) };
  if (retryAfterSeconds !== null) {
    const error = new ApiError(
      -1003,
      `Too much request weight used; current limit is ${WEIGHT_PER_MINUTE} request weight per ` +
        `1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
    );
    return respond(failed(error, 429), { ...headers, "retry-after": String(retryAfterSeconds) });
  }
  return respond(answered(() => endpoint.answer(floor, url.searchParams)), headers);
}

function answered(answer: () => string): Answer {
  try {
    return { status: 200, body: answer() };
  } catch (error) {
    if (error instanceof ApiError) return failed(error, 400);
    throw error;
  }
}

function failed(error: ApiError, status: number): Answer {
  return { status, body: JSON.stringify({ code: error.code, msg: error.message }) };
}

function respond({ status, body }: Answer, headers: Record<string, string>): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "application/json;charset=UTF-8", ...headers },
  });
}

function depth(floor: RestFloor, query: URLSearchParams): string {
  const symbol = query.get("symbol");
  if (!symbol) {
    throw new ApiError(
      -1102,
      "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    );
  }
  const text = query.get("limit") ?? String(DEPTH_LIMIT_DEFAULT);
  if (!/^\d{1,20}$/.test(text)) {
    throw new ApiError(
      -1100,
      "Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'.",
    );
  }
  if (Number(text) === 0) {
    throw new ApiError(-1130, "Data sent for parameter 'limit' is not valid.");
  }
  const limit = Math.min(DEPTH_LIMIT_MAX, Number(text));
  const snapshot = feedOf(floor, symbol).serveSnapshot(limit, floor.nowMs());
  return `{"lastUpdateId":${snapshot.lastUpdateId},"bids":${levelsText(snapshot.bids)},` +
    `"asks":${levelsText(snapshot.asks)}}`;
}

function bookTicker(floor: RestFloor, query: URLSearchParams): string {
  const tickers = chosen(floor, query).map((feed) => {
    const { bid, ask } = feed.best();
    const none = ["0.00000000", "0.00000000"] as const;
    const [bidPrice, bidQty] = bid ?? none;
    const [askPrice, askQty] = ask ?? none;
    return { symbol: feed.source.spec.symbol, bidPrice, bidQty, askPrice, askQty };
  });
  return JSON.stringify(query.has("symbol") ? tickers[0] : tickers);
}

function exchangeInfo(floor: RestFloor, query: URLSearchParams): string {
  return JSON.stringify({
    timezone: "UTC",
    serverTime: Math.floor(floor.nowMs()),
    rateLimits: [{
      rateLimitType: "REQUEST_WEIGHT",
      interval: "MINUTE",
      intervalNum: 1,
      limit: WEIGHT_PER_MINUTE,
    }],
    exchangeFilters: [],
    // Binance never sends this key: a client can tell this market from a real one.
    simulation: floor.label,
    symbols: chosen(floor, query).map((feed) => symbolInfo(feed.source.spec)),
  });
}

function symbolInfo(spec: SymbolSpec): unknown {
  const tickSize = decimalText(spec.tickSizeE8);
  const stepSize = decimalText(spec.stepSizeE8);
  return {
    symbol: spec.symbol,
    status: "TRADING",
    baseAsset: spec.baseAsset,
    baseAssetPrecision: 8,
    quoteAsset: spec.quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ["LIMIT", "MARKET"],
    icebergAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tickSize, maxPrice: "10000000.00000000", tickSize },
      { filterType: "LOT_SIZE", minQty: stepSize, maxQty: "90000000.00000000", stepSize },
    ],
    permissions: [],
    permissionSets: [["SPOT"]],
  };
}

/** The symbols that `symbol=` or `symbols=["…"]` names; all of them without either. */
function chosen(floor: RestFloor, query: URLSearchParams): SymbolFeed[] {
  const symbol = query.get("symbol");
  const symbols = query.get("symbols");
  if (symbol !== null && symbols !== null) {
    throw new ApiError(-1128, "Combination of optional parameters invalid.");
  }
  if (symbol !== null) return [feedOf(floor, symbol)];
  if (symbols === null) return [...floor.feeds.values()];
  return namesIn(symbols).map((name) => feedOf(floor, name));
}

function namesIn(symbols: string): string[] {
  try {
    const names: unknown = JSON.parse(symbols);
    if (Array.isArray(names) && names.length > 0) return names.map(String);
  } catch {
    // Falls through to the same answer.
  }
  throw new ApiError(-1100, "Illegal characters found in parameter 'symbols'.");
}

function feedOf(floor: RestFloor, symbol: string): SymbolFeed {
  const feed = floor.feeds.get(symbol);
  if (feed !== undefined) return feed;
  if (/[a-z\s]/.test(symbol) || symbol === "") {
    throw new ApiError(
      -1100,
      "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    );
  }
  throw new ApiError(-1121, "Invalid symbol.");
}

function ledger(floor: RestFloor): unknown {
  return {
    simulation: floor.label,
    marketMs: Math.floor(floor.nowMs()),
    symbols: [...floor.feeds.values()].map((feed) => feed.ledger()),
  };
}
