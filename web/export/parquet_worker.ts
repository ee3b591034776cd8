/** The thread in which the Parquet of one export is made. */
import type { ExportedRow } from "./export_pages.ts";
import type { ExportedColumn } from "./exported_table.ts";
import { ParquetExport } from "./parquet_format.ts";

/** What it is told, once. It answers over the port: first with the head of the file, then once to each `ParquetPart`. */
export interface ParquetJob {
  readonly columns: readonly ExportedColumn[];
  readonly port: MessagePort;
}

/** The next rows; `null`: there are no more. */
export type ParquetPart = readonly ExportedRow[] | null;

addEventListener("message", (event) => {
  const { columns, port } = (event as MessageEvent<ParquetJob>).data;
  const file = new ParquetExport(columns);
  const tell = (bytes: Uint8Array<ArrayBuffer>) => port.postMessage(bytes, [bytes.buffer]);
  port.onmessage = ({ data }: MessageEvent<ParquetPart>) => {
    tell(data === null ? file.end() : file.rows(data));
  };
  tell(file.head());
});
