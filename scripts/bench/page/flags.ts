/** The command line of `deno task bench:page`. */
import { readCommandLine, wholeNumber } from "../../flags.ts";

/** What to measure. */
export interface PageBenchOptions {
  /** How long the desk is watched. */
  readonly minutes: number;
  /** For how many minutes it has been open before. */
  readonly settle: number;
  /** How many rows the overview has. */
  readonly rows: number;
  /** Where to write the JSON; `null`: nowhere. */
  readonly json: string | null;
  /** Where to write a processor profile of the desk; `null`: none is taken. */
  readonly profile: string | null;
  readonly isQuick: boolean;
}

/** What `--help` prints. */
export const USAGE =
  `deno task bench:page [--quick] [--minutes N] [--settle N] [--rows N] [--json FILE] [--profile FILE]

  --minutes N     for how long the desk is watched, 1 to 600 (default: 10)
  --settle N      for how many minutes it has been open before, 1 to 600 (default: 16, after which what a page keeps of the
                  last quarter of an hour grows no more)
  --rows N        symbols of the overview, 4 to 500 (default: 200)
  --json FILE     write the results as JSON too
  --profile FILE  write a processor profile of half a minute of the desk too, as DevTools reads it
  --quick         one minute after one, an overview of 20 rows: a look, no measurement`;

const TAKES = {
  "--minutes": "one",
  "--settle": "one",
  "--rows": "one",
  "--json": "one",
  "--profile": "one",
  "--quick": "none",
} as const;
const FULL = { minutes: 10, settle: 16, rows: 200 };
const QUICK = { minutes: 1, settle: 1, rows: 20 };
const MINUTES_MAX = 600;
/** The symbols of the desk are among them. */
const ROWS_MIN = 4;
const ROWS_MAX = 500;

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parsePageBench(args: readonly string[]): PageBenchOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const isQuick = flags.has("--quick");
  const otherwise = isQuick ? QUICK : FULL;
  const one = (name: keyof typeof TAKES) => flags.get(name)?.[0];
  const minutes = (name: "--minutes" | "--settle", usual: number) =>
    wholeNumber(name, one(name) ?? String(usual), 1, MINUTES_MAX);
  return {
    minutes: minutes("--minutes", otherwise.minutes),
    settle: minutes("--settle", otherwise.settle),
    rows: wholeNumber("--rows", one("--rows") ?? String(otherwise.rows), ROWS_MIN, ROWS_MAX),
    json: one("--json") ?? null,
    profile: one("--profile") ?? null,
    isQuick,
  };
}
