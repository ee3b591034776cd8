/** How a row of a table in the catalogue is read back as the output that it was made of. */
import { codedQtys } from "./catalogue/qty_codes.ts";
import { type Column, type ColumnType, isList } from "./catalogue/table_definition.ts";
import { TABLE_NAMES, type TableName, tableOf } from "./catalogue/tables.ts";

/**
 * The columns of a SELECT that give each row of `table JOIN symbols USING (symbol_id)` as a `Stored<Name>`, with
 * numbers as numbers and times in UTC milliseconds, but for quantities that are stored as codes: `decoded` makes the row whole.
 */
export function storedColumns(name: TableName): string {
  const { output, columns } = tableOf(name);
  const whole: string[] = [];
  const parts = new Map<string, StoredPart[]>();
  for (const { name, type, source } of columns) {
    if (source.from !== "field") continue;
    const [field = "", part] = source.field.split(".");
    if (part === undefined) whole.push(`${readAs(name, type)} AS "${field}"`);
    else parts.set(field, [...parts.get(field) ?? [], { part, name, type }]);
  }
  const fields = [...parts].map(([field, of]) => `${readParts(of)} AS "${field}"`);
  return [`'${output}' AS type`, "venue", "symbol", ...whole, ...fields].join(", ");
}

/** Fields of each that are stored as codes. */
const CODED = new Map(TABLE_NAMES.map((name) => {
  const columns: readonly Column[] = tableOf(name).columns;
  return [
    name,
    columns.flatMap(({ type, source }) =>
      type === "qtys" && source.from === "field" ? [source.field] : []
    ),
  ];
}));

/** Rows that were read by `storedColumns`, with quantities in place of codes. */
export function decoded<Row extends object>(name: TableName, rows: readonly Row[]): Row[] {
  const fields = CODED.get(name) ?? [];
  return rows.map((row) => withQtys(row, fields));
}

/** The row with quantities in place of codes in these fields; one that is `null` stays so. */
export function withQtys<Row extends object>(row: Row, fields: readonly string[]): Row {
  if (fields.length === 0) return row;
  const qtys = fields.map((field) => {
    const codes = Reflect.get(row, field) as readonly (number | null)[] | null;
    return [field, codes && codedQtys(codes)];
  });
  return { ...row, ...Object.fromEntries(qtys) };
}

interface StoredPart extends Pick<Column, "name" | "type"> {
  readonly part: string;
}

/** An object of its parts; NULL, which is what each of them is then, when there was none. */
function readParts(parts: readonly StoredPart[]): string {
  const values = parts.map(({ part, name, type }) => `'${part}', ${readAs(name, type)}`);
  return `CASE WHEN num_nonnulls(${parts.map(({ name }) => name).join(", ")}) > 0 ` +
    `THEN json_build_object(${values.join(", ")}) END`;
}

/** The expression that a driver gives as it is sent: numbers, text, and lists as JSON. */
function readAs(column: string, type: ColumnType): string {
  if (type === "time") return `(extract(epoch FROM ${column}) * 1000)::float8`;
  // The driver would hand it over as text; ids and counts are below 2^53.
  if (type === "int8") return `${column}::float8`;
  // The driver asks no server for the types of arrays.
  return isList(type) ? `to_json(${column})` : column;
}
