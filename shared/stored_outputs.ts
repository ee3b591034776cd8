/** How a row of a table in the catalogue is read back as the output that it was made of. */
import type { Column, ColumnType } from "./catalogue/table_definition.ts";
import { type TableName, tableOf } from "./catalogue/tables.ts";

/**
 * The columns of a SELECT that give each row of `table JOIN symbols USING (symbol_id)` as a `Stored<Name>`, with
 * numbers as numbers and times in UTC milliseconds.
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
  return type === "texts" || type === "float4s" ? `to_json(${column})` : column;
}
