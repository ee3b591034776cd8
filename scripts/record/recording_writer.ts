/** Writes a recording: lines in, a plain or gzip file out. */
import { Buffer } from "node:buffer";
import { constants, createGzip, type Gzip } from "node:zlib";

/** Text is handed on in pieces of about this size. */
const CHUNK_CHARS = 64 * 1024;
/** A killed recorder loses at most this much time from a gzip file. */
const FLUSH_INTERVAL_MS = 1_000;

/** One file. Lines are written in order; `close` makes it complete. */
export class RecordingWriter {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #gzip: Gzip | null;
  readonly #timer: ReturnType<typeof setInterval>;
  #pending = "";
  #bytes = 0;
  #error: Error | null = null;
  #lastMs = 0;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
    this.#gzip = path.endsWith(".gz") ? createGzip({ finishFlush: constants.Z_FINISH }) : null;
    this.#gzip?.on("data", (chunk: Buffer) => this.#put(chunk));
    this.#gzip?.on("error", (error: Error) => this.#error ??= error);
    this.#timer = setInterval(() => {
      this.#pass();
      this.#gzip?.flush(constants.Z_SYNC_FLUSH);
    }, FLUSH_INTERVAL_MS);
  }

  /** Creates the file, or empties it. @throws what `Deno.open` throws. */
  static async create(path: string): Promise<RecordingWriter> {
    const file = await Deno.open(path, { write: true, create: true, truncate: true });
    return new RecordingWriter(path, file);
  }

  /** Bytes in the file so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Why nothing can be written any more; `null`: all is well. */
  get error(): Error | null {
    return this.#error;
  }

  /** Adds one frame; times never go back, whatever the clock does. */
  write(receivedMs: number, payload: string): void {
    this.#lastMs = Math.max(this.#lastMs, receivedMs);
    // Microseconds are what the clock gives; 16 digits are exact in a double, nanoseconds are not.
    this.#pending += `${Math.floor(this.#lastMs * 1_000)}000 ${payload}\n`;
    if (this.#pending.length >= CHUNK_CHARS) this.#pass();
  }

  /** Writes what is left and closes the file. @throws the first error of a write. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#pass();
    if (this.#gzip) {
      const gzip = this.#gzip;
      await new Promise<void>((resolve) => {
        gzip.once("end", resolve);
        gzip.once("error", () => resolve());
        gzip.end();
      });
    }
    this.#file.close();
    if (this.#error) throw this.#error;
  }

  #pass(): void {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    if (this.#gzip) this.#gzip.write(text);
    else this.#put(new TextEncoder().encode(text));
  }

  #put(chunk: Uint8Array): void {
    if (this.#error) return;
    try {
      // Synchronous, because the order is the recording; a disk takes 64 kB in well under a frame.
      for (let done = 0; done < chunk.length;) done += this.#file.writeSync(chunk.subarray(done));
      this.#bytes += chunk.length;
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
    }
  }
}
