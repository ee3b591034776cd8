/**
 * Where one browser's bytes go: as they are, or through a gzip of its own, which is flushed after each write, so that
 * nothing is held back. More than one write never waits in it, nor in the connection: `ready` says so, and who writes
 * all the same is a programmer.
 */
import { constants, createGzip, type Gzip } from "node:zlib";
import { monotonicMs } from "../shared/clock.ts";
import type { BrowserSink } from "./browsers.ts";

/**
 * What is said again within this window, 2^14 bytes, is said by reference: some ten frames of a symbol in focus. With this
 * memory level a stream holds 128 kB; the defaults would hold twice that, and save 3 % of the bytes.
 */
const WINDOW_BITS = 14;
const MEMORY_LEVEL = 7;

/** The end of a stream that is read by whoever holds `controller`; its reader may go at any time. */
export class EventSink implements BrowserSink {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  /** `null`: bytes go as they are. */
  readonly #gzip: Gzip | null;
  #isOpen = true;
  /** Writes that have not come out of the gzip yet. */
  #packing = 0;
  /** Who wants to know when all that was written has been taken. */
  #onTaken: ((takenMs: number) => void)[] = [];

  constructor(controller: ReadableStreamDefaultController<Uint8Array>, isPacked: boolean) {
    this.#controller = controller;
    this.#gzip = isPacked ? gzipInto(controller) : null;
  }

  get ready(): boolean {
    return this.#isOpen && this.#packing === 0 && (this.#controller.desiredSize ?? 0) > 0;
  }

  write(bytes: Uint8Array, onTaken?: (takenMs: number) => void): void {
    if (onTaken !== undefined) this.#onTaken.push(onTaken);
    if (this.#gzip === null) return this.#controller.enqueue(bytes);
    this.#packing += 1;
    this.#gzip.write(bytes, () => {
      this.#packing -= 1;
      this.pulled();
    });
  }

  /** The stream is read on: what reads it, the connection's socket, has taken what was written before. */
  pulled(): void {
    if (this.#onTaken.length === 0 || !this.ready) return;
    const takenMs = monotonicMs();
    for (const tell of this.#onTaken.splice(0)) tell(takenMs);
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#gzip === null) this.#controller.close();
    else this.#gzip.end();
  }

  /** Nobody reads any more. */
  abandon(): void {
    this.#isOpen = false;
    this.#onTaken = [];
    this.#gzip?.destroy();
  }
}

function gzipInto(controller: ReadableStreamDefaultController<Uint8Array>): Gzip {
  const gzip = createGzip({
    windowBits: WINDOW_BITS,
    memLevel: MEMORY_LEVEL,
    flush: constants.Z_SYNC_FLUSH,
  });
  gzip.on("data", (bytes: Uint8Array) => controller.enqueue(bytes));
  gzip.once("end", () => controller.close());
  return gzip;
}
