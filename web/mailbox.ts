/**
 * What waits for one browser: bounded, whatever the browser does.
 *
 * States (metrics, book, proof, latency) conflate: by its key the newest of each waits here, in a cell that
 * all browsers share and whose bytes are made when the first of them is sent it. What adds up (trades,
 * changes of the system) waits as one sum. Events (interval rows, trades by the second, alerts, feed
 * statuses, gaps, audits) keep their order; when too many wait, all of them are given up, counted,
 * and the browser is told to refetch.
 */
import { encodeEvent } from "./event_text.ts";
import type { EventName, EventPayloads } from "../shared/catalogue/events.ts";
import { concerns, type SymbolId } from "../shared/market.ts";
import { type Detail, DETAILS, type StreamForm, type StreamView } from "../shared/stream_view.ts";

/** Ordered events that may wait for one browser; beyond that it refetches. */
export const ORDERED_MAX = 1_000;
/** The symbols a browser shows only in its list need no more than this pace. */
const LIST_INTERVAL_MS = 1_000;

/** What one browser wants to be told. */
export interface Interest {
  /** `null`: every symbol. */
  readonly symbols: ReadonlySet<SymbolId> | null;
  readonly form: StreamForm;
  /**
   * Of symbols that are not in focus only the metrics (once a second, the newest frame or row), alerts, feed statuses, gaps
   * and audits travel.
   */
  readonly view: StreamView;
}

/** From where on a stream is of what its browser wants now. */
export function viewTold({ form, view }: Interest, timeMs: number): Uint8Array {
  return encodeEvent("view", { timeMs, form, ...view }, null);
}

/** What all that waits has in common. */
interface Addressed {
  /** `null`: it concerns no symbol, and everybody. */
  readonly symbol: SymbolId | null;
  /** Whether a browser that has the symbol in its list only wants it too. */
  readonly isListed: boolean;
}

/** The value of a conflating state, encoded at most once. */
export interface StateCell extends Addressed {
  readonly name: EventName;
  bytes(): Uint8Array;
}

/** The newest value under a name, made when the first browser is sent it. */
export function stateCell<Name extends EventName>(
  symbol: SymbolId | null,
  name: Name,
  value: () => EventPayloads[Name],
  isListed: boolean,
): StateCell {
  let bytes: Uint8Array | null = null;
  return { name, symbol, isListed, bytes: () => bytes ??= encodeEvent(name, value(), null) };
}

/** What adds up until it leaves; encoded once for all browsers that have nothing waiting. */
export interface Sum extends Addressed {
  readonly name: EventName;
  /** Both as one; neither changes. */
  plus(newer: Sum): Sum;
  bytes(): Uint8Array;
}

/** An event with its place in the order. */
export interface OrderedEvent extends Addressed {
  readonly number: number;
  readonly symbol: SymbolId;
  /** Whether a browser that sees the symbol in detail from now on is told it, though it was before. */
  readonly isOpening: boolean;
  bytes(form: StreamForm): Uint8Array;
}

/** What only the hub can tell. */
export interface Story {
  /** That events were missed. */
  refetch(): Uint8Array;
  /** What the database may not have yet of these symbols; the last id stands at its end. */
  past(symbols: ReadonlySet<SymbolId>, form: StreamForm): readonly Uint8Array[];
}

/** States that who is told changes gets in another way: `web/live_view.ts`. */
const CHANGING: ReadonlySet<EventName> = new Set(["metrics", "book"]);

/** The queue of one browser. */
export class Mailbox {
  #interest: Interest;
  readonly #changed = new Map<string, StateCell>();
  readonly #sums = new Map<string, Sum>();
  #ordered: OrderedEvent[] = [];
  #refetch = false;
  /** That it looks at something else since it was sent some last, and what it sees in detail only since then. */
  #viewTold: Uint8Array | null = null;
  readonly #fresh = new Set<SymbolId>();
  #lastListMs = -Infinity;

  constructor(interest: Interest) {
    this.#interest = interest;
  }

  /** Whether this browser shows the symbol at all. */
  wants(symbol: SymbolId | null): boolean {
    const { symbols } = this.#interest;
    return symbol === null || symbols === null || concerns(symbol, (one) => symbols.has(one));
  }

  /** What it wants. */
  get interest(): Interest {
    return this.#interest;
  }

