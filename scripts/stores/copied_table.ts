/**
 * How the rows of a table go from one database to another: as the database's own JSON, which nothing between looks into, so that
 * every value arrives as it left. Pure.
 */
import { bucketEndSql, markSql } from "../../actors/writer/rollups.ts";
import { whatToDo } from "../../actors/writer/rows.ts";
import { CUT_TABLES } from "../../shared/catalogue/history_tables.ts";
import { notBesideSql } from "../../shared/catalogue/old_tables.ts";
import { coarserOf, ROLLUP_NAMES } from "../../shared/catalogue/rollups.ts";
import { TABLE_NAMES, tableOf } from "../../shared/catalogue/tables.ts";

/** A table as it stands in both databases. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order, with their types. */
  readonly key: readonly { readonly name: string; readonly type: string }[];
}

/** What of a schema is no history: it is each database's own. */
const OWN = ["history_drops", "schema_migrations", "store_identity", "writer_beat", "writer_lease"];

/** Every table of the schema with rows to move; of a partitioned one the whole. A parameter may be no name here. */
export const TABLES_TEXT = `
  SELECT relname AS name,
    (SELECT array_to_json(array_agg(attname ORDER BY attnum)) FROM pg_attribute
      WHERE attrelid = found.oid AND attnum > 0 AND NOT attisdropped) AS columns,
    (SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) ORDER BY place)
      FROM pg_index, unnest(indkey) WITH ORDINALITY AS keyed (number, place), pg_attribute
      WHERE indrelid = found.oid AND indisprimary AND attrelid = found.oid AND attnum = number) AS key
  FROM pg_class AS found
  WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname NOT IN (${OWN.map((name) => `'${name}'`).join(", ")})
  ORDER BY relname`;

/** Tables that give the ids under which others name what is in them, and what tells their rows apart everywhere. */
export const ID_TABLES = [
  { name: "symbols", id: "symbol_id", natural: ["venue", "symbol"] },
  {
    name: "settings",
    id: "settings_id",
    natural: ["definitions", "imbalance_levels", "weight_lambda_bps", "slope_window_ms"],
  },
] as const;

/** Of each of those columns, the id there by the id here, where they differ. */
export type IdMap = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Of each day of UTC that has rows, its first moment: in the target it needs a piece of the table. */
const DAYS =
  "(SELECT json_agg(DISTINCT extract(epoch FROM date_trunc('day', time, 'UTC')) * 1000) FROM page)";

/** `$1` rows behind the key of `$2`, … (its parts as text), as JSON in a text, how many they are, of which days, and the last one's key. */
export function pageText({ name, key }: CopiedTable, isFirst: boolean): string {
  const names = key.map((column) => column.name).join(", ");
  const places = key.map(({ type }, i) => `$${i + 2}::text::${type}`).join(", ");
  const behind = isFirst ? "" : `WHERE (${names}) > (${places})`;
  const last = key.map((column) => `${column.name}::text`).join(", ");
  const backwards = key.map((column) => `${column.name} DESC`).join(", ");
  return `WITH page AS MATERIALIZED (SELECT * FROM ${name} ${behind} ORDER BY ${names} LIMIT $1::int)
    SELECT (SELECT json_agg(page)::text FROM page) AS rows, (SELECT count(*)::int FROM page) AS count,
      ${CUT_TABLES.has(name) ? DAYS : "NULL"} AS days,
      (SELECT json_build_array(${last}) FROM page ORDER BY ${backwards} LIMIT 1) AS last`;
}

/** The tables in the order in which they are copied: before buckets, what they are made of. */
export function inOrder(tables: readonly CopiedTable[]): CopiedTable[] {
  const rank = ({ name }: CopiedTable) => ROLLUP_NAMES.findIndex((rollup) => rollup === name);
  return tables.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Inserts the rows of `$1`. What is there already is left, or gives way, as when a monitor tells it again; what the target has in
 * another table that is read together with this one, because an earlier version has stored it, is left there. Gives how many
 * rows were `written` and how many are `elsewhere`.
 */
export function insertText({ name, columns, key }: CopiedTable, ids: IdMap): string {
  const values = columns.map((column) => {
    const changed = Object.entries(ids[column] ?? {});
    if (changed.length === 0) return column;
    const cases = changed.map(([from, to]) => `WHEN ${Number(from)} THEN ${to}`).join(" ");
    return `CASE ${column} ${cases} ELSE ${column} END AS ${column}`;
  });
  const rows = `SELECT ${
    values.join(", ")
  } FROM json_populate_recordset(NULL::${name}, $1::text::json)`;
  const isMissing = notBesideSql(name, (column) => `given.${column}`) ?? "true";
  return `WITH given AS MATERIALIZED (${rows}),
      page AS MATERIALIZED (SELECT * FROM given WHERE ${isMissing})${markingOf(name, key)},
      done AS (INSERT INTO ${name} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM page
        ON CONFLICT (${key.map((column) => column.name).join(", ")}) DO ${
    conflictOf(name, columns, key)
  } RETURNING 1)
    SELECT (SELECT count(*)::int FROM done) AS written,
      (SELECT count(*)::int FROM given) - (SELECT count(*)::int FROM page) AS elsewhere`;
}

/**
 * The part of the statement that has the monitor make those buckets of the target anew that have more rows now. Buckets that the
 * target has not had come as they are. All parts of a statement see what was there before it.
 */
function markingOf(name: string, key: CopiedTable["key"]): string {
  const coarser = coarserOf(name);
  if (coarser === null) return "";
  const isBuckets = ROLLUP_NAMES.some((rollup) => rollup === name);
  const isSame = key.map((column) => `known.${column.name} = page.${column.name}`).join(" AND ");
  const isKept = isBuckets ? `${isSame} AND known.samples >= page.samples` : isSame;
  const changed = `(SELECT symbol_id, time FROM page
      WHERE NOT EXISTS (SELECT FROM ${name} AS known WHERE ${isKept})
        AND EXISTS (SELECT FROM ${coarser} AS bucket WHERE bucket.symbol_id = page.symbol_id
          AND bucket.time = ${bucketEndSql("page.time", coarser)}))`;
  return `, marked AS (${markSql(coarser, changed)})`;
}

/**
 * What only the program itself keeps is as the source has it; but a bucket that is made of more rows stays, and what has been
 * dropped on either side is gone.
 */
function conflictOf(
  name: string,
  columns: CopiedTable["columns"],
  key: CopiedTable["key"],
): string {
  const others = columns.filter((column) => !key.some((keyed) => keyed.name === column));
  const changed = others.map((column) =>
    column === "floor"
      ? `floor = greatest(${name}.floor, excluded.floor)`
      : `${column} = excluded.${column}`
  ).join(", ");
  const table = TABLE_NAMES.find((known) => known === name);
  if (table !== undefined) return whatToDo(table, changed, tableOf(table).conflict);
  if (changed === "") return "NOTHING";
  const isRollup = ROLLUP_NAMES.some((rollup) => rollup === name);
  return `UPDATE SET ${changed}${isRollup ? ` WHERE excluded.samples >= ${name}.samples` : ""}`;
}
