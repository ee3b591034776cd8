/**
 * The body of an export: bytes that are made when they are asked for. Between two pages nothing is held but what the writer of
 * its format keeps, so that a reader who takes his time costs nobody anything. `createApp` has no effects of its own: nor has
 * this.
 */
import { codeOf } from "../../shared/error_text.ts";
import { CANCELLED, HistoryUnavailable } from "../history_unavailable.ts";
import type { Statement } from "../statements.ts";
import type { Place } from "./export_desk.ts";
import type { ExportedRow, ExportPages } from "./export_pages.ts";
import type { ExportWriter } from "./text_formats.ts";

/** What an export is made of. */
export interface ExportParts {
  readonly pages: ExportPages;
  readonly writer: ExportWriter;
  readonly place: Place;
  readonly ask: (statement: Statement, signal: AbortSignal) => Promise<ExportedRow[]>;
  /** A clock that is never set. */
  readonly monotonicMs: () => number;
}

/**
 * Reads the first page, and resolves with a body that begins with it.
 *
 * @throws {HistoryUnavailable} while there is nothing yet to break off.
 */
export async function openExport(parts: ExportParts): Promise<ReadableStream<Uint8Array>> {
  const run = new ExportRun(parts);
  try {
    await run.begin();
  } catch (error) {
    run.leave();
    throw error;
  }
  return new ReadableStream<Uint8Array>({
    pull: (controller) => run.pull(controller),
    cancel: () => run.leave(),
    // Nothing is made before it is asked for.
  }, { highWaterMark: 0 });
}

class ExportRun {
  readonly #parts: ExportParts;
  readonly #left = new AbortController();
  /** Made and not taken yet. */
  #ready: Uint8Array[] = [];
  #rows = 0;
  #isOver = false;

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    this.#ready.push(await this.#parts.writer.head());
    await this.advance();
  }

  /** Reads one page, and what ends it when it was the last. */
  async advance(): Promise<void> {
    const { pages, writer } = this.#parts;
    const { next } = pages;
    if (next === null) {
      if (pages.overtakenMs !== null) throw new HistoryUnavailable(overtaken(pages.overtakenMs));
      this.#ready.push(await writer.end());
      this.#isOver = true;
      this.#giveBack();
      return;
    }
    const found = await this.#ask(next);
    if (found === null) return;
    const rows = pages.take(found);
    pages.pace(found.length, sizeOf(rows));
    this.#rows += rows.length;
    this.#ready.push(await writer.rows(rows));
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { place, monotonicMs } = this.#parts;
    place.taken(monotonicMs());
    try {
      // What is pulled once must give something, or nobody pulls again.
      while (true) {
        const bytes = this.#ready.shift();
        if (bytes !== undefined && bytes.length > 0) return controller.enqueue(bytes);
        if (bytes !== undefined) continue;
        if (this.#isOver) return controller.close();
        await this.advance();
      }
    } catch (error) {
      this.#breakOff(controller, error);
    }
  }

  /** Nobody reads on. */
  leave(): void {
    this.#left.abort();
    this.#giveBack();
    this.#ready = [];
  }

  #giveBack(): void {
    const { place, writer } = this.#parts;
    place.leave();
    writer.close?.();
  }

  /** `null`: it took too long, and is asked for less. */
  async #ask(statement: Statement): Promise<ExportedRow[] | null> {
    const { ask, place, pages } = this.#parts;
    place.signal.throwIfAborted();
    try {
      return await ask(statement, AbortSignal.any([place.signal, this.#left.signal]));
    } catch (error) {
      const isLong = error instanceof HistoryUnavailable && codeOf(error.cause) === CANCELLED;
      if (isLong && pages.shorten()) return null;
      throw error;
    }
  }

  #breakOff(controller: ReadableStreamDefaultController<Uint8Array>, error: unknown): void {
    const { writer, place: { signal } } = this.#parts;
    this.#giveBack();
    const isOurs = error instanceof HistoryUnavailable || signal.aborted;
    const reason = signal.aborted ? String(signal.reason) : (error as Error).message;
    const last = isOurs ? writer.brokenOff(this.#rows, reason) : null;
    if (last === null) return controller.error(error);
    controller.enqueue(last);
    controller.close();
  }
}

function overtaken(beforeMs: number): string {
  const before = new Date(beforeMs).toISOString();
  return `while it was read retention dropped rows from before ${before}, some of which may be missing; ` +
    `the others are there: with from=${beforeMs} it is whole`;
}

/** About as many bytes as the rows have in memory and in a text: what they are paced by, whatever the format keeps back. */
function sizeOf(rows: readonly ExportedRow[]): number {
  let bytes = 0;
  for (const row of rows) for (const value of Object.values(row)) bytes += bytesOf(value);
  return bytes;
}

const NUMBER_BYTES = 8;

function bytesOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + bytesOf(each), 0);
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  return Object.entries(value).reduce((sum, [key, each]) => sum + key.length + bytesOf(each), 0);
}
