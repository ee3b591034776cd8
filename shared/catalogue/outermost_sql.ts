/** Where the outermost rows of a table are found without reading the others: for each key by its index. */
import { ROLLUP_NAMES } from "./rollups.ts";
import type { HistoryTableName } from "./history_tables.ts";

/** What the key of a table that is cut by time begins with, before `time`: the tables that list it. */
const LISTED_BY = [["symbol_id", "symbols"]] as const;
/** Roll-ups are kept by settings too. An index that names them before the time gives no order without them. */
const ROLLUPS_LISTED_BY = [...LISTED_BY, ["settings_id", "settings"]] as const;

/**
 * What stands after FROM: of each key of a table that is cut by time the oldest row, or the newest, as `edge`.
 * `piece`: the table itself, or a partition of it.
 */
export function outermostSql(
  table: HistoryTableName,
  piece: string,
  end: "oldest" | "newest",
): string {
  const keys = listedBy(table);
  return `${keys.map(([, list]) => list).join(" CROSS JOIN ")} CROSS JOIN LATERAL (
    SELECT piece.* FROM ${piece} AS piece WHERE ${ofKeySql(table)}
    ORDER BY piece.time ${end === "oldest" ? "ASC" : "DESC"} LIMIT 1) AS edge`;
}

/**
 * The statement that gives the places (`ctid`) of the rows of a piece that are older than `time`, an expression. Each key is
 * looked up for itself: a plain condition reads the whole piece where the database has counted nothing yet.
 */
export function olderSql(table: HistoryTableName, piece: string, time: string): string {
  const keys = listedBy(table);
  return `SELECT older.ctid FROM ${
    keys.map(([, list]) => list).join(" CROSS JOIN ")
  } CROSS JOIN LATERAL (
    SELECT piece.ctid FROM ${piece} AS piece WHERE ${ofKeySql(table)} AND piece.time < ${time}
    OFFSET 0) AS older`;
}

/** The condition that a row is of a key of the lists. */
function ofKeySql(table: HistoryTableName): string {
  return listedBy(table).map(([column, list]) => `piece.${column} = ${list}.${column}`)
    .join(" AND ");
}

function listedBy(table: HistoryTableName) {
  return ROLLUP_NAMES.some((name) => name === table) ? ROLLUPS_LISTED_BY : LISTED_BY;
}
