/**
 * `deno task backtest FILE…`: which episodes the alert rules would have made of recorded data, by the very engine that
 * runs live. Tables on standard output, or with `--json` one JSON object; progress on standard error. What is no
 * recording of Binance spot is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { DEFAULT_ALERT_RULES } from "../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { Episodes, type RuleOutcome } from "./backtest/episodes.ts";
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
  rules: readonly AlertRule[],
  say: Say,
): Promise<BacktestReport[]> {
  const reports: BacktestReport[] = [];
  for (const [symbol, group] of await groupBySymbol(files, readRecording)) {
    const runs: Episodes[] = [];
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
): Promise<Episodes> {
  const found = new Episodes(alertRules);
  const tickLot = await tickLotIn(files);
  const onOutput = found.take.bind(found);
  await replayGroup(
    files,
    { metricsIntervalMs: INTERVAL_MS, tickLot, alertRules, onOutput },
    () => {},
  );
  return found;
}

async function run(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.error(USAGE);
    return 0;
  }
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--json");
  if (unknown !== undefined) {
    throw new FlagError(`Cannot back-test: there is no flag ${unknown}; see --help`);
  }
  const files = args.filter((arg) => !arg.startsWith("-"));
  if (files.length === 0) {
    throw new FlagError(
      "Cannot back-test: name one or more recordings: deno task backtest FILE…; see --help",
    );
  }
  const reports = await backtest(files, DEFAULT_ALERT_RULES, console.error);
  if (args.includes("--json")) {
    console.log(JSON.stringify({ factors: FACTORS, symbols: reports }, null, 2));
  } else console.log(reports.map(shownReport).join("\n\n"));
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
