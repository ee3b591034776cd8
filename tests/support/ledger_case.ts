/** One symbol that a monitor has followed over many lives beside a look-alike exchange, and what is counted when it is judged. */
import type { Life } from "./ledgered_lives.ts";
import type { MarketTruth } from "./market_truth.ts";

/** The clocks of two processes of one machine may differ by as much. */
export const CLOCKS_MS = 50;

/** A row of a table, by column; `timeMs` is UTC. */
export type Row = Readonly<Record<string, unknown>> & { readonly timeMs: number };

/** Hears of what is wrong. */
export type Say = (text: string) => void;

/** All of one symbol, and the lives that were. */
export interface Case {
  readonly symbol: string;
  readonly truth: MarketTruth;
  readonly lives: readonly Life[];
  readonly intervalMs: number;
}

/** What was counted. */
export interface Figures {
  /** Rows of metrics, and those of a live book, each of which was compared. */
  rows: number;
  live: number;
  values: number;
  books: number;
  /** Trades that are in a stored second. */
  trades: number;
  seconds: number;
  /** Trades that were sent, and intervals through which the exchange sent, of which nothing is stored. */
  lostTrades: number;
  lostRows: number;
  /** The longest such time at the end of one life. */
  lostMsMax: number;
  /** How long after the next update was published a row still had the one before. */
  behindMsMax: number;
}

/** Before anything is counted. */
export const noFigures = (): Figures => ({
  ...{ rows: 0, live: 0, values: 0, books: 0, trades: 0, seconds: 0 },
  ...{ lostTrades: 0, lostRows: 0, lostMsMax: 0, behindMsMax: 0 },
});

/** Asks a database, whichever it is. */
export type Ask = (text: string, values: string[]) => Promise<Row[]>;

/** Rows of one symbol in a table, by time. */
export async function rowsOf(ask: Ask, table: string, symbol: string): Promise<Row[]> {
  return await ask(
    `SELECT ${table}.*, round(extract(epoch FROM time) * 1000)::float8 AS "timeMs"
     FROM ${table} JOIN symbols USING (symbol_id) WHERE symbol = $1 ORDER BY time`,
    [symbol],
  );
}
