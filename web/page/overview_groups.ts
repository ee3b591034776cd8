/** The table of all symbols in groups, such as of one quote asset. Pure. */
import type { Standing } from "./data_standing.ts";
import type { WatchList } from "./watch_lists.ts";

/** By what rows stand together. */
export const GROUPINGS = ["none", "quote", "list", "state"] as const;

/** One of these. */
export type Grouping = typeof GROUPINGS[number];

/** As a person is offered them. */
export const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  none: "No groups",
  quote: "By quote asset",
  list: "By watch list",
  state: "By state",
};

/** A group and its symbols. */
export interface RowGroup {
  /** `null`: nobody has asked for groups, and it is of all. */
  readonly name: string | null;
  readonly symbols: readonly string[];
}

/** In which exchanges quote, as far as the ending of a symbol tells it; what ends like a shorter one stands before that. */
const QUOTE_ASSETS = [
  ...["FDUSD", "USDT", "USDC", "TUSD", "USD1", "BTC", "ETH", "BNB", "SOL", "XRP", "DOGE", "TRX"],
  ...["EUR", "TRY", "BRL", "JPY", "MXN", "ARS", "PLN", "RON", "ZAR", "UAH", "IDR", "COP", "CZK"],
  ...["EURI", "DAI", "USD"],
];
const PINNED = "Pinned";
const OTHERS = "Other";

/** What a symbol is quoted in, by its ending; `null`: nothing that is known here. */
export function quoteOf(symbol: string): string | null {
  const found = QUOTE_ASSETS.filter((asset) => symbol.endsWith(asset) && symbol !== asset);
  return found.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** All of them, from the first row on. */
export function symbolsIn(groups: readonly RowGroup[]): readonly string[] {
  return groups.flatMap(({ symbols }) => symbols);
}

interface GroupedRow {
  readonly symbol: string;
  readonly standing: Standing;
}

/**
 * The symbols in groups, each in their order: those that are pinned first, then the largest. One that is in several watch
 * lists stands in the first of them.
 */
export function groupsOf(
  symbols: readonly string[],
  rows: readonly GroupedRow[],
  grouping: Grouping,
  pins: ReadonlySet<string>,
  lists: readonly WatchList[],
): readonly RowGroup[] {
  if (grouping === "none") return symbols.length === 0 ? [] : [{ name: null, symbols }];
  const words = new Map(rows.map(({ symbol, standing }) => [symbol, standing.word]));
  const kinds: Readonly<Record<typeof grouping, (symbol: string) => string | null | undefined>> = {
    quote: quoteOf,
    list: (symbol) => lists.find((list) => list.symbols.includes(symbol))?.name,
    state: (symbol) => words.get(symbol),
  };
  const nameOf = (symbol: string) => pins.has(symbol) ? PINNED : kinds[grouping](symbol) ?? OTHERS;
  return [...Map.groupBy(symbols, nameOf)]
    .map(([name, all]) => ({ name, symbols: all }))
    .sort((a, b) =>
      Number(b.name === PINNED) - Number(a.name === PINNED) ||
      Number(a.name === OTHERS) - Number(b.name === OTHERS) ||
      b.symbols.length - a.symbols.length || (a.name < b.name ? -1 : 1)
    );
}
