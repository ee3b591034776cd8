/**
 * A family of metrics: those that are computed together, from the same state. It declares the names that
 * it owns; `families.ts` holds all of them against the catalogue.
 */
import type { NullReason } from "../../../../shared/catalogue/metric_definition.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import type { MetricSettings } from "../../../../shared/catalogue/settings.ts";
import type { BookTicker, Trade } from "../../../../shared/market.ts";
import type { LearntMicroPrice } from "../../../../shared/micro_price.ts";
import type { LevelColumns } from "../book/level_columns.ts";
import type { BookView } from "./book_view.ts";
import type { RecentMarket } from "./recent_market.ts";
import type { WallEvent } from "./wall_event.ts";

/** Where values are written: one object, used again. */
export type MetricSink = { -readonly [Name in MetricName]: number | null };

/** One life of a family. It hears what it needs, and forgets all of it with the book. */
export interface MetricFamily<Owned extends MetricName = MetricName> {
  /** Writes each of its values, of a live book with two sides. */
  write(out: Pick<MetricSink, Owned>, view: BookView, nowMs: number): void;
  /** Why a value that it has written as `null` is not known, where the catalogue names several reasons. */
  why?(name: Owned, view: BookView): NullReason;
  /** An update is about to be applied: `view` is of before it. In the hot path too. */
  updating?(view: BookView, bids: LevelColumns, asks: LevelColumns): void;
  /** An update was applied, or a book has begun. In the hot path: once for each depth update. */
  updated?(view: BookView, nowMs: number): void;
  // In the hot path without a time: to V8 a number that is handed on is an object.
  ticker?(ticker: BookTicker): void;
  trade?(trade: Trade): void;
  /** Time passes: as often as `tick_plan.ts` says. */
  tick?(nowMs: number): void;
  /** Moves what has become of walls since the last call. */
  takeWallEvents?(into: WallEvent[]): void;
  /** What the micro-price has learnt so far; `null`: nothing. */
  learntMicroPrice?(): LearntMicroPrice | null;
  /** The book is lost: what was learnt from it belongs to the past. */
  reset?(): void;
  /** What the next life of the actor must know, as plain data. */
  remember?(): unknown;
  /**
   * What an earlier life remembered, of before all that this one has heard, which may be something by now. False: its form
   * is unknown, and it is left aside.
   */
  recall?(memory: unknown): boolean;
}

/** A family as it is declared. */
export interface FamilyDeclaration<Names extends readonly MetricName[] = readonly MetricName[]> {
  readonly names: Names;
  /** `time`: its values change with time, so they are written each time they are asked for. */
  readonly changesWith: "book" | "time";
  /** `recent`: the past that families share. */
  readonly create: (
    settings: MetricSettings,
    recent: RecentMarket,
  ) => MetricFamily<Names[number]>;
}

/** Declares a family; the type of `create` follows from the names. */
export function declareFamily<const Names extends readonly MetricName[]>(
  names: Names,
  changesWith: FamilyDeclaration["changesWith"],
  create: FamilyDeclaration<Names>["create"],
): FamilyDeclaration<Names> {
  return { names, changesWith, create };
}

/**
 * What is not a number is not known: levels that may be missing, or, with a spread so wide that none is
 * near mid, weights of nothing.
 */
export function known(value: number): number | null {
  return value === value ? value : null;
}

/** (bids − asks)/(bids + asks); `null`: one of them is not known, or both are 0. */
export function ratioOf(bids: number, asks: number): number | null {
  return known((bids - asks) / (bids + asks));
}
