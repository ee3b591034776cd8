/** What a look-alike exchange has said of its markets, all of it: the ledger that loss is measured against. */
import {
  type Exchange,
  type ExchangeOptions,
  startExchange,
} from "../../scripts/exchange/exchange.ts";
import type {
  AggTradeEvent,
  BookChange,
  MarketEvent,
} from "../../scripts/exchange/market_event.ts";
import { ReferenceBook, type Snapshot } from "../../scripts/exchange/reference_book.ts";
import type { SentEntry } from "../../scripts/exchange/ledger.ts";

/** All that was published of one symbol. */
export interface MarketTruth {
  /** The book before the first change. */
  readonly initial: Snapshot;
  readonly changes: readonly BookChange[];
  readonly trades: readonly AggTradeEvent[];
}

/** A running exchange, and what it has said so far. */
export class TrueExchange {
  readonly exchange: Exchange;
  readonly #events: ReadonlyMap<string, MarketEvent[]>;
  readonly #initial: ReadonlyMap<string, Snapshot>;

  private constructor(exchange: Exchange, events: ReadonlyMap<string, MarketEvent[]>) {
    this.exchange = exchange;
    this.#events = events;
    this.#initial = new Map(
      exchange.symbols.map((symbol) => [symbol, exchange.referenceBook(symbol)]),
    );
  }

  static async start(symbols: readonly string[], seed: number): Promise<TrueExchange> {
    const events = new Map(symbols.map((symbol): [string, MarketEvent[]] => [symbol, []]));
    const options: ExchangeOptions = {
      source: { kind: "simulate", symbols, seed },
      onPublished: (symbol, event) => void events.get(symbol)?.push(event),
    };
    return new TrueExchange(await startExchange(options), events);
  }

  /** Everything of one symbol so far. */
  truthOf(symbol: string): MarketTruth {
    const initial = this.#initial.get(symbol);
    const events = this.#events.get(symbol);
    if (initial === undefined || events === undefined) {
      throw new RangeError(`Cannot find symbol: received ${symbol}`);
    }
    return {
      initial,
      // One that came before the book was looked at is in it.
      changes: events.filter((event) =>
        event.type === "change" && event.finalUpdateId > initial.lastUpdateId
      ) as BookChange[],
      trades: events.filter((event) => event.type === "aggTrade") as AggTradeEvent[],
    };
  }

  /** What was sent of one symbol over connections that are younger than this one. */
  sentSince(symbol: string, connection: number): readonly SentEntry[] {
    return this.exchange.ledger(symbol).sent.filter((entry) => entry.connection > connection);
  }

  /** The youngest connection so far; 0: there was none. */
  get newestConnection(): number {
    const sent = this.exchange.symbols.flatMap((symbol) => this.exchange.ledger(symbol).sent);
    return Math.max(0, ...sent.map(({ connection }) => connection));
  }
}

/** Walks the book of a truth from update id to update id, which only rise. */
export class TrueBook {
  readonly #book: ReferenceBook;
  readonly #changes: readonly BookChange[];
  #next = 0;

  constructor({ initial, changes }: MarketTruth) {
    this.#book = new ReferenceBook(initial);
    this.#changes = changes;
  }

  /** The book after this update, and when that was published; `null`: there is no such update. */
  at(updateId: number): { readonly book: ReferenceBook; readonly atMs: number } | null {
    let atMs = this.#changes[this.#next - 1]?.atMs ?? -Infinity;
    for (
      let change = this.#changes[this.#next];
      change !== undefined && change.finalUpdateId <= updateId;
      change = this.#changes[this.#next]
    ) {
      this.#book.apply(change);
      this.#next += 1;
      ({ atMs } = change);
    }
    return this.#book.lastUpdateId === updateId ? { book: this.#book, atMs } : null;
  }

  /** When the next update was published; `Infinity`: there is none. */
  get nextMs(): number {
    return this.#changes[this.#next]?.atMs ?? Infinity;
  }
}
