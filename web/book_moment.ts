/**
 * The book of a moment, from what is stored. Pure. It is the one that was stored last before, a second at most while the book
 * changes, and that holds only while nothing says otherwise: the feed has told of no change since, and the interval around the moment
 * was watched and live.
 */
import type { Stored } from "../shared/catalogue/tables.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import type { DataState } from "../shared/output.ts";
import { storedColumns } from "../shared/stored_outputs.ts";
import { isoTime, type Statement, symbolId } from "./statements.ts";

/** Rows of the last moments may not be stored yet. */
const STORED_WITHIN_MS = 10_000;

/** What is stored around a moment; `null`: nothing of the kind. */
export interface BookMoment {
  /** The newest book until then. */
  readonly book: Stored<"books"> | null;
  /** The last change of the feed until then. */
  readonly feed: Stored<"feed_status"> | null;
  /** The row of metrics whose interval it is in, or the next one. */
  readonly interval: MomentInterval | null;
}

/** An interval of metrics: `timeMs` is its end. */
export interface MomentInterval {
  readonly timeMs: number;
  readonly bucketMs: number;
  readonly state: DataState;
}

/** The statements that answer with a `BookMoment`, in the order of its fields; each of one row or none, by an index. */
export function bookMomentStatements(
  symbol: MarketText,
  atMs: number,
): Readonly<Record<keyof BookMoment, Statement>> {
  const { venue, symbol: name } = marketOf(symbol);
  const values = [venue, name, isoTime(atMs)];
  const id = symbolId(1, 2);
  const newest = (table: "books" | "feed_status"): Statement => ({
    text: `SELECT ${storedColumns(table)} FROM (
        SELECT * FROM ${table} WHERE symbol_id = ${id} AND time <= $3::timestamptz
        ORDER BY time DESC, incarnation DESC, number DESC LIMIT 1
      ) AS newest JOIN symbols USING (symbol_id)`,
    values,
  });
  const interval = `SELECT (extract(epoch FROM time) * 1000)::float8 AS "timeMs",
      bucket_ms AS "bucketMs", state
    FROM metrics WHERE symbol_id = ${id} AND time >= $3::timestamptz ORDER BY time LIMIT 1`;
  return {
    book: newest("books"),
    feed: newest("feed_status"),
    interval: { text: interval, values },
  };
}

/** Of a moment, what tells whether the newest book is its own. */
export interface Evidence {
  readonly book: Pick<Stored<"books">, "timeMs"> | null;
  readonly feed: Pick<Stored<"feed_status">, "timeMs" | "state" | "reason"> | null;
  readonly interval: MomentInterval | null;
}

/** Why the newest book is not known to be that of the moment; `null`: it is. */
export function bookDoubt(
  { book, feed, interval }: Evidence,
  atMs: number,
  nowMs: number,
): string | null {
  if (book === null) return "no book is stored from until then";
  if (feed !== null && feed.timeMs > book.timeMs) {
    if (feed.state === "live") return "the book was new, and none of it was stored yet";
    return `the feed was ${feed.state}${feed.reason === null ? "" : `: ${feed.reason}`}`;
  }
  const isCovered = interval !== null && interval.timeMs - interval.bucketMs <= atMs;
  if (isCovered) {
    return interval.state === "live" ? null : `the feed was ${interval.state} about that time`;
  }
  return atMs > nowMs - STORED_WITHIN_MS ? null : "nobody was watching, or what was seen is lost";
}
