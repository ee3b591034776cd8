/** The command line of `deno task exchange`. */
import type { ExchangeOptions, FaultsAtStart } from "./exchange.ts";
import { shownName, symbolProblem } from "../../shared/symbol_list.ts";
import { FlagError, readCommandLine, wholeNumber } from "../flags.ts";
import { parseFaults } from "./fault_script.ts";
import { FAULT_KINDS, FAULTS } from "./faults.ts";
import { parsePlanted, PLANTED_KINDS, type PlantedEvent } from "./planted_event.ts";

/** The port of Binance's own streams. */
export const DEFAULT_PORT = 9443;
const SPEED_MAX = 10_000;
const CHAOS_MAX = 100_000;

/** What `--help` prints. */
export const USAGE = `deno task exchange --simulate SYMBOL,… [--seed N]
deno task exchange --replay FILE… [--speed N|max] [--loop] [--keep-times]

  --simulate SYMBOL,…  a believable random market, e.g. BTCUSDT,ETHUSDT
  --events SCRIPT|FILE what happens in it, and when, or none (default: all kinds, now and then), e.g.
                       "pressure at=20s side=ask for=8s; sweep at=40s bps=15 symbol=BTCUSDT"
                       (GET /sim/events of a running exchange: what was planted, and when)
  --seed N             the same seed gives the same market (default: 1)
  --replay FILE…       recordings, plain or gzip; files of one symbol are one stream
  --speed N            pace, 1 is real time, max as fast as clients read (default: 1)
  --loop               start over at the end; ids and times go on rising
  --keep-times         leave recorded times as they are
  --hold               wait for the first subscriber (and its snapshot) of each symbol
  --port N             default ${DEFAULT_PORT}, 0 for any free port
  --host HOST          default 127.0.0.1
  --faults SCRIPT|FILE what goes wrong on the wire, e.g.
                       "gap symbol=BTCUSDT stream=depth after=20; banned at=30s seconds=60"
  --chaos N            so many random faults a minute of market time, from the seed
                       (POST a script to /sim/faults of a running exchange; GET counts; DELETE ends)

Events: KIND at=TIME side=bid|ask for=TIME bps=N ticks=N usd=N symbol=S. Kinds:
${Object.entries(PLANTED_KINDS).map(([kind, text]) => `  ${kind.padEnd(18)} ${text}`).join("\n")}

Fault rules are one a line or between semicolons, or a JSON array: KIND at=TIME after=COUNT times=N rate=P
every=TIME for=TIME symbol=S stream=depth|bookTicker|trade|aggTrade connection=N path=depth … Kinds:
${FAULT_KINDS.map((kind) => `  ${kind.padEnd(18)} ${FAULTS[kind].text}`).join("\n")}`;

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseFlags(args: readonly string[]): ExchangeOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  return options(line.flags);
}

const TAKES = {
  "--simulate": "many",
  "--events": "one",
  "--seed": "one",
  "--replay": "many",
  "--speed": "one",
  "--loop": "none",
  "--keep-times": "none",
  "--hold": "none",
  "--port": "one",
  "--host": "one",
  "--faults": "one",
  "--chaos": "one",
} as const;

function options(flags: ReadonlyMap<string, readonly string[]>): ExchangeOptions {
  const simulate = flags.get("--simulate");
  const replay = flags.get("--replay");
  if ((simulate === undefined) === (replay === undefined)) {
    throw new FlagError("give either --simulate SYMBOL,… or --replay FILE…; see --help");
  }
  const hasFaults = flags.has("--faults") || flags.has("--chaos");
  const unused = simulate
    ? ["--loop", "--keep-times"]
    : hasFaults
    ? ["--events"]
    : ["--seed", "--events"];
  for (const name of unused) {
    if (flags.has(name)) {
      throw new FlagError(`${name} has no meaning with ${simulate ? "--simulate" : "--replay"}`);
    }
  }
  const speed = flags.get("--speed")?.[0] ?? "1";
  return {
    source: simulate
      ? {
        kind: "simulate",
        symbols: symbols(simulate),
        seed: wholeNumber("--seed", flags.get("--seed")?.[0] ?? "1", 0, Number.MAX_SAFE_INTEGER),
        ...events(flags),
      }
      : {
        kind: "replay",
        files: replay ?? [],
        loop: flags.has("--loop"),
        keepTimes: flags.has("--keep-times"),
      },
    host: flags.get("--host")?.[0] ?? "127.0.0.1",
    port: wholeNumber("--port", flags.get("--port")?.[0] ?? String(DEFAULT_PORT), 0, 65_535),
    speed: pace(speed),
    holdUntilSubscribed: flags.has("--hold"),
    ...(hasFaults ? { faults: faults(flags) } : {}),
  };
}

function events(flags: ReadonlyMap<string, readonly string[]>): { events?: PlantedEvent[] } {
  const script = flags.get("--events")?.[0];
  if (script === undefined) return {};
  if (script === "none") return { events: [] };
  return { events: readScript("--events", script, parsePlanted) };
}

function faults(flags: ReadonlyMap<string, readonly string[]>): FaultsAtStart {
  const script = flags.get("--faults")?.[0];
  const perMinute = flags.get("--chaos")?.[0];
  const seed = flags.get("--seed")?.[0] ?? "1";
  if (perMinute !== undefined && !(Number(perMinute) > 0 && Number(perMinute) <= CHAOS_MAX)) {
    throw new FlagError(`--chaos must be above 0, to ${CHAOS_MAX}, received "${perMinute}"`);
  }
  return {
    seed: wholeNumber("--seed", seed, 0, Number.MAX_SAFE_INTEGER),
    ...(script === undefined ? {} : {
      script: readScript("--faults", script, (text) => {
        parseFaults(text);
        return text;
      }),
    }),
    ...(perMinute === undefined ? {} : { chaosPerMinute: Number(perMinute) }),
  };
}

/** What `parse` makes of the script itself, or of what the file of this name holds. */
function readScript<Script>(flag: string, value: string, parse: (text: string) => Script): Script {
  try {
    return parse(/\.(?:json|txt)$/.test(value) ? Deno.readTextFileSync(value) : value);
  } catch (error) {
    if (error instanceof RangeError) throw new FlagError(`${flag}: ${error.message}`);
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new FlagError(`${flag}: ${value} cannot be read: no such file`);
  }
}

function symbols(values: readonly string[]): string[] {
  const list = values.flatMap((value) => value.split(",")).map((s) => s.trim()).filter((s) => s);
  for (const symbol of list) {
    const problem = symbolProblem(symbol);
    if (problem !== null) {
      throw new FlagError(`--simulate ${problem}, received "${shownName(symbol)}"`);
    }
  }
  if (list.length === 0) throw new FlagError("--simulate needs at least one symbol");
  return [...new Set(list)];
}

function pace(text: string): number {
  if (text === "max") return Infinity;
  const value = Number(text);
  if (!(value > 0 && value <= SPEED_MAX)) {
    throw new FlagError(`--speed must be above 0, to ${SPEED_MAX}, or max, received "${text}"`);
  }
  return value;
}
