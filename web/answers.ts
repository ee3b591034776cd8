/**
 * Answers that are made of history: identical questions share one, and who has it already is sent no second time.
 *
 * A question that is under way is joined by whoever asks the same (single flight), and ends when the last of them has
 * left. Its answer is kept for a moment, in bounded memory, with what was packed of it. Each has an ETag; what a `Cache-Control` promises is only
 * what holds: rows may still come for any range, so that a browser asks again each time, and is told 304 if nothing has
 * changed. Only of a range that ended more than an hour ago, while nothing waits for the database and whoever made
 * the answer knows of nothing that will change it, nothing else is expected: it is kept for an hour without a question (`immutable`). Not for ever: an import may bring old rows.
 */
import type { Context } from "hono";
import type { Coding, Pack, PackedForms } from "./content_coding.ts";
import type { Clocks } from "./events.ts";
import { hashOf } from "./token_key.ts";

/** From the end of a range on, longer than a row waits anywhere but in the spool. */
const SETTLED_AFTER_MS = 3_600_000;
const SETTLED_S = 3_600;
/** For how long an answer is given again, of a range that is not settled. */
export const FRESH_MS = 1_000;
const FRESH_SETTLED_MS = 60_000;
/** Of all answers that are kept with their keys and packed forms, and of the longest one that is. */
const BYTES_MAX = 8_000_000;
const BYTES_EACH_MAX = 2_000_000;
/** What an answer takes beside its bytes: of its key at most two bytes a character, and its entry. */
const KEY_BYTES = 2;
const ENTRY_BYTES = 500;
const ENTRIES_MAX = 2_000;

const REVALIDATED = "private, no-cache";
const IMMUTABLE = `private, max-age=${SETTLED_S}, immutable`;

/** What is asked, and how it is answered. */
export interface Question {
  /** The route, and what it was asked with: the same for the same answer. */
  readonly key: string;
  /** Where the range ends of which it is, UTC milliseconds; `null`: it has no end. */
  readonly endMs: number | null;
  /**
   * What is sent, as JSON. The signal aborts when nobody waits any more. `mayChange` is called when the answer will be another
   * although its range is over: some of it is still being made, or looked at no further.
   */
  readonly make: (signal: AbortSignal, mayChange: () => void) => Promise<unknown>;
}

interface Answer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly isSettled: boolean;
  readonly freshUntilMs: number;
  /** What is packed of it, or being packed; how much that is. */
  readonly packed: Map<Coding, Promise<Uint8Array<ArrayBuffer>>>;
  packedBytes: number;
}

/** A question under way. */
interface Flight {
  readonly answer: Promise<Answer>;
  readonly end: AbortController;
  waiting: number;
}

/** The answers of one app. */
export class Answers {
  readonly #clocks: Clocks;
  readonly #waitsForDatabase: () => boolean;
  readonly #flights = new Map<string, Flight>();
  /** The least lately used first. */
  readonly #kept = new Map<string, Answer>();
  #bytes = 0;
  #sweptMs = -Infinity;

  /** `waitsForDatabase`: whether some rows are not stored yet, as far as is known. */
  constructor(clocks: Clocks, waitsForDatabase: () => boolean) {
    this.#clocks = clocks;
    this.#waitsForDatabase = waitsForDatabase;
  }

  /** The answer to this request; throws what `make` throws. */
  async respond(c: Context, question: Question): Promise<Response> {
    const { key } = question;
    const answer = this.#recall(key) ?? await this.#join(question, c.req.raw.signal);
    const { bytes, etag, isSettled } = answer;
    const forms: PackedForms = {
      etag,
      of: (coding, pack) => this.#packedOf(key, answer, coding, pack),
    };
    c.set("packedForms", forms);
    const headers = { etag, "cache-control": isSettled ? IMMUTABLE : REVALIDATED };
    if (hasEtag(c, etag)) return c.body(null, 304, headers);
    return c.body(bytes, 200, { ...headers, "content-type": "application/json" });
  }

