/** CSV and NDJSON of exported rows, line by line. What breaks off ends with a line that no row could be. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import type { ExportedRow } from "./export_pages.ts";
import type { ExportedColumn } from "./exported_table.ts";

type Made = Uint8Array | Promise<Uint8Array>;

/** Writes one export, in whole lines or blocks. */
export interface ExportWriter {
  /** Before the first row. */
  head(): Made;
  /** What is complete once these rows are in; nothing may be. */
  rows(rows: readonly ExportedRow[]): Made;
  /** After the last row. */
  end(): Made;
  /** What says that there would have been more, and why; `null`: only what is missing can say it. */
  brokenOff(rows: number, reason: string): Uint8Array | null;
  /** Gives back what it holds, if anything. Once, whatever came before. */
  close?(): void;
}

const encoder = new TextEncoder();
const NOTHING = new Uint8Array();

/**
 * Comma-separated values as RFC 4180 has them, with a line of names, `\n` behind each line, in UTF-8. What is not known is
 * nothing at all between two commas; text, lists and JSON stand in quotes always, so that a text without a character is `""`.
 * A line that begins with `#` is no row: there numbers stand bare and texts in quotes.
 */
export class CsvWriter implements ExportWriter {
  readonly #columns: readonly ExportedColumn[];

  constructor(columns: readonly ExportedColumn[]) {
    this.#columns = columns;
  }

  head(): Uint8Array {
    return encoder.encode(`${this.#columns.map(({ name }) => name).join(",")}\n`);
  }

  rows(rows: readonly ExportedRow[]): Uint8Array {
    let text = "";
    for (const row of rows) {
      text += `${this.#columns.map(({ name, type }) => csvCell(row[name], type)).join(",")}\n`;
    }
    return encoder.encode(text);
  }

  end(): Uint8Array {
    return NOTHING;
  }

  brokenOff(rows: number, reason: string): Uint8Array {
    return encoder.encode(`# broken off after ${rows} rows: ${reason}\n`);
  }
}

/** One JSON object a line. What breaks off ends with the only one that has `brokenOff`. */
export class NdjsonWriter implements ExportWriter {
  readonly #columns: readonly ExportedColumn[];

  constructor(columns: readonly ExportedColumn[]) {
    this.#columns = columns;
  }

  head(): Uint8Array {
    return NOTHING;
  }

  rows(rows: readonly ExportedRow[]): Uint8Array {
    let text = "";
    for (const row of rows) {
      text += `{${
        this.#columns.map(({ name, type }) => `"${name}":${jsonValue(row[name], type)}`).join(",")
      }}\n`;
    }
    return encoder.encode(text);
  }

  end(): Uint8Array {
    return NOTHING;
  }

  brokenOff(rows: number, reason: string): Uint8Array {
    return encoder.encode(`${JSON.stringify({ brokenOff: { rows, reason } })}\n`);
  }
}

function csvCell(value: unknown, type: ExportedColumn["type"]): string {
  if (value === null || value === undefined) return "";
  switch (type) {
    case "text":
      return quoted(String(value));
    case "texts":
    case "int4s":
    case "float4s":
    case "qtys":
    case "json":
      return quoted(JSON.stringify(value));
    case "time":
      return isoTime(value);
    case "int2":
    case "int4":
    case "int8":
    case "float4":
    case "float8":
    case "flag":
      return String(value);
    default:
      return assertNever(type, "write a cell");
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function jsonValue(value: unknown, type: ExportedColumn["type"]): string {
  if (value === null || value === undefined) return "null";
  switch (type) {
    case "time":
      return `"${isoTime(value)}"`;
    case "int8":
      // As text it came, and with all of its digits it goes.
      return String(value);
    case "int2":
    case "int4":
    case "float4":
    case "float8":
    case "flag":
    case "text":
    case "texts":
    case "int4s":
    case "float4s":
    case "qtys":
    case "json":
      return JSON.stringify(value);
    default:
      return assertNever(type, "write a value");
  }
}

function isoTime(ms: unknown): string {
  return new Date(Number(ms)).toISOString();
}
