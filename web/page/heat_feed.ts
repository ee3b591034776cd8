/// <reference lib="dom" />
/** Keeps the columns of one heatmap: of what is stored, then of what the stream tells, looked at with each picture of the page. */
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { marketText } from "../../shared/market.ts";
import type { Page } from "./context.ts";
import { HeatColumns, type HeatProfile, heatProfile } from "./heat_columns.ts";
import { storedColumns } from "./heat_history.ts";
import type { HeatRange } from "./heat_view.ts";
import { type Loading, ON_ITS_WAY } from "./loading.ts";
import { noBookText } from "./no_book.ts";
import type { SymbolShown } from "./symbol_store.ts";

/** So often what has changed is drawn: columns are no shorter than a second. */
const DRAW_MS = 250;
const RETRY_MS = 5_000;

/** One panel's, of one range; `end` lets go of the stream. */
export class HeatFeed {
  readonly columns: HeatColumns;
  readonly #page: Page;
  readonly #symbol: SymbolShown;
  readonly #name: string;
  readonly #version = signal(0);
  readonly #loading = signal<Loading>(ON_ITS_WAY);
  readonly #stops: (() => void)[];
  #profile: HeatProfile | null = null;
  #isTold = false;
  #drawnMs = -Infinity;
  #askedMs = -Infinity;
  #isAsking = false;
  #isOver = false;

  constructor(page: Page, symbol: SymbolShown, name: string, { columnMs, count }: HeatRange) {
    this.#page = page;
    this.#symbol = symbol;
    this.#name = name;
    this.columns = new HeatColumns(columnMs, count);
    this.#profile = startOf(symbol);
    this.#stops = [
      effect(() => {
        const told = page.told.value;
        const isTold = told !== null && !told.isHidden && told.details.includes("depth_profile") &&
          (told.focus?.includes(name) ?? true);
        if (isTold === this.#isTold) return;
        this.#isTold = isTold;
        this.columns.tellTrades(isTold ? page.serverNow() : null);
      }),
      page.hear("depth_profile", (profile) => {
        if (marketText(profile) === name) this.#profile = heatProfile(profile);
      }),
      page.hear("feed", (feed) => {
        // Of a book that is lost, nothing is of now.
        if (marketText(feed) === name && feed.state !== "live") this.#profile = null;
      }),
      page.hear("trades", (frame) => {
        if (marketText(frame) !== name) return;
        this.columns.take(frame.timeMs, frame.buy, frame.sell);
      }),
      effect(() => {
        void page.shown.localMs.value;
        if (!page.isPaused.value) untracked(() => this.#look());
      }),
    ];
  }

  /** Another number when there is something else to draw. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  get loading(): ReadonlySignal<Loading> {
    return this.#loading;
  }

  end(): void {
    this.#isOver = true;
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    const page = this.#page;
    const { isLive, standing, metrics } = this.#symbol;
    // Before the first word of the server its clock is not known.
    if (page.told.peek() === null && this.columns.newest === 0) return;
    const timeMs = page.serverNow();
    const values = isLive.value ? metrics.value?.values : undefined;
    const isKnown = isLive.value && this.#profile !== null;
    this.columns.look({
      timeMs,
      profile: isKnown ? this.#profile : null,
      reason: isLive.value ? "waiting for the first levels" : noBookText(standing.value, ""),
      isTold: this.#isTold,
      bid: values?.bestBidPrice ?? null,
      ask: values?.bestAskPrice ?? null,
    });
    const isDue = timeMs - this.#askedMs >= RETRY_MS || timeMs < this.#askedMs;
    if (isDue && !this.#isAsking && this.#isTold) {
      const isFirst = this.#askedMs === -Infinity;
      if (isFirst || this.columns.asks(timeMs)) void this.#ask(timeMs);
    }
    if (Math.abs(timeMs - this.#drawnMs) < DRAW_MS) return;
    this.#drawnMs = timeMs;
    this.#version.value += 1;
  }

  async #ask(nowMs: number): Promise<void> {
    const { columnMs, count } = this.columns;
    this.#isAsking = true;
    this.#askedMs = nowMs;
    // Of the column that is not over what is stored is known too.
    const toMs = Math.ceil(nowMs / columnMs) * columnMs;
    const fromMs = toMs - count * columnMs;
    const question = { symbol: this.#name, fromMs, toMs, columnMs };
    for await (const answer of storedColumns(question)) {
      if (this.#isOver) return;
      if (!answer.ok) {
        this.#loading.value = { kind: "failed", reason: answer.error };
        break;
      }
      this.columns.merge(answer.value, nowMs);
      this.#loading.value = { kind: "loaded", rows: answer.value.length };
      this.#version.value += 1;
    }
    this.#isAsking = false;
  }
}

/** What another panel has been told already. */
function startOf({ depth }: SymbolShown): HeatProfile | null {
  const profile = depth.peek()?.profile ?? null;
  return profile === null ? null : heatProfile(profile);
}
