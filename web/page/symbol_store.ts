/** What is shown of one symbol, as signals: who reads one is drawn anew when it changes, and nobody else. Pure. */
import { signal } from "@preact/signals";
import { type Latencies, NO_LATENCY } from "../../shared/latency.ts";
import type { RuleState, TradesSecond } from "../../shared/output.ts";
import type { Comparisons } from "./badge.ts";
import type { Traded } from "./recent_trades.ts";
import { type Reading, settle } from "./cells.ts";
import type { Standing } from "./data_standing.ts";
import type { DepthMoment } from "./depth_moment.ts";
import type { BookShown } from "./book_shown.ts";
import type { PageState, ShownMetrics, SymbolView } from "./state.ts";

const UNTOLD: Standing = { word: "waiting", tone: "warning", reason: null, sinceMs: null };
const NOTHING_COMPARED: Comparisons = { proof: null, audit: null, failedAudit: null };

function newCells() {
  return {
    /** How far its numbers can be trusted. */
    standing: signal<Standing>(UNTOLD),
    isLive: signal(false),
    /** What was told of its metrics last, out of focus only those of the list; `null`: nothing, or its actor is away, and they are of before. */
    metrics: signal<ShownMetrics | null>(null),
    /** Most decimals seen in one of its prices. */
    decimals: signal(0),
    book: signal<BookShown | null>(null),
    /** The book as far out as anything is told of it, twice a second. */
    depth: signal<DepthMoment | null>(null),
    /** What was compared with the exchange. */
    compared: signal<Comparisons>(NOTHING_COMPARED),
    /** What was traded in the last seconds; `null`: not known. */
    traded: signal<Traded | null>(null),
    /** The last second with trades that was told. */
    tradesSecond: signal<TradesSecond | null>(null),
    /** How long its numbers take. */
    latency: signal<Latencies>(NO_LATENCY),
    /** How its alert rules stand. */
    rules: signal<readonly RuleState[]>([]),
    /** Whether who looks may remove it. */
    isRemovable: signal(false),
  };
}

/** What is shown of a symbol; `name` is `null` of the one that stands in panels until the list is told. */
export type SymbolShown = Reading<ReturnType<typeof newCells>> & { readonly name: string | null };

/** Keeps what is shown of one symbol. */
export class SymbolStore {
  readonly #cells = newCells();
  readonly shown: SymbolShown;

  constructor(name: string | null) {
    this.shown = { ...this.#cells, name };
  }

  /** Of the one that is no symbol: why it is none. */
  explain(standing: Standing): void {
    settle(this.#cells.standing, standing);
  }

  /**
   * Takes what the page knows at `localMs`; within a batch. What has not changed wakes nobody. While the page is paused only
   * how far its numbers can be trusted is taken.
   */
  commit(state: PageState, name: string, localMs: number, isPaused = false): void {
    const cells = this.#cells;
    const view = state.viewOf(name);
    const { proof, audit, failedAudit } = view;
    const standing = state.standingOf(name, localMs);
    settle(cells.standing, standing);
    cells.isLive.value = standing.word === "live";
    cells.isRemovable.value = state.isRemovable(name);
    if (isPaused) return;
    cells.metrics.value = metricsOfNow(view, standing);
    cells.decimals.value = view.decimals;
    cells.book.value = view.book;
    cells.depth.value = view.depth;
    settle(cells.compared, { proof, audit, failedAudit });
    settle(cells.traded, state.tradesOf(name, localMs));
    cells.tradesSecond.value = view.tradesSecond;
    cells.latency.value = state.latencyOf(name);
    settle(cells.rules, [...view.rules.values()]);
  }
}

function metricsOfNow({ metrics, listed }: SymbolView, { word }: Standing): ShownMetrics | null {
  return word === "failed" || word === "quarantined" ? null : metrics ?? listed;
}
