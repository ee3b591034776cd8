/** What a back-test found, for a person. */
import { aligned } from "../aligned.ts";
import type { RuleOutcome } from "../../actors/rule_trial/episode_log.ts";
import { FACTORS } from "./neighbours.ts";

/** One symbol's recordings under one list of rules. */
export interface BacktestReport {
  readonly symbol: string;
  /** For so long the book was live, milliseconds. */
  readonly liveMs: number;
  readonly rules: readonly (RuleOutcome & {
    /** Episodes with the line moved by each of `FACTORS`; `null`: it has none that may be moved. */
    readonly neighbours: readonly number[] | null;
  })[];
}

const NOTHING = "–";

/** Tables of one symbol. */
export function shownReport({ symbol, liveMs, rules }: BacktestReport): string {
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
    `${symbol}: the book was live for ${duration(liveMs)}`,
    aligned([head, ...rows], 1),
    "Episodes with the line farther from what is usual by",
    aligned([["rule", ...FACTORS.map((factor) => `×${factor}`)], ...moved], 1),
  ].join("\n\n");
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
