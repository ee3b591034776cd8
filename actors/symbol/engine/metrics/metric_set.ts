/** MetricSet: every metric of one symbol. It brings events to the families and has them write when asked. */
import { type MetricValues, UNKNOWN_VALUES } from "../../../../shared/catalogue/metrics.ts";
import type { MetricSettings } from "../../../../shared/catalogue/settings.ts";
import type { BookTicker, Trade } from "../../../../shared/market.ts";
import type { BookView } from "./book_view.ts";
import { FAMILIES } from "./families.ts";
import type { FamilyDeclaration, MetricFamily, MetricSink } from "./family.ts";

type Hook = "updated" | "ticker" | "trade" | "tick";
type Hearing<Of extends Hook> = MetricFamily & Required<Pick<MetricFamily, Of>>;

/** The families of one symbol, and the values that they wrote last. */
export class MetricSet {
  // They are walked by place: an iterator for each event would be garbage.
  readonly #families: readonly MetricFamily[];
  readonly #ofBook: readonly MetricFamily[];
  readonly #ofTime: readonly MetricFamily[];
  readonly #hearUpdates: readonly Hearing<"updated">[];
  readonly #hearTickers: readonly Hearing<"ticker">[];
  readonly #hearTrades: readonly Hearing<"trade">[];
  readonly #hearTicks: readonly Hearing<"tick">[];
  #values: MetricSink = { ...UNKNOWN_VALUES };
  /** Somebody has kept them: they must not change any more. */
  #areKept = false;
  /** The book has changed since the values were written. */
  #isStale = true;

  constructor(settings: MetricSettings, declared: readonly FamilyDeclaration[] = FAMILIES) {
    const created = declared.map(({ changesWith, create }) => ({
      changesWith,
      family: create(settings),
    }));
    const those = (when: FamilyDeclaration["changesWith"]) =>
      created.filter(({ changesWith }) => changesWith === when).map(({ family }) => family);
    this.#families = created.map(({ family }) => family);
    this.#ofBook = those("book");
    this.#ofTime = those("time");
    const hearing = <Of extends Hook>(hook: Of) =>
      this.#families.filter((family): family is Hearing<Of> => family[hook] !== undefined);
    this.#hearUpdates = hearing("updated");
    this.#hearTickers = hearing("ticker");
    this.#hearTrades = hearing("trade");
    this.#hearTicks = hearing("tick");
  }

  /** An update was applied, or a book has begun: `view` is of now. */
  updated(view: BookView, nowMs: number): void {
    this.#isStale = true;
    for (let i = 0; i < this.#hearUpdates.length; i++) this.#hearUpdates[i]?.updated(view, nowMs);
  }

  /** The same levels in another book, of which another span is known. */
  replaced(): void {
    this.#isStale = true;
  }

  ticker(ticker: BookTicker, nowMs: number): void {
    for (let i = 0; i < this.#hearTickers.length; i++) this.#hearTickers[i]?.ticker(ticker, nowMs);
  }

  trade(trade: Trade, nowMs: number): void {
    for (let i = 0; i < this.#hearTrades.length; i++) this.#hearTrades[i]?.trade(trade, nowMs);
  }

  tick(nowMs: number): void {
    for (let i = 0; i < this.#hearTicks.length; i++) this.#hearTicks[i]?.tick(nowMs);
  }

  /** The book is lost. */
  reset(): void {
    this.#isStale = true;
    for (const family of this.#families) family.reset?.();
  }

  /**
   * Every value of the book in `view`. One object, used again: what is kept of it must be copied before the
   * next call, or `keep` be called.
   */
  values(view: BookView, nowMs: number): MetricValues {
    // An imbalance against nothing says nothing, and one side has no mid.
    if (!view.hasBothSides) return UNKNOWN_VALUES;
    if (this.#areKept) {
      this.#areKept = false;
      this.#values = this.#isStale ? { ...UNKNOWN_VALUES } : { ...this.#values };
    }
    if (this.#isStale) {
      this.#isStale = false;
      for (const family of this.#ofBook) family.write(this.#values, view, nowMs);
    }
    for (const family of this.#ofTime) family.write(this.#values, view, nowMs);
    return this.#values;
  }

  /**
   * The values that `values` gave last are the caller's: the next ones are written into another object. To copy
   * them would make each of their numbers, which are objects to V8, a second time.
   */
  keep(): void {
    this.#areKept = true;
  }

  /** What the next life of the actor must know, by the place of the family; `null`: nothing. */
  remember(): readonly unknown[] | null {
    const memories = this.#families.map((family) => family.remember?.() ?? null);
    return memories.some((memory) => memory !== null) ? memories : null;
  }

  /** What the last life remembered. */
  recall(memories: readonly unknown[]): void {
    this.#families.forEach((family, place) => {
      const memory = memories[place] ?? null;
      if (memory !== null) family.recall?.(memory);
    });
  }
}
