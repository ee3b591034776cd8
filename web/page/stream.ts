/// <reference lib="dom" />
/** The page's one EventSource: opened for a symbol, watched, and let go while the tab is hidden. */
import { EVENT_NAMES, type EventName } from "../../shared/catalogue/events.ts";
import type { Connection } from "./state.ts";

/** What the stream tells the page. */
export interface StreamListener {
  /** One event; `payload` is what the server encoded. */
  onEvent(name: EventName, payload: unknown): void;
  onConnection(connection: Connection): void;
}

/** The server's pulse comes each second: when five are missing the numbers are old. */
const LOST_AFTER_MS = 5_000;
/** Nothing for so long means a connection that died silently: another one is tried. */
const SILENCE_MAX_MS = 10_000;
/** EventSource gives up for good when the server refuses; this page does not. */
const REOPEN_PAUSE_MS = 3_000;
/** A tab that is only switched past keeps its stream. */
const HIDDEN_GRACE_MS = 10_000;
const WATCH_INTERVAL_MS = 1_000;

/** One stream per page; every method may be called at any time. */
export class Stream {
  readonly #listener: StreamListener;
  #source: EventSource | null = null;
  #focus: string | null = null;
  /** `null`: none yet, on any connection of this page. */
  #lastEventMs: number | null = null;
  #openedMs = Date.now();
  #hiddenMs: number | null = null;
  #reopenMs: number | null = null;
  /** The page has been told so, and no connection has brought anything since. */
  #isLost = false;

  constructor(listener: StreamListener) {
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    setInterval(() => this.#watch(), WATCH_INTERVAL_MS);
  }

  /** Opens the stream, in detail for `focus`; an earlier one ends. */
  open(focus: string | null): void {
    this.#focus = focus;
    this.#source?.close();
    this.#reopenMs = null;
    const query = focus === null ? "" : `?focus=${encodeURIComponent(focus)}`;
    const source = new EventSource(`events${query}`);
    this.#source = source;
    this.#openedMs = Date.now();
    if (!this.#isLost) {
      const lastEventMs = this.#lastEventMs;
      this.#listener.onConnection({ kind: "connecting", sinceMs: this.#openedMs, lastEventMs });
    }
    source.onopen = () => this.#found();
    source.onerror = () => this.#onError(source);
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (this.#source !== source) return;
        this.#lastEventMs = Date.now();
        if (this.#isLost) this.#found();
        this.#listener.onEvent(name, JSON.parse(event.data));
      });
    }
  }

  /** The symbol that the stream carries in detail. */
  get focus(): string | null {
    return this.#focus;
  }

  #onError(source: EventSource): void {
    if (this.#source !== source) return;
    // CONNECTING: the browser tries again by itself. CLOSED: the server refused; we try again.
    const isRefused = source.readyState === EventSource.CLOSED;
    if (isRefused) this.#reopenMs = Date.now() + REOPEN_PAUSE_MS;
    this.#lose(
      isRefused ? "The server refuses: it is stopping, or too many pages are open." : null,
    );
  }

  #found(): void {
    this.#isLost = false;
    this.#listener.onConnection({ kind: "open" });
  }

  #lose(reason: string | null): void {
    this.#isLost = true;
    const lastEventMs = this.#lastEventMs;
    this.#listener.onConnection({ kind: "lost", sinceMs: this.#openedMs, lastEventMs, reason });
  }

  #watch(): void {
    const nowMs = Date.now();
    if (this.#hiddenMs !== null && nowMs - this.#hiddenMs > HIDDEN_GRACE_MS) return this.#pause();
    if (this.#source === null) return;
    const isOpen = this.#source.readyState === EventSource.OPEN;
    const quietMs = isOpen ? nowMs - Math.max(this.#openedMs, this.#lastEventMs ?? 0) : 0;
    if (quietMs > LOST_AFTER_MS && !this.#isLost) this.#lose(null);
    if (quietMs > SILENCE_MAX_MS || (this.#reopenMs !== null && nowMs >= this.#reopenMs)) {
      this.open(this.#focus);
    }
  }

  #pause(): void {
    if (this.#source === null) return;
    this.#source.close();
    this.#source = null;
    this.#reopenMs = null;
    this.#listener.onConnection({ kind: "paused" });
  }

  #onVisibility(): void {
    this.#hiddenMs = document.hidden ? Date.now() : null;
    if (!document.hidden && this.#source === null) this.open(this.#focus);
  }
}
