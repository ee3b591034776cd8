/** Markets that feed a writer whole minutes of rows at any time of the past, and the ledger of what they have fed. */
import type postgres from "postgres";
import { rowsOf } from "../../actors/writer/rows.ts";
import { type Output, PROFILE_BUCKETS } from "../../shared/output.ts";
import { SymbolPort } from "../integration/writer_stage.ts";
import { bucketFrame, delivery, gapRecord, tradesSecond } from "../writer/outputs.ts";
import type { ActorUnderTest } from "./actor_worker.ts";
import { chanceRow } from "./naive_rollups.ts";
import { bookSecond, depthProfile } from "./outputs.ts";

/** Seconds are counted from here in each minute: a row at its very end would belong to the bucket before. */
const OFFSET_MS = 123;
const ROWS_PER_GAP = 20;
const LEVELS = 20;

/** The tables that have rows of them. */
export const FED_TABLES = ["metrics", "books", "depth_profiles", "trades_1s", "gaps"] as const;

/** One of these. */
export type FedTable = typeof FED_TABLES[number];

/** A row that was sent. */
export interface FedRow {
  readonly table: FedTable;
  readonly symbol: string;
  readonly timeMs: number;
}

/** What tells rows of one table apart, in a word. */
export const keyOf = ({ symbol, timeMs }: Pick<FedRow, "symbol" | "timeMs">): string =>
  `${symbol} ${timeMs}`;

/** A minute of a market: of each second metrics, trades and either a book or a profile, and some gaps. */
export function minuteOf(random: () => number, symbol: string, fromMs: number): Output[] {
  const some = (length: number) => Array.from({ length }, () => Math.fround(random() * 100));
  const levels = () => {
    const steps = Array.from({ length: LEVELS }, (_, level) => level * 3);
    return { tick: Math.floor(random() * 1e7), steps, qtys: some(LEVELS) };
  };
  return Array.from({ length: 60 }, (_, second): Output[] => {
    const timeMs = fromMs + second * 1_000 + OFFSET_MS;
    const common = { symbol, timeMs, number: Math.floor(timeMs / 1_000) };
    const depth = second % 2 === 0
      ? bookSecond({ ...common, bids: levels(), asks: levels() })
      : depthProfile({
        ...common,
        forStore: true,
        bids: some(PROFILE_BUCKETS),
        asks: some(PROFILE_BUCKETS),
      });
    const gaps = second % ROWS_PER_GAP === 0 ? [gapRecord(common)] : [];
    return [chanceRow(random, symbol, timeMs).item, depth, tradesSecond(common), ...gaps];
  }).flat();
}

/** The same, of which the exchange's clock says that it is so late just now: for the writer it is. */
export function asOfNow(items: readonly Output[]): Output[] {
  return items.map((item) => item.type === "metrics" ? { ...item, eventMs: item.timeMs } : item);
}

/** A row of now, of which the exchange's clock says the same: before such a one no life of the writer takes anything for old. */
export function rowOfNow(symbol: string): Output {
  const timeMs = Date.now();
  return bucketFrame(0, { symbol, timeMs, eventMs: timeMs });
}

/** One of them. */
export class FedMarket {
  readonly symbol: string;
  #port: SymbolPort | null = null;
  #seq = 0;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  /** To a new life of the writer. */
  connect(writer: ActorUnderTest): void {
    this.close();
    this.#port = new SymbolPort(writer, this.symbol);
  }

  /** Sends these outputs and waits until the writer has them. */
  async send(items: readonly Output[]): Promise<void> {
    const seq = ++this.#seq;
    this.#port?.send(delivery(seq, items, { source: this.symbol }));
    await this.#port?.acked(seq);
  }

  close(): void {
    this.#port?.close();
    this.#port = null;
  }
}

/** What these outputs are as rows. */
export function fedRowsOf(items: readonly Output[]): FedRow[] {
  return rowsOf(delivery(1, items)).flatMap(({ table, item: { symbol, timeMs } }): FedRow[] => {
    const fed = FED_TABLES.find((each) => each === table);
    return fed === undefined ? [] : [{ table: fed, symbol, timeMs }];
  });
}

/** How often each row of a table is there, by its key. */
export async function storedIn(sql: postgres.Sql, table: FedTable): Promise<Map<string, number>> {
  const rows = await sql.unsafe<{ symbol: string; timeMs: number; times: number }[]>(
    `SELECT symbol, round(extract(epoch FROM time) * 1000)::float8 AS "timeMs", count(*)::int AS times
     FROM ${table} JOIN symbols USING (symbol_id) GROUP BY 1, 2`,
  );
  return new Map(rows.map(({ times, ...row }) => [keyOf(row), times]));
}

/** How many buckets of ten seconds wait to be made. */
export async function dueIn(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM rollup_due WHERE level = 1`;
  return row?.n ?? 0;
}

/** How many rows have been told as lost, by cause. */
export async function lossesIn(sql: postgres.Sql): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ cause: string; n: number }[]>`
    SELECT cause, sum(rows)::int AS n FROM losses GROUP BY 1`;
  return Object.fromEntries(rows.map(({ cause, n }) => [cause, n]));
}
