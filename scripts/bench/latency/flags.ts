/** The command line of `deno task bench:latency`. */
import { namesOf, readCommandLine, wholeNumber, wholeNumbersOf } from "../../flags.ts";
import { type Peer, PEERS } from "./peer_packages.ts";

/** What to measure. */
export interface LatencyBenchOptions {
  /** How many symbols the monitor follows, one run each. */
  readonly symbols: readonly number[];
  /** For how long events are watched in each run. */
  readonly seconds: number;
  /** Who is measured beside the monitor. */
  readonly peers: readonly Peer[];
  /** Where to write the JSON; `null`: nowhere. */
  readonly json: string | null;
}

/** With more symbols a peer's first books no longer fit into a minute of the exchange's weight, which it does not heed. */
export const PEER_SYMBOLS_MAX = 50;

/** What `--help` prints. */
export const USAGE =
  `deno task bench:latency [--quick] [--symbols N,…] [--seconds N] [--peers LIST] [--json FILE]

  --symbols N,…  how many symbols the monitor follows, 1 to 500, one run each (default: 1,5,20,50,100,200)
  --seconds N    for how long events are watched in each run, 1 to 3600 (default: 120)
  --peers LIST   of ${
    PEERS.join(",")
  }, or none: who is measured beside the monitor, by their latency, processor time, and
                 how many of ten lost frames they notice, where there are at most ${PEER_SYMBOLS_MAX} symbols (default: all)
  --json FILE    write the results as JSON too
  --quick        5 symbols for 10 seconds, no peers: a look, no measurement`;

const TAKES = {
  "--symbols": "many",
  "--seconds": "one",
  "--peers": "many",
  "--json": "one",
  "--quick": "none",
} as const;
const FULL = { symbols: [1, 5, 20, 50, 100, 200], seconds: 120, peers: PEERS };
const QUICK = { symbols: [5], seconds: 10, peers: [] };
const SYMBOLS_MAX = 500;
const SECONDS_MAX = 3_600;

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseLatencyBench(args: readonly string[]): LatencyBenchOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const { flags } = line;
  const otherwise = flags.has("--quick") ? QUICK : FULL;
  const named = namesOf("--peers", flags, [...PEERS, "none"]);
  const seconds = flags.get("--seconds")?.[0] ?? String(otherwise.seconds);
  return {
    symbols: wholeNumbersOf("--symbols", flags, 1, SYMBOLS_MAX) ?? otherwise.symbols,
    peers: named === null ? otherwise.peers : PEERS.filter((peer) => named.includes(peer)),
    seconds: wholeNumber("--seconds", seconds, 1, SECONDS_MAX),
    json: flags.get("--json")?.[0] ?? null,
  };
}
