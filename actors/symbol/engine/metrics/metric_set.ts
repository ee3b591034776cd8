/** MetricSet: every metric of one symbol. It brings events to the families and has them write when asked. */
import type { NullReason } from "../../../../shared/catalogue/metric_definition.ts";
import {
  definitionOf,
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
  UNKNOWN_VALUES,
} from "../../../../shared/catalogue/metrics.ts";
import { codeOfNothing } from "../../../../shared/catalogue/null_code.ts";
import { ALWAYS_NULL_WHEN } from "../../../../shared/catalogue/null_reasons.ts";
import type { MetricSettings } from "../../../../shared/catalogue/settings.ts";
import type { BookTicker, Trade } from "../../../../shared/market.ts";
import type { LearntMicroPrice } from "../../../../shared/micro_price.ts";
import type { LevelColumns } from "../book/level_columns.ts";
import type { BookView } from "./book_view.ts";
import { FAMILIES } from "./families.ts";
import type { FamilyDeclaration, MetricFamily, MetricSink } from "./family.ts";
import type { FamilyMemories } from "./metric_memory.ts";
import { NullWatch } from "./null_watch.ts";
import { RecentMarket } from "./recent_market.ts";
import type { WallEvent } from "./wall_event.ts";

type Hook = "updating" | "updated" | "ticker" | "trade" | "tick" | "takeWallEvents";
type Hearing<Of extends Hook> = MetricFamily & Required<Pick<MetricFamily, Of>>;

/** Of each metric, the reasons that it does not share with all others. */
const OWN_REASONS: ReadonlyMap<MetricName, readonly NullReason[]> = new Map(
  METRIC_NAMES.map((name) => [
    name,
    definitionOf(name).nullWhen.filter((reason) =>
      !ALWAYS_NULL_WHEN.includes(reason) && reason !== "overloaded"
    ),
  ]),
);
const ONE_SIDED = codeOfNothing("one_sided");

/** A family of this set, as it was declared. */
type DeclaredFamily = Pick<FamilyDeclaration, "names" | "changesWith"> & {
  readonly family: MetricFamily;
};

/** Whether a family is not computed in overload: the catalogue says of which metrics that may be. */
function areShed(names: readonly MetricName[]): boolean {
  return names.some((name) => definitionOf(name).nullWhen.includes("overloaded"));
}

function hearing<Of extends Hook>(families: readonly MetricFamily[], hook: Of): Hearing<Of>[] {
  return families.filter((family): family is Hearing<Of> => family[hook] !== undefined);
}

/** The families of one symbol, and the values that they wrote last. */
export class MetricSet {
  readonly #recent = new RecentMarket();
  // They are walked by place: an iterator for each event would be garbage.
  readonly #families: readonly MetricFamily[];
  /** Those that are computed whatever this machine is too slow for. */
  readonly #kept: readonly MetricFamily[];
  readonly #declared: readonly DeclaredFamily[];
  /** By the first name that each owns. */
  readonly #byName: ReadonlyMap<string, MetricFamily>;
  readonly #owners: ReadonlyMap<MetricName, MetricFamily>;
  // Of those that are computed now.
  #ofBook: readonly MetricFamily[] = [];
  #ofTime: readonly MetricFamily[] = [];
  #hearUpdating: readonly Hearing<"updating">[] = [];
  #hearUpdates: readonly Hearing<"updated">[] = [];
  #hearTickers: readonly Hearing<"ticker">[] = [];
  #hearTicks: readonly Hearing<"tick">[] = [];
  // Of all: what counts trades counts on, and what was told of walls is taken.
  readonly #hearTrades: readonly Hearing<"trade">[];
  readonly #tellWalls: readonly Hearing<"takeWallEvents">[];
  readonly #wallEvents: WallEvent[] = [];
  #values: MetricSink = { ...UNKNOWN_VALUES };
  /** Somebody has kept them: they must not change any more. */
  #areKept = false;
  #isShedding = false;
  /** Those that were not computed are written, and hear again from the next update on, as of a book that begins. */
  #isResuming = false;
  /** The book has changed since the values were written. */
  #isStale = true;
  /** The exchange's time of the last update; `NaN`: none yet. */
  #eventMs = NaN;
  readonly #nulls = new NullWatch();
  /** The view that reasons are asked of just now: one function for all of them. */
  #asked: BookView | null = null;
  readonly #whyAsked = (name: MetricName) =>
    this.#asked === null ? "not_live" : this.whyNull(name, this.#asked);

