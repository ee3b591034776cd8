/** What a request asks for, read and bounded. Pure; every refusal says what would be right. */
import type { Context } from "hono";
import { type Bound, ROUTES } from "../shared/catalogue/routes.ts";
import { parseMarket, type SymbolId } from "../shared/market.ts";
import { likeliestName } from "../shared/nearest_name.ts";
import { hasUnseen, shownName } from "../shared/symbol_list.ts";
import type { Hub } from "./hub.ts";
import type { MetricName } from "../shared/catalogue/metrics.ts";
import { METRIC_COLUMNS } from "./rows.ts";

/** The end of the year 9999: later ones are written in a form that databases do not read. */
export const TIME_MAX_MS = 253_402_300_799_999;

/** A name of something, longer than any. */
export const NAME_MAX = 100;
/** Names that an answer lists. */
const NAMES_SHOWN_MAX = 20;
/** Names that a request may list, where nothing says how many: more than there are columns, or rules of one symbol. */
const NAMES_MAX = 1_000;

/** A request that cannot be answered as it stands; the message is fit for a person. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** A symbol that the hub does not know and of which nothing is stored; the message is fit for a person. */
export class UnknownSymbol extends Error {
  override readonly name = "UnknownSymbol";

  /** `known`: what might have been meant. */
  constructor(symbol: SymbolId, known: readonly SymbolId[]) {
    super(`Symbol ${symbol} is not known here; symbols: ${known.join(", ") || "none yet"}`);
  }
}

/** A name that nobody has, and the one that was probably meant; however long it is, and however often each of `known` stands there. */
export function unknown(what: string, given: string, known: readonly string[]): BadRequest {
  const name = given.slice(0, NAME_MAX);
  const names = [...new Set(known)];
  const nearest = likeliestName(name, names);
  const list = names.slice(0, NAMES_SHOWN_MAX).join(", ") || "none yet";
  const meant = nearest === undefined ? `there is ${list}` : `is ${nearest} meant?`;
  return new BadRequest(`The ${what} ${shownName(name)} is not known here: ${meant}`);
}

/** A moment in UTC milliseconds, or `fallback` when the parameter is missing. @throws {BadRequest} */
export function readTime<Fallback extends number | null>(
  c: Context,
  name: string,
  fallback: Fallback,
): number | Fallback {
  return read(c, name, fallback, 0, TIME_MAX_MS, "UTC milliseconds");
}

/** A span with `from` before `to`: until now, and so long, where the request does not say. @throws {BadRequest} */
export function readSpan(
  c: Context,
  nowMs: number,
  rangeMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = readTime(c, "to", nowMs);
  const fromMs = readTime(c, "from", Math.max(0, toMs - rangeMs));
  requireOrder(fromMs, toMs);
  return { fromMs, toMs };
}

/** @throws {BadRequest} */
export function requireOrder(fromMs: number, toMs: number): void {
  if (fromMs < toMs) return;
  throw new BadRequest(`from must be before to, received ${fromMs} and ${toMs}`);
}

/** How many at most: a whole number from 1 on. @throws {BadRequest} */
export function readLimit(c: Context, { default: fallback, max }: Bound): number {
  return read(c, "limit", fallback, 1, max, `a whole number, 1 to ${max}`);
}

/** One symbol, whether it is known here or not; `null`: none was asked for. @throws {BadRequest} */
export function readSymbol(c: Context, name: string): SymbolId | null {
  const text = c.req.query(name);
  if (text === undefined || text === "") return null;
  requireSymbol(text, name);
  return text;
}

function requireSymbol(text: string, name: string): void {
  if (text === "" || text.length > 40 || hasUnseen(text)) {
    throw new BadRequest(`${name} must be one symbol, e.g. BTCUSDT`);
  }
  if (parseMarket(text) === null) {
    throw new BadRequest(`${name} names no market: a spot market is its symbol, e.g. BTCUSDT`);
  }
}

/** Names with commas between them, each once; `null`: none was given. @throws {BadRequest} for more than `max`. */
export function readNames(c: Context, name: string, max = NAMES_MAX): readonly string[] | null {
  const text = c.req.query(name);
  if (text === undefined || text === "") return null;
  const names = text.split(",");
  if (names.length > max) throw new BadRequest(`${name} must be at most ${max}`);
  return [...new Set(names)];
}

/** Symbols, whether they are known here or not, each once; `null`: none was given. @throws {BadRequest} */
export function readMarkets(c: Context, name: string, max: number): readonly SymbolId[] | null {
  const symbols = readNames(c, name, max);
  for (const symbol of symbols ?? []) requireSymbol(symbol, `each of ${name}`);
  return symbols;
}

/** Symbols of this monitor; `null`: every one. @throws {BadRequest} */
export function readSymbols(c: Context, hub: Hub): ReadonlySet<SymbolId> | null {
  const symbols = readNames(c, "symbols", ROUTES.events.symbolsMax);
  if (symbols === null) return null;
  // Before the supervisor's first word no symbol is known, and none is wrong.
  const stray = hub.system === null ? undefined : symbols.find((symbol) => !hub.has(symbol));
  if (stray !== undefined) {
    const name = shownName(stray.slice(0, NAME_MAX));
    throw new BadRequest(`symbols names "${name}"; there are: ${hub.symbols.join(", ")}`);
  }
  return new Set(symbols);
}

/** Columns of `metrics`; all of them when none are named. @throws {BadRequest} */
export function readColumns(c: Context): readonly MetricName[] {
  const names = readNames(c, "columns");
  if (names === null) return METRIC_COLUMNS;
  return names.map((name) => {
    const column = METRIC_COLUMNS.find((known) => known === name);
    if (column !== undefined) return column;
    const received = shownName(name.slice(0, NAME_MAX));
    throw new BadRequest(`columns must be of ${METRIC_COLUMNS.join(", ")}, received "${received}"`);
  });
}

function read<Fallback extends number | null>(
  c: Context,
  name: string,
  fallback: Fallback,
  min: number,
  max: number,
  range: string,
): number | Fallback {
  const text = c.req.query(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
    throw new BadRequest(`${name} must be ${range}, received "${text.slice(0, 40)}"`);
  }
  return value;
}
