/** The command line of `deno task backtest`. */
import { symbolProblem } from "../../shared/symbol_list.ts";
import { TIME_MAX_MS } from "../../web/query.ts";
import { FlagError, readCommandLine } from "../flags.ts";

interface Wishes {
  /** `null`: the rules that are built in. */
  readonly rulesFile: string | null;
  readonly isJson: boolean;
}

/** What rules are tried on. */
export type BacktestTask =
  | { readonly kind: "help" }
  | { readonly kind: "files"; readonly files: readonly string[] } & Wishes
  | {
    readonly kind: "history";
    /** `null`: every one of which something is stored. */
    readonly symbols: readonly string[] | null;
    /** Rows with `fromMs < time <= toMs`, UTC. */
    readonly fromMs: number;
    readonly toMs: number;
  } & Wishes;

/** For a person. */
export const USAGE =
  `deno task backtest FILE…      episodes of each alert rule in recorded data, and how many there were with its line
                              nearer to what is usual or farther away
deno task backtest --history  the same over what a monitor has stored: in the PostgreSQL of DATABASE_URL, or in DATA_DIR
                              while no monitor runs on it; both are taken from the environment and .env
  --symbol BTCUSDT,ETHUSDT    of these; otherwise of all that are stored
  --from TIME --to TIME       2025-01-31, 2025-01-31T12:30, or UTC milliseconds, all UTC; otherwise the last 24 hours
  --rules FILE                by the rules of a file, written like RULES_FILE; otherwise by those that are built in
  --json                      for a program
Recordings may be plain or gzip; those of one symbol are one stream, in the order given.`;

const TAKES = {
  "--rules": "one",
  "--symbol": "one",
  "--from": "one",
  "--to": "one",
  "--json": "none",
  "--history": "none",
} as const;
const CANNOT = "Cannot back-test: ";
const OF_HISTORY = ["--symbol", "--from", "--to"] as const;
const DAY_MS = 86_400_000;

/** @throws {FlagError} in one line, for what cannot be meant. */
export function parseBacktest(args: readonly string[], nowMs: number): BacktestTask {
  const line = readCommandLine(args, TAKES, { takesFiles: true, cannot: CANNOT });
  if (line === "help") return { kind: "help" };
  const { flags, files } = line;
  const values = new Map([...flags].map(([flag, [value = ""]]) => [flag, value]));
  const wishes = { rulesFile: values.get("--rules") ?? null, isJson: flags.has("--json") };
  if (flags.has("--history")) {
    if (files.length > 0) throw wrong(`--history goes without files, received ${files[0]}`);
    return { kind: "history", ...wishes, ...spanOf(values, nowMs), symbols: symbolsOf(values) };
  }
  const stray = OF_HISTORY.find((flag) => values.has(flag));
  if (stray !== undefined) throw wrong(`${stray} goes with --history`);
  if (files.length > 0) return { kind: "files", files, ...wishes };
  throw wrong("name one or more recordings, deno task backtest FILE…, or say --history");
}

function symbolsOf(values: ReadonlyMap<string, string>): readonly string[] | null {
  const text = values.get("--symbol");
  if (text === undefined) return null;
  const symbols = [...new Set(text.split(","))];
  for (const symbol of symbols) {
    const problem = symbolProblem(symbol);
    if (problem !== null) throw wrong(`each of --symbol ${problem}`);
  }
  return symbols;
}

function spanOf(
  values: ReadonlyMap<string, string>,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const toMs = timeOf("--to", values) ?? nowMs;
  const fromMs = timeOf("--from", values) ?? toMs - DAY_MS;
  if (fromMs < toMs) return { fromMs, toMs };
  throw wrong("--from must be before --to");
}

/** A date, and what may follow it. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** A time without a zone is UTC. */
function timeOf(flag: string, values: ReadonlyMap<string, string>): number | null {
  const text = values.get(flag);
  if (text === undefined) return null;
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : isoTime(text);
  if (ms >= 0 && ms <= TIME_MAX_MS) return ms;
  throw wrong(`${flag} must be a time, as 2025-01-31T12:30 or UTC milliseconds, received ${text}`);
}

/** `NaN`: it is none. `Date.parse` reads much else, and takes a 30 February for a day of March. */
function isoTime(text: string): number {
  const [, date, time = "T00:00", zone = "Z"] = ISO.exec(text) ?? [];
  if (date === undefined) return NaN;
  const midnight = new Date(date);
  const isDay = Number.isFinite(midnight.getTime()) && midnight.toISOString().startsWith(date);
  return isDay ? Date.parse(date + time + zone) : NaN;
}

function wrong(what: string): FlagError {
  return new FlagError(`${CANNOT}${what}; see --help`);
}
