/** What every component may ask for: what the page shows, where it is, and the way to somewhere else. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ViewTold } from "../../shared/browser_events.ts";
import type { EventName, EventPayloads } from "../../shared/catalogue/events.ts";
import type { ListColumn } from "../../shared/stream_view.ts";
import type { Breadth } from "./arrangement.ts";
import type { DeskArrangement } from "./kept_arrangement.ts";
import type { Calls } from "./calls.ts";
import type { Route } from "./route.ts";
import type { Shown } from "./store.ts";
import type { SymbolShown } from "./symbol_store.ts";
import type { SymbolTail } from "./symbol_tail.ts";
import type { Said } from "./teller.ts";

/** The page, as its components see it. */
export interface Page {
  readonly shown: Shown;
  /** What is shown of one symbol; `null`: why there is none, or that it is not known yet which. */
  symbol(name: string | null): SymbolShown;
  /** What the stream has told of it in the last minutes; only panels that need `history` may ask. */
  tail(symbol: string): SymbolTail;
  /** Takes stored prices of a symbol as they were quoted: they tell its decimals. */
  learnPrices(symbol: string, prices: readonly (number | null)[]): void;
  readonly route: ReadonlySignal<Route>;
  /** Leads there, as a link does. */
  go(route: Route): void;
  /** Says more exactly where this is, as what is typed into a filter: the way back does not lead here. */
  replace(route: Route): void;
  /** The symbols of the desk, the one in focus first; empty: the list is not known yet, or has none that the address names. */
  readonly deskSymbols: ReadonlySignal<readonly string[]>;
  /** What the address names beside them, and is not followed. */
  readonly strangers: ReadonlySignal<readonly string[]>;
  /** What is told of symbols out of focus; a view that shows something else sets it. */
  readonly columns: Signal<readonly ListColumn[]>;
  readonly arrangement: DeskArrangement;
  readonly breadth: ReadonlySignal<Breadth>;
  /** Whether a person has stopped the numbers. */
  readonly isPaused: ReadonlySignal<boolean>;
  /** Stops them as they are, or lets them go on. */
  pause(isToStand: boolean): void;
  /** Shows the newest numbers, also while they are stopped, and loads history anew. */
  refresh(): void;
  /** What the stream has said that it carries; `null`: no stream is open, or it has not said. */
  readonly told: ReadonlySignal<ViewTold | null>;
  /** Has `take` called with each event of this name, after the store has it, until the function that is returned is called. */
  hear<Name extends EventName>(
    name: Name,
    take: (payload: EventPayloads[Name]) => void,
  ): () => void;
  /** How this window calls when an alert fires. */
  readonly calls: Calls;
  /** What is read out to who listens, the newest last. */
  readonly said: ReadonlySignal<readonly Said[]>;
  /** Has it read out, once. */
  say(text: string): void;
  /** The server's clock now, UTC milliseconds. */
  serverNow(): number;
}

/** Given by `main.tsx`. */
export const PageContext = createContext<Page | null>(null);

/** @throws {TypeError} outside of the page. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) {
    throw new TypeError("Cannot use the page: no PageContext around, received null");
  }
  return page;
}
