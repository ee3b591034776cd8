/** How a row of a table in the catalogue is read back as the output that it was made of. */
import { type ColumnType, type TableName, tableOf } from "./catalogue/tables.ts";

/**
 * The columns of a SELECT that give each row of `table JOIN symbols USING (symbol_id)` as a `Stored<Name>`, with
 * numbers as numbers and times in UTC milliseconds.
 */
export function storedColumns(name: TableName): string {
  const { output, columns } = tableOf(name);
  const fields = columns.flatMap(({ name, type, source }) =>
    source.from === "field" ? [`${readAs(name, type)} AS "${source.field}"`] : []
  );
  return [`'${output}' AS type`, "venue", "symbol", ...fields].join(", ");
}

/** The expression that a driver gives as it is sent: numbers, text, and lists as JSON. */
export function readAs(column: string, type: ColumnType): string {
  if (type === "time") return `(extract(epoch FROM ${column}) * 1000)::float8`;
  // The driver would hand it over as text; ids and counts are below 2^53.
  if (type === "int8") return `${column}::float8`;
  // The driver asks no server for the types of arrays.
  return type === "texts" ? `to_json(${column})` : column;
}
