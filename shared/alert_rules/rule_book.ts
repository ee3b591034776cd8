/** RuleBook: the alert rules that are in force, for every symbol, each with where it comes from. Plain data. */
import { alertRulesFor } from "../catalogue/built_in_rules.ts";
import type { AlertRule } from "../catalogue/rules.ts";
import type { MetricSettings } from "../catalogue/settings.ts";
import type { SymbolId } from "../market.ts";

/** A rule, and whose word it is: what the file says of one symbol goes before what it says of all. */
export interface BookedRule {
  readonly rule: AlertRule;
  /** Switched off it is kept, and looks at nothing. */
  readonly isOn: boolean;
  readonly from: "built-in" | "file" | "symbol";
}

/** All rules of a monitor. */
export interface RuleBook {
  /** Of every symbol that has none of its own. */
  readonly all: readonly BookedRule[];
  /** Of the others: the whole list of each. */
  readonly symbols: Readonly<Record<SymbolId, readonly BookedRule[]>>;
}

/** The rules of a monitor, and the file that they come from. */
export interface RulesInForce {
  readonly book: RuleBook;
  readonly file: {
    readonly path: string;
    /** What it said when it was taken; `null`: there was none. */
    readonly content: unknown;
    /** Of that content, as a header has it. */
    readonly etag: string;
    /** Why what it said later is not in force, in one line for a person; `null`: it is. */
    readonly problem: string | null;
  };
}

/** What actors are told when rules have changed. */
export type RulesNews =
  /** To a symbol: those that look at it. */
  | { readonly type: "rules"; readonly rules: readonly AlertRule[] }
  /** To web: all of them, and where they come from. */
  | { readonly type: "rules_in_force"; readonly inForce: RulesInForce };

/** From web: a person has sent another file of rules. */
export interface RulesOperation {
  readonly type: "replace_rules";
  readonly text: string;
  /** The header `If-Match`: it is done if the file is one of these, or with `*` if there is one. */
  readonly ifMatch: string;
}

/** What holds when nobody says otherwise. */
export function builtInBook(settings: MetricSettings): RuleBook {
  const all = alertRulesFor(settings)
    .map((rule): BookedRule => ({ rule, isOn: true, from: "built-in" }));
  return { all, symbols: {} };
}

/** What a symbol's list of the book is, those that are switched off included. */
export function bookedFor({ all, symbols }: RuleBook, symbol: SymbolId): readonly BookedRule[] {
  return Object.hasOwn(symbols, symbol) ? symbols[symbol] ?? all : all;
}

/** The rules that look at a symbol. */
export function rulesOf(book: RuleBook, symbol: SymbolId): readonly AlertRule[] {
  return bookedFor(book, symbol).filter(({ isOn }) => isOn).map(({ rule }) => rule);
}
