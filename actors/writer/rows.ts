/** Outputs to rows: what is stored of a delivery, and the statements that store it. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import { notOldSql } from "../../shared/catalogue/old_tables.ts";
import { formOf, OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { qtyCodes } from "../../shared/catalogue/qty_codes.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import {
  type Column,
  type ColumnType,
  type Conflict,
  isList,
  type StoredRows,
} from "../../shared/catalogue/table_definition.ts";
import { TABLE_NAMES, type TableName, tableOf } from "../../shared/catalogue/tables.ts";
import { marketText } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { markingInsert } from "./rollups.ts";
import type { RowIds } from "./row_ids.ts";

/** One row of one table. */
export interface Row {
  readonly table: TableName;
  readonly item: Output & { readonly incarnation: number };
  /** Of the life that said it. */
  readonly settings: MetricSettings;
}

/** One statement with its parameters, each an array with one element a row. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly (readonly Value[])[];
}

type Value = string | number | null;

/** What is stored of a delivery: interval metrics, trades by the second, alerts, feed states, gaps, audits and some proofs. */
export function rowsOf(
  { incarnation, settings, items }: Pick<Delivery, "incarnation" | "settings" | "items">,
): Row[] {
  return items.flatMap((item): Row[] => {
    const table = tableFor(item);
    return table === null ? [] : [{ table, item: { ...item, incarnation }, settings }];
  });
}

/** The table that keeps this output; `null`: none does. */
export function tableFor(item: Output): TableName | null {
  return formOf(item).stored ? OUTPUTS[item.type].table : null;
}

/**
 * At most one idempotent statement a table; their order does not matter. `oldUntilMs`: the time of the newest row that an earlier
 * version has left of a table, UTC milliseconds, or `-Infinity`.
 */
export function statementsFor(
  rows: readonly Row[],
  ids: RowIds,
  oldUntilMs: (table: TableName) => number,
): Statement[] {
  return TABLE_NAMES.flatMap((name) => {
    const ofTable = rows.filter(({ table }) => table === name);
    if (ofTable.length === 0) return [];
    const last = lastWords(ofTable, name, tableOf(name).conflict);
    const untilMs = oldUntilMs(name);
    const mayBeOld = last.some(({ item }) => item.timeMs <= untilMs);
    const text = (mayBeOld ? INSERTS_BESIDE_OLD : INSERTS)[name];
    return [{ text, parameters: parametersOf(name, last, ids) }];
  });
}

/** What an insert of these rows of one table is given. */
export function parametersOf(
  table: TableName,
  rows: readonly Row[],
  ids: RowIds,
): Statement["parameters"] {
  return tableOf(table).columns.map((column) => rows.map((row) => valueOf(row, column, ids)));
}

/** The value of a column, in the form in which it is sent. */
function valueOf({ item, settings }: Row, { source, type }: Column, ids: RowIds): Value {
  switch (source.from) {
    case "market":
      return ids.symbolId(item);
    case "settings":
      return ids.settingsId(settings);
    case "metric":
      return item.type === "metrics" ? item.values[source.metric] : null;
    case "field": {
      const value = fieldOf(item, source.field);
      return sentValue(type, value);
    }
    default:
      return assertNever(source, "send a value");
  }
}

/**
 * Lists and objects travel as JSON, and so do not get flattened into the array of all rows; flags as words, because the
 * driver takes a list of them for one.
 */
function sentValue(type: ColumnType, value: unknown): Value {
  if (type === "texts" || type === "flag" || type === "json" && value !== null) {
    return JSON.stringify(value);
  }
  if (!isList(type) || value === null) return value as Value;
  // As PostgreSQL writes an array: a parameter with one for each row would be flattened by unnest.
  const numbers = value as readonly (number | null)[];
  return arrayText(type === "qtys" ? qtyCodes(numbers) : numbers);
}

function arrayText(numbers: readonly (number | null)[]): string {
  return `{${numbers.map((one) => one ?? "NULL")}}`;
}

/** The catalogue's own types promise that the output has the field, and what is in it. */
function fieldOf(item: Output, path: string): unknown {
  const [field, part] = path.split(".");
  const value = item[field as keyof Output] as unknown;
  if (part === undefined || value === null) return value;
  return (value as Readonly<Record<string, unknown>>)[part];
}

/**
 * One statement may touch a row once only, so of several of one key the last word goes: the highest revision, or
 * what was told complete. Of rows that never change all may go: the second one does nothing.
 */
