/** What the exchange has sent, so that loss can be measured from outside. */
import { assertNever } from "../../shared/assert_never.ts";

/** One stream on one connection. */
export interface SentEntry {
  readonly connection: number;
  readonly stream: string;
  readonly isOpen: boolean;
  readonly frames: number;
  /** Depth: `U` of the first frame; else the first id; `null`: nothing sent yet. */
  readonly firstId: number | null;
  /** Depth and book ticker: `u`; trades: the trade's id; `null`: nothing sent yet. */
  readonly lastId: number | null;
}

/** One symbol's account. */
export interface SymbolLedger {
  readonly symbol: string;
  /** Update id of the exchange's own book now. */
  readonly bookUpdateId: number;
  /** What happened in the market, whoever listened. */
  readonly published: {
    readonly changes: number;
    readonly tickers: number;
    readonly trades: number;
    readonly aggTrades: number;
    readonly lastTickerUpdateId: number | null;
    readonly lastTradeId: number | null;
    readonly lastAggTradeId: number | null;
  };
  readonly snapshots: number;
  readonly sent: readonly SentEntry[];
}

/** Entries of closed connections that are kept: the oldest go first. */
const CLOSED_MAX = 200;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts for one symbol. */
export class Ledger {
  readonly #symbol: string;
  readonly #published: Mutable<SymbolLedger["published"]> = {
    changes: 0,
    tickers: 0,
    trades: 0,
    aggTrades: 0,
    lastTickerUpdateId: null,
    lastTradeId: null,
    lastAggTradeId: null,
  };
  readonly #open = new Map<string, Mutable<SentEntry>>();
  readonly #closed: SentEntry[] = [];
  #snapshots = 0;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** One event of the market. */
  published(type: "change" | "ticker" | "trade" | "aggTrade", id: number): void {
    switch (type) {
      case "change":
        this.#published.changes += 1;
        break;
      case "ticker":
        this.#published.tickers += 1;
        this.#published.lastTickerUpdateId = id;
        break;
      case "trade":
        this.#published.trades += 1;
        this.#published.lastTradeId = id;
        break;
      case "aggTrade":
        this.#published.aggTrades += 1;
        this.#published.lastAggTradeId = id;
        break;
      default:
        assertNever(type, "count an event");
    }
  }

  /** A snapshot was answered. */
  snapshotServed(): void {
    this.#snapshots += 1;
  }

  /** A connection subscribed to a stream. */
  opened(connection: number, stream: string): void {
    this.#open.set(`${connection} ${stream}`, {
      connection,
      stream,
      isOpen: true,
      frames: 0,
      firstId: null,
      lastId: null,
    });
  }

  /** One frame left for one connection. */
  sent(connection: number, stream: string, firstId: number, lastId: number): void {
    const entry = this.#open.get(`${connection} ${stream}`);
    if (entry === undefined) return;
    entry.frames += 1;
    entry.firstId ??= firstId;
    entry.lastId = lastId;
  }

  /** A stream was unsubscribed or its connection closed. */
  closed(connection: number, stream: string): void {
    const key = `${connection} ${stream}`;
    const entry = this.#open.get(key);
    if (entry === undefined) return;
    this.#open.delete(key);
    this.#closed.push({ ...entry, isOpen: false });
    if (this.#closed.length > CLOSED_MAX) this.#closed.shift();
  }

  /** The lowest first update id of the diff streams that are open; `null`: none has spoken. */
  firstOpenDiff(): number | null {
    let lowest: number | null = null;
    for (const { stream, firstId } of this.#open.values()) {
      if (firstId === null || !stream.includes("@depth")) continue;
      lowest = Math.min(lowest ?? firstId, firstId);
    }
    return lowest;
  }

  /** The account as of now. */
  account(bookUpdateId: number): SymbolLedger {
    return {
      symbol: this.#symbol,
      bookUpdateId,
      published: { ...this.#published },
      snapshots: this.#snapshots,
      sent: [...this.#closed, ...this.#open.values()].map((entry) => ({ ...entry })),
    };
  }
}
