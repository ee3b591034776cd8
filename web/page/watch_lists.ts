/** Lists of symbols that a person has put together under names, and their own order of all symbols. Pure. */

/** One of them. */
export interface WatchList {
  /** As a person calls it: no two have the same. */
  readonly name: string;
  /** In their order; some may not be followed any more. */
  readonly symbols: readonly string[];
}

/** More of them nobody oversees. */
export const WATCH_LISTS_MAX = 50;
/** As many as a monitor follows. */
const SYMBOLS_MAX = 200;
const NAME_MAX = 40;

/** What was kept of lists, one beside the other; what is none is passed over. */
export function readWatchLists(text: string | null): readonly WatchList[] {
  const kept = parsed(text);
  if (!Array.isArray(kept)) return [];
  const lists = kept.flatMap((one): WatchList[] => {
    const { name, symbols } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof name !== "string" || name === "" || !Array.isArray(symbols)) return [];
    const names = symbols.filter((symbol) => typeof symbol === "string");
    return [{ name, symbols: [...new Set(names)].slice(0, SYMBOLS_MAX) }];
  });
  return [...new Map(lists.map((list) => [list.name, list])).values()].slice(0, WATCH_LISTS_MAX);
}

/** What was kept of an order. */
export function readOrder(text: string | null): readonly string[] {
  const kept = parsed(text);
  return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Why a list cannot have this name, for a person; `null`: it can. */
export function nameProblem(name: string, lists: readonly WatchList[]): string | null {
  const text = name.trim();
  if (text === "") return "A list needs a name.";
  if (text.length > NAME_MAX) return `A name has at most ${NAME_MAX} characters.`;
  if (lists.some((list) => list.name === text)) return `There is a list “${text}” already.`;
  return lists.length >= WATCH_LISTS_MAX ? `There are ${WATCH_LISTS_MAX} lists already.` : null;
}

/** With other symbols under this name; a name that is new is the last. */
export function withWatchList(lists: readonly WatchList[], list: WatchList): readonly WatchList[] {
  return lists.some(({ name }) => name === list.name)
    ? lists.map((one) => one.name === list.name ? list : one)
    : [...lists, list];
}

/** Without the one of this name. */
export function withoutWatchList(lists: readonly WatchList[], name: string): readonly WatchList[] {
  return lists.filter((list) => list.name !== name);
}

/** With one symbol more, the last, as long as there is room. */
export function withSymbol(symbols: readonly string[], symbol: string): readonly string[] {
  return symbols.includes(symbol) || symbols.length >= SYMBOLS_MAX ? symbols : [...symbols, symbol];
}

/** With one of them one place nearer to an end, if it is not there. */
export function moved(
  symbols: readonly string[],
  symbol: string,
  by: -1 | 1,
): readonly string[] {
  const at = symbols.indexOf(symbol);
  const other = symbols[at + by];
  if (at < 0 || other === undefined) return symbols;
  return symbols.with(at, other).with(at + by, symbol);
}

/** Symbols in a person's own order; those that it does not name come after the others, as they were. O(symbols). */
export function inOrder(symbols: readonly string[], order: readonly string[]): readonly string[] {
  if (order.length === 0) return symbols;
  const there = new Set(symbols);
  return [...new Set([...order.filter((one) => there.has(one)), ...symbols])];
}
