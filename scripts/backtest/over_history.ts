/** A back-test over stored history: every neighbour of the rules sees the rows that are read once. */
import { planTrial } from "../../actors/rule_trial/stored_row.ts";
import { Trial, type TrialReport } from "../../actors/rule_trial/trial.ts";
import { bookedFor, type RuleBook } from "../../shared/alert_rules/rule_book.ts";
import { marketOf } from "../../shared/market.ts";
import type { PostgresHistory } from "../../web/history.ts";
import { readInto } from "../../web/tried_rows.ts";
import type { Say } from "../replay/recorded_group.ts";
import { FACTORS, neighbour } from "./neighbours.ts";
import { type BacktestReport, reportOf } from "./report.ts";

/** What rules are tried on: rows with `fromMs < time <= toMs`. */
export interface HistorySpan {
  /** `null`: every one of which there are rows in the span. */
  readonly symbols: readonly string[] | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * One report for each symbol. What stored rows cannot tell of is named in it.
 *
 * @throws {HistoryUnavailable}
 */
export async function backtestHistory(
  history: Pick<PostgresHistory, "storedRows" | "symbols">,
  { symbols, fromMs, toMs }: HistorySpan,
  book: RuleBook,
  say: Say,
): Promise<BacktestReport[]> {
  const reports: BacktestReport[] = [];
  for (const symbol of symbols ?? await history.symbols()) {
    // Of one that is switched off nothing is told.
    const booked = bookedFor(book, symbol).filter(({ isOn }) => isOn);
    const { rules, untried, leadMs, columns } = planTrial(booked);
    const runs = FACTORS.map((factor) => {
      const moved = rules.map((rule) => neighbour(rule, factor));
      return new Trial({ market: marketOf(symbol), rules: moved, fromMs, toMs });
    });
    const query = { symbol, fromMs: fromMs - leadMs, toMs, columns };
    const count = await readInto(runs, history, query, Infinity);
    say(`${symbol}: ${count} rows, those before the span included`);
    const tried = runs.map((run) => run.finish());
    const asIs = tried[FACTORS.indexOf(1)];
    if (asIs === undefined || symbols === null && asIs.rows === 0) continue;
    const { episodes: _episodes, episodesLeftOut: _left, rules: _rules, ...told } = asIs;
    reports.push({
      ...reportOf(symbol, rules, asIs.liveMs, tried.map((report) => report.rules)),
      history: {
        ...told,
        fromMs,
        toMs,
        untried,
        learning: learningIn(asIs),
        unknown: unknownIn(asIs),
      },
    });
  }
  return reports;
}

function learningIn({ rules }: TrialReport) {
  return rules.filter(({ learningMs }) => learningMs > 0)
    .map(({ rule, learningMs }) => ({ rule, learningMs }));
}

/** Of rules whose value was not known for some of the live time: for how long, and why. */
function unknownIn({ rules }: TrialReport) {
  return rules.flatMap(({ rule, unknownMs: { not_live: _, ...unknownMs } }) =>
    Object.keys(unknownMs).length === 0 ? [] : [{ rule, unknownMs }]
  );
}
