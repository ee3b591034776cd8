/** What the stream has told of one symbol in the last minutes: rows, gaps and losses. What was before is history. Pure. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { concerns, marketText } from "../../shared/market.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import type { GapRecord, LossRecord } from "../../shared/output.ts";
import { GapList } from "./gap_list.ts";
import { LossList } from "./loss_list.ts";

/** A row, or a frame, and the settings under which it was computed, in one word; `null`: not known. */
export interface ToldRow {
  readonly metrics: MetricsView;
  readonly settings: string | null;
}

/** What was missed or lost. */
export interface ToldTrouble {
  readonly gaps: readonly GapRecord[];
  readonly losses: readonly LossRecord[];
}

/** Twice as long as charts wait until they ask for what is stored again. */
const SPAN_MS = 15 * 60_000;
/** Of ten a second not so long: charts show them together. */
const ROWS_MAX = 3_600;

/** One symbol's; what has come is in the signals from the next `commit` on. */
export class SymbolTail {
  readonly #symbol: string;
  readonly #gaps = new GapList();
  readonly #losses = new LossList();
  readonly #cells = {
    rows: signal<readonly ToldRow[]>([]),
    live: signal<ToldRow | null>(null),
    trouble: signal<ToldTrouble>({ gaps: [], losses: [] }),
    beginnings: signal(0),
  };
  #rows: readonly ToldRow[] = [];
  /** What is told between two rows. */
  #live: ToldRow | null = null;
  #isTroubled = false;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** Of intervals, in order of time. */
  get rows(): ReadonlySignal<readonly ToldRow[]> {
    return this.#cells.rows;
  }

  /** The newest frame; `null`: its book is not known. */
  get live(): ReadonlySignal<ToldRow | null> {
    return this.#cells.live;
  }

  get trouble(): ReadonlySignal<ToldTrouble> {
    return this.#cells.trouble;
  }

  /** How often the stream has begun anew: what was before must be loaded anew each time. */
  get beginnings(): ReadonlySignal<number> {
    return this.#cells.beginnings;
  }

  /** Tells that something may not have been told. */
  begin(): void {
    this.#cells.beginnings.value++;
  }

  /** Takes a row of an interval; frames between two rows are no history. */
  takeRow(metrics: MetricsView, settings: string | null): void {
    if (metrics.bucketMs === null) return;
    const row = { metrics, settings };
    const { timeMs } = metrics;
    const newestMs = this.#rows.at(-1)?.metrics.timeMs ?? -Infinity;
    const others = this.#rows.filter(({ metrics }) =>
      metrics.timeMs !== timeMs && metrics.timeMs > Math.max(timeMs, newestMs) - SPAN_MS
    );
    const all = timeMs > newestMs ? [...others, row] : inOrder([...others, row]);
    this.#rows = all.slice(-ROWS_MAX);
  }

  /** Takes a frame: the end of the line until a row tells more. */
  takeFrame(metrics: MetricsView, settings: string | null): void {
    this.#live = metrics.bookUpdateId === null ? null : { metrics, settings };
  }

  /** Takes gaps of any symbol, and keeps its own. */
  takeGaps(gaps: readonly GapRecord[]): void {
    const own = gaps.filter((gap) => marketText(gap) === this.#symbol);
    this.#isTroubled = this.#gaps.take(own) || this.#isTroubled;
  }

  /** Takes losses of any symbol, and keeps those that concern its own. */
  takeLosses(losses: readonly LossRecord[]): void {
    const own = losses.filter((loss) => concerns(marketText(loss), (one) => one === this.#symbol));
    this.#isTroubled = this.#losses.take(own) || this.#isTroubled;
  }

  /** Shows what has come since the last time. */
  commit(): void {
    this.#cells.rows.value = this.#rows;
    this.#cells.live.value = this.#live;
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#cells.trouble.value = { gaps: this.#gaps.all, losses: this.#losses.all };
  }
}

function inOrder(rows: readonly ToldRow[]): readonly ToldRow[] {
  return rows.toSorted((a, b) => a.metrics.timeMs - b.metrics.timeMs);
}
