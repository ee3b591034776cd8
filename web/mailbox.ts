/**
 * What waits for one browser: bounded, whatever the browser does.
 *
 * States (metrics, book, proof, latency) conflate: by its key the newest of each waits here, in a cell that
 * all browsers share and whose bytes are made when the first of them is sent it. What adds up (trades,
 * changes of the system) waits as one sum. Events (interval rows, trades by the second, alerts, feed
 * statuses, gaps, audits) keep their order; when too many wait, all of them are given up, counted,
 * and the browser is told to refetch.
 */
import { concerns, type SymbolId } from "../shared/market.ts";

/** Ordered events that may wait for one browser; beyond that it refetches. */
export const ORDERED_MAX = 1_000;
/** The symbols a browser shows only in its list need no more than this pace. */
const LIST_INTERVAL_MS = 1_000;

/** What one browser wants to be told. */
export interface Interest {
  /** `null`: every symbol. */
  readonly symbols: ReadonlySet<SymbolId> | null;
  /**
   * The symbol shown in detail. Of the others only the metrics (once a second, the newest frame or
   * row), alerts, feed statuses, gaps and audits travel. `null`: every wanted symbol in full.
   */
  readonly focus: SymbolId | null;
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
  bytes(): Uint8Array;
}

/** What adds up until it leaves; encoded once for all browsers that have nothing waiting. */
export interface Sum extends Addressed {
  /** Both as one; neither changes. */
  plus(newer: Sum): Sum;
  bytes(): Uint8Array;
}

/** An event with its place in the order. */
export interface OrderedEvent extends Addressed {
  readonly number: number;
  readonly symbol: SymbolId;
  /** Whether a browser that joins in detail is told it, though it was before. */
  readonly isOpening: boolean;
  readonly bytes: Uint8Array;
}

/** The queue of one browser. */
export class Mailbox {
  readonly #interest: Interest;
  readonly #changed = new Map<string, StateCell>();
  readonly #sums = new Map<string, Sum>();
  #ordered: OrderedEvent[] = [];
  #refetch = false;
  #lastListMs = -Infinity;

  constructor(interest: Interest) {
    this.#interest = interest;
  }

  /** Whether this browser shows the symbol at all. */
  wants(symbol: SymbolId | null): boolean {
    const { symbols } = this.#interest;
    return symbol === null || symbols === null || concerns(symbol, (one) => symbols.has(one));
  }

  /** Whether this browser shows the symbol in detail. */
  details(symbol: SymbolId | null): boolean {
    const { focus } = this.#interest;
    return symbol === null || focus === null || concerns(symbol, (one) => one === focus);
  }

  /** The symbols that it shows in detail; `null`: every one. */
  get detailed(): ReadonlySet<SymbolId> | null {
    const { symbols, focus } = this.#interest;
    if (focus === null) return symbols;
    return new Set(this.wants(focus) ? [focus] : []);
  }

  /** A state changed; the value it replaces is no loss. */
  offerState(key: string, cell: StateCell): void {
    if (this.#isFor(cell)) this.#changed.set(key, cell);
  }

  /** Something more of what adds up; this browser's own sum is all that was not sent to it. */
  offerSum(key: string, sum: Sum): void {
    if (!this.#isFor(sum)) return;
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
    if (!this.#isFor(event)) return 0;
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
  take(nowMs: number, refetch: () => Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    if (this.#refetch) parts.push(refetch());
    this.#refetch = false;
    for (const event of this.#ordered) parts.push(event.bytes);
    this.#ordered = [];
    const listIsDue = nowMs - this.#lastListMs >= LIST_INTERVAL_MS;
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

  #isFor({ symbol, isListed }: Addressed): boolean {
    return this.wants(symbol) && (isListed || this.details(symbol));
  }
}
