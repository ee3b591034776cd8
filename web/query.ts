/** What a request asks for, read and bounded. Pure; every refusal says what would be right. */
import type { Context } from "hono";
import { type Bound, ROUTES } from "../shared/catalogue/routes.ts";
import { parseMarket, type SymbolId } from "../shared/market.ts";
import { hasUnseen, shownName } from "../shared/symbol_list.ts";
import type { Hub } from "./hub.ts";
import type { MetricName } from "../shared/catalogue/metrics.ts";
import { METRIC_COLUMNS } from "./rows.ts";

/** The end of the year 9999: later ones are written in a form that databases do not read. */
export const TIME_MAX_MS = 253_402_300_799_999;

/** A request that cannot be answered as it stands; the message is fit for a person. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
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

/** Names with commas between them, each once; `null`: none was given. */
export function readNames(c: Context, name: string): readonly string[] | null {
  const text = c.req.query(name);
  return text === undefined || text === "" ? null : [...new Set(text.split(","))];
}

/** Symbols, whether they are known here or not, each once; `null`: none was given. @throws {BadRequest} */
export function readMarkets(c: Context, name: string, max: number): readonly SymbolId[] | null {
  if ((c.req.query(name)?.split(",") ?? []).length > max) {
    throw new BadRequest(`${name} must be at most ${max}`);
  }
  const symbols = readNames(c, name);
  for (const symbol of symbols ?? []) requireSymbol(symbol, `each of ${name}`);
  return symbols;
}

/** Symbols of this monitor; `null`: every one. @throws {BadRequest} */
export function readSymbols(c: Context, hub: Hub): ReadonlySet<SymbolId> | null {
  const text = c.req.query("symbols");
  if (text === undefined || text === "") return null;
  const symbols = text.split(",");
  const { symbolsMax } = ROUTES.events;
  if (symbols.length > symbolsMax) {
    throw new BadRequest(`symbols must be at most ${symbolsMax}`);
  }
  // Before the supervisor's first word no symbol is known, and none is wrong.
  const unknown = hub.system === null ? undefined : symbols.find((symbol) => !hub.has(symbol));
  if (unknown !== undefined) {
    throw new BadRequest(
      `symbols names "${shownName(unknown)}"; there are: ${hub.symbols.join(", ")}`,
    );
  }
  return new Set(symbols);
}

/** Columns of `metrics`; all of them when none are named. @throws {BadRequest} */
export function readColumns(c: Context): readonly MetricName[] {
  const text = c.req.query("columns");
  if (text === undefined || text === "") return METRIC_COLUMNS;
  return [...new Set(text.split(","))].map((name) => {
    const column = METRIC_COLUMNS.find((known) => known === name);
    if (column !== undefined) return column;
    throw new BadRequest(`columns must be of ${METRIC_COLUMNS.join(", ")}, received "${name}"`);
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
