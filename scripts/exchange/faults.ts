/**
 * The vocabulary of faults: what can go wrong on the way from the exchange to a client, and where. Pure
 * words: the plan decides (`fault_plan.ts`), the places where a thing happens carry out.
 */

/** Which faults there are; `FAULTS` says what each does. */
export type FaultKind =
  | FrameFault
  | ConnectionFault
  | RequestFault
  | MarketFault
  | "refused";

/** Hits one frame on its way to one connection. */
export type FrameFault =
  | "gap"
  | "duplicate"
  | "reorder"
  | "truncated"
  | "oversized"
  | "non_json"
  | "wrong_symbol"
  | "crossed"
  | "silence";

/** Hits a whole connection. */
export type ConnectionFault =
  | "slow_drip"
  | "abrupt_close"
  | "close_storm"
  | "half_open"
  | "server_shutdown"
  | "day_cut";

/** Hits one answer of the REST half. */
export type RequestFault =
  | "late_snapshot"
  | "stale_snapshot"
  | "old_snapshot"
  | "too_many_requests"
  | "banned"
  | "server_error";

/** Changes what the exchange says of a market, or of the time, for a while. */
export type MarketFault = "clock_skew" | "status" | "delisting" | "tick_size";

/** What a rule may say; who leaves something out gets the default of the kind. */
export interface FaultOptions {
  /** Not before this much market time after the rule was added; default 0. */
  readonly atMs?: number;
  /** So many matching things pass unharmed first; default 0. */
  readonly after?: number;
  /** So often; default 1, without end for a rule with `rate` or `everyMs`. */
  readonly times?: number;
  /** Each matching thing with this probability; default 1. */
  readonly rate?: number;
  /** Mean market time between two, exponential: the next matching thing after it is hit. */
  readonly everyMs?: number;
  /** How long a state lasts, or everything that matches is hit once the first was; default: once. */
  readonly forMs?: number;
  /** Only this symbol, as in `BTCUSDT`. */
  readonly symbol?: string;
  /** Only this kind of stream. */
  readonly stream?: FaultStream;
  /** Only the n-th connection that the exchange ever had. */
  readonly connection?: number;
  /** Only REST requests with this end of their path, as in `depth`. */
  readonly path?: string;
  /** Connections: only those at least so old. Snapshots: as the book was so long ago. */
  readonly ageMs?: number;
  /** Delay, or how far the exchange's clock is ahead (negative: behind). */
  readonly ms?: number;
  /** Size of an oversized text; of a slow drip per second. */
  readonly bytes?: number;
  /** A frame out of order lets so many of its stream pass first. */
  readonly by?: number;
  /** Close code of a WebSocket. */
  readonly code?: number;
  /** HTTP status. */
  readonly http?: number;
  /** `Retry-After`; 0: this one answer only, without the header. */
  readonly seconds?: number;
  /** What `exchangeInfo` says, as in `HALT`. */
  readonly status?: string;
  /** The new tick size, as in `0.10000000`. */
  readonly tickSize?: string;
  /** What a wrong symbol is called. */
  readonly name?: string;
}

/** A kind of stream, whatever its interval. */
export type FaultStream = "depth" | "bookTicker" | "trade" | "aggTrade";

/** One line of a script. */
export interface FaultRule extends FaultOptions {
  readonly kind: FaultKind;
}

/** A fault that happens now, with every default filled in that its kind has. */
export interface Fault extends FaultRule {
  /** Market time at which a state of it ends; `Infinity`: never by itself. */
  readonly untilMs: number;
}

/** Something that is about to happen, which a fault may hit; `nowMs` is market time. */
export type Thing =
  | {
    readonly point: "frame";
    readonly nowMs: number;
    readonly connection: number;
    readonly ageMs: number;
    readonly symbol: string;
    readonly stream: FaultStream;
  }
  | {
    /** A connection lives on: asked every few milliseconds. */
    readonly point: "turn";
    readonly nowMs: number;
    readonly connection: number;
    readonly ageMs: number;
  }
  | { readonly point: "market"; readonly nowMs: number; readonly symbol: string }
  | {
    readonly point: "handshake";
    readonly nowMs: number;
    readonly connection: number;
    readonly symbols: readonly string[];
  }
  | {
    readonly point: "request";
    readonly nowMs: number;
    readonly path: string;
    readonly symbol: string | null;
  };

/** Where a kind of fault applies, what it does, and what a rule need not say. */
export interface FaultMeaning {
  /** Frame kinds that say `request` hit answers as well, when the rule has a `path`. */
  readonly points: readonly Thing["point"][];
  /** True: it goes on by itself for `forMs`. False: it hits one thing, and for `forMs` every one. */
  readonly isState: boolean;
  readonly defaults: FaultOptions;
  readonly text: string;
}

