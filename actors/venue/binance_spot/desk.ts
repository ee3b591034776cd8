/** Binance spot as the process sees it that makes the first contact: symbols, clock and limits. */
import type { SymbolId, SymbolInfo, TopOfBook } from "../../../shared/market.ts";
import type { ListedSymbol } from "../../../shared/symbol_listing.ts";
import { symbolProblem } from "../../../shared/symbol_list.ts";
import type { Reading, SymbolsAnswer, VenueDesk } from "../venue.ts";
import { readAnswer } from "./answer.ts";
import {
  bestTickerSchema,
  type ExchangeInfo,
  exchangeInfoSchema,
  listedSymbolsSchema,
  symbolInfoSchema,
} from "./market_schema.ts";
import { bestWeight, LIMITS } from "./request_weight.ts";

/** An unknown symbol, and one with characters that it never uses: errors.md. */
const UNKNOWN_SYMBOL: readonly unknown[] = [-1121, -1100];

/** Many times what it lists (3,500 in 2026): what is far beyond is no list. */
const LISTED_MAX = 50_000;

/** What answers is another: a captive portal, a proxy's page of errors. */
const NOT_OURS: Reading<never> = {
  kind: "unusable",
  reason: "it answered, but not as Binance spot answers",
};

/** The desk's face. Request weights: rest-api.md, General endpoints. */
export const binanceSpotDesk: VenueDesk = {
  name: "Binance spot",
  // rest-api.md, General API Information: the first has market data only, which is all that is asked for,
  // and serves places that the others do not (HTTP 451); the last four are less stable.
  restUrls: [
    "https://data-api.binance.vision",
    ...["api", "api-gcp", "api1", "api2", "api3", "api4"].map((name) =>
      `https://${name}.binance.com`
    ),
  ],
  // web-socket-streams.md, General WSS information.
  wsUrls: [
    "wss://data-stream.binance.vision",
    "wss://stream.binance.com:9443",
    "wss://stream.binance.com:443",
  ],
  limits: LIMITS,
  symbolsRequest: (symbols) => ({
    path: `/api/v3/exchangeInfo?${listOf(symbols)}`,
    weight: 20,
    read(body) {
      const parsed = exchangeInfoSchema.safeParse(body);
      return parsed.success ? symbolsAnswer(parsed.data) : NOT_OURS;
    },
  }),
  // Of what may be traded by nobody but partners it says nothing; the lists of who may trade are half of the answer.
  listRequest: {
    path: "/api/v3/exchangeInfo?showPermissionSets=false",
    weight: 20,
    read: readListing,
  },
  bboRequest: (symbols) => ({
    path: `/api/v3/ticker/bookTicker?${queryOf(symbols)}`,
    weight: bestWeight(symbols.length),
    read: readTops,
  }),
  isUnknownSymbol: (body) => UNKNOWN_SYMBOL.includes(fieldOf(body, "code")),
  pingRequest: {
    path: "/api/v3/ping",
    weight: 1,
    read: (body) => body === null ? NOT_OURS : { kind: "read", value: null },
  },
  timeRequest: {
    path: "/api/v3/time",
    weight: 1,
    read(body) {
      const serverMs = fieldOf(body, "serverTime");
      return typeof serverMs === "number" ? { kind: "read", value: serverMs } : NOT_OURS;
    },
  },
  readAnswer,
};

function listOf(symbols: readonly SymbolId[]): string {
  return `symbols=${encodeURIComponent(JSON.stringify(symbols))}`;
}

/** `symbol=` costs less than a list of one. */
function queryOf(symbols: readonly SymbolId[]): string {
  const [only] = symbols;
  return symbols.length === 1 && only !== undefined
    ? `symbol=${encodeURIComponent(only)}`
    : listOf(symbols);
}

function readTops(body: unknown): Reading<ReadonlyMap<SymbolId, TopOfBook>> {
  const tops = new Map<SymbolId, TopOfBook>();
  for (const ticker of Array.isArray(body) ? body : [body]) {
    const parsed = bestTickerSchema.safeParse(ticker);
    if (!parsed.success) continue;
    const { symbol, bidPrice, bidQty, askPrice, askQty } = parsed.data;
    tops.set(symbol, {
      bidPrice: Number(bidPrice),
      bidQty: Number(bidQty),
      askPrice: Number(askPrice),
      askQty: Number(askQty),
    });
  }
  return tops.size > 0 ? { kind: "read", value: tops } : NOT_OURS;
}

function symbolsAnswer({ simulation, rateLimits, symbols }: ExchangeInfo): Reading<SymbolsAnswer> {
  const infos: SymbolInfo[] = [];
  for (const { symbol, status, baseAsset, quoteAsset, filters } of symbols) {
    const tickSize = sizeIn(filters, "PRICE_FILTER", "tickSize");
    const stepSize = sizeIn(filters, "LOT_SIZE", "stepSize");
    if (tickSize === null || stepSize === null) {
      const lacking = tickSize === null ? "PRICE_FILTER.tickSize" : "LOT_SIZE.stepSize";
      return { kind: "unusable", reason: `exchangeInfo of ${symbol} lacks ${lacking}` };
    }
    infos.push({ symbol, status, baseAsset, quoteAsset, tickSize, stepSize });
  }
  const weight = rateLimits.find(({ rateLimitType, interval, intervalNum, limit }) =>
    rateLimitType === "REQUEST_WEIGHT" && interval === "MINUTE" && intervalNum === 1 && limit > 0
  );
  const value = {
    symbols: infos,
    simulation: simulation ?? null,
    weightPerMinute: weight?.limit ?? null,
  };
  return { kind: "read", value };
}

/** One that cannot be read is left out, and does not harm the others. */
function readListing(body: unknown): Reading<readonly ListedSymbol[]> {
  const parsed = listedSymbolsSchema.safeParse(body);
  if (!parsed.success) return NOT_OURS;
  const { symbols } = parsed.data;
  if (symbols.length > LISTED_MAX) {
    const reason = `exchangeInfo lists ${symbols.length} symbols, more than ${LISTED_MAX}`;
    return { kind: "unusable", reason };
  }
  const listed = symbols.flatMap((one): ListedSymbol[] => {
    const read = symbolInfoSchema.safeParse(one);
    if (!read.success || symbolProblem(read.data.symbol) !== null) return [];
    const { symbol, status, baseAsset, quoteAsset, filters } = read.data;
    const tickSize = sizeIn(filters, "PRICE_FILTER", "tickSize");
    return [{ symbol, status, baseAsset, quoteAsset, tickSize }];
  });
  return listed.length > 0 ? { kind: "read", value: listed } : NOT_OURS;
}

/** The step that a symbol's filter tells; `null`: none. */
function sizeIn(
  filters: ExchangeInfo["symbols"][number]["filters"],
  filterType: string,
  key: string,
): number | null {
  const value = filters.find((filter) => filter.filterType === filterType)?.[key];
  return typeof value === "string" && Number(value) > 0 ? Number(value) : null;
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
