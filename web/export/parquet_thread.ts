/**
 * ParquetThread: makes the Parquet of one export in a thread of its own, so that nobody else of the web server waits for it. A
 * file that breaks off has no footer, and no reader takes it.
 */
import type { ExportedRow } from "./export_pages.ts";
import type { ExportedColumn } from "./exported_table.ts";
import type { ParquetJob, ParquetPart } from "./parquet_worker.ts";
import type { ExportWriter } from "./text_formats.ts";

/** One at a time is asked for. */
export class ParquetThread implements ExportWriter {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #answer = Promise.withResolvers<Uint8Array>();

  /** `url`: of `parquet_worker.ts`. */
  constructor(url: string, columns: readonly ExportedColumn[]) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(url, { type: "module", name: "parquet" });
    port1.onmessage = ({ data }: MessageEvent<Uint8Array>) => this.#answer.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#answer.reject(new Error(`The Parquet of an export failed: ${event.message}`));
    };
    const job: ParquetJob = { columns, port: port2 };
    this.#worker.postMessage(job, [port2]);
  }

  head(): Promise<Uint8Array> {
    return this.#answer.promise;
  }

  rows(rows: readonly ExportedRow[]): Promise<Uint8Array> {
    return this.#ask(rows);
  }

  end(): Promise<Uint8Array> {
    return this.#ask(null);
  }

  brokenOff(): null {
    return null;
  }

  /** Ends the thread. */
  close(): void {
    // What is still awaited of it is of no use to anybody.
    this.#answer.promise.catch(() => {});
    this.#answer.reject(new Error("Nobody reads this export any more"));
    this.#port.close();
    this.#worker.terminate();
  }

  #ask(part: ParquetPart): Promise<Uint8Array> {
    this.#answer = Promise.withResolvers();
    this.#port.postMessage(part);
    return this.#answer.promise;
  }
}
