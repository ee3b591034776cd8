/**
 * Parquet of exported rows: one row group for some thousand of them, which is all that is kept of the rows; of each group that
 * is written half a kilobyte a column stays for the footer. A group takes half a second: so this runs in a thread of its own
 * (`parquet_worker.ts`). Pure.
 */
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import {
  type ColumnType,
  isList,
  LIST_ELEMENTS,
  type ListType,
} from "../../shared/catalogue/table_definition.ts";
import type { ExportedRow } from "./export_pages.ts";
import type { ExportedColumn } from "./exported_table.ts";

/** Rows and values of a group: what is reached first ends it. */
const GROUP_ROWS_MAX = 50_000;
const GROUP_VALUES_MAX = 1_500_000;

/** Writes one export; what is complete is handed on by each call. */
export class ParquetExport {
  readonly #columns: readonly ExportedColumn[];
  readonly #bytes = new DrainedBytes();
  readonly #writer: ParquetWriter;
  #group: unknown[][];
  #groupRows = 0;
  #groupValues = 0;

  constructor(columns: readonly ExportedColumn[]) {
    this.#columns = columns;
    this.#group = columns.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(columns),
      createdBy: "order-book-monitor",
    });
  }

  head(): Uint8Array<ArrayBuffer> {
    return this.#bytes.drain();
  }

  rows(rows: readonly ExportedRow[]): Uint8Array<ArrayBuffer> {
    for (const row of rows) {
      this.#columns.forEach(({ name, type }, i) => {
        const value = storedValue(row[name], type);
        this.#group[i]?.push(value);
        this.#groupValues += Array.isArray(value) ? value.length + 1 : 1;
      });
      this.#groupRows += 1;
      if (this.#groupRows >= GROUP_ROWS_MAX || this.#groupValues >= GROUP_VALUES_MAX) {
        this.#writeGroup();
      }
    }
    return this.#bytes.drain();
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#writeGroup();
    void this.#writer.finish();
    return this.#bytes.drain();
  }

  #writeGroup(): void {
    if (this.#groupRows === 0) return;
    const columnData = this.#columns.map(({ name }, i) => ({
      name,
      data: this.#group[i] ?? [],
      // Of a group this small nobody looks for a page.
      offsetIndex: false,
    }));
    void this.#writer.write({ columnData, rowGroupSize: this.#groupRows });
    this.#group = this.#columns.map(() => []);
    this.#groupRows = 0;
    this.#groupValues = 0;
  }
}

/** Bytes that are handed on, and not kept. */
class DrainedBytes extends ByteWriter {
  /** What was written since the last time. `offset` still counts from the file's beginning. */
  drain(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.getBytes());
    this.index = 0;
    return bytes;
  }
}

/** Parquet's own words (parquet-format, LogicalTypes.md). Every column may be NULL: an export may have any of them. */
const ELEMENTS: Readonly<Record<Exclude<ColumnType, ListType>, Element>> = {
  int2: { type: "INT32" },
  int4: { type: "INT32" },
  int8: { type: "INT64" },
  float4: { type: "FLOAT" },
  float8: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  flag: { type: "BOOLEAN" },
  json: { type: "BYTE_ARRAY", converted_type: "JSON", logical_type: { type: "JSON" } },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
};

type Element = Omit<SchemaElement, "name" | "repetition_type">;

function schemaOf(columns: readonly ExportedColumn[]): SchemaElement[] {
  return [
    { name: "export", num_children: columns.length },
    ...columns.flatMap(({ name, type }): SchemaElement[] => {
      if (!isList(type)) return [{ name, repetition_type: "OPTIONAL", ...ELEMENTS[type] }];
      const element = ELEMENTS[LIST_ELEMENTS[type]];
      return [
        {
          name,
          repetition_type: "OPTIONAL",
          num_children: 1,
          converted_type: "LIST",
          logical_type: { type: "LIST" },
        },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", ...element },
      ];
    }),
  ];
}

function storedValue(value: unknown, type: ExportedColumn["type"]): unknown {
  if (value === null || value === undefined) return null;
  return type === "int8" ? BigInt(String(value)) : value;
}
