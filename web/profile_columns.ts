/**
 * Depth profiles over time as columns of a picture: which profile each column shows, the statement that asks for it, and
 * how it is told. Pure.
 *
 * A column shows the newest profile of its time. Where the book has not changed in it there is none, and it shows the one
 * before, as long as nothing says otherwise, by the same reasons as the book of a moment (`book_moment.ts`); else it is a
 * hole, and why is told.
 */
import { tablesRead } from "../shared/catalogue/old_tables.ts";
import type { Stored } from "../shared/catalogue/tables.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import type { DataState } from "../shared/output.ts";
import { storedColumns } from "../shared/stored_outputs.ts";
import { bookDoubt } from "./book_moment.ts";
import { EPOCH_MS, epochMs, type Statement, symbolId } from "./statements.ts";

/** Profiles are stored once a second: a column is as long as some of these. */
export const COLUMN_UNIT_MS = 1_000;
/** A book that has not changed for longer is not believed without a look at it. */
const HOLDS_MS = 600_000;
/** Columns of one statement: a tenth of a second of the embedded store, in which others are to have their turn. */
const STATEMENT_COLUMNS = 200;

/** What is asked of `History.profiles`: columns of `fromMs < time <= toMs`. */
export interface ProfilesQuery {
  readonly symbol: MarketText;
  readonly fromMs: number;
  readonly toMs: number;
  /** How long a column is. */
  readonly columnMs: number;
}

/** What is stored of one column. */
export type ProfileRow =
  & { readonly [Field in keyof Stored<"depth_profiles">]: Stored<"depth_profiles">[Field] | null }
  & {
    /** Where it ends. */
    readonly endMs: number;
    /** Where no profile is of its own time: the last change of the feed until its end, … */
    readonly feedMs: number | null;
    readonly feedState: DataState | null;
    readonly feedReason: string | null;
    /** … and the row of metrics whose interval that is in, or the next one. */
    readonly intervalMs: number | null;
    readonly intervalEndMs: number | null;
    readonly intervalState: DataState | null;
  };

/** Of each column one row (`ProfileRow`), the oldest first; each is looked up by its index, however much is stored. */
export function profileStatements(query: ProfilesQuery): readonly Statement[] {
  const { fromMs, toMs, columnMs } = query;
  const first = Math.floor(fromMs / columnMs) + 1;
  const count = Math.ceil(toMs / columnMs) - first + 1;
  const statements: Statement[] = [];
  for (let at = 0; at < count; at += STATEMENT_COLUMNS) {
    const columns = Math.min(STATEMENT_COLUMNS, count - at);
    statements.push(profileStatement(query, (first + at) * columnMs, columns));
  }
  return statements;
}

/** By the key of each table, which begins with the symbol: others have as many rows of the same time. */
const NEWEST = tablesRead("depth_profiles").map(({ table, columns }) =>
  `(SELECT ${columns} FROM ${table}
    WHERE symbol_id = (SELECT id FROM market) AND time <= ends
      AND time > least(begins, ends - interval '${HOLDS_MS} milliseconds')
    ORDER BY time DESC, incarnation DESC, number DESC LIMIT 1)`
).join(" UNION ALL ");

function profileStatement(query: ProfilesQuery, firstEndMs: number, count: number): Statement {
  const { symbol, fromMs, toMs, columnMs } = query;
  const { venue, symbol: name } = marketOf(symbol);
  const text = `WITH market AS MATERIALIZED (SELECT ${symbolId(1, 2)} AS id)
    SELECT ${storedColumns("depth_profiles")}, column_ends."endMs", feed."feedMs", feed."feedState",
      feed."feedReason", watched."intervalMs", watched."intervalEndMs", watched."intervalState"
    FROM (
      SELECT least($3::float8 + n * $4::float8, $7::float8) AS "endMs",
        to_timestamp(greatest($3::float8 + (n - 1) * $4::float8, $6::float8) / 1000) AS begins,
        to_timestamp(least($3::float8 + n * $4::float8, $7::float8) / 1000) AS ends
      FROM generate_series(0, $5::integer - 1) AS numbers (n)
    ) AS column_ends
    LEFT JOIN LATERAL (
      SELECT * FROM (${NEWEST}) AS of_each_table
      ORDER BY time DESC, incarnation DESC, number DESC LIMIT 1
    ) AS page ON true
    LEFT JOIN LATERAL (
      SELECT ${EPOCH_MS} AS "feedMs", state AS "feedState", reason AS "feedReason" FROM feed_status
      WHERE symbol_id = (SELECT id FROM market) AND time < ends
      ORDER BY time DESC, incarnation DESC, number DESC LIMIT 1
    ) AS feed ON (page.time > begins) IS NOT TRUE
    LEFT JOIN LATERAL (
      SELECT bucket_ms AS "intervalMs", ${epochMs("time")} AS "intervalEndMs",
        state AS "intervalState" FROM metrics
      WHERE symbol_id = (SELECT id FROM market) AND time >= ends ORDER BY time LIMIT 1
    ) AS watched ON page.time <= begins
    LEFT JOIN symbols USING (symbol_id) ORDER BY "endMs"`;
  return { text, values: [venue, name, firstEndMs, columnMs, count, fromMs, toMs] };
}

