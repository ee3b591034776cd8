/// <reference lib="dom" />
/**
 * The page's one stream: opened for some symbols, watched, and let go while nobody can see the page: in a tab
 * that is hidden, frozen, or kept for the way back, and in one that was opened in the background before it was
 * ever shown. All windows of a browser share one connection where they can; elsewhere this one waits for its turn
 * when the others hold all that the browser may open.
 */
import { EVENT_NAMES, type EventName } from "../../shared/catalogue/events.ts";
import { ClockStep } from "./clock_step.ts";
import { SharedWay } from "./shared_way.ts";
import type { Connection } from "./state.ts";
import type { Source, Way } from "./stream_way.ts";

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
/** Where the server refuses, nobody but this page tries again. */
const REOPEN_PAUSE_MS = 3_000;
/** A tab that is only switched past keeps its stream. */
const HIDDEN_GRACE_MS = 10_000;
const WATCH_INTERVAL_MS = 1_000;

/** One stream per page; every method may be called at any time. */
export class Stream {
  /** Whether it goes on while the page is hidden: somebody is to be called when an alert fires. */
  staysWhenHidden = false;
  readonly #listener: StreamListener;
  /** `null`: it is being loaded. */
  #way: Way | null = null;
  /** `null`: the page is not to be seen, or has no place among the browser's windows. */
  #source: Source | null = null;
  #focus: readonly string[] = [];
  /** `null`: none yet, on any connection of this page. */
  #lastEventMs: number | null = null;
  #openedMs = Date.now();
  #hiddenMs: number | null = document.hidden ? Date.now() : null;
  #reopenMs: number | null = null;
  readonly #clock = new ClockStep();
  /** The page has been told so, and no connection has brought anything since. */
  #isLost = false;

  constructor(listener: StreamListener) {
    this.#listener = listener;
    if (typeof SharedWorker === "undefined") this.#goAlone();
    else this.#way = new SharedWay(() => this.#goAlone());
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    // No timer runs any more after these two. A page that is kept must let go of its connection first.
    document.addEventListener("freeze", () => this.#pause());
    addEventListener("pagehide", () => this.#pause());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#onVisibility());
    setInterval(() => this.#watch(), WATCH_INTERVAL_MS);
  }

  /** What a stream that is opened from now on carries in detail; one that is open is told in another way. */
  set focus(symbols: readonly string[]) {
    this.#focus = symbols;
  }

  /** Opens the stream as soon as the page may have one; an earlier one ends. */
  open(): void {
    this.#close();
    if (document.hidden && !this.staysWhenHidden) return this.#pause();
    if (this.#way === null) return;
    const reason = this.#way.claim();
    if (reason !== null) return this.#wait(reason);
    this.#openedMs = Date.now();
    if (!this.#isLost) {
      const lastEventMs = this.#lastEventMs;
      this.#listener.onConnection({ kind: "connecting", sinceMs: this.#openedMs, lastEventMs });
    }
    this.#source = this.#way.open({ focus: this.#focus, names: EVENT_NAMES }, {
      onOpen: () => this.#found(),
      onLost: (isRefused) => this.#onLost(isRefused),
      onEvent: (name, data) => {
        this.#lastEventMs = Date.now();
        if (this.#isLost) this.#found();
        this.#listener.onEvent(name, JSON.parse(data));
      },
    });
  }

  /** From now on over a connection of its own. */
  #goAlone(): void {
    this.#giveUp();
    this.#way = null;
    import("./direct_way.ts").then(({ DirectWay }) => {
      this.#way = new DirectWay(() => this.#watch());
      this.open();
    }, () => this.#lose("A part of it could not be loaded: load the page anew."));
  }

  #onLost(isRefused: boolean): void {
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
    const isSet = this.#clock.look();
    const isLetGo = document.hidden && !this.staysWhenHidden;
    if (isLetGo && this.#hiddenMs !== null && nowMs - this.#hiddenMs > HIDDEN_GRACE_MS) {
      return this.#pause();
    }
    if (this.#way === null || this.#source === null && isLetGo) return;
    const reason = this.#way.claim();
    if (reason !== null) return this.#source === null ? undefined : this.#wait(reason);
    // Only a stream's first word tells which time it is now.
    if (this.#source === null || isSet) return this.open();
    const quietMs = this.#source.isOpen
      ? nowMs - Math.max(this.#openedMs, this.#lastEventMs ?? 0)
      : 0;
    if (quietMs > LOST_AFTER_MS && !this.#isLost) this.#lose(null);
    if (quietMs > SILENCE_MAX_MS || (this.#reopenMs !== null && nowMs >= this.#reopenMs)) {
      this.open();
    }
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
    this.#reopenMs = null;
  }

  /** No stream, and no claim to one. */
  #giveUp(): void {
    this.#close();
    this.#way?.leave();
  }

  #pause(): void {
    this.#giveUp();
    this.#listener.onConnection({ kind: "paused" });
  }

  /** Other windows of this browser have all the streams that it may open; the claim stays. */
  #wait(reason: string): void {
    this.#close();
    this.#listener.onConnection({ kind: "crowded", reason, lastEventMs: this.#lastEventMs });
  }

  #onVisibility(): void {
    this.#hiddenMs = document.hidden ? Date.now() : null;
    if (!document.hidden && this.#source === null) this.open();
  }
}
