/**
 * Venue: what the monitor knows of one exchange, and all that it knows of it. A venue is a folder
 * beside this file with two faces: that of its market data, which symbol workers load and which
 * must stay light (no zod), and the desk's, for the process that makes the first contact. Only
 * `symbol/worker.ts` and `main.ts` choose one.
 *
 * What the two say is in the words of the engine (`event.ts`, `level_columns.ts`) and of
 * `shared/market.ts`. The sync rule is in the decoder: the engine knows one rule, of ids that an
 * update covers (`DepthUpdate`); on spot `U` to `u` as they are; USD-M futures, whose `U` is not
 * the last `u + 1`, are `pu + 1` to `u`. The look-alike exchange and the simulation speak Binance
 * spot and no other; a venue needs frames of its own there, or recordings, before its folder can be
 * trusted.
 */
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";
import type { BookTicker, SymbolId, SymbolInfo, TopOfBook, Trade } from "../../shared/market.ts";
import type { ListedSymbol } from "../../shared/symbol_listing.ts";
import type { DepthSnapshot, DepthUpdate, VenueRules } from "../symbol/engine/event.ts";
import type { TickLot } from "../symbol/engine/book/price_scale.ts";

/** One GET: its path and query, after a base URL, and what it costs of the address's budget. */
export interface VenueRequest {
  readonly path: string;
  readonly weight: number;
}

/** What an answer said, or for a person why it cannot be read. */
export type Reading<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "unusable"; readonly reason: string };

/** A request, and how its answer is read. */
export interface VenueQuestion<T> extends VenueRequest {
  /** `body`: of an answer of success, parsed JSON, `null` for any other. Never throws. */
  readonly read: (body: unknown) => Reading<T>;
}

/** The face of its market data: one symbol's streams and snapshots. */
export interface VenueMarketData {
  /** What the engine is told of the venue. */
  readonly rules: VenueRules;
  /** Where the depth updates, book tickers and trades of a symbol come from, on one connection. */
  streamUrl(baseUrl: string, symbol: SymbolId): string;
  /** A message that a living connection answers; the decoder calls the answer a `reply`. */
  readonly listSubscriptions: string;
  /** `tickLot`: of the symbol; `null`: they are learnt from its levels. */
  createDecoder(tickLot: TickLot | null): Decoder;
  /** All levels of the book, `limit` a side. */
  snapshotRequest(symbol: SymbolId, limit: number): VenueRequest;
  /** Never throws. */
  decodeSnapshot(text: string): DecodedSnapshot | Malformed;
  /** What an answer says of this address's budget. */
  readAnswer(response: Pick<Response, "status" | "headers">): ExchangeAnswer;
}

/** The desk's face: what the process asks for all symbols. */
export interface VenueDesk {
  /** For a person; rows of this source are kept under it. */
  readonly name: string;
  /** Base URLs that are as good as each other, for an operator who names none; no slash at the end. */
  readonly restUrls: readonly string[];
  readonly wsUrls: readonly string[];
  /** What one address may use, until the venue itself says otherwise. */
  readonly limits: VenueLimits;
  /** What the venue says of these symbols, in one call. */
  symbolsRequest(symbols: readonly SymbolId[]): VenueQuestion<SymbolsAnswer>;
  /** All that the venue lists, in one call. */
  readonly listRequest: VenueQuestion<readonly ListedSymbol[]>;
  /** Their best bid and ask of now, by symbol; what cannot be used is left out, and does not harm the others. */
  bboRequest(symbols: readonly SymbolId[]): VenueQuestion<ReadonlyMap<SymbolId, TopOfBook>>;
  /** Whether a refusal means that one of the symbols is unknown. */
  isUnknownSymbol(body: unknown): boolean;
  /** The least that shows who answers. */
  readonly pingRequest: VenueQuestion<null>;
  /** UTC milliseconds. */
  readonly timeRequest: VenueQuestion<number>;
  /** What an answer says of this address's budget. */
  readAnswer(response: Pick<Response, "status" | "headers">): ExchangeAnswer;
}

/** What one IP address may use. */
export interface VenueLimits {
  /** REST weight. */
  readonly weightPerMinute: number;
  /** Connection attempts. */
  readonly connectionsPerFiveMinutes: number;
}

/** What a venue says of symbols. */
export interface SymbolsAnswer {
  /** In any order. */
  readonly symbols: readonly SymbolInfo[];
  /** The label of a look-alike, to be shown; `null`: it is the venue itself. */
  readonly simulation: string | null;
  /** `null`: it did not say. */
  readonly weightPerMinute: number | null;
}

/** Reads the frames of one symbol. */
export interface Decoder {
  /** Never throws. What it returns is valid until the next call. */
  frame(text: string): Decoded;
}

/** What a frame said. `reply` is the answer to a request of ours; `malformed` was refused. */
export type Decoded =
  | { readonly type: "depth_update"; readonly update: DepthUpdate }
  | { readonly type: "book_ticker"; readonly ticker: BookTicker }
  | { readonly type: "trade"; readonly trade: Trade }
  /** The venue is about to end this connection. */
  | { readonly type: "server_shutdown" }
  | { readonly type: "reply" }
  | Malformed;

/** A snapshot that can be used. */
export interface DecodedSnapshot {
  readonly type: "depth_snapshot";
  readonly snapshot: DepthSnapshot;
}

/** A refused frame: `kind` groups like with like (for counting), `reason` is for a person. */
export interface Malformed {
  readonly type: "malformed";
  readonly kind: string;
  readonly reason: string;
}