/** Columns beside each other that show nothing, and why. */
export interface ProfileHole {
  readonly fromMs: number;
  readonly toMs: number;
  /** For a person. */
  readonly reason: string;
}

/** Lists of equal length; `null` in a hole. */
export interface ProfileColumns {
  readonly columns: {
    /** Where each column ends. */
    readonly timeMs: readonly number[];
    /** When its profile was. */
    readonly profileMs: readonly (number | null)[];
    readonly mid: readonly (number | null)[];
    readonly bucketBps: readonly (number | null)[];
    /** As in `DepthProfile`: `null` too where the whole side is known. */
    readonly bidCoveredBps: readonly (number | null)[];
    readonly askCoveredBps: readonly (number | null)[];
    /** Quantities by bucket, the nearest first; `null`, and what is behind the last: nothing is known of it. */
    readonly bids: readonly (readonly (number | null)[] | null)[];
    readonly asks: readonly (readonly (number | null)[] | null)[];
  };
  readonly holes: readonly ProfileHole[];
}

/** `nowMs`: rows of the last moments may not be stored yet. */
export function profileColumns(
  rows: readonly ProfileRow[],
  { fromMs, columnMs }: ProfilesQuery,
  nowMs: number,
): ProfileColumns {
  const holes: { fromMs: number; toMs: number; reason: string }[] = [];
  const shown = rows.map((row) => {
    const beginMs = Math.max(fromMs, Math.ceil(row.endMs / columnMs - 1) * columnMs);
    const reason = doubtOf(row, beginMs, nowMs);
    if (reason === null) return row;
    const last = holes.at(-1);
    if (last?.toMs === beginMs && last.reason === reason) last.toMs = row.endMs;
    else holes.push({ fromMs: beginMs, toMs: row.endMs, reason });
    return null;
  });
  const side = (name: "bids" | "asks", covered: "bidCoveredBps" | "askCoveredBps") =>
    shown.map((row) => row && knownBuckets(row[name] ?? [], row.bucketBps ?? NaN, row[covered]));
  return {
    columns: {
      timeMs: rows.map(({ endMs }) => endMs),
      profileMs: shown.map((row) => row && row.timeMs),
      mid: shown.map((row) => row && row.mid),
      bucketBps: shown.map((row) => row && row.bucketBps),
      bidCoveredBps: shown.map((row) => row && row.bidCoveredBps),
      askCoveredBps: shown.map((row) => row && row.askCoveredBps),
      bids: side("bids", "bidCoveredBps"),
      asks: side("asks", "askCoveredBps"),
    },
    holes,
  };
}

/** Why the profile is not known to be that of the column; `null`: it is. */
function doubtOf(row: ProfileRow, beginMs: number, nowMs: number): string | null {
  const { timeMs, endMs, feedMs, feedState, feedReason } = row;
  if (timeMs !== null && timeMs > beginMs) return null;
  const feed = feedMs === null || feedState === null
    ? null
    : { timeMs: feedMs, state: feedState, reason: feedReason };
  if (timeMs === null) {
    return feed === null || feed.state === "live"
      ? "no profile is stored from until then"
      : bookDoubt({ book: { timeMs: -Infinity }, feed, interval: null }, endMs, nowMs);
  }
  const { intervalMs, intervalEndMs, intervalState } = row;
  const interval = intervalMs === null || intervalEndMs === null || intervalState === null
    ? null
    : { timeMs: intervalEndMs, bucketMs: intervalMs, state: intervalState };
  // The moment before its end is its last: at its end another interval may begin.
  return bookDoubt({ book: { timeMs }, feed, interval }, endMs - 1, nowMs);
}

/** Where nothing was seen beyond the edge of what is known, nothing is known; what was seen there is at least so much. */
function knownBuckets(
  qtys: readonly number[],
  bucketBps: number,
  coveredBps: number | null,
): readonly (number | null)[] {
  const known = qtys.map((qty, i) =>
    qty === 0 && coveredBps !== null && i * bucketBps >= coveredBps ? null : qty
  );
  return known.slice(0, known.findLastIndex((qty) => qty !== null) + 1);
}