const FRAME: readonly Thing["point"][] = ["frame"];
const TEXT: readonly Thing["point"][] = ["frame", "request"];
/** With a symbol, a stream or a count a rule is judged at frames, without at every turn. */
const CONNECTION: readonly Thing["point"][] = ["turn", "frame"];
const MARKET: readonly Thing["point"][] = ["market", "frame"];
const REQUEST: readonly Thing["point"][] = ["request"];
const DAY_MS = 86_400_000;

/** Every kind, for the plan, for `--help` and for who wants to try all of them. */
export const FAULTS: Readonly<Record<FaultKind, FaultMeaning>> = {
  gap: one(FRAME, {}, "the frame is lost"),
  duplicate: one(FRAME, {}, "the frame comes twice"),
  reorder: one(FRAME, { by: 1 }, "the frame comes after the next `by` of its stream"),
  truncated: one(TEXT, {}, "the second half of the text is missing"),
  oversized: one(TEXT, { bytes: 4 * 1024 * 1024 }, "the text is blown up to `bytes` by spaces"),
  non_json: one(TEXT, {}, "a page of HTML instead"),
  wrong_symbol: one(FRAME, { name: "WRONGUSDT" }, "the frame says that it is of the symbol `name`"),
  crossed: one(FRAME, { stream: "depth" }, "the diff sets a bid above the best ask"),
  silence: state(FRAME, {}, "acknowledged, open, and no frame of this stream and connection"),
  slow_drip: state(CONNECTION, { bytes: 1_000 }, "so many `bytes` a second of wall time leave"),
  abrupt_close: one(CONNECTION, {}, "the socket ends without a close frame"),
  close_storm: state(
    CONNECTION,
    { code: 1001, forMs: 0 },
    "every connection is closed, and each new one `for` so long",
  ),
  half_open: state(CONNECTION, {}, "the socket is open and nobody is there: no frame, no pong"),
  server_shutdown: one(CONNECTION, { ms: 5_000 }, "serverShutdown, and closed after `ms`"),
  day_cut: one(
    CONNECTION,
    { ageMs: DAY_MS, times: Infinity, code: 1008 },
    "a connection of `age` is closed",
  ),
  refused: one(
    ["handshake", "request"],
    {},
    "the socket ends before its handshake, or `http`; with a `path`: in the middle of an answer",
  ),
  late_snapshot: one(REQUEST, { path: "depth", ms: 2_000 }, "the answer comes `ms` later"),
  stale_snapshot: one(REQUEST, { path: "depth", ageMs: 5_000 }, "the book of `age` ago"),
  old_snapshot: one(REQUEST, { path: "depth" }, "a book older than any open diff stream"),
  too_many_requests: one(
    REQUEST,
    { seconds: 10, http: 429 },
    "429 for `seconds`, to every request",
  ),
  banned: one(REQUEST, { seconds: 120, http: 418 }, "418 for `seconds`, to every request"),
  server_error: one(REQUEST, { http: 502 }, "`http` with a page of HTML"),
  clock_skew: state(MARKET, { ms: 1_000 }, "the exchange's clock is `ms` ahead, in all it says"),
  status: state(MARKET, { status: "HALT" }, "exchangeInfo says `status`; the market stands still"),
  delisting: state(MARKET, {}, "the symbol is unknown to REST, and its streams are silent"),
  tick_size: state(
    MARKET,
    {},
    "exchangeInfo says `tickSize` (a tenth of the old one), new prices obey it",
  ),
};

/** The names, in the order of the table. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(FAULTS).filter(isFaultKind);

/** True for the name of a fault. */
export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULTS, name);
}

/** Whether a fault of this kind hits one frame. */
export function isFrameFault(kind: FaultKind): kind is FrameFault {
  return FAULTS[kind].points[0] === "frame";
}

/** Whether a fault of this kind hits an answer of the REST half, and nothing else. */
export function isRequestFault(kind: FaultKind): kind is RequestFault {
  return FAULTS[kind].points[0] === "request";
}

/** Whether a fault of this kind hits a connection, or the market that it is of. */
export function isLineFault(kind: FaultKind): kind is ConnectionFault | MarketFault {
  return ["turn", "market"].includes(FAULTS[kind].points[0] ?? "");
}

function one(
  points: readonly Thing["point"][],
  defaults: FaultOptions,
  text: string,
): FaultMeaning {
  return { points, isState: false, defaults, text };
}

function state(
  points: readonly Thing["point"][],
  defaults: FaultOptions,
  text: string,
): FaultMeaning {
  return { points, isState: true, defaults, text };
}
