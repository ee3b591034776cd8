/** What each REST path answers, and what it costs. Spot rest-api.md, errors.md. */
import type { Past } from "./book_history.ts";
import { levelsText } from "./frames.ts";
import { decimalText, type SourceLabel } from "./market_event.ts";
import { depthWeight, type RequestWeight, WEIGHT_PER_MINUTE } from "./request_weight.ts";
import type { Listing } from "./listing.ts";

/** What the REST half needs of the exchange. */
export interface RestFloor {
  readonly label: SourceLabel;
  readonly listings: ReadonlyMap<string, Listing>;
  readonly weight: RequestWeight;
  /** Market time, for answers. */
  nowMs(): number;
  /** The wall clock, for the minute that weights are counted in. */
  utcNowMs(): number;
}

/** A Binance error body; HTTP 400 unless said otherwise. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** One path. `past`: a snapshot shows this book instead of the present one. */
export interface Endpoint {
  weight(query: URLSearchParams): number;
  answer(floor: RestFloor, query: URLSearchParams, past: Past | null): string;
}

/** Said, not counted: whoever keeps to the weight cannot reach it. */
const RAW_REQUESTS_PER_5_MINUTES = 61_000;
const DEPTH_LIMIT_DEFAULT = 100;
/** Asking for more gives this many: rest-api.md, Order book. */
const DEPTH_LIMIT_MAX = 5_000;

/** By path. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
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

function depth(floor: RestFloor, query: URLSearchParams, past: Past | null): string {
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
  const snapshot = listingOf(floor, symbol).serveSnapshot(limit, floor.nowMs(), past);
  return `{"lastUpdateId":${snapshot.lastUpdateId},"bids":${levelsText(snapshot.bids)},` +
    `"asks":${levelsText(snapshot.asks)}}`;
}

function bookTicker(floor: RestFloor, query: URLSearchParams): string {
  const tickers = chosen(floor, query).map((listing) => {
    const { bid, ask } = listing.best();
    const none = ["0.00000000", "0.00000000"] as const;
    const [bidPrice, bidQty] = bid ?? none;
    const [askPrice, askQty] = ask ?? none;
    return { symbol: listing.source.spec.symbol, bidPrice, bidQty, askPrice, askQty };
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
    }, {
      rateLimitType: "RAW_REQUESTS",
      interval: "MINUTE",
      intervalNum: 5,
      limit: RAW_REQUESTS_PER_5_MINUTES,
    }],
    exchangeFilters: [],
    // Binance never sends this key: a client can tell this market from a real one.
    simulation: floor.label,
    symbols: chosen(floor, query).map((listing) => symbolInfo(listing)),
  });
}

function symbolInfo({ source: { spec }, tickSizeE8, status }: Listing): unknown {
  const tickSize = decimalText(tickSizeE8);
  const stepSize = decimalText(spec.stepSizeE8);
  return {
    symbol: spec.symbol,
    status,
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
function chosen(floor: RestFloor, query: URLSearchParams): Listing[] {
  const symbol = query.get("symbol");
  const symbols = query.get("symbols");
  if (symbol !== null && symbols !== null) {
    throw new ApiError(-1128, "Combination of optional parameters invalid.");
  }
  if (symbol !== null) return [listingOf(floor, symbol)];
  if (symbols === null) return [...floor.listings.values()].filter((listing) => listing.isListed);
  return namesIn(symbols).map((name) => listingOf(floor, name));
}

function namesIn(symbols: string): string[] {
  try {
    const names: unknown = JSON.parse(symbols);
    const isList = Array.isArray(names) && names.length > 0;
    if (isList && names.every((name) => typeof name === "string")) return names;
  } catch {
    // Falls through to the same answer.
  }
  throw new ApiError(-1100, "Illegal characters found in parameter 'symbols'.");
}

function listingOf(floor: RestFloor, symbol: string): Listing {
  const listing = floor.listings.get(symbol);
  if (listing?.isListed) return listing;
  if (/[a-z\s]/.test(symbol) || symbol === "") {
    throw new ApiError(
      -1100,
      "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    );
  }
  throw new ApiError(-1121, "Invalid symbol.");
}