  /** From now on it looks at this; gives the symbols that it did not see in detail before. */
  look(view: StreamView, utcNowMs: number): ReadonlySet<SymbolId> {
    const before = this.detailed;
    this.#interest = { ...this.#interest, view };
    this.#viewTold = viewTold(this.#interest, utcNowMs);
    for (const waiting of [this.#changed, this.#sums]) {
      for (const [key, one] of waiting) if (!this.#isTold(one)) waiting.delete(key);
    }
    const seen = [...this.detailed ?? []];
    const added = seen.filter((symbol) => before !== null && !before.has(symbol));
    for (const symbol of added) this.#fresh.add(symbol);
    return new Set(added);
  }

  /** Whether this browser shows the symbol in detail. */
  details(symbol: SymbolId | null): boolean {
    const { focus, isHidden } = this.#interest.view;
    if (symbol === null) return true;
    return !isHidden && (focus === null || concerns(symbol, (one) => focus.includes(one)));
  }

  /** Whether this browser is told it at all. */
  isFor({ symbol, isListed }: Addressed): boolean {
    return this.wants(symbol) && (isListed || this.details(symbol));
  }

  /** The symbols that it shows in detail; `null`: every one. */
  get detailed(): ReadonlySet<SymbolId> | null {
    const { symbols, view: { focus, isHidden } } = this.#interest;
    if (isHidden) return new Set();
    return focus === null ? symbols : new Set(focus.filter((symbol) => this.wants(symbol)));
  }

  /** A state changed; the value it replaces is no loss. */
  offerState(key: string, cell: StateCell): void {
    if (this.#isTold(cell)) this.#changed.set(key, cell);
  }

  /** Something more of what adds up; this browser's own sum is all that was not sent to it. */
  offerSum(key: string, sum: Sum): void {
    if (!this.#isTold(sum)) return;
    this.#sums.set(key, this.#sums.get(key)?.plus(sum) ?? sum);
  }

  /** The symbol was removed: what would bring it back to a page does not leave any more. */
  forget(symbol: SymbolId): void {
    for (const waiting of [this.#changed, this.#sums]) {
      for (const [key, one] of waiting) if (one.symbol === symbol) waiting.delete(key);
    }
  }

  /** Queues an event and returns how many events were given up for it. */
  offerEvent(event: OrderedEvent): number {
    if (!this.isFor(event)) return 0;
    this.#ordered.push(event);
    if (this.#ordered.length <= ORDERED_MAX) return 0;
    const lost = this.#ordered.length;
    this.demandRefetch();
    return lost;
  }

  /** The browser's past cannot be continued: it is told to load its history again. */
  demandRefetch(): void {
    this.#ordered = [];
    this.#refetch = true;
  }

  /** Everything that may leave now, in order, and empties it; `refetch` stands first if it is due. */
  take(nowMs: number, story: Story): Uint8Array[] {
    const { form, view } = this.#interest;
    const parts: Uint8Array[] = [];
    if (this.#refetch) parts.push(story.refetch());
    this.#refetch = false;
    for (const event of this.#ordered) parts.push(event.bytes(form));
    this.#ordered = [];
    if (this.#viewTold !== null) parts.push(this.#viewTold, ...story.past(this.#fresh, form));
    this.#viewTold = null;
    this.#fresh.clear();
    const listIsDue = !view.isHidden && nowMs - this.#lastListMs >= LIST_INTERVAL_MS;
    if (listIsDue) this.#lastListMs = nowMs;
    for (const [key, cell] of this.#changed) {
      if (!listIsDue && !this.details(cell.symbol)) continue;
      parts.push(cell.bytes());
      this.#changed.delete(key);
    }
    for (const sum of this.#sums.values()) parts.push(sum.bytes());
    this.#sums.clear();
    return parts;
  }

  /** Ordered events that wait. */
  get queued(): number {
    return this.#ordered.length;
  }

  /** Whether this is what the browser is told, and not told in another way. */
  #isTold(one: StateCell | Sum): boolean {
    if (!this.isFor(one)) return false;
    const { form, view } = this.#interest;
    if (form === "whole") return true;
    const { name } = one;
    return !CHANGING.has(name) && (!isLarge(name) || view.details.includes(name));
  }
}

function isLarge(name: EventName): name is Detail {
  return DETAILS.some((detail) => detail === name);
}
