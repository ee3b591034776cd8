/** One family of metrics on a small book, update by update. */
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { NO_EDGES } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import type {
  FamilyDeclaration,
  MetricFamily,
} from "../../../../actors/symbol/engine/metrics/family.ts";
import { RecentMarket } from "../../../../actors/symbol/engine/metrics/recent_market.ts";
import type { NullReason } from "../../../../shared/catalogue/metric_definition.ts";
import {
  type MetricName,
  type MetricValues,
  UNKNOWN_VALUES,
} from "../../../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import type { Sides } from "../market.ts";

/** A life of one family. Times are the exchange's and ours at once, unless ours is given. */
export class FamilyRun {
  readonly family: MetricFamily;
  readonly #book = new OrderBook();
  readonly #view: BookView;
  readonly #tickSize: number;

  /** The family hears of the snapshot. */
  constructor(declared: FamilyDeclaration, snapshot: Sides, tickSize = 1, dollarsPerQuote = 1) {
    this.family = declared.create(DEFAULT_SETTINGS, new RecentMarket());
    this.#tickSize = tickSize;
    this.#view = new BookView(10, this.#book, NO_EDGES, tickSize, dollarsPerQuote);
    this.#book.apply(Levels.of(snapshot.bids ?? []), Levels.of(snapshot.asks ?? []));
    this.#use(0, NaN);
    this.family.updated?.(this.#view, 0);
  }

  update(eventMs: number, updateId: number, sides: Sides = {}, nowMs = eventMs): void {
    const bids = Levels.of(sides.bids ?? []);
    const asks = Levels.of(sides.asks ?? []);
    this.family.updating?.(this.#view, bids, asks);
    this.#book.apply(bids, asks);
    this.#use(updateId, eventMs);
    this.family.updated?.(this.#view, nowMs);
  }

  /** The quote asset is worth something else from now on; `NaN`: nobody knows what. */
  rate(dollarsPerQuote: number): void {
    this.#view.dollarsPerQuote = dollarsPerQuote;
  }

  values(): MetricValues {
    const out = { ...UNKNOWN_VALUES };
    this.family.write(out, this.#view, NaN);
    return out;
  }

  why(name: MetricName): NullReason | undefined {
    return this.family.why?.(name, this.#view);
  }

  #use(updateId: number, eventMs: number): void {
    this.#view.use(this.#book, NO_EDGES, this.#tickSize, updateId, eventMs);
  }
}
