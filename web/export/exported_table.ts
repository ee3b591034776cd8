/**
 * What can be exported: the tables of the catalogue and their roll-ups, each with its columns as its view has them, `venue` and
 * `symbol` in words, and the order in which its rows go out. Pure.
 */
import { wholeTable } from "../../shared/catalogue/old_tables.ts";
import { ROLLUP_NAMES, rollupColumns, type RollupName } from "../../shared/catalogue/rollups.ts";
import type { ColumnType } from "../../shared/catalogue/table_definition.ts";
import { TABLE_NAMES, type TableName, tableOf } from "../../shared/catalogue/tables.ts";

/** One column of an export. */
export interface ExportedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A table, as it is exported. */
export interface ExportedTable {
  readonly name: TableName | RollupName;
  /** As SQL reads from it: with what earlier versions have stored under its ids. */
  readonly from: string;
  /** All of them, as they stand there. */
  readonly stored: readonly string[];
  /** `venue` and `symbol` first. */
  readonly columns: readonly ExportedColumn[];
  /**
   * How its rows go. Those that never change, or never their time, go market by market and by time, for which there is an
   * index; roll-ups settings by settings as well, as theirs has them first. Those that have another time when they are changed
   * go by their key, so that each goes once.
   */
  readonly by: "time" | "settings and time" | "key";
  /** What orders the rows: of one market, or one market and settings, where they go by time. */
  readonly order: readonly ExportedColumn[];
}

const WORDS: readonly ExportedColumn[] = [
  { name: "venue", type: "text" },
  { name: "symbol", type: "text" },
];

function outputTable(name: TableName): ExportedTable {
  const { columns, key, conflict } = tableOf(name);
  const own = columns.filter(({ source }) => source.from !== "market");
  const isByTime = conflict.rule === "once" || conflict.rule === "complete once";
  const inOrder = isByTime
    ? ["time", ...key.filter((column) => column !== "time" && column !== "symbol_id")]
    : key;
  return {
    name,
    from: wholeTable(name),
    stored: columns.map((column) => column.name),
    columns: [...WORDS, ...own.map(({ name, type }) => ({ name, type }))],
    by: isByTime ? "time" : "key",
    order: inOrder.flatMap((wanted) => columns.filter(({ name }) => name === wanted)),
  };
}

function rollupTable(name: RollupName): ExportedTable {
  const columns = rollupColumns(name);
  return {
    name,
    from: name,
    stored: columns.map((column) => column.name),
    columns: [...WORDS, ...columns.filter((column) => column.name !== "symbol_id")],
    by: "settings and time",
    order: columns.filter((column) => column.name === "time"),
  };
}

/** In the catalogue's order. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  ...TABLE_NAMES.map(outputTable),
  ...ROLLUP_NAMES.map(rollupTable),
];

/** The table of this name; `null`: there is none. */
export function exportedTable(name: string): ExportedTable | null {
  return EXPORTED_TABLES.find((table) => table.name === name) ?? null;
}
