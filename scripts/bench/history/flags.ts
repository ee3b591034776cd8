/** The command line of `deno task bench:history`. */
import { namesOf, readCommandLine, wholeNumber } from "../../flags.ts";

/** The two kinds of database that history may be in. */
export const STORES = ["postgres", "pglite"] as const;

/** PostgreSQL as a server, or the embedded one. */
export type StoreKind = typeof STORES[number];

/** What to measure. */
export interface HistoryBenchOptions {
  readonly stores: readonly StoreKind[];
  /** Where the databases are kept from run to run. */
  readonly folder: string;
  /** How often each question is asked. */
  readonly samples: number;
  /** For how long the CPU time of writing is taken. */
  readonly seconds: number;
  /** Where to write the JSON; `null`: nowhere. */
  readonly json: string | null;
  readonly isQuick: boolean;
}

/** What `--help` prints. */
export const USAGE =
  `deno task bench:history [--quick] [--stores LIST] [--folder DIR] [--samples N] [--seconds N] [--json FILE]

  --stores LIST   of ${STORES.join(",")} (default: both); PostgreSQL is started on a free port
  --folder DIR    where the filled databases are kept from run to run, some 10 GB each (default: in the user's cache)
  --samples N     how often each question is asked, 1 to 10000 (default: 300)
  --seconds N     for how long the CPU time of writing 200 symbols is taken, 1 to 3600 (default: 120)
  --json FILE     write the results as JSON too
  --quick         a hundredth of the rows, made anew and removed: a look, no measurement`;

const TAKES = {
  "--stores": "many",
  "--folder": "one",
  "--samples": "one",
  "--seconds": "one",
  "--json": "one",
  "--quick": "none",
} as const;
const FULL = { samples: 300, seconds: 120 };
const QUICK = { samples: 10, seconds: 3 };

/**
 * Reads the command line; `cacheFolder` is where databases are kept when nothing is said.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseHistoryBench(
  args: readonly string[],
  cacheFolder: string,
): HistoryBenchOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const isQuick = flags.has("--quick");
  const otherwise = isQuick ? QUICK : FULL;
  const one = (name: keyof typeof TAKES) => flags.get(name)?.[0];
  return {
    stores: namesOf("--stores", flags, STORES) ?? STORES,
    folder: one("--folder") ?? cacheFolder,
    samples: wholeNumber("--samples", one("--samples") ?? String(otherwise.samples), 1, 10_000),
    seconds: wholeNumber("--seconds", one("--seconds") ?? String(otherwise.seconds), 1, 3_600),
    json: one("--json") ?? null,
    isQuick,
  };
}
