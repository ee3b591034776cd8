/**
 * ExportPages: the rows of one export, a page at a time. Each page is one short statement that begins behind the last row of
 * the page before, by the key: between two nothing is open, so that a reader may take as long as he likes, and each touches
 * no more rows than it asks for. How many these are follows how large they were. Pure: the caller runs the statements.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { type ColumnType, isList } from "../../shared/catalogue/table_definition.ts";
import { oldColumn } from "../../shared/catalogue/old_tables.ts";
import { withQtys } from "../../shared/stored_outputs.ts";
import { isoTime, type Statement } from "../statements.ts";
import type { ExportedColumn, ExportedTable } from "./exported_table.ts";

/** One row under the names of its columns, as the driver gives it: times in UTC milliseconds, `int8` as text. */
export type ExportedRow = Readonly<Record<string, unknown>>;

/** What is exported: `fromMs <= time < toMs`, UTC milliseconds; `null`: no bound. */
export interface ExportQuery {
  readonly table: ExportedTable;
  /** In this order. */
  readonly columns: readonly ExportedColumn[];
  /** Ids of the markets, in `symbols`, and in this order. */
  readonly markets: readonly number[];
  /** All ids in `settings`, by which roll-ups are asked for. */
  readonly settings: readonly number[];
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** A first page is small: nothing is known of how large its rows are. */
const FIRST_ROWS = 100;
/** However large rows are: each page costs a statement. */
export const PAGE_ROWS_MIN = 10;
/** However small: who writes to an embedded store waits for a page. */
export const PAGE_ROWS_MAX = 2_000;
/** What a page is to have when it is encoded. */
export const PAGE_BYTES = 256 * 1_024;

/**
 * Names of the columns that stand beside those that were asked for: the row's place, its time where rows go by that, and until
 * when retention has dropped rows of the table, which is there even on a page without rows.
 */
const PLACE = "place";
const AT = "at_ms";
const IS_WANTED = "is_wanted";
const FLOOR = "floor_ms";

/** One export, from its first page to its last. */
export class ExportPages {
  readonly #query: ExportQuery;
  readonly #coded: readonly string[];
  /** What is read one after the other, each by an index. */
  readonly #parts: readonly Part[];
  #part = 0;
  /** The place of the last row, as the database writes it; `null`: the next page is the first of its part. */
  #last: readonly string[] | null = null;
  #rows = FIRST_ROWS;
  /** The time behind which the next page begins, UTC milliseconds. */
  #reachedMs: number;
  /** Until when rows had been dropped when the first page was read; `null`: it was not yet. */
  #floorMs: number | null = null;
  #overtakenMs: number | null = null;

  constructor(query: ExportQuery) {
    this.#query = query;
    this.#coded = query.columns.flatMap(({ name, type }) => type === "qtys" ? [name] : []);
    this.#parts = partsOf(query);
    this.#reachedMs = this.#beginMs;
  }

  /**
   * Retention has dropped rows from before this time, UTC milliseconds, which the first page could have had and a later one
   * could not: some may be missing. `null`: none is.
   */
  get overtakenMs(): number | null {
    return this.#overtakenMs;
  }

  get #beginMs(): number {
    return this.#query.fromMs ?? -Infinity;
  }

  /** What is to be asked next; `null`: everything is there. */
  get next(): Statement | null {
    const part = this.#parts[this.#part];
    if (part === undefined) return null;
    return part === "whole" ? this.#ofKey() : this.#ofMarket(part);
  }

