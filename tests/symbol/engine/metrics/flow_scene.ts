/** A market of two levels whose trades and updates are told one by one, and the sequences that were worked by hand. */
import { assertAlmostEquals } from "@std/assert";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { NO_EDGES } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import type { FamilyDeclaration } from "../../../../actors/symbol/engine/metrics/family.ts";
import { MetricSet } from "../../../../actors/symbol/engine/metrics/metric_set.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import type { Level, Trade } from "../../../../shared/market.ts";
import { trade } from "../market.ts";
import byHand from "../../../fixtures/reference/by_hand.json" with { type: "json" };

const TICK_LOT = { tickSize: 1e-8, stepSize: 1e-8 };

/** One symbol whose book is a bid and an ask, and whose trades have ids that follow each other. */
export class Scene {
  readonly set: MetricSet;
  readonly #view: BookView;
  readonly #book = new OrderBook(TICK_LOT);
  #best: readonly [bid: number, ask: number] = [99, 101];
  nextId = 1_000;
  #updateId = 0;

  constructor(families: readonly FamilyDeclaration[], dollarsPerQuote = 1) {
    this.set = new MetricSet(DEFAULT_SETTINGS, families);
    this.#book.apply(Levels.of([[99, 1]]), Levels.of([[101, 1]]));
    this.#view = new BookView(10, this.#book, NO_EDGES, TICK_LOT.tickSize, dollarsPerQuote);
  }

  /** An update at a time of the exchange's, after which these are the best prices. */
  update(eventMs: number, [bid, ask] = this.#best, ids = 1, more: readonly Level[] = []): this {
    const [oldBid, oldAsk] = this.#best;
    this.#book.apply(
      Levels.of([...bid === oldBid ? [] : [[oldBid, 0], [bid, 1]] as const, ...more]),
      Levels.of(ask === oldAsk ? [] : [[oldAsk, 0], [ask, 1]]),
    );
    this.#best = [bid, ask];
    this.#updateId += ids;
    this.#view.use(this.#book, NO_EDGES, TICK_LOT.tickSize, this.#updateId, eventMs);
    this.set.updated(this.#view, 0);
    return this;
  }

  trade(
    tradeMs: number,
    side: "buy" | "sell",
    qty: number,
    price = 100,
    part: Partial<Trade> = {},
  ): this {
    const tradeId = part.tradeId ?? this.nextId;
    this.nextId = Math.max(this.nextId, tradeId + 1);
    this.set.trade(trade({ tradeMs, side, qty, price, ...part, tradeId }));
    return this;
  }

  value(name: MetricName): number | null {
    return this.set.values(this.#view, 0)[name];
  }

  values(...names: MetricName[]): (number | null)[] {
    return names.map((name) => this.value(name));
  }

  why(name: MetricName): string | null {
    return this.value(name) === null ? this.set.whyNull(name, this.#view) : null;
  }
}

interface Sequences {
  readonly tradeFlow: {
    readonly trades: readonly (readonly [ms: number, side: "buy" | "sell", qty: number])[];
    readonly buyQty: number;
    readonly sellQty: number;
    readonly tradeFlowImbalance: string;
    readonly tradeCount: number;
  };
  readonly vpin: {
    readonly trades: readonly (readonly [side: "buy" | "sell", qty: number])[];
    readonly vpin: string;
  };
  readonly kyle: {
    readonly moves: readonly number[];
    readonly flow: readonly number[];
    readonly volume: readonly number[];
    readonly lambdaBpsPerMillion: string;
    readonly r2: string;
  };
}

/** Imported and not read: the mutants' tests may read nothing. */
export const sequences = byHand.sequences as unknown as Sequences;

/** Within 1e-9 of what is more than 1, or else of 1. */
export function assertClose(actual: number | null, expected: number | null): void {
  assertAlmostEquals(actual ?? NaN, expected ?? NaN, 1e-9 * Math.max(1, Math.abs(expected ?? NaN)));
}
