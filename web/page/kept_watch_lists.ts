/** Watch lists and a person's own order of all symbols, in the storage of their browser, for all of its windows. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { keepText, keptText, onKeptElsewhere } from "./kept_text.ts";
import { readOrder, readWatchLists, type WatchList } from "./watch_lists.ts";

const [LISTS, ORDER] = ["watch_lists", "symbol_order"];
const lists = signal(readWatchLists(keptText(LISTS)));
const order = signal(readOrder(keptText(ORDER)));
const isKept = signal(true);

/** In the order in which they were made. */
export const watchLists: ReadonlySignal<readonly WatchList[]> = lists;
/** Those that a person has put in order; empty: none. */
export const symbolOrder: ReadonlySignal<readonly string[]> = order;
/** False: this browser keeps nothing for this page, and both end with it. */
export const areListsKept: ReadonlySignal<boolean> = isKept;

onKeptElsewhere((name, text) => {
  if (name === LISTS) lists.value = readWatchLists(text);
  if (name === ORDER) order.value = readOrder(text);
});

/** Keeps these lists. */
export function keepWatchLists(next: readonly WatchList[]): void {
  lists.value = next;
  isKept.value = keepText(LISTS, next.length === 0 ? null : JSON.stringify(next));
}

/** Keeps this order; empty: that of the monitor's own list. */
export function keepSymbolOrder(next: readonly string[]): void {
  order.value = next;
  isKept.value = keepText(ORDER, next.length === 0 ? null : JSON.stringify(next));
}
