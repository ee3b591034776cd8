/** The browsers that have a stream, and how many more may open one. Pure. */
import { AddressCounts } from "./client_address.ts";
import { Departures } from "./departures.ts";
import type { SymbolId } from "../shared/market.ts";
import type { Access } from "../shared/browser_events.ts";
import { PACES } from "../shared/stream_view.ts";
import type { Gauges } from "../shared/protocol.ts";
import type { Follower } from "./live_view.ts";
import type { Mailbox } from "./mailbox.ts";

/** A browser that has taken nothing for so long is gone without saying so. */
const STUCK_MAX_MS = 60_000;

/** Where one browser's bytes go: the controller of its stream. */
export interface BrowserSink {
  /** Whether the last bytes have been taken, so that more would not pile up. */
  readonly ready: boolean;
  /** `onTaken` is told when the connection's socket has taken them, monotonic. */
  write(bytes: Uint8Array, onTaken?: (takenMs: number) => void): void;
  /** Of who gathers what it is written: now it leaves; `lastId`: with it everything up to there has been written, if that is so. */
  flush?(lastId: string | null): void;
  /** Ends the stream; the browser reconnects after its `retry` time. */
  end(): void;
}

/** Who opens a stream. */
export interface Guest {
  /** Of this stream, and of no other. */
  readonly streamId: string;
  /** Of the connection that carries it, alone or with others of the same browser. */
  readonly connectionId: string;
  readonly address: string;
  /** The id of their session; `null`: they have none. */
  readonly session: string | null;
  /** When it is over, monotonic; `Infinity`: they have none. */
  readonly untilMs: number;
  readonly access: Access;
}

/** One open stream. */
export interface Browser {
  readonly mailbox: Mailbox;
  /** What it has of what is told in changes; `null`: it is told whole states. */
  readonly follower: Follower | null;
  readonly sink: BrowserSink;
  readonly guest: Guest;
  /** When the frames were posted that wait for it, of symbols in detail at the quickest pace. */
  readonly posted: Map<SymbolId, number>;
  readyMs: number;
  keepAliveMs: number;
}

/** As in SSE_MAX and SSE_MAX_PER_ADDRESS; each stream costs a socket and a bounded mailbox. */
export interface StreamLimits {
  readonly sseMax: number;
  readonly sseMaxPerAddress: number;
}

/** The open streams of one hub. */
export class Browsers implements Iterable<Browser> {
  readonly #limits: StreamLimits;
  readonly #open = new Set<Browser>();
  readonly #addresses = new AddressCounts();
  /** When what waits for them leaves. */
  readonly departures = new Departures<Browser>();
  #hasEnded = false;
  #stuck = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** Why this address gets no stream just now, and what to do; `null`: it gets one. */
  refusal(address: string): string | null {
    const { sseMax, sseMaxPerAddress } = this.#limits;
    if (this.#hasEnded) return "The monitor is stopping: try again later";
    if (this.#open.size >= sseMax) {
      return `As many pages are open as SSE_MAX allows (${sseMax}): close one, or try again later`;
    }
    if (this.#addresses.of(address) < sseMaxPerAddress) return null;
    return `As many pages are open at ${address} as SSE_MAX_PER_ADDRESS allows ` +
      `(${sseMaxPerAddress}): close one, or try again later`;
  }

  add(browser: Browser): void {
    this.#open.add(browser);
    this.#addresses.add(browser.guest.address);
    this.departures.add(browser);
  }

  /** It has left, or must; told twice it is the same. */
  remove(browser: Browser): void {
    if (!this.#open.delete(browser)) return;
    this.#addresses.remove(browser.guest.address);
    this.departures.remove(browser);
  }

  /** The stream of this id; absent: there is none, or no more. O(browsers). */
  find(streamId: string): Browser | undefined {
    return [...this.#open].find(({ guest }) => guest.streamId === streamId);
  }

  /** Ends every stream, and takes no more. */
  end(): void {
    this.#hasEnded = true;
    for (const browser of this) this.dismiss(browser);
  }

  /** Ends the streams whose sessions are over: their browsers come back, and are told to log in. */
  endOver(nowMs: number): void {
    for (const browser of this) if (nowMs >= browser.guest.untilMs) this.dismiss(browser);
  }

  /** Ends the streams of one session. */
  endSession(id: string): void {
    for (const browser of this) if (browser.guest.session === id) this.dismiss(browser);
  }

  /** The page of a stream is gone; false: there is no such stream. */
  leave(streamId: string): boolean {
    const browser = this.find(streamId);
    if (browser !== undefined) this.dismiss(browser);
    return browser !== undefined;
  }

  /** Whether it takes more now; one that has taken nothing for too long is dismissed. */
  canTake(browser: Browser, nowMs: number): boolean {
    const { ready } = browser.sink;
    if (ready) browser.readyMs = nowMs;
    else if (nowMs - browser.readyMs >= STUCK_MAX_MS) {
      this.#stuck += 1;
      this.dismiss(browser);
    }
    return ready;
  }

  /** Ends one stream; its browser comes back, if it may. */
  dismiss(browser: Browser): void {
    this.remove(browser);
    browser.sink.end();
  }

  /**
   * Something of a symbol was told to those who show it in detail, or to all who have it in their list too: it does not
   * wait for the next beat. `framedMs`: it was a frame, posted then. O(browsers).
   */
  wake(symbol: SymbolId, isListed: boolean, framedMs: number | null): void {
    for (const browser of this) {
      const { mailbox, posted } = browser;
      if (!mailbox.isFor({ symbol, isListed })) continue;
      this.departures.wake(browser);
      // One that wants them slower makes them wait.
      if (framedMs !== null && mailbox.interest.view.pace === PACES[0]) {
        posted.set(symbol, framedMs);
      }
    }
  }

  /** The symbols that some browser shows in detail; `null`: every one. O(browsers). */
  get detailed(): ReadonlySet<SymbolId> | null {
    const all = new Set<SymbolId>();
    for (const { mailbox } of this) {
      const { detailed } = mailbox;
      if (detailed === null) return null;
      for (const symbol of detailed) all.add(symbol);
    }
    return all;
  }

  /** Of now, but for those that were given up, counted since this life began. O(browsers). */
  get gauges(): Gauges {
    const all = [...this.#open];
    return {
      browsers: all.length,
      streamConnections: new Set(all.map(({ guest }) => guest.connectionId)).size,
      queueMax: Math.max(0, ...all.map(({ mailbox }) => mailbox.queued)),
      browsersStuck: this.#stuck,
    };
  }

  [Symbol.iterator](): Iterator<Browser> {
    return this.#open.values();
  }
}
