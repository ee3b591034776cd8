/**
 * `deno task backtest FILE…`: which episodes the alert rules would have made of recorded data, by the very engine that
 * runs live; `--history`: of what a monitor has stored, by the engine's own rules. Tables on standard output, or with
 * `--json` one JSON object; progress on standard error. What cannot be read is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { RulesFile } from "../actors/alert_rules/rules_file.ts";
import { DataFolderError } from "../actors/data_lock.ts";
import { EpisodeLog } from "../actors/rule_trial/episode_log.ts";
import { DatabaseRefusal } from "../actors/store/database.ts";
import { builtInBook, type RuleBook, rulesOf } from "../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../shared/alert_rules/rules_file.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS, type MetricSettings } from "../shared/catalogue/settings.ts";
import { ConfigError } from "../shared/config.ts";
import { HistoryUnavailable } from "../web/history_unavailable.ts";
import { type BacktestTask, parseBacktest, USAGE } from "./backtest/flags.ts";
import { FACTORS, neighbour } from "./backtest/neighbours.ts";
import { backtestHistory } from "./backtest/over_history.ts";
import { type BacktestReport, reportOf, shownReport } from "./backtest/report.ts";
import { openStoredHistory, unreadable } from "./backtest/stored_history.ts";
import { FlagError } from "./flags.ts";
import { readRecording, RecordingError } from "./recording.ts";
import { replayGroup, type Say, tickLotIn } from "./replay/recorded_group.ts";
import { groupBySymbol } from "./replay_run.ts";

/** Rows, by which live time is counted. */
const INTERVAL_MS = 1_000;

/**
 * Back-tests rules on recordings, one report for each symbol, in the order in which the symbols come first. A run
 * for each of the neighbours: rules inhibit each other and share a budget of notifications, so none may run beside them.
 *
 * @throws {RecordingError} in one line, for the first that cannot be replayed.
 */
export async function backtest(
  files: readonly string[],
  book: RuleBook,
  say: Say,
): Promise<BacktestReport[]> {
  const reports: BacktestReport[] = [];
  for (const [symbol, group] of await groupBySymbol(files, readRecording)) {
    const rules = rulesOf(book, symbol);
    const runs: EpisodeLog[] = [];
    for (const factor of FACTORS) {
      say(`${symbol}, lines ×${factor}`);
      const moved = rules.map((rule) => neighbour(rule, factor));
      runs.push(await episodesOf(group, moved));
    }
    const liveMs = runs[FACTORS.indexOf(1)]?.liveMs ?? 0;
    reports.push(reportOf(symbol, rules, liveMs, runs.map((run) => run.outcomes())));
  }
  return reports;
}

async function episodesOf(
  files: readonly string[],
  alertRules: readonly AlertRule[],
): Promise<EpisodeLog> {
  const found = new EpisodeLog(alertRules);
  const tickLot = await tickLotIn(files);
  const onOutput = found.take.bind(found);
  await replayGroup(
    files,
    { metricsIntervalMs: INTERVAL_MS, tickLot, alertRules, onOutput },
    () => {},
  );
  return found;
}

/** @throws {FlagError} in one line that names the file and what is wrong with it. */
async function bookOf(rulesFile: string | null, settings: MetricSettings): Promise<RuleBook> {
  if (rulesFile === null) return builtInBook(settings);
  const found = await new RulesFile("", rulesFile).read();
  const problem = (reason: string) => new FlagError(`Cannot back-test by ${rulesFile}: ${reason}`);
  if (found.kind === "absent") throw problem("it is not there");
  if (found.kind === "unreadable") throw problem(`it ${found.reason}`);
  try {
    return readRulesFile(found.text, settings);
  } catch (error) {
    throw error instanceof RulesProblem ? problem(error.message) : error;
  }
}

type HistoryTask = Extract<BacktestTask, { kind: "history" }>;

async function overHistory(task: HistoryTask): Promise<BacktestReport[]> {
  const { history, settings, close } = await openStoredHistory();
  try {
    const book = await bookOf(task.rulesFile, settings);
    return await backtestHistory(history, task, book, console.error);
  } catch (error) {
    throw error instanceof HistoryUnavailable ? unreadable(error) : error;
  } finally {
    await close();
  }
}

async function run(args: readonly string[]): Promise<number> {
  const task = parseBacktest(args, Date.now());
  if (task.kind === "help") {
    console.error(USAGE);
    return 0;
  }
  const reports = task.kind === "history"
    ? await overHistory(task)
    : await backtest(task.files, await bookOf(task.rulesFile, DEFAULT_SETTINGS), console.error);
  if (reports.length === 0) throw new FlagError("Cannot back-test: nothing is stored of that time");
  if (task.isJson) console.log(JSON.stringify({ factors: FACTORS, symbols: reports }, null, 2));
  else console.log(reports.map(shownReport).join("\n\n"));
  return 0;
}

/** What a person can mend is said in one line. */
const OPERATORS = [RecordingError, FlagError, ConfigError, DataFolderError, DatabaseRefusal];

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof Error) || !OPERATORS.some((kind) => error instanceof kind)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
