/**
 * What a request asks for: how the parameters of a query are read and bounded, as zod schemas. The description of each
 * says what it must be: to who sends something else, and in the OpenAPI document. Pure; a parameter without a text is one
 * that was not sent.
 */
import type { Context } from "hono";
import { z } from "zod";
import type { Bound, Route } from "../shared/catalogue/route_definition.ts";
import { parseMarket, type SymbolId } from "../shared/market.ts";
import { likeliestName } from "../shared/nearest_name.ts";
import { hasUnseen, shownName } from "../shared/symbol_list.ts";
import type { Hub } from "./hub.ts";
import { BadRequest } from "./refusals.ts";

/** The end of the year 9999: later ones are written in a form that databases do not read. */
export const TIME_MAX_MS = 253_402_300_799_999;

/** A name of something, longer than any. */
export const NAME_MAX = 100;
/** A symbol has at most so many characters. */
const SYMBOL_MAX = 40;
/** Names that an answer lists. */
const NAMES_SHOWN_MAX = 20;
/** Names that a request may list, where nothing says how many: more than there are columns, or rules of one symbol. */
const NAMES_MAX = 1_000;

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
  return new BadRequest(
    `The ${what} ${shownName(name)} is not known here: ${meant}`,
    "unknown_name",
  );
}

// -- Parameters --

function whole(min: number, max: number) {
  const read = (text: unknown) =>
    typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : text;
  return z.preprocess(read, z.int().min(min).max(max));
}

function listOf<Item extends z.ZodType>(item: Item, max: number, words: string) {
  const read = (text: unknown) => typeof text === "string" ? text.split(",") : text;
  const names = z.array(item).max(max, `must be at most ${max}`)
    .overwrite((list) => [...new Set(list)]);
  return z.preprocess(read, names).optional().describe(words);
}

/** A moment. */
export const TIME = whole(0, TIME_MAX_MS).optional().describe("UTC milliseconds");

/** How many, if it is said. */
export function countOf(max: number): z.ZodType<number | undefined> {
  return whole(1, max).optional().describe(`a whole number, 1 to ${max}`);
}

/** The id of an event, as streams tell it. */
export const SINCE = z.string().max(NAME_MAX).optional()
  .describe("the id of the last event that has been heard, as in Last-Event-ID");

/** A number that is chosen by who asks, to know something by. */
export const OWN_NUMBER = whole(1, Number.MAX_SAFE_INTEGER).optional()
  .describe("a whole number from 1 on");

/** How many at most. */
export function limitOf({ default: fallback, max }: Bound): z.ZodType<number> {
  return whole(1, max).default(fallback).describe(`a whole number, 1 to ${max}`);
}

const ANY_MARKET = z.string().check((given) => {
  const text = given.value;
  if (text === "" || text.length > SYMBOL_MAX || hasUnseen(text)) {
    given.issues.push(custom(text, "must be one symbol, e.g. BTCUSDT"));
  } else if (parseMarket(text) === null) {
    const message = "names no market: a spot market is its symbol, e.g. BTCUSDT";
    given.issues.push(custom(text, message));
  }
});

function custom(input: unknown, message: string) {
  return { code: "custom", input, message } as const;
}

/** One symbol, whether it is known here or not. */
export const MARKET = ANY_MARKET.optional().describe("one symbol, e.g. BTCUSDT");

/** Symbols, whether they are known here or not. */
export function marketsOf(max: number): z.ZodType<readonly SymbolId[] | undefined> {
  return listOf(ANY_MARKET, max, `at most ${max} symbols with commas between them`);
}

/** Names of anything. */
export const NAMES = listOf(z.string(), NAMES_MAX, "names with commas between them");

/** Names of these. */
export function namesOf<const Name extends string>(
  names: readonly Name[],
): z.ZodType<readonly Name[] | undefined> {
  const words = `names with commas between them, of ${names.join(", ")}`;
  return listOf(z.enum(names), NAMES_MAX, words);
}