  constructor(settings: MetricSettings, declared: readonly FamilyDeclaration[] = FAMILIES) {
    const created = declared.map(({ names, changesWith, create }) => ({
      name: names[0] ?? "",
      names,
      changesWith,
      family: create(settings, this.#recent),
    }));
    this.#byName = new Map(created.map(({ name, family }) => [name, family]));
    this.#owners = new Map(
      created.flatMap(({ names, family }) => names.map((name) => [name, family] as const)),
    );
    this.#declared = created;
    this.#families = created.map(({ family }) => family);
    this.#kept = created.filter(({ names }) => !areShed(names)).map(({ family }) => family);
    this.#hearTrades = hearing(this.#families, "trade");
    this.#tellWalls = hearing(this.#families, "takeWallEvents");
    this.#write(this.#families);
    this.#hear(this.#families);
  }

  /**
   * Families beyond the tier that is kept are computed no more, or are again. Between, nothing of theirs is known; and
   * what they have missed is to them as if the book had been lost: what looks back begins anew, or waits until its
   * window is full. Trades, and the past that families share, go on: what follows from them alone stays whole.
   */
  shed(isShedding: boolean): void {
    if (isShedding === this.#isShedding) return;
    this.#isShedding = isShedding;
    this.#isResuming = !isShedding;
    this.#isStale = true;
    this.#write(isShedding ? this.#kept : this.#families);
    // What is of the book as it is needs no update, which may be long in coming.
    if (!isShedding) return;
    for (const family of this.#families) if (!this.#kept.includes(family)) family.reset?.();
    this.#hear(this.#kept);
    this.#values = { ...UNKNOWN_VALUES };
    this.#areKept = false;
  }

  #write(families: readonly MetricFamily[]): void {
    const those = (when: FamilyDeclaration["changesWith"]) =>
      this.#declared.filter(({ changesWith, family }) =>
        changesWith === when && families.includes(family)
      ).map(({ family }) => family);
    this.#ofBook = those("book");
    this.#ofTime = those("time");
  }

