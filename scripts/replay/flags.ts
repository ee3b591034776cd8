/** The command line of `deno task replay`. */
import { FlagError, readCommandLine, UNITS_MS } from "../flags.ts";
import { TICK_MS } from "../../actors/symbol/engine/event.ts";

/** What a replay prints. */
export type ReplayTask =
  | { readonly kind: "help" }
  /** What it found, as JSON. */
  | { readonly kind: "report"; readonly files: readonly string[] }
  /** Every metric at these update ids, as JSON. */
  | {
    readonly kind: "at";
    readonly ids: readonly number[];
    readonly vpinBucketQty: VpinBucketQty;
    readonly files: readonly string[];
  }
  /** Rows, as CSV. */
  | {
    readonly kind: "every";
    readonly intervalMs: number;
    readonly vpinBucketQty: VpinBucketQty;
    readonly files: readonly string[];
  };

/** As in `ReplayOptions`: `undefined`: nothing was said. */
type VpinBucketQty = number | null | undefined;

/** For a person. */
export const USAGE = `deno task replay FILE…              what was found, as one JSON object
deno task replay --at ID,ID,… FILE…  every metric, or why it is not known, after those updates, as JSON
deno task replay --every 1s FILE…    one row of every metric an interval (100ms … 1h), as CSV
  --vpin-bucket QTY|median           the buckets of vpin: so much of the base asset, or the median minute of the last hour,
                                     as live; 2 of BTCUSDT, 20 of ETHUSDT when it is not said
Recordings may be plain or gzip; those of one symbol are one stream, in the order given.`;

const NAME_FILES = "name one or more recordings: deno task replay FILE…; see --help";
const TAKES = { "--at": "one", "--every": "one", "--vpin-bucket": "one" } as const;
const INTERVAL_MAX_MS = 3_600_000;

/**
 * The task that arguments ask for.
 *
 * @throws {FlagError} when they ask for none, or for two.
 */
export function parseReplay(args: readonly string[]): ReplayTask {
  const line = readCommandLine(args, TAKES, { takesFiles: true, cannot: "Cannot replay: " });
  if (line === "help") return { kind: "help" };
  const { files } = line;
  const asked = (flag: keyof typeof TAKES) => line.flags.get(flag)?.[0];
  const [at, every] = [asked("--at"), asked("--every")];
  if (at !== undefined && every !== undefined) {
    throw new FlagError("Cannot replay: --at and --every print different things, give one of them");
  }
  if (files.length === 0) {
    throw new FlagError(`Cannot replay: ${NAME_FILES}`);
  }
  const bucket = asked("--vpin-bucket");
  const vpinBucketQty = bucket === undefined ? undefined : parseBucket(bucket);
  if (at !== undefined) return { kind: "at", ids: parseIds(at), vpinBucketQty, files };
  if (every !== undefined) {
    return { kind: "every", intervalMs: parseInterval(every), vpinBucketQty, files };
  }
  if (bucket === undefined) return { kind: "report", files };
  throw new FlagError(
    "Cannot replay: --vpin-bucket goes with --at or --every, which print metrics",
  );
}

function parseIds(text: string): number[] {
  const ids = text.split(",").map((id) => /^\d+$/.test(id) ? Number(id) : NaN);
  if (ids.every(Number.isSafeInteger)) return ids;
  throw new FlagError(
    `Cannot replay: --at takes update ids with commas between, received "${text}"`,
  );
}

/** Binance writes eight decimals at most. */
function parseBucket(text: string): number | null {
  if (text === "median") return null;
  const qty = /^\d{1,9}(\.\d{1,8})?$/.test(text) ? Number(text) : NaN;
  if (qty > 0) return qty;
  throw new FlagError(
    `Cannot replay: --vpin-bucket takes a quantity above 0, as 2 or 0.5, or median; received "${text}"`,
  );
}

function parseInterval(text: string): number {
  const [, count, unit = ""] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const intervalMs = Number(count) * (UNITS_MS[unit] ?? NaN);
  const isUsable = intervalMs > 0 && intervalMs <= INTERVAL_MAX_MS && intervalMs % TICK_MS === 0;
  if (isUsable) return intervalMs;
  throw new FlagError(
    `Cannot replay: --every takes a multiple of ${TICK_MS}ms up to 1h, as 500ms, 1s or 5m; received "${text}"`,
  );
}
