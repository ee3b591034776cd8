/** The command line of `deno task bench`. */
import { type Implementation, IMPLEMENTATIONS } from "./books/book.ts";
import { namesOf, readCommandLine, wholeNumber } from "../flags.ts";

/** What can be measured, in the order in which it is. */
export const MODES = ["a", "b", "t", "c", "deep", "heap", "e", "socket"] as const;

/** What is measured: docs/BENCHMARKS.md explains each letter. */
export type Mode = typeof MODES[number];

/** What to measure. */
export interface BenchOptions {
  readonly modes: readonly Mode[];
  readonly implementations: readonly Implementation[];
  readonly rounds: number;
  /** `null`: the recordings that are there. */
  readonly files: readonly string[] | null;
  /** Where to write the JSON; `null`: nowhere. */
  readonly json: string | null;
  readonly isQuick: boolean;
}

/** What `--help` prints. */
export const USAGE = `deno task bench [--quick] [--modes …] [--implementations …] [--rounds N]
                [--files FILE…] [--json FILE]

  --modes LIST            of ${MODES.join(",")} (default: all)
      a       apply updates that are already parsed
      b       parse the text frame and apply it
      t       b, and the metrics of the ten best levels after every frame
      c       t, and both sides' depth within 0.1, 0.5 and 1 % of mid; burst latency
      deep    c on a book of 1,000 levels a side and on one of 5,000
      heap    bytes allocated per frame over whole passes, in c and in e; without --files on the
              recordings and on tests/fixtures
      e       the whole engine on the mixed stream, and how much more that costs than tier 1 alone
      socket  the same over a WebSocket on loopback: from the look-alike exchange at full speed,
              and from a sender that no receiver keeps up with, beside a handler that only counts
  --implementations LIST  of ${IMPLEMENTATIONS.join(",")} (default: all)
  --rounds N              interleaved rounds, 1 to 100 (default: 5)
  --files FILE…           recordings (default: those in ../shared/recordings, else tests/fixtures)
  --json FILE             write the results as JSON too
  --quick                 one short round on the first file: a look, no measurement`;

const ROUNDS = 5;
const ROUNDS_MAX = 100;
const TAKES = {
  "--modes": "many",
  "--implementations": "many",
  "--rounds": "one",
  "--files": "many",
  "--json": "one",
  "--quick": "none",
} as const;

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseBenchFlags(args: readonly string[]): BenchOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const isQuick = flags.has("--quick");
  return {
    modes: namesOf("--modes", flags, MODES) ?? MODES,
    implementations: namesOf("--implementations", flags, IMPLEMENTATIONS) ?? IMPLEMENTATIONS,
    rounds: wholeNumber(
      "--rounds",
      flags.get("--rounds")?.[0] ?? String(isQuick ? 1 : ROUNDS),
      1,
      ROUNDS_MAX,
    ),
    files: flags.get("--files") ?? null,
    json: flags.get("--json")?.[0] ?? null,
    isQuick,
  };
}
