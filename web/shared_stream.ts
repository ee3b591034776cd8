/**
 * One connection that carries the streams of several viewers: the windows of one browser, which may open six connections in all.
 * Each viewer is to the hub a browser like any other. What it is sent stands behind the event `viewer` that names it, and what
 * is sent to all of them at once ends with one that names nobody and has the id of the newest event: up to there every viewer
 * has been told all that it wants. Pure.
 */
import type { BrowserSink } from "./browsers.ts";
import { concatBytes, encodeEvent } from "./event_text.ts";

/** Viewers of one connection: more windows than a person has open, and no more than a mailbox each costs. */
export const VIEWERS_MAX = 32;

/** How the stream of a viewer begins; `null`: it may not. */
export type Join = (sink: BrowserSink) => (() => void) | null;

/** One connection, as long as it has a viewer. */
export class SharedStream {
  readonly #sink: BrowserSink;
  readonly #viewers = new Map<number, ViewerSink>();
  /** Whose end has not been told. */
  readonly #over = new Set<number>();
  readonly #onEnd: () => void;
  #toldId: string | null = null;

  /** `onEnd`: it has no viewer any more. */
  constructor(sink: BrowserSink, onEnd: () => void) {
    this.#sink = sink;
    this.#onEnd = onEnd;
  }

  /** Whether what is written now leaves now. */
  get isReady(): boolean {
    return this.#sink.ready;
  }

  /** Whether the stream of this id is one of its viewers'. */
  carries(streamId: string): boolean {
    return [...this.#viewers.values()].some((viewer) => viewer.streamId === streamId);
  }

  /** Why it takes no viewer of this number; `null`: it takes one. */
  refusal(number: number): "known" | "full" | null {
    if (this.#viewers.has(number) || this.#over.has(number)) return "known";
    return this.#viewers.size + this.#over.size >= VIEWERS_MAX ? "full" : null;
  }

  /** One more viewer, which the hub may refuse: false. */
  add(number: number, streamId: string, join: Join): boolean {
    const viewer = new ViewerSink(this, number, streamId);
    this.#viewers.set(number, viewer);
    viewer.free = join(viewer);
    if (viewer.free === null) this.#viewers.delete(number);
    return viewer.free !== null;
  }

  /** The connection is gone. */
  free(): void {
    for (const { free } of this.#viewers.values()) free?.();
    this.#viewers.clear();
    this.#onEnd();
  }

  /** Sends what viewers were written; `lastId`: each was written all that it wants up to there. */
  flush(lastId: string | null): void {
    if (!this.#sink.ready) return;
    const parts: Uint8Array[] = [];
    const onTaken: ((takenMs: number) => void)[] = [];
    for (const [number, viewer] of this.#viewers) {
      if (viewer.waiting.length > 0) parts.push(told(number), ...viewer.waiting.splice(0));
      onTaken.push(...viewer.onTaken.splice(0));
    }
    for (const number of this.#over) parts.push(told(number, true));
    this.#over.clear();
    if (parts.length === 0) return;
    if (lastId !== null && lastId !== this.#toldId) {
      this.#toldId = lastId;
      parts.push(encodeEvent("viewer", { viewer: null, isOver: false }, lastId));
    }
    this.#sink.write(concatBytes(parts), (takenMs) => {
      for (const tell of onTaken) tell(takenMs);
    });
  }

  /** The stream of a viewer is over; with the last one the connection ends. */
  end(number: number): void {
    if (!this.#viewers.delete(number)) return;
    if (this.#viewers.size > 0) return void this.#over.add(number);
    this.#sink.end();
    this.#onEnd();
  }
}

function told(viewer: number, isOver = false): Uint8Array {
  return encodeEvent("viewer", { viewer, isOver }, null);
}

/** Where the hub writes to one viewer. What waits is its opening at most, and what was sent to it at once. */
class ViewerSink implements BrowserSink {
  readonly waiting: Uint8Array[] = [];
  readonly onTaken: ((takenMs: number) => void)[] = [];
  readonly #shared: SharedStream;
  readonly #number: number;
  readonly streamId: string;
  free: (() => void) | null = null;

  constructor(shared: SharedStream, number: number, streamId: string) {
    this.#shared = shared;
    this.#number = number;
    this.streamId = streamId;
  }

  get ready(): boolean {
    return this.#shared.isReady;
  }

  write(bytes: Uint8Array, onTaken?: (takenMs: number) => void): void {
    this.waiting.push(bytes);
    if (onTaken !== undefined) this.onTaken.push(onTaken);
  }

  flush(lastId: string | null): void {
    this.#shared.flush(lastId);
  }

  end(): void {
    this.#shared.end(this.#number);
  }
}
