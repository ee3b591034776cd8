/** The command line of `deno task bench:scale`. */
import { FlagError, namesOf, readCommandLine, wholeNumber, wholeNumbersOf } from "../../flags.ts";

/** How symbols are hosted: `plain` gives each a worker of its own, `auto` is what an operator gets. */
export const HOSTINGS = ["plain", "auto"] as const;
/** One of them. */
export type Hosting = typeof HOSTINGS[number];

/** What to measure. */
export interface ScaleBenchOptions {
  /** How many symbols the monitor follows, one run each. */
  readonly symbols: readonly number[];
  /** On how many cores; `usual`: on one and on two, as far as they are there; `all`: as many as there are. */
  readonly cores: readonly number[] | "usual" | "all";
  readonly hosting: readonly Hosting[];
  /** For how long each run is watched once its symbols are live. */
  readonly seconds: number;
  /** For how long it runs before that. */
  readonly settleSeconds: number;
  /** Random faults a minute of the look-alike exchange; `null`: it is a fair one. */
  readonly chaosPerMinute: number | null;
  /** Where to write the JSON; `null`: nowhere. */
  readonly json: string | null;
}

/** What `--help` prints. */
export const USAGE =
  `deno task bench:scale [--quick] [--symbols N,…] [--cores N,…] [--hosting LIST] [--minutes N]
                      [--chaos N] [--json FILE]

  --symbols N,…   how many symbols the monitor follows, 0 to 500, one run each (default: 1,5,20,50,100,200)
  --cores N,…     on how many cores, one run each (default: 1,2, as far as they are there); the exchange runs on others
                  where there are some
  --hosting LIST  of plain,auto (default: both): a worker for each symbol, or what SYMBOLS_PER_WORKER=auto gives; where
                  that is the same it is measured once
  --minutes N     for how long each run is watched, 1 to 600 (default: 2)
  --chaos N       so many random faults a minute at the exchange (default: none)
  --json FILE     write the results as JSON too
  --quick         5 symbols on all cores for ten seconds, as they are hosted by default: a look, no measurement`;

const TAKES = {
  "--symbols": "many",
  "--cores": "many",
  "--hosting": "many",
  "--minutes": "one",
  "--chaos": "one",
  "--json": "one",
  "--quick": "none",
} as const;
const FULL = {
  symbols: [1, 5, 20, 50, 100, 200],
  cores: "usual" as const,
  hosting: HOSTINGS,
  seconds: 120,
};
const QUICK = { symbols: [5], cores: "all" as const, hosting: ["auto"] as const, seconds: 10 };
const SETTLE_SECONDS = { full: 20, quick: 1 };
const SYMBOLS_MAX = 500;
const CORES_MAX = 1_024;
const MINUTES_MAX = 600;
const CHAOS_MAX = 100_000;

/**
 * The numbers of cores to measure on, of as many as there are.
 *
 * @throws {FlagError} when there are not as many.
 */
export function coreCounts(cores: ScaleBenchOptions["cores"], there: number): readonly number[] {
  if (cores === "all") return [there];
  if (cores === "usual") return [1, 2].filter((count) => count <= there);
  const most = Math.max(...cores);
  if (most <= there) return cores;
  throw new FlagError(`--cores must be at most ${there}, which are here, received "${most}"`);
}

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseScaleBench(args: readonly string[]): ScaleBenchOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const isQuick = flags.has("--quick");
  const otherwise = isQuick ? QUICK : FULL;
  const one = (name: keyof typeof TAKES) => flags.get(name)?.[0];
  const minutes = one("--minutes");
  const chaos = one("--chaos");
  return {
    symbols: wholeNumbersOf("--symbols", flags, 0, SYMBOLS_MAX) ?? otherwise.symbols,
    cores: wholeNumbersOf("--cores", flags, 1, CORES_MAX) ?? otherwise.cores,
    hosting: namesOf("--hosting", flags, HOSTINGS) ?? otherwise.hosting,
    seconds: minutes === undefined
      ? otherwise.seconds
      : wholeNumber("--minutes", minutes, 1, MINUTES_MAX) * 60,
    settleSeconds: isQuick ? SETTLE_SECONDS.quick : SETTLE_SECONDS.full,
    chaosPerMinute: chaos === undefined ? null : wholeNumber("--chaos", chaos, 1, CHAOS_MAX),
    json: one("--json") ?? null,
  };
}
