/** The command line of `deno task record`. */
import { shownName, symbolProblem } from "../../shared/symbol_list.ts";
import { FlagError, readCommandLine, wholeNumber } from "../flags.ts";

/** What to record. */
export interface RecordOptions {
  readonly symbols: readonly string[];
  /** One path per symbol, in the order of `symbols`. */
  readonly paths: readonly string[];
  /** `null`: until a signal. */
  readonly seconds: number | null;
  readonly restUrl: string;
  readonly wsUrl: string;
  /** Levels a side of a snapshot. */
  readonly limit: number;
}

/** What `--help` prints. */
export const RECORD_USAGE = `deno task record --symbols SYMBOL,… --out FILE [--seconds N]

  --symbols SYMBOL,…  e.g. BTCUSDT,ETHUSDT
  --out FILE          one file per symbol: {symbol} in the name is replaced, else the symbol is
                      added before the extension; gzip when it ends in .gz
  --seconds N         default: until Ctrl-C
  --limit N           levels a side of the snapshot, 1 to 5000 (default: 5000)
  --rest-url URL      default: the first of EXCHANGE_REST_URL, else Binance's
  --ws-url URL        default: the first of EXCHANGE_WS_URL, else Binance's`;

const SYMBOLS_MAX = 100;
const SECONDS_MAX = 30 * 24 * 3_600;
const LIMIT_MAX = 5_000;
const TAKES = {
  "--symbols": "one",
  "--out": "one",
  "--seconds": "one",
  "--limit": "one",
  "--rest-url": "one",
  "--ws-url": "one",
} as const;

/**
 * Reads the command line.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function parseRecordFlags(
  args: readonly string[],
  urls: { readonly restUrl: string; readonly wsUrl: string },
): RecordOptions | "help" {
  const line = readCommandLine(args, TAKES);
  if (line === "help") return "help";
  const flags = new Map([...line.flags].map(([flag, [value = ""]]) => [flag, value]));
  const symbols = symbolList(flags.get("--symbols"));
  const out = flags.get("--out");
  if (out === undefined) throw new FlagError("--out is missing: the file to write");
  const seconds = flags.get("--seconds");
  return {
    symbols,
    paths: symbols.map((symbol) => pathFor(out, symbol, symbols.length)),
    seconds: seconds === undefined ? null : wholeNumber("--seconds", seconds, 1, SECONDS_MAX),
    limit: wholeNumber("--limit", flags.get("--limit") ?? String(LIMIT_MAX), 1, LIMIT_MAX),
    restUrl: baseUrl("--rest-url", flags.get("--rest-url") ?? urls.restUrl, ["http:", "https:"]),
    wsUrl: baseUrl("--ws-url", flags.get("--ws-url") ?? urls.wsUrl, ["ws:", "wss:"]),
  };
}

function symbolList(text: string | undefined): string[] {
  const list = (text ?? "").split(",").map((s) => s.trim()).filter((s) => s !== "");
  if (list.length === 0) throw new FlagError("--symbols is missing, e.g. --symbols BTCUSDT");
  if (list.length > SYMBOLS_MAX) throw new FlagError(`--symbols names at most ${SYMBOLS_MAX}`);
  for (const symbol of list) {
    const problem = symbolProblem(symbol);
    if (problem !== null) {
      throw new FlagError(`--symbols ${problem}, received "${shownName(symbol)}"`);
    }
  }
  return [...new Set(list)];
}

function pathFor(out: string, symbol: string, count: number): string {
  if (out.includes("{symbol}")) return out.replaceAll("{symbol}", symbol.toLowerCase());
  if (count === 1) return out;
  const slash = out.lastIndexOf("/") + 1;
  const name = out.slice(slash);
  const dot = name.indexOf(".") > 0 ? name.indexOf(".") : name.length;
  return `${out.slice(0, slash)}${name.slice(0, dot)}_${symbol.toLowerCase()}${name.slice(dot)}`;
}

function baseUrl(name: string, text: string, schemes: readonly string[]): string {
  if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol)) {
    throw new FlagError(
      `${name} must be a URL that starts with ${schemes.map((s) => `${s}//`).join(" or ")}, ` +
        `received "${text}"`,
    );
  }
  return text.replace(/\/+$/, "");
}
