/**
 * What identifies a view stands in the address, so that a link opens the same view: `#BTCUSDT` is the desk of one symbol,
 * `#BTCUSDT,ETHUSDT` that of two, `#/alerts` another view, `#/quality/BTCUSDT` one that is of symbols too, and each may have
 * parameters as in `#/alerts?symbol=BTCUSDT`. Pure: `router.ts` keeps the address.
 */
import { FOCUS_MAX } from "../../shared/stream_view.ts";

/** The views that an address may name; which of them there are, `views/registry.ts` says. */
export const VIEW_IDS = [
  ...["desk", "overview", "statistics", "quality"] as const,
  ...["alerts", "system", "settings"] as const,
] as const;

/** One of them. */
export type ViewId = typeof VIEW_IDS[number];

/** Those that are of the symbols of a desk, named behind them. */
const SYMBOL_VIEWS: readonly ViewId[] = ["statistics", "quality"];

/** Where a person is. */
export interface Route {
  readonly view: ViewId;
  /** Of the desk, and of views that are of its symbols: which, the first in focus; empty: whichever is first in the list. */
  readonly symbols: readonly string[];
  /** What else the view keeps in the address. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** More symbols than this are no desk: each is shown in detail. */
export const DESK_SYMBOLS_MAX = FOCUS_MAX;

/** What an address names, the part behind `#` with it; what cannot be read is the desk. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#/, ""), "?");
  const parameters = Object.fromEntries(new URLSearchParams(query));
  const view = VIEW_IDS.find((id) => path === `/${id}`);
  if (view !== undefined) return { view, symbols: [], parameters };
  const ofSymbols = SYMBOL_VIEWS.find((id) => path.startsWith(`/${id}/`));
  if (ofSymbols !== undefined) {
    return { view: ofSymbols, symbols: symbolsIn(path.slice(ofSymbols.length + 2)), parameters };
  }
  return { view: "desk", symbols: path.startsWith("/") ? [] : symbolsIn(path), parameters };
}

/** The part of an address from `#` on that names this. */
export function routeText({ view, symbols, parameters }: Route): string {
  const names = symbols.map(encodeURIComponent).join(",");
  const isNamed = names !== "" && SYMBOL_VIEWS.includes(view);
  const path = view === "desk" ? names : `/${view}${isNamed ? `/${names}` : ""}`;
  const query = String(new URLSearchParams(parameters));
  return `#${path}${query === "" ? "" : `?${query}`}`;
}

/** The desk of one symbol. */
export function deskOf(symbol: string): Route {
  return { view: "desk", symbols: [symbol], parameters: {} };
}

/**
 * The symbols that a desk shows: those that are wanted and followed. Where none is: of one that was followed while this page
 * was open, and so was removed, those that the desk showed before, or else the first of the list; of an address that names
 * others, none, for they would be taken for those that it names.
 *
 * @param known what was followed at some time while this page was open
 */
export function shownSymbols(
  wanted: readonly string[],
  followed: readonly string[],
  before: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  const those = (symbols: readonly string[]) => symbols.filter((one) => followed.includes(one));
  if (wanted.length > 0 && !wanted.some((one) => known.has(one))) return [];
  return [those(wanted), those(before), followed.slice(0, 1)].find((one) => one.length > 0) ?? [];
}

/** The symbols of a desk when this one comes into focus: it changes places where it is there, or else takes the first one's. */
export function focusedOn(symbol: string, symbols: readonly string[]): readonly string[] {
  const [first, ...others] = symbols;
  if (first === undefined) return [symbol];
  return [symbol, ...others.map((one) => one === symbol ? first : one)];
}

/** Those that an address names, and that are not followed; none while it is not known which are. */
export function strangersOf(
  wanted: readonly string[],
  followed: readonly string[] | null,
  known: ReadonlySet<string>,
): readonly string[] {
  if (followed === null) return [];
  return wanted.filter((one) => !followed.includes(one) && !known.has(one));
}

function symbolsIn(names: string): readonly string[] {
  return [...new Set(names.split(",").map(decode).filter(isText))].slice(0, DESK_SYMBOLS_MAX);
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `null`: nothing that can be read. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function isText(text: string | null): text is string {
  return text !== null && text !== "";
}
