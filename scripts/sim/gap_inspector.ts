/**
 * GapInspector: each hole is told of at once, and again when there is a live book, with its ids and as long as
 * it was.
 */
import type { GapRecord, Output } from "../../shared/output.ts";
import type { Exchange } from "./exchange.ts";
import type { Market } from "./market.ts";
import type { Break } from "./output_inspector.ts";

/** Watches the gaps of one monitor. */
export class GapInspector {
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #break: Break;
  /** When the first hole since the last record was noticed, and the id that lacked, if a book told it. */
  #open: { readonly atMs: number; readonly id: number | null } | null = null;
  #isTold = false;
  #told = 0;

  constructor(exchange: Exchange, market: Market, onBreak: Break) {
    this.#exchange = exchange;
    this.#market = market;
    this.#break = onBreak;
  }

  /** The engine has counted a hole; `bookId`: id of the book that it had. */
  noticed(bookId: number | null): void {
    const { nowMs } = this.#exchange.agenda;
    this.#open ??= { atMs: nowMs, id: bookId === null ? null : bookId + 1 };
  }

  /** Gaps told of so far. */
  get told(): number {
    return this.#told;
  }

  /** The outputs of a step, after it; `hasBook`: there is one then. */
  check(outputs: readonly Output[], hasBook: boolean): void {
    for (const output of outputs) {
      if (output.type !== "gap") continue;
      const wrong = this.#wrong(output);
      if (output.durationMs === null) this.#isTold = true;
      else {
        this.#open = null;
        this.#isTold = false;
        this.#told += 1;
      }
      if (wrong === null) continue;
      this.#break("a gap is told as it was", `${wrong}: ${JSON.stringify(output)}`);
    }
    if (this.#open === null || this.#isTold && !hasBook) return;
    const when = this.#isTold ? "when there is a book again" : "at once";
    this.#break(`a gap is told ${when}`, `not that of ${this.#open.atMs} ms`);
  }

  #wrong({ number, fromId, toId, durationMs }: GapRecord): string | null {
    if (this.#open === null) return "there was none";
    if (number !== this.#told + 1) return `it is the ${this.#told + 1}.`;
    const { atMs, id } = this.#open;
    // Another listing has holes of its own.
    const isSame = id !== null && this.#market.truthOf(id) === this.#market.truthOf(fromId);
    if (isSame && fromId !== id) return `it began with ${id}`;
    // A new listing that nobody has told of looks like a hole up to its first id.
    if (fromId > toId || this.#market.truthOf(toId + 1) === null) return "it ends nowhere";
    if (durationMs === null) return this.#isTold ? "it was told before" : null;
    const lastedMs = this.#exchange.agenda.nowMs - atMs;
    return Math.abs(durationMs - lastedMs) < 1 ? null : `it lasted ${lastedMs} ms`;
  }
}
