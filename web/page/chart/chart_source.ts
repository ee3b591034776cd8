/// <reference lib="dom" />
/** What is stored of one symbol, for one chart: asked for when what is shown needs more of it, and again while it cannot be had. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import type { GapRecord, LossRecord } from "../../../shared/output.ts";
import { type Loading, ON_ITS_WAY } from "../loading.ts";
import { fetchStretch } from "./chart_questions.ts";
import { NOTHING_STORED, type StoredPoints } from "./joined.ts";
import {
  type Answered,
  type HistoryQuestion,
  questionOf,
  settledOf,
  suffices,
  type Wish,
} from "./load_plan.ts";

/** What has come. */
export interface StoredChart extends StoredPoints {
  readonly gaps: readonly GapRecord[];
  readonly losses: readonly LossRecord[];
}

/** Before the first answer. */
export const NO_HISTORY: StoredChart = { ...NOTHING_STORED, gaps: [], losses: [] };

const RETRY_MS = 5_000;
/** Who drags or turns a wheel asks for nothing on the way. */
const PAUSE_MS = 150;

/** Of one symbol and some metrics; who makes it closes it. */
export class ChartSource {
  readonly #symbol: string;
  readonly #metrics: readonly MetricName[];
  readonly #onPrices: (prices: readonly (number | null)[]) => void;
  readonly #stored = signal(NO_HISTORY);
  readonly #loading = signal<Loading>(ON_ITS_WAY);
  #answered: Answered | null = null;
  /** The question that is on its way, or will be asked in a moment. */
  #asked: HistoryQuestion | null = null;
  #wish: Wish | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    symbol: string,
    metrics: readonly MetricName[],
    onPrices: (prices: readonly (number | null)[]) => void,
  ) {
    this.#symbol = symbol;
    this.#metrics = metrics;
    this.#onPrices = onPrices;
  }

  get stored(): ReadonlySignal<StoredChart> {
    return this.#stored;
  }

  get loading(): ReadonlySignal<Loading> {
    return this.#loading;
  }

  /** This is shown now: what is not here of it is asked for. */
  want(wish: Wish): void {
    this.#wish = wish;
    const { nowMs } = wish;
    if (this.#answered !== null && suffices(this.#answered, wish)) return;
    const onItsWay = this.#asked;
    if (
      onItsWay !== null && suffices({ question: onItsWay, binMs: Infinity, askedMs: nowMs }, wish)
    ) {
      return;
    }
    this.#ask(wish, this.#answered === null ? 0 : PAUSE_MS);
  }

  /** What was told since is not whole: all is asked for anew. */
  begin(): void {
    const wish = this.#wish;
    if (wish !== null) this.#ask(wish, 0);
  }

  /** Nobody looks any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked = this.#wish = null;
  }

  #ask(wish: Wish, pauseMs: number): void {
    const question = this.#asked = questionOf(wish);
    const askedMs = wish.nowMs;
    // Where something of it is shown already it is made finer, or newer, without a word.
    const known = this.#answered?.question;
    if (known === undefined || wish.span.fromMs < known.fromMs) this.#loading.value = ON_ITS_WAY;
    this.#later(() => this.#load(question, askedMs), pauseMs);
  }

  #later(load: () => Promise<void>, pauseMs: number): void {
    clearTimeout(this.#timer);
    if (pauseMs === 0) void load();
    else this.#timer = setTimeout(() => void load(), pauseMs);
  }

  async #load(question: HistoryQuestion, askedMs: number): Promise<void> {
    const isWanted = () => this.#asked === question;
    const whole = await fetchStretch(this.#symbol, this.#metrics, question);
    if (!isWanted()) return;
    if (!whole.ok) return this.#miss(whole.error);
    const { binMs, points, gaps, losses } = whole.value;
    const settledMs = settledOf(question, binMs, askedMs);
    let rows = points.filter(({ timeMs }) => timeMs > settledMs);
    if (binMs > 0 && question.toMs > settledMs) {
      // The bin that is not over is made of rows here, as are those that come after it.
      const newest = { fromMs: settledMs, toMs: question.toMs, limit: question.limit };
      const rest = await fetchStretch(this.#symbol, this.#metrics, newest);
      if (!isWanted()) return;
      if (!rest.ok) return this.#miss(rest.error);
      rows = [...rest.value.points];
      this.#onPrices(rest.value.prices);
    }
    this.#onPrices(whole.value.prices);
    this.#asked = null;
    this.#answered = { question, binMs, askedMs };
    this.#stored.value = { binMs, settledMs, points, rows, gaps, losses };
    this.#loading.value = { kind: "loaded", rows: points.length };
  }

  #miss(reason: string): void {
    this.#loading.value = { kind: "failed", reason };
    this.#timer = setTimeout(() => this.begin(), RETRY_MS);
  }
}
