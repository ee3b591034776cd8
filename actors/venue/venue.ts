/**
 * Venue: what the monitor knows of one exchange, and all that it knows of it. A venue is a folder beside
 * this file with two faces: the feed's, which symbol workers load and which must stay light (no zod), and
 * the desk's, for the process that makes the first contact.
 *
 * What the two say is in the words of the engine (`event.ts`, `levels.ts`) and of `shared/market.ts`.
 */
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";
import type { BookTicker, SymbolId, Trade } from "../../shared/market.ts";
import type { Best, DepthSnapshot, DepthUpdate, VenueRules } from "../symbol/engine/event.ts";
import type { Steps } from "../symbol/engine/grid.ts";

/** One GET: its path and query, after a base URL, and what it costs of the address's budget. */
export interface VenueRequest {
  readonly path: string;
  readonly weight: number;
}

/** The feed's face: one symbol's streams and snapshots. */
export interface VenueFeed {
  /** What the engine is told of the venue. */
  readonly rules: VenueRules;
  /** Where the depth updates, book tickers and trades of a symbol come from, on one connection. */
  streamUrl(baseUrl: string, symbol: SymbolId): string;
  /** A message that a living connection answers; the decoder calls the answer a `reply`. */
  readonly listSubscriptions: string;
  /** `steps`: of the symbol; `null`: they are learnt from its levels. */
  createDecoder(steps: Steps | null): Decoder;
  /** All levels of the book, `limit` a side. */
  snapshotRequest(symbol: SymbolId, limit: number): VenueRequest;
  /** Never throws. */
  decodeSnapshot(text: string): DecodedSnapshot | Malformed;
  /** The best bid and ask of now. */
  bestRequest(symbol: SymbolId): VenueRequest;
  /** `null`: it is no best bid and ask. Never throws. */
  decodeBest(text: string): Best | null;
  /** What an answer says of this address's budget. */
  readAnswer(response: Pick<Response, "status" | "headers">): ExchangeAnswer;
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