  /** The answer to `next`; returns what of it was asked for. */
  take(answer: readonly ExportedRow[]): readonly ExportedRow[] {
    this.#hearFloor(Number(answer[0]?.[FLOOR] ?? -Infinity));
    const rows = answer.filter((row) => row[`${PLACE}_0`] !== null);
    if (rows.length < this.#rows) {
      this.#part += 1;
      this.#last = null;
      this.#reachedMs = this.#beginMs;
    } else {
      const last = rows.at(-1) ?? {};
      this.#last = this.#query.table.order.map((_, i) => String(last[`${PLACE}_${i}`]));
      // What goes by its key may be of any time.
      this.#reachedMs = Number(last[AT] ?? this.#beginMs);
    }
    return rows.filter((row) => row[IS_WANTED] !== false).map((row) => withQtys(row, this.#coded));
  }

  /** The floor as the page that has just come has seen it. */
  #hearFloor(floorMs: number): void {
    this.#floorMs ??= floorMs;
    if (floorMs > this.#floorMs && floorMs > this.#reachedMs) this.#overtakenMs = floorMs;
  }

  /** How many bytes that page has become: the next one is to have about `PAGE_BYTES`. */
  pace(rows: number, bytes: number): void {
    const fitting = bytes === 0 ? this.#rows * 2 : Math.floor(rows * PAGE_BYTES / bytes);
    // Rows may grow: what was small does not promise that the next ones are.
    this.#rows = Math.max(PAGE_ROWS_MIN, Math.min(PAGE_ROWS_MAX, this.#rows * 4, fitting));
  }

  /** The last one took too long, and gave nothing: false when it cannot be asked for less. */
  shorten(): boolean {
    if (this.#rows <= PAGE_ROWS_MIN) return false;
    this.#rows = Math.max(PAGE_ROWS_MIN, this.#rows >> 2);
    return true;
  }

  #ofMarket({ market, settings }: MarketPart): Statement {
    const { table, columns, fromMs, toMs } = this.#query;
    const values: (string | number)[] = [this.#rows];
    const parameter = (value: string | number) => `$${values.push(value)}`;
    const id = `${parameter(market)}::int2`;
    const within = [
      ...settings === null ? [] : [`settings_id = ${parameter(settings)}::int2`],
      ...timeBounds(fromMs, toMs, parameter),
      ...this.#behind(parameter),
    ];
    const order = table.order.map(({ name }) => name).join(", ");
    const first = `ORDER BY ${order} LIMIT $1::integer`;
    const slices = slicesOf(table, id).map(({ read, from, ofMarket }) =>
      `(SELECT ${read} FROM ${from} WHERE ${[ofMarket, ...within].join(" AND ")} ${first})`
    );
    const at = `(extract(epoch FROM page.time) * 1000)::float8 AS ${AT}`;
    const text = `SELECT ${[...columns.map(read), ...this.#places(), at].join(", ")}
      FROM ${withFloor(parameter(table.name))} LEFT JOIN (
        (SELECT * FROM (${slices.join(" UNION ALL ")}) AS slices ${first}) AS page
        JOIN symbols USING (symbol_id)) ON true ORDER BY ${order}`;
    return { text, values };
  }

  /** A slice of the whole table by its key, of which some rows may not be wanted. */
  #ofKey(): Statement {
    const { table, columns, markets, fromMs, toMs } = this.#query;
    const values: (string | number)[] = [this.#rows];
    const parameter = (value: string | number) => `$${values.push(value)}`;
    const behind = this.#behind(parameter);
    const wanted = [
      `symbol_id IN (${markets.map((id) => `${parameter(id)}::int2`).join(", ")})`,
      ...timeBounds(fromMs, toMs, parameter),
    ].join(" AND ");
    const order = table.order.map(({ name }) => name).join(", ");
    const shown = [...columns.map(read), ...this.#places(), `(${wanted}) AS ${IS_WANTED}`];
    const text = `SELECT ${shown.join(", ")}
      FROM ${withFloor(parameter(table.name))} LEFT JOIN (
        (SELECT * FROM ${table.from} ${behind.length === 0 ? "" : `WHERE ${behind.join("")}`}
          ORDER BY ${order} LIMIT $1::integer) AS page JOIN symbols USING (symbol_id)) ON true
      ORDER BY ${order}`;
    return { text, values };
  }

  /** Rows behind the last one. */
  #behind(parameter: (value: string) => string): string[] {
    if (this.#last === null) return [];
    const { order } = this.#query.table;
    const places = this.#last.map((place, i) =>
      `${parameter(place)}::${TYPES[order[i]?.type ?? "text"]}`
    );
    return [`(${order.map(({ name }) => name).join(", ")}) > (${places.join(", ")})`];
  }

  /** As text, which comes back exactly as it was. */
  #places(): string[] {
    return [
      ...this.#query.table.order.map(({ name }, i) => `page.${name}::text AS ${PLACE}_${i}`),
      FLOOR,
    ];
  }
}

/** One row: the floor of the table in a parameter, in the very snapshot that the page is read in. */
function withFloor(table: string): string {
  return `(SELECT (extract(epoch FROM max(floor)) * 1000)::float8 AS ${FLOOR}
    FROM retention_floor WHERE table_name = ${table}) AS known`;
}

/** Rows of one market, or of one market under one settings. */
interface MarketPart {
  readonly market: number;
  readonly settings: number | null;
}

type Part = MarketPart | "whole";

function partsOf({ table, markets, settings }: ExportQuery): readonly Part[] {
  switch (table.by) {
    case "key":
      return markets.length === 0 ? [] : ["whole"];
    case "time":
      return markets.map((market) => ({ market, settings: null }));
    case "settings and time":
      return markets.flatMap((market) => settings.map((id) => ({ market, settings: id })));
    default:
      return assertNever(table.by, "cut an export");
  }
}

/**
 * Where rows of a market are: in the table of now with what was renamed of it, and where an older one has names in place of
 * ids, there. Of each a slice is read by its own index.
 */
function slicesOf(
  { name, from, stored }: ExportedTable,
  id: string,
): { readonly read: string; readonly from: string; readonly ofMarket: string }[] {
  const now = { read: stored.join(", "), from, ofMarket: `symbol_id = ${id}` };
  if (name !== "metrics") return [now];
  const read = stored.map((column) => {
    if (column === "symbol_id") return id;
    return column === "settings_id" ? "0::int2" : oldColumn("metrics_before", column);
  });
  const symbol = `SELECT symbol FROM symbols WHERE symbol_id = ${id} AND venue = 'binance_spot'`;
  return [
    now,
    { read: read.join(", "), from: "metrics_before", ofMarket: `symbol = (${symbol})` },
  ];
}

function timeBounds(
  fromMs: number | null,
  toMs: number | null,
  parameter: (value: string) => string,
): string[] {
  const iso = (ms: number) => parameter(isoTime(ms));
  return [
    ...fromMs === null ? [] : [`time >= ${iso(fromMs)}::timestamptz`],
    ...toMs === null ? [] : [`time < ${iso(toMs)}::timestamptz`],
  ];
}

/** What PostgreSQL calls them. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  int2: "int2",
  int4: "int4",
  int8: "int8",
  float4: "float4",
  float8: "float8",
  text: "text",
  flag: "boolean",
  json: "jsonb",
  texts: "text[]",
  int4s: "int4[]",
  float4s: "float4[]",
  qtys: "int2[]",
  time: "timestamptz",
};

/** Numbers come as they are: of a `real` the shortest text that is it. */
function read({ name, type }: ExportedColumn): string {
  if (type === "time") return `(extract(epoch FROM page.${name}) * 1000)::float8 AS ${name}`;
  // The driver asks no server for the types of arrays.
  if (isList(type)) return `to_json(page.${name}) AS ${name}`;
  return name === "venue" || name === "symbol" ? name : `page.${name}`;
}