  #recall(key: string): Answer | null {
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    this.#forget(key, kept);
    if (kept.freshUntilMs <= this.#clocks.monotonicMs()) return null;
    this.#keep(key, kept);
    return kept;
  }

  async #join(question: Question, reader: AbortSignal): Promise<Answer> {
    const { key } = question;
    const flight = this.#flights.get(key) ?? this.#begin(question);
    flight.waiting += 1;
    const leave = () => {
      flight.waiting -= 1;
      if (flight.waiting > 0) return;
      // Who comes now begins anew.
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      flight.end.abort(reader.reason);
    };
    if (reader.aborted) leave();
    reader.addEventListener("abort", leave, { once: true });
    try {
      return await flight.answer;
    } finally {
      reader.removeEventListener("abort", leave);
    }
  }

  #begin(question: Question): Flight {
    const { key } = question;
    const end = new AbortController();
    const answer = this.#make(question, end.signal).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    const flight: Flight = { answer, end, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  async #make({ key, endMs, make }: Question, signal: AbortSignal): Promise<Answer> {
    // Asked before: what is stored while the answer is made may not be in it.
    const isOver = endMs !== null && !this.#waitsForDatabase() &&
      this.#clocks.utcNowMs() - endMs > SETTLED_AFTER_MS;
    let isFinal = true;
    const made = await make(signal, () => isFinal = false);
    const isSettled = isOver && isFinal;
    const bytes = new TextEncoder().encode(JSON.stringify(made));
    const freshUntilMs = this.#clocks.monotonicMs() + (isSettled ? FRESH_SETTLED_MS : FRESH_MS);
    const etag = `"${hashOf(bytes)}"`;
    const answer = { bytes, etag, isSettled, freshUntilMs, packed: new Map(), packedBytes: 0 };
    if (bytes.length <= BYTES_EACH_MAX) this.#keep(key, answer);
    return answer;
  }

  #keep(key: string, answer: Answer): void {
    this.#sweep();
    const before = this.#kept.get(key);
    if (before !== undefined) this.#forget(key, before);
    this.#kept.set(key, answer);
    this.#bytes += sizeOf(key, answer);
    this.#trim();
  }

  /** Packed once for all who are given it; whoever comes meanwhile waits for the same. */
  #packedOf(
    key: string,
    answer: Answer,
    coding: Coding,
    pack: Pack,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const known = answer.packed.get(coding);
    if (known !== undefined) return known;
    const made = pack(coding, answer.bytes).then((bytes) => {
      answer.packedBytes += bytes.length;
      if (this.#kept.get(key) === answer) {
        this.#bytes += bytes.length;
        this.#trim();
      }
      return bytes;
    }, (error) => {
      answer.packed.delete(coding);
      throw error;
    });
    answer.packed.set(coding, made);
    return made;
  }

  #trim(): void {
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= BYTES_MAX && this.#kept.size <= ENTRIES_MAX) return;
      this.#forget(oldest, old);
    }
  }

  /** What nobody is given any more goes, now and then. */
  #sweep(): void {
    const nowMs = this.#clocks.monotonicMs();
    if (nowMs - this.#sweptMs < FRESH_MS) return;
    this.#sweptMs = nowMs;
    for (const [key, answer] of this.#kept) {
      if (answer.freshUntilMs <= nowMs) this.#forget(key, answer);
    }
  }

  #forget(key: string, answer: Answer): void {
    this.#kept.delete(key);
    this.#bytes -= sizeOf(key, answer);
  }
}

/** In memory. */
function sizeOf(key: string, { bytes, packedBytes }: Answer): number {
  return bytes.length + packedBytes + KEY_BYTES * key.length + ENTRY_BYTES;
}

/** Whether who asks has this already. A proxy that has compressed it calls it weak. */
export function hasEtag(c: Context, etag: string): boolean {
  const given = c.req.header("if-none-match");
  if (given === undefined) return false;
  return given.split(",").some((one) => {
    const name = one.trim();
    return name === "*" || name.replace(/^W\//, "") === etag;
  });
}