  #hear(families: readonly MetricFamily[]): void {
    this.#hearUpdating = hearing(families, "updating");
    this.#hearUpdates = hearing(families, "updated");
    this.#hearTickers = hearing(families, "ticker");
    this.#hearTicks = hearing(families, "tick");
  }

  /** An update is about to be applied: `view` is of before it. */
  updating(view: BookView, bids: LevelColumns, asks: LevelColumns): void {
    for (let i = 0; i < this.#hearUpdating.length; i++) {
      this.#hearUpdating[i]?.updating(view, bids, asks);
    }
  }

  /** An update was applied, or a book has begun: `view` is of now. */
  updated(view: BookView, nowMs: number): void {
    // The exchange's clock was set back: windows in its time begin anew.
    if (view.eventMs < this.#eventMs) {
      this.#recent.clockSetBack(view.eventMs);
      this.reset();
    }
    // A book that begins anew has no time; that of the last one still tells what its own goes back from.
    if (!Number.isNaN(view.eventMs)) this.#eventMs = view.eventMs;
    this.#isStale = true;
    if (this.#isResuming) {
      this.#isResuming = false;
      this.#hear(this.#families);
    }
    this.#recent.updated(view);
    for (let i = 0; i < this.#hearUpdates.length; i++) this.#hearUpdates[i]?.updated(view, nowMs);
  }

  /** The same levels in another book, of which another span is known, or at another rate of the quote asset. */
  replaced(): void {
    this.#isStale = true;
  }

  ticker(ticker: BookTicker): void {
    for (let i = 0; i < this.#hearTickers.length; i++) this.#hearTickers[i]?.ticker(ticker);
  }

  trade(trade: Trade): void {
    if (!this.#recent.trade(trade)) return;
    for (let i = 0; i < this.#hearTrades.length; i++) this.#hearTrades[i]?.trade(trade);
  }

  tick(nowMs: number): void {
    for (let i = 0; i < this.#hearTicks.length; i++) this.#hearTicks[i]?.tick(nowMs);
  }

  /** What has become of walls since the last call: one list that is used again. */
  takeWallEvents(): readonly WallEvent[] {
    const events = this.#wallEvents;
    while (events.length > 0) events.pop();
    for (let i = 0; i < this.#tellWalls.length; i++) this.#tellWalls[i]?.takeWallEvents(events);
    return events;
  }

  /** The book is lost. */
  reset(): void {
    this.#isStale = true;
    this.#recent.bookLost();
    for (const family of this.#families) family.reset?.();
  }

  /**
   * Every value of the book in `view`. One object, used again: what is kept of it must be copied before the
   * next call, or `keep` be called.
   */
  values(view: BookView, nowMs: number): MetricValues {
    // An imbalance against nothing says nothing, and one side has no mid.
    if (!view.hasBothSides) return UNKNOWN_VALUES;
    // What is kept says the same as long as nothing is to be written.
    if (this.#areKept && (this.#isStale || this.#ofTime.length > 0)) {
      this.#areKept = false;
      this.#values = this.#isStale ? { ...UNKNOWN_VALUES } : { ...this.#values };
    }
    if (this.#isStale) {
      this.#isStale = false;
      for (let i = 0; i < this.#ofBook.length; i++) {
        this.#ofBook[i]?.write(this.#values, view, nowMs);
      }
    }
    for (let i = 0; i < this.#ofTime.length; i++) this.#ofTime[i]?.write(this.#values, view, nowMs);
    return this.#values;
  }

  /**
   * The values that `values` gave last are the caller's: the next ones are written into another object. To copy
   * them would make each of their numbers, which are objects to V8, a second time.
   */
  keep(): void {
    this.#areKept = true;
  }

  /** Why a value that is `null` of the book in `view` is not known; asked of the values that were written last. */
  whyNull(name: MetricName, view: BookView): NullReason {
    if (!view.hasBothSides) return "one_sided";
    const isShed = this.#isShedding && definitionOf(name).nullWhen.includes("overloaded");
    if (isShed) return "overloaded";
    const own = OWN_REASONS.get(name);
    const only = own?.[0] ?? "not_live";
    if (own === undefined || own.length < 2) return only;
    return this.#owners.get(name)?.why?.(name, view) ?? only;
  }

  /** The reasons of all that is `null` among the values that were written last, as `null_code.ts` reads them. */
  nulls(view: BookView): string {
    if (!view.hasBothSides) return ONE_SIDED;
    this.#asked = view;
    return this.#nulls.codeOf(this.#values, this.#whyAsked);
  }

  /** What the micro-price has learnt so far; `null`: nothing. */
  get microPrice(): LearntMicroPrice | null {
    return this.#owners.get("microPrice")?.learntMicroPrice?.() ?? null;
  }

  /** What the next life of the actor must know. */
  remember(): FamilyMemories {
    const memories = [...this.#byName].map(([name, family]) => [name, family.remember?.() ?? null]);
    return Object.fromEntries(memories.filter(([, memory]) => memory !== null));
  }

  /** What an earlier life remembered; how much of it is left aside, because no family knows it. */
  recall(memories: FamilyMemories): number {
    this.#isStale = true;
    return Object.entries(memories)
      .filter(([name, one]) => !(this.#byName.get(name)?.recall?.(one) ?? false)).length;
  }
}