function lastWords(rows: readonly Row[], table: TableName, conflict: Conflict): readonly Row[] {
  if (conflict.rule === "once") return rows;
  const { columns, key } = tableOf(table);
  const fieldIn = (name: string) => {
    const source = columns.find((column) => column.name === name)?.source;
    return ({ item }: Row) =>
      source?.from === "field" ? fieldOf(item, source.field) : marketText(item);
  };
  const keys = key.map(fieldIn);
  const overrules = (row: Row, known: Row) => {
    if (conflict.rule === "newest told") return isLater(row, known);
    const word = fieldIn(conflict.column);
    return conflict.rule === "newest revision"
      ? Number(word(row)) > Number(word(known))
      : word(row) !== null;
  };
  const words = new Map<string, Row>();
  for (const row of rows) {
    const text = JSON.stringify(keys.map((of) => of(row)));
    const known = words.get(text);
    if (known === undefined || overrules(row, known)) words.set(text, row);
  }
  return [...words.values()];
}

/** Whether one was told after another: in a later life, or later in the same. */
function isLater({ item }: Row, { item: known }: Row): boolean {
  if (item.incarnation !== known.incarnation) return item.incarnation > known.incarnation;
  return Number(fieldOf(item, "number")) > Number(fieldOf(known, "number"));
}

/** Multi-row inserts by `unnest`: their text is the same for any number of rows. */
const INSERTS = Object.fromEntries(
  TABLE_NAMES.map((name) => [name, insertInto(name, tableOf(name))]),
) as Readonly<Record<TableName, string>>;

/** The same, but of rows that an earlier version has stored none: told again, they would be there twice. */
const INSERTS_BESIDE_OLD = Object.fromEntries(
  TABLE_NAMES.map((name) => [name, insertInto(name, tableOf(name), notOldRow(name))]),
) as Readonly<Record<TableName, string>>;

function notOldRow(name: TableName): string | null {
  const columns: readonly Column[] = tableOf(name).columns;
  return notOldSql(name, (key) => {
    const type = columns.find((column) => column.name === key)?.type;
    if (type === undefined) throw new TypeError(`Cannot compare ${name}: it has no ${key}`);
    return storedAs(`row.${key}`, type);
  });
}

type AnyTable = Pick<StoredRows, "key" | "conflict"> & {
  readonly columns: readonly Column[];
};

/** The insert into a table that is as this definition says, under whatever name; `where`: only of such rows. */
export function insertInto(
  table: string,
  { columns, key, conflict }: AnyTable,
  where: string | null = null,
): string {
  const names = columns.map(({ name }) => name).join(", ");
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${sentAs(type)}[]`).join(", ");
  const values = columns.map(({ name, type }) => storedAs(name, type)).join(", ");
  const changed = columns.filter(({ name }) => !key.includes(name))
    .map(({ name }) => `${name} = excluded.${name}`).join(", ");
  const insert = `INSERT INTO ${table} (${names}) ` +
    `SELECT ${values} FROM unnest(${arrays}) AS row (${names}) ` +
    (where === null ? "" : `WHERE ${where} `) +
    `ON CONFLICT (${key.join(", ")}) DO ${whatToDo(table, changed, conflict)}`;
  return markingInsert(table, insert);
}

/** The action behind `ON CONFLICT (…) DO`; `changed`: what an update sets. */
export function whatToDo(table: string, changed: string, conflict: Conflict): string {
  switch (conflict.rule) {
    case "once":
      return "NOTHING";
    case "newest revision":
      return `UPDATE SET ${changed} ` +
        `WHERE excluded.${conflict.column} > ${table}.${conflict.column}`;
    case "newest told":
      return `UPDATE SET ${changed} WHERE (excluded.incarnation, excluded.number) > ` +
        `(${table}.incarnation, ${table}.number)`;
    case "complete once":
      return `UPDATE SET ${changed} ` +
        `WHERE ${table}.${conflict.column} IS NULL AND excluded.${conflict.column} IS NOT NULL`;
    default:
      return assertNever(conflict, "insert a row");
  }
}

/** The type of a parameter's elements. */
function sentAs(type: ColumnType): string {
  switch (type) {
    case "time":
      return "float8";
    case "texts":
    case "int4s":
    case "float4s":
    case "qtys":
    case "json":
    case "flag":
      return "text";
    case "text":
    case "int2":
    case "int4":
    case "int8":
    case "float4":
    case "float8":
      return type;
    default:
      return assertNever(type, "send a column");
  }
}

/** The expression that makes the stored value of a column. */
function storedAs(name: string, type: ColumnType): string {
  switch (type) {
    case "time":
      return `to_timestamp(${name} / 1000)`;
    case "texts":
      // An array of arrays would be flattened by unnest, so each list travels as JSON.
      return `ARRAY(SELECT text FROM json_array_elements_text(${name}::json) ` +
        "WITH ORDINALITY AS list (text, place) ORDER BY place)";
    case "int4s":
      return `${name}::int4[]`;
    case "float4s":
      return `${name}::float4[]`;
    case "qtys":
      return `${name}::int2[]`;
    case "json":
      return `${name}::jsonb`;
    case "flag":
      return `${name}::boolean`;
    case "text":
    case "int2":
    case "int4":
    case "int8":
    case "float4":
    case "float8":
      return name;
    default:
      return assertNever(type, "store a column");
  }
}
