/**
 * The zod schemas of the exchange's messages: the specification that the hand-written decoder is
 * tested against, and the guard of what is read over REST once. For scripts, tests and the desk; never for
 * symbol actors (zod costs 5 MB a worker).
 *
 * Source: Binance spot web-socket-streams.md and rest-api.md.
 */
import { z } from "zod";
import { spotTimeMs } from "./time_unit.ts";

/** A non-negative decimal as Binance writes it: digits, or digits with a fraction. */
export const decimal: z.ZodString = z.string().regex(/^\d{1,20}(\.\d{1,20})?$/);
const id = z.int().nonnegative();
/** Milliseconds, or microseconds on a connection with `timeUnit=MICROSECOND`; read as UTC milliseconds. */
const time = id.transform(spotTimeMs).refine((ms) => ms >= 0, "must be in milliseconds");
/** A field that another market's message of the same name has. */
const futures = z.undefined().optional();
const level = z.tuple([decimal, decimal]);
const symbol = z.string().min(1);

/** `<symbol>@depth[@100ms]`. */
export const depthUpdateSchema = z.object({
  e: z.literal("depthUpdate"),
  E: time,
  s: symbol,
  U: id,
  u: id,
  pu: futures,
  b: z.array(level),
  a: z.array(level),
}).refine((update) => update.U <= update.u, "U must not be above u");

/** `<symbol>@bookTicker`. */
export const bookTickerSchema = z.object({
  e: futures,
  pu: futures,
  u: id,
  s: symbol,
  b: decimal,
  B: decimal,
  a: decimal,
  A: decimal,
});

/** `<symbol>@trade`. */
export const tradeSchema = z.object({
  e: z.literal("trade"),
  pu: futures,
  E: time,
  s: symbol,
  t: id,
  p: decimal,
  q: decimal,
  T: time,
  m: z.boolean(),
});

/** `<symbol>@aggTrade`. */
export const aggTradeSchema = z.object({
  e: z.literal("aggTrade"),
  pu: futures,
  E: time,
  s: symbol,
  a: id,
  p: decimal,
  q: decimal,
  f: id,
  l: id,
  T: time,
  m: z.boolean(),
});

/** `/api/v3/depth`. */
export const depthSnapshotSchema = z.object({
  E: futures,
  T: futures,
  lastUpdateId: id,
  bids: z.array(level),
  asks: z.array(level),
});

/** `/api/v3/ticker/bookTicker` of one symbol, or one of the list of several. */
export const bestTickerSchema = z.object({
  symbol,
  bidPrice: decimal,
  bidQty: decimal,
  askPrice: decimal,
  askQty: decimal,
});

/** The combined form that wraps any stream's payload. */
export const combinedSchema = z.object({ stream: z.string(), data: z.unknown() });

const filter = z.looseObject({ filterType: z.string() });

/** What it says of one symbol. */
export const symbolInfoSchema = z.object({
  symbol,
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  filters: z.array(filter),
});

/** The whole list: what it has of each is looked at one by one. */
export const listedSymbolsSchema = z.object({ symbols: z.array(z.unknown()) });

/** The part of `/api/v3/exchangeInfo` that the monitor reads; a look-alike adds `simulation`. */
export const exchangeInfoSchema = z.object({
  /** Only our look-alike sends it: the label to show, `SIMULATED` or `REPLAY`. */
  simulation: z.string().optional(),
  rateLimits: z.array(z.object({
    rateLimitType: z.string(),
    interval: z.string(),
    intervalNum: z.number(),
    limit: z.number(),
  })).default([]),
  symbols: z.array(symbolInfoSchema),
});

/** An answer of `/api/v3/exchangeInfo`. */
export type ExchangeInfo = z.infer<typeof exchangeInfoSchema>;
