/**
 * `deno task backtest FILE…`: which episodes the alert rules would have made of recorded data, by the very engine that
 * runs live. Tables on standard output, or with `--json` one JSON object; progress on standard error. What is no
 * recording of Binance spot is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { RulesFile } from "../actors/alert_rules/rules_file.ts";
import { builtInBook, type RuleBook, rulesOf } from "../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../shared/alert_rules/rules_file.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../shared/catalogue/settings.ts";
import { EpisodeLog, type RuleOutcome } from "../actors/rule_trial/episode_log.ts";
import { FACTORS, hasNeighbours, neighbour } from "./backtest/neighbours.ts";
import { type BacktestReport, shownReport } from "./backtest/report.ts";
import { FlagError } from "./flags.ts";
import { readRecording, RecordingError } from "./recording.ts";
import { replayGroup, type Say, tickLotIn } from "./replay/recorded_group.ts";
import { groupBySymbol } from "./replay_run.ts";

/** Rows, by which live time is counted. */
const INTERVAL_MS = 1_000;

const USAGE =
  `deno task backtest [--json] FILE…  episodes of each alert rule in recorded data, and how many there
                                   were with its line nearer to what is usual or farther away
Recordings may be plain or gzip; those of one symbol are one stream, in the order given.`;

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
    const outcomes = runs.map((run) => run.outcomes());
    const asIs = FACTORS.indexOf(1);
    const canMove = rules.flatMap((rule) => rule.sources.map(() => hasNeighbours(rule)));
    reports.push({
      symbol,
      liveMs: runs[asIs]?.liveMs ?? 0,
      rules: (outcomes[asIs] ?? []).map((outcome, i) => ({
        ...outcome,
        neighbours: canMove[i] ? outcomes.map((of) => episodes(of[i])) : null,
      })),
    });
  }
  return reports;
}

function episodes(outcome: RuleOutcome | undefined): number {
  return outcome?.episodes ?? 0;
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

interface Asked {
  readonly files: readonly string[];
  /** `null`: those that are built in. */
  readonly rulesFile: string | null;
  readonly isJson: boolean;
}

/** @throws {FlagError} for what cannot be meant. */
function parse(args: readonly string[]): Asked {
  const files: string[] = [];
  let rulesFile: string | null = null;
  let isJson = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("-")) files.push(arg);
    else if (arg === "--json") isJson = true;
    else if (arg === "--rules") {
      i += 1;
      rulesFile = args[i] ?? null;
      if (rulesFile === null) {
        throw new FlagError("Cannot back-test: --rules needs a file; see --help");
      }
    } else throw new FlagError(`Cannot back-test: there is no flag ${arg}; see --help`);
  }
  if (files.length > 0) return { files, rulesFile, isJson };
  throw new FlagError(
    "Cannot back-test: name one or more recordings: deno task backtest FILE…; see --help",
  );
}

/** @throws {FlagError} in one line that names the file and what is wrong with it. */
async function bookOf(rulesFile: string | null): Promise<RuleBook> {
  if (rulesFile === null) return builtInBook(DEFAULT_SETTINGS);
  const found = await new RulesFile("", rulesFile).read();
  const problem = (reason: string) => new FlagError(`Cannot back-test by ${rulesFile}: ${reason}`);
  if (found.kind === "absent") throw problem("it is not there");
  if (found.kind === "unreadable") throw problem(`it ${found.reason}`);
  try {
    return readRulesFile(found.text, DEFAULT_SETTINGS);
  } catch (error) {
    throw error instanceof RulesProblem ? problem(error.message) : error;
  }
}

async function run(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.error(USAGE);
    return 0;
  }
  const { files, rulesFile, isJson } = parse(args);
  const reports = await backtest(files, await bookOf(rulesFile), console.error);
  if (isJson) console.log(JSON.stringify({ factors: FACTORS, symbols: reports }, null, 2));
  else console.log(reports.map(shownReport).join("\n\n"));
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof RecordingError || error instanceof FlagError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
