/**
 * Tables that earlier versions of the program have filled: they stay as they are and are read beside those of now, whose
 * columns they are cast to, until their rows are older than those of now may be. An empty one is no cost to a reader.
 */
import { qtyCodesSql } from "./qty_codes.ts";
import { TABLE_NAMES, type TableName, tableOf } from "./tables.ts";

/** A table of before. */
export type OldTableName =
  | "metrics_unpartitioned"
  | "metrics_before"
  | "depth_profiles_in_reals"
  | "depth_profiles_unpartitioned"
  | "trades_1s_unpartitioned";

/** Those of metrics. */
export type OldMetrics = Extract<OldTableName, `metrics_${string}`>;

/** … the newer first. */
export const OLD_METRICS: readonly OldMetrics[] = ["metrics_unpartitioned", "metrics_before"];

/** By the table of now that has their rows' successors. */
export const OLD_TABLES: Partial<Readonly<Record<TableName, readonly OldTableName[]>>> = {
  metrics: OLD_METRICS,
  depth_profiles: ["depth_profiles_in_reals", "depth_profiles_unpartitioned"],
  trades_1s: ["trades_1s_unpartitioned"],
};

/** What made two of their rows the same; `symbol_id` is by the name of the market where they have no ids. */
const OLD_KEYS: Readonly<Record<OldTableName, readonly string[]>> = {
  metrics_unpartitioned: ["symbol_id", "time"],
  metrics_before: ["symbol_id", "time"],
  depth_profiles_in_reals: ["symbol_id", "time", "incarnation", "number"],
  depth_profiles_unpartitioned: ["symbol_id", "incarnation", "number"],
  trades_1s_unpartitioned: ["symbol_id", "incarnation", "number"],
};

/**
 * The condition that a row of this table is in none of its tables of before; `null`: it has none. `valueOf` gives the
 * expression of the row's column.
 */
export function notOldSql(name: TableName, valueOf: ValueOf): string | null {
  const conditions = (OLD_TABLES[name] ?? []).map((table) =>
    absentSql(table, OLD_KEYS[table], valueOf)
  );
  return conditions.length === 0 ? null : conditions.join(" AND ");
}

/**
 * … and that a row of this table, of now or of before, is in none of those that are read together with it; `null`: it is read
 * alone.
 */
export function notBesideSql(name: string, valueOf: ValueOf): string | null {
  const together = Object.entries(OLD_TABLES).map(([now, old]): string[] => [now, ...old]);
  const others = together.find((tables) => tables.includes(name))?.filter((each) => each !== name);
  if (others === undefined) return null;
  const value: ValueOf = (column) =>
    name === "metrics_before" && column === "symbol_id"
      ? `(SELECT symbol_id FROM ${SPOT} WHERE symbol = ${valueOf("symbol")})`
      : valueOf(column);
  return others.map((other) => {
    const key = keyOfOld(other);
    // A table of now is cut by time, and its key begins with it.
    return key === null
      ? absentSql(other, [...new Set([...keyOfOld(name) ?? [], "time"])], value)
      : absentSql(other, key, value);
  }).join(" AND ");
}

type ValueOf = (column: string) => string;

function keyOfOld(name: string): readonly string[] | null {
  return Object.entries(OLD_KEYS).find(([table]) => table === name)?.[1] ?? null;
}

function absentSql(table: string, key: readonly string[], valueOf: ValueOf): string {
  const from = table === "metrics_before" ? `${table} JOIN ${SPOT} USING (symbol)` : table;
  const same = key.map((column) => `${column} = ${valueOf(column)}`).join(" AND ");
  // As a value, so that it is looked up for each row, by the key: a join might read all of a large table.
  return `(SELECT 1 FROM ${from} WHERE ${same} LIMIT 1) IS NULL`;
}

/** The condition that a row of such a table, or of one of now, `old`, is of a market of `symbols`. */
export function ownerSql(name: string): string {
  return name === "metrics_before"
    ? "symbols.venue = 'binance_spot' AND old.symbol = symbols.symbol"
    : "old.symbol_id = symbols.symbol_id";
}

/** The markets that `metrics_before` knows by their symbol. */
export const SPOT = "(SELECT symbol_id, symbol FROM symbols WHERE venue = 'binance_spot') AS spot";

/** Columns of metrics that came after `metrics_unpartitioned` was closed. */
const SINCE_UNPARTITIONED: ReadonlySet<string> = new Set();

/** Of metrics from before markets had ids: what came later is not known of them. */
const KNOWN_BEFORE: ReadonlySet<string> = new Set([
  ...["bucket_ms", "time", "state", "book_update_id", "event_time"],
  ...["best_bid_price", "best_bid_qty", "best_ask_price", "best_ask_qty", "mid", "weighted_mid"],
  ...["spread", "spread_bps", "imbalance", "weighted_imbalance", "top_qty", "top_share"],
  ...["bid_depth_10_bps", "ask_depth_10_bps", "bid_depth_50_bps", "ask_depth_50_bps"],
  ...["bid_depth_100_bps", "ask_depth_100_bps", "bid_covered_bps", "ask_covered_bps", "velocity"],
]);

/** The expression that gives a column of the table of now from an older one; NULL: it had none. */
export function oldColumn(table: OldTableName, column: string): string {
  const isKnown = table === "metrics_before"
    ? KNOWN_BEFORE.has(column)
    : table !== "metrics_unpartitioned" || !SINCE_UNPARTITIONED.has(column);
  if (!isKnown) return "NULL";
  const now = TABLE_NAMES.find((name) => OLD_TABLES[name]?.includes(table)) ?? "metrics";
  const type = tableOf(now).columns.find(({ name }) => name === column)?.type;
  if (type === "qtys") return qtyCodesSql(column);
  return type === "float4" ? `${column}::real` : column;
}

/**
 * A table of now and what was renamed of it, each with the list of a SELECT that gives the columns of now. Without
 * `metrics_before`, whose rows have no ids.
 */
export function tablesRead(
  name: TableName,
): readonly { readonly table: string; readonly columns: string }[] {
  const columns = tableOf(name).columns.map((column) => column.name);
  const renamed = (OLD_TABLES[name] ?? []).flatMap((table) => {
    if (table === "metrics_before") return [];
    const read = columns.map((column) => {
      const value = oldColumn(table, column);
      return value === column ? column : `${value} AS ${column}`;
    });
    return [{ table, columns: read.join(", ") }];
  });
  return [{ table: name, columns: columns.join(", ") }, ...renamed];
}

/** The same as one to read from: the planner takes each by its own index. */
export function wholeTable(name: TableName): string {
  const tables = tablesRead(name);
  if (tables.length === 1) return name;
  return `(${
    tables.map(({ table, columns }) => `SELECT ${columns} FROM ${table}`).join(" UNION ALL ")
  }) AS whole`;
}