/** One of these. */
export function oneOf<const Name extends string>(
  names: readonly Name[],
): z.ZodType<Name | undefined> {
  return z.enum(names).optional().describe(`one of ${names.join(", ")}`);
}

/** Where a page begins; `place.ts` reads it. */
export const CURSOR = z.string().max(1_000).optional().describe("the `next` of the page before");

// -- Queries --

/** Schemas by the names of parameters. */
type Parameters = Readonly<Record<string, z.ZodType>>;

/** A schema for each parameter of a route. */
type ParametersOf<Asked extends Route> = Asked extends
  { readonly query: readonly (infer Name extends string)[] } ? Readonly<Record<Name, z.ZodType>>
  : never;

/** The query of a route: the compiler misses a parameter that its table has. */
export function queryOf<Asked extends Route, Shape extends ParametersOf<Asked>>(
  _route: Asked,
  parameters: Shape,
): z.ZodObject<Shape> {
  return z.object(parameters);
}

/** What a request asks. @throws {BadRequest} for the first parameter that is not what it must be. */
export function readQuery<Shape extends Parameters>(
  c: Context,
  query: z.ZodObject<Shape>,
): z.output<z.ZodObject<Shape>> {
  const names = Object.keys(query.shape);
  const given = Object.fromEntries(names.map((name) => [name, c.req.query(name) || undefined]));
  const read = query.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue === undefined) throw new BadRequest("The query cannot be read");
  const words = query.shape[String(issue.path[0])]?.description ?? "another";
  throw refusalOf(issue, given, words);
}

function refusalOf(
  issue: z.core.$ZodIssue,
  given: Readonly<Record<string, string | undefined>>,
  words: string,
): BadRequest {
  const [place, item] = issue.path;
  const parameter = String(place);
  const text = given[parameter] ?? "";
  const shown = shownName((typeof item === "number" ? text.split(",")[item] ?? "" : text)
    .slice(0, NAME_MAX));
  const name = item === undefined ? parameter : `each of ${parameter}`;
  if (issue.code === "custom") {
    return new BadRequest(`${name} ${issue.message}, received "${shown}"`);
  }
  if (issue.code === "too_big" && issue.origin === "array") {
    return new BadRequest(`${parameter} ${issue.message}`);
  }
  if (issue.code === "invalid_value") {
    const names = issue.values.map(String);
    const nearest = likeliestName(shown, names);
    const meant = nearest === undefined ? "" : `: is ${nearest} meant?`;
    return new BadRequest(
      `${parameter} must be of ${names.join(", ")}, received "${shown}"${meant}`,
      "unknown_name",
    );
  }
  return new BadRequest(`${name} must be ${words}, received "${shown}"`);
}

/** A span with `from` before `to`: until now, and so long, where the request does not say. @throws {BadRequest} */
export function spanOf(
  asked: { readonly from?: number | undefined; readonly to?: number | undefined },
  nowMs: number,
  rangeMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = asked.to ?? nowMs;
  const fromMs = asked.from ?? Math.max(0, toMs - rangeMs);
  requireOrder(fromMs, toMs);
  return { fromMs, toMs };
}

/** @throws {BadRequest} */
export function requireOrder(fromMs: number, toMs: number): void {
  if (fromMs < toMs) return;
  throw new BadRequest(`from must be before to, received ${fromMs} and ${toMs}`);
}

/** Symbols of this monitor; `null`: every one. @throws {BadRequest} */
export function requireFollowed(
  symbols: readonly SymbolId[] | undefined,
  hub: Hub,
  what = "symbols",
): ReadonlySet<SymbolId> | null {
  if (symbols === undefined) return null;
  // Before the supervisor's first word no symbol is known, and none is wrong.
  const stray = hub.system === null ? undefined : symbols.find((symbol) => !hub.has(symbol));
  if (stray !== undefined) {
    const name = shownName(stray.slice(0, NAME_MAX));
    const there = hub.symbols.join(", ");
    throw new BadRequest(`${what} names "${name}"; there are: ${there}`, "unknown_name");
  }
  return new Set(symbols);
}
