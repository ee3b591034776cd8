/** What rules are tried on: rows of metrics as they are stored, and what of a rule they cannot tell. */
import {
  coverageOf,
  definitionOf,
  isLowerBound,
  type MetricName,
} from "../../shared/catalogue/metrics.ts";
import { readNullCode } from "../../shared/catalogue/null_code.ts";
import type { NullReason } from "../../shared/catalogue/metric_definition.ts";
import type { AlertRule, RuleSource } from "../../shared/catalogue/rules.ts";
import type { BookedRule } from "../../shared/alert_rules/rule_book.ts";
import type { DataState } from "../../shared/output.ts";
import { SAMPLE_MS } from "../symbol/engine/statistics/baseline.ts";

/** The row of one interval. */
export interface StoredRow {
  /** The interval's end, UTC. */
  readonly timeMs: number;
  readonly intervalMs: number;
  readonly state: DataState;
  /** Id of the settings that it was computed under. */
  readonly settings: number;
  /** Why values are `null`, as `null_code.ts` reads it; `null`: an earlier program has not told. */
  readonly nulls: string | null;
  readonly values: Readonly<Partial<Record<MetricName, number | null>>>;
}

/** Why a rule could not look at a value; `untold`: an earlier program has stored no reason. */
export type Unknown = NullReason | "untold";

const CODES_MAX = 200;

/** Of one run: few different codes come again and again. */
export class NullReader {
  readonly #read = new Map<string, ReturnType<typeof readNullCode>>();

  /** Why a source of a rule knows nothing by a row; `null`: it knows its value. */
  reason({ metric }: RuleSource, { nulls, state, values }: StoredRow): Unknown | null {
    if (state !== "live") return "not_live";
    const value = values[metric] ?? null;
    // A depth beyond the levels that are known is none to a rule.
    if (value !== null) return isLowerBound(metric, values) ? "not_covered" : null;
    return nulls === null ? "untold" : this.#reasons(nulls)[metric] ?? "untold";
  }

  #reasons(code: string) {
    const known = this.#read.get(code);
    if (known !== undefined) return known;
    if (this.#read.size >= CODES_MAX) this.#read.clear();
    const read = readNullCode(code);
    this.#read.set(code, read);
    return read;
  }
}

/** A rule that is not tried, and why, as the end of a sentence. */
export interface Untried {
  readonly rule: string;
  readonly reason: string;
}

/** What of these rules is tried, and the rows that must be read for it. */
export interface TrialPlan {
  readonly rules: readonly AlertRule[];
  /** The others, in their order. */
  readonly untried: readonly Untried[];
  /** So long before the span rows are read. */
  readonly leadMs: number;
  readonly columns: readonly MetricName[];
}

/** Sorts the rules that a symbol has; one that is switched off is not tried. */
export function planTrial(booked: readonly BookedRule[]): TrialPlan {
  const rules: AlertRule[] = [];
  const untried: Untried[] = [];
  for (const { rule, isOn } of booked) {
    const reason = isOn ? untriable(rule) : "it is switched off";
    if (reason === null) rules.push(rule);
    else untried.push({ rule: rule.name, reason });
  }
  return { rules, untried, leadMs: leadMs(rules), columns: columnsOf(rules) };
}

/** The columns that rules look at, and mid, which each episode tells. */
export function columnsOf(rules: readonly AlertRule[]): readonly MetricName[] {
  const watched = rules.flatMap(({ sources }) => sources.map(({ metric }) => metric));
  return [...new Set<MetricName>(["mid", ...watched, ...coverageOf(watched)])];
}

/** Whether a rule looks at metrics at all, rather than at the feed's state. */
export function looksAtMetrics({ kind }: Pick<AlertRule, "kind">): boolean {
  return kind !== "state" && kind !== "event";
}

/** Why a rule cannot be tried on stored rows, as the end of a sentence for a person; `null`: it can. */
export function untriable(rule: AlertRule): string | null {
  if (rule.kind === "event") return "what becomes of walls is stored in no row of metrics";
  const missing = rule.sources.find(({ metric }) => definitionOf(metric).stored === null);
  return missing === undefined ? null : `its metric ${missing.metric} is not stored`;
}

/**
 * So long before the span rows must be read for rules to begin as they would have stood: they have learnt what is usual,
 * and windows are full. Milliseconds.
 */
export function leadMs(rules: readonly AlertRule[]): number {
  return rules.reduce((longest, rule) => Math.max(longest, leadOf(rule)), 0);
}

/** After so many τ a mean has forgotten what it began with. */
const FORGOTTEN_AFTER = 5;

function leadOf(rule: AlertRule): number {
  const learnsMs = rule.kind === "deviation" || rule.kind === "share"
    ? rule.window * SAMPLE_MS
    : rule.kind === "flip"
    ? rule.withinMs
    : 0;
  const moveMs = Math.max(...rule.sources.map((source) => source.moveMs));
  return learnsMs + moveMs + FORGOTTEN_AFTER * rule.smoothMs;
}
