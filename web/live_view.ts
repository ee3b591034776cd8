/**
 * What browsers are told in changes: the list of symbols once a second, and each symbol in focus up to ten times. What one
 * browser was sent last stands in its `Follower`; who is slow misses what lay between, and gets the newest whole. Pure.
 */
import { marketText, type SymbolId } from "../shared/market.ts";
import type { BookFrame, MetricsFrame } from "../shared/output.ts";
import { type Pace, PACES, type StreamView } from "../shared/stream_view.ts";
import { FocusFeed } from "./focus_feed.ts";
import { ListFeed, type ListSource } from "./list_feed.ts";
import type { Interest } from "./mailbox.ts";

/** The pace of the list, the same for all browsers: so they share what is encoded. */
const LIST_INTERVAL_MS = 1_000;

/** The market as the hub knows it. */
export interface MarketNow extends ListSource {
  readonly symbols: readonly SymbolId[];
}

/** One moment by two clocks. */
export interface Now {
  /** Monotonic, for intervals. */
  readonly nowMs: number;
  /** As pages are told it; `null`: nobody asks. */
  readonly utcNowMs: number | null;
}

/** What one browser has, by the numbers of what it was sent. */
export class Follower {
  list: ListFeed | null = null;
  listNumber = 0;
  /** Of the frames of its pace. */
  readonly frames = new Map<SymbolId, number>();
  /** The symbols of which it was given a frame last. */
  readonly told = new Set<SymbolId>();
  #pace: Pace = PACES[0];

  /** It will be sent whole what it is sent next of what this view has not, or is hidden from it, or of another pace. */
  look({ focus, pace, isHidden }: StreamView): void {
    if (isHidden) this.list = null;
    const isOther = pace !== this.#pace;
    this.#pace = pace;
    for (const symbol of this.frames.keys()) {
      if (isOther || isHidden || !focus?.includes(symbol)) this.frames.delete(symbol);
    }
  }
}

/** A list and who has asked for it of late. */
interface WantedList {
  readonly feed: ListFeed;
  readonly symbols: ReadonlySet<SymbolId> | null;
  isWanted: boolean;
}

/** The frames of every symbol, and the lists that are wanted. */
export class LiveView {
  readonly #feeds = new Map<SymbolId, FocusFeed>();
  /** By wishes: no more than there are browsers. */
  readonly #lists = new Map<string, WantedList>();
  #listMs = -Infinity;

  /** Metrics of a book, a frame's or a row's (a quiet book has no others of now), or the best levels. */
  take(frame: MetricsFrame | BookFrame): void {
    const symbol = marketText(frame);
    let feed = this.#feeds.get(symbol);
    if (feed === undefined) this.#feeds.set(symbol, feed = new FocusFeed(symbol));
    if (frame.type === "metrics") feed.setMetrics(frame);
    else feed.setBook(frame);
  }

  /** The symbol's book is lost. */
  lose(symbol: SymbolId): void {
    this.#feeds.get(symbol)?.lose();
  }

  /** It was removed. */
  forget(symbol: SymbolId): void {
    this.#feeds.delete(symbol);
  }

  /** Makes the lists that are due at `nowMs`, monotonic; those that nobody wants any more go. */
  advance(nowMs: number, market: MarketNow): void {
    if (nowMs - this.#listMs < LIST_INTERVAL_MS) return;
    this.#listMs = nowMs;
    for (const [key, list] of this.#lists) {
      if (list.isWanted) advanceList(list, market);
      else this.#lists.delete(key);
      list.isWanted = false;
    }
  }

  /** What is new to a browser now, encoded. */
  newsFor(
    follower: Follower,
    interest: Interest,
    market: MarketNow,
    { nowMs, utcNowMs }: Now,
  ): Uint8Array[] {
    const { focus, pace, isHidden } = interest.view;
    follower.told.clear();
    if (isHidden) return [];
    const parts: Uint8Array[] = [];
    const list = this.#listFor(interest, market);
    const rows = list.bytesAfter(follower.list === list ? follower.listNumber : 0);
    if (rows !== null) parts.push(rows);
    follower.list = list;
    follower.listNumber = list.number;
    for (const symbol of focus ?? []) {
      const feed = this.#feeds.get(symbol)?.at(pace);
      if (feed === undefined) {
        // What was removed counts anew if it comes back.
        follower.frames.delete(symbol);
        continue;
      }
      feed.advance(beatOf(pace, nowMs));
      const frame = feed.bytesAfter(follower.frames.get(symbol) ?? 0, utcNowMs);
      if (frame === null) continue;
      parts.push(frame);
      follower.frames.set(symbol, feed.number);
      follower.told.add(symbol);
    }
    return parts;
  }

  #listFor({ symbols, view }: Interest, market: MarketNow): ListFeed {
    const key = JSON.stringify([view.columns, symbols && [...symbols]]);
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = { feed: new ListFeed(view.columns), symbols, isWanted: true };
      advanceList(list, market);
      this.#lists.set(key, list);
    }
    list.isWanted = true;
    return list.feed;
  }
}

/** The number of the beat of a pace, the same for all browsers, which so share what is encoded; `null`: it waits for none. */
function beatOf(pace: Pace, nowMs: number): number | null {
  return pace === PACES[0] ? null : Math.floor(nowMs * pace / 1_000);
}

function advanceList({ feed, symbols }: WantedList, market: MarketNow): void {
  const wanted = symbols === null
    ? market.symbols
    : market.symbols.filter((symbol) => symbols.has(symbol));
  feed.advance(wanted, market);
}
