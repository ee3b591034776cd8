/// <reference lib="dom" />
/** Feeds the tape of one symbol: trades as the stream tells them, and before these the seconds that are stored, a page at a time. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { marketText } from "../../shared/market.ts";
import type { TradesSecond } from "../../shared/output.ts";
import { fetchJson } from "./api.ts";
import type { Page } from "./context.ts";
import { type Loading, ON_ITS_WAY } from "./loading.ts";
import type { SymbolShown } from "./symbol_store.ts";
import { Tape } from "./tape.ts";

/** As many seconds with trades as a person scrolls through before they want more. */
const PAGE_SECONDS = 200;
const RETRY_MS = 5_000;
/** What was traded just before the stream began may not be stored yet. */
const STORED_WITHIN_MS = 4_000;

interface TradesAnswer {
  readonly trades_1s: readonly TradesSecond[];
  readonly next: string | null;
}

/** One panel's; `end` lets go of the stream. */
export class TapeFeed {
  readonly tape = new Tape();
  readonly #page: Page;
  readonly #name: string;
  readonly #version = signal(0);
  readonly #lastMs = signal<number | null>(null);
  readonly #loading = signal<Loading>(ON_ITS_WAY);
  readonly #isTold = signal(false);
  readonly #hasOlder = signal(false);
  readonly #stops: (() => void)[];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** Where the stored seconds that are here end; `null`: nothing older is stored, or nothing is known. */
  #next: string | null = null;
  /** Of the tape, when the first page was loaded: where its live trades begin has moved when it is another. */
  #seamMs: number | null = null;
  /** Counts up with each beginning, so that an answer for one before is recognised. */
  #begun = 0;

  constructor(page: Page, symbol: SymbolShown, name: string) {
    this.#page = page;
    this.#name = name;
    const isOwn = (one: Parameters<typeof marketText>[0]) => marketText(one) === name;
    this.#stops = [
      effect(() => {
        const told = page.told.value;
        const isTold = told !== null && !told.isHidden && told.details.includes("trade") &&
          (told.focus?.includes(name) ?? true);
        this.#tell(isTold, told?.timeMs ?? 0);
      }),
      effect(() => this.#heed(symbol.standing.value.word)),
      page.hear("trade", (frame) => {
        if (!isOwn(frame)) return;
        this.tape.take(frame);
        if (this.tape.sinceMs !== this.#seamMs && this.#seamMs !== null) {
          this.#hasOlder.value = true;
        }
        this.#changed();
      }),
      page.hear("trades_1s", (second) => {
        if (!isOwn(second)) return;
        this.tape.takeSeconds([second]);
        this.#changed();
      }),
    ];
  }

  /** Another number when the tape has changed. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** When the newest trade was; `null`: none is known. */
  get lastMs(): ReadonlySignal<number | null> {
    return this.#lastMs;
  }

  get loading(): ReadonlySignal<Loading> {
    return this.#loading;
  }

  /** Whether the stream tells trades of the symbol one by one. */
  get isTold(): ReadonlySignal<boolean> {
    return this.#isTold;
  }

  /** Whether older seconds are stored. */
  get hasOlder(): ReadonlySignal<boolean> {
    return this.#hasOlder;
  }

  /** Loads the page of stored seconds before those that are here. */
  async older(): Promise<void> {
    const isSame = this.tape.sinceMs === this.#seamMs;
    await this.#load(this.#begun, isSame ? this.#next : null);
  }

  end(): void {
    this.#begun = -1;
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #tell(isTold: boolean, sinceMs: number): void {
    if (isTold === this.#isTold.peek()) return;
    this.#isTold.value = isTold;
    if (!isTold) {
      this.tape.end();
      return this.#changed();
    }
    // A panel that comes later hears nothing of what was told before.
    this.tape.begin(Math.max(sinceMs, this.#page.serverNow()));
    this.#begun += 1;
    this.#loading.value = ON_ITS_WAY;
    const begun = this.#begun;
    void this.#load(begun, null);
    this.#later(STORED_WITHIN_MS, () => void this.#load(begun, null));
    this.#changed();
  }

  /** Trades are told without a hole while the feed is sound; and of no trading, none is missing. */
  #heed(word: string): void {
    if (this.tape.sinceMs === null) return;
    if (word === "live" || word === "halted" || word === "waiting") return;
    this.tape.note(this.#page.serverNow(), `${word}: trades may be missing`);
    this.#changed();
  }

  async #load(begun: number, cursor: string | null): Promise<void> {
    const { sinceMs } = this.tape;
    if (begun !== this.#begun || sinceMs === null) return;
    const query = new URLSearchParams({ symbol: this.#name, limit: String(PAGE_SECONDS) });
    if (cursor === null) query.set("to", String(sinceMs + 1));
    else query.set("cursor", cursor);
    const answer = await fetchJson<TradesAnswer>(`api/trades?${query}`);
    if (begun !== this.#begun) return;
    if (!answer.ok) {
      this.#loading.value = { kind: "failed", reason: answer.error };
      return this.#later(RETRY_MS, () => void this.#load(begun, cursor));
    }
    const { trades_1s, next } = answer.value;
    this.tape.takeSeconds(trades_1s);
    // The newest page is asked for twice: those behind it may be here already.
    if (cursor !== null || this.#seamMs !== sinceMs) {
      this.#seamMs = sinceMs;
      this.#next = next;
      this.#hasOlder.value = next !== null;
    }
    this.#loading.value = { kind: "loaded", rows: trades_1s.length };
    this.#changed();
  }

  #later(waitMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, waitMs);
    this.#timers.add(timer);
  }

  #changed(): void {
    this.#lastMs.value = this.tape.lastMs;
    this.#version.value = this.tape.version;
  }
}
