/** What a back-test found, for a person. */
import { aligned } from "../aligned.ts";
import type { RuleOutcome } from "../../actors/rule_trial/episode_log.ts";
import type { Unknown, Untried } from "../../actors/rule_trial/stored_row.ts";
import type { TrialReport } from "../../actors/rule_trial/trial.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { FACTORS, hasNeighbours } from "./neighbours.ts";

/** What of a span is stored, and what that cannot tell. */
export interface StoredSpan
  extends Omit<TrialReport, "rules" | "episodes" | "episodesLeftOut" | "liveMs"> {
  readonly fromMs: number;
  readonly toMs: number;
  /** Rules that were left out. */
  readonly untried: readonly Untried[];
  /** Rules that had not learnt enough yet to say anything. */
  readonly learning: readonly { readonly rule: string; readonly learningMs: number }[];
  /** Rules whose value was not known for some of the live time. */
  readonly unknown: readonly {
    readonly rule: string;
    readonly unknownMs: Readonly<Partial<Record<Unknown, number>>>;
  }[];
}

/** One symbol's data under one list of rules. */
export interface BacktestReport {
  readonly symbol: string;
  /** For so long the book was live, milliseconds. */
  readonly liveMs: number;
  readonly rules: readonly (RuleOutcome & {
    /** Episodes with the line moved by each of `FACTORS`; `null`: it has none that may be moved. */
    readonly neighbours: readonly number[] | null;
  })[];
  /** Absent: it was tried on recordings. */
  readonly history?: StoredSpan;
}

/** Of the runs with the lines moved by each of `FACTORS`: what each source of each rule did. */
export function reportOf(
  symbol: string,
  rules: readonly AlertRule[],
  liveMs: number,
  runs: readonly (readonly RuleOutcome[])[],
): BacktestReport {
  const canMove = rules.flatMap((rule) => rule.sources.map(() => hasNeighbours(rule)));
  const asIs = runs[FACTORS.indexOf(1)] ?? [];
  return {
    symbol,
    liveMs,
    rules: asIs.map((outcome, i) => ({
      ...outcome,
      neighbours: canMove[i] ? runs.map((run) => run[i]?.episodes ?? 0) : null,
    })),
  };
}

const NOTHING = "–";

/** Tables of one symbol. */
export function shownReport({ symbol, liveMs, rules, history }: BacktestReport): string {
  const head = ["rule", "episodes", "told", "an hour", "mean", "longest", "not over", "learns for"];
  const rows = rules.map((rule) => [
    rule.rule,
    String(rule.episodes),
    String(rule.notified),
    rule.perHour?.toFixed(1) ?? NOTHING,
    duration(rule.meanMs),
    duration(rule.longestMs),
    String(rule.stillFiring),
    duration(rule.learnsMs),
  ]);
  const moved = rules.map(({ rule, neighbours }) => [
    rule,
    ...FACTORS.map((_, i) => String(neighbours?.[i] ?? NOTHING)),
  ]);
  return [
    [`${symbol}: the book was live for ${duration(liveMs)}`, ...history ? ofSpan(history) : []]
      .join("\n"),
    aligned([head, ...rows], 1),
    "Episodes with the line farther from what is usual by",
    aligned([["rule", ...FACTORS.map((factor) => `×${factor}`)], ...moved], 1),
  ].join("\n\n");
}

/** What there was to see, and what was not. */
function ofSpan(history: StoredSpan): string[] {
  const { fromMs, toMs, rows, missingMs, holes, holesLeftOut, notLiveMs, settings } = history;
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const count = holes.length + holesLeftOut;
  return [
    `  ${rows} rows stored from ${time(fromMs)} to ${time(toMs)}`,
    ...count === 0
      ? []
      : [`  none for ${duration(missingMs)} in ${count} hole${count === 1 ? "" : "s"}`],
    ...notLiveMs === 0 ? [] : [`  not live for ${duration(notLiveMs)}`],
    ...settings.length < 2
      ? []
      : [`  settings changed ${settings.length - 1} times: rules began anew`],
    ...history.learning.map(({ rule, learningMs }) =>
      `  ${rule}: it had not learnt enough yet for ${duration(learningMs)}`
    ),
    ...history.unknown.map(({ rule, unknownMs }) => {
      const reasons = Object.entries(unknownMs).map(([why, ms]) => `${why} ${duration(ms)}`);
      return `  ${rule}: its value was not known: ${reasons.join(", ")}`;
    }),
    ...history.untried.map(({ rule, reason }) => `  ${rule} is left out: ${reason}`),
  ];
}

/** As `1 h 2 min`, `2 min 3 s` or `4.5 s`. */
function duration(ms: number | null): string {
  if (ms === null) return NOTHING;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  }
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
