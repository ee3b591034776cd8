/** `deno task record`: writes what the exchange sends, in the recordings' format. */
import { binanceSpotDesk } from "../actors/venue/binance_spot/desk.ts";
import { type RecordProgress, recordSymbol } from "./record/symbol_recorder.ts";
import { FlagError } from "./flags.ts";
import { parseRecordFlags, RECORD_USAGE } from "./record/flags.ts";

const PROGRESS_INTERVAL_MS = 5_000;

function say(text: string): void {
  // deno-lint-ignore no-console
  console.error(text);
}

function line(progress: readonly RecordProgress[]): string {
  return progress.map(({ symbol, frames, snapshots, connections, bytes }) =>
    `${symbol} ${frames} frames, ${snapshots} snapshot${snapshots === 1 ? "" : "s"}, ` +
    `${Math.round(bytes / 1024)} kB${connections > 1 ? `, ${connections} connections` : ""}`
  ).join("; ");
}

/** A recording is of one endpoint: the first of those that the monitor may use. */
function firstOf(urls: string): string {
  return urls.split(",")[0]?.trim() ?? "";
}

async function main(): Promise<number> {
  let options;
  try {
    options = parseRecordFlags(Deno.args, {
      restUrl: firstOf(Deno.env.get("EXCHANGE_REST_URL") || binanceSpotDesk.restUrls.join()),
      wsUrl: firstOf(Deno.env.get("EXCHANGE_WS_URL") || binanceSpotDesk.wsUrls.join()),
    });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    say(`record: ${error.message}`);
    return 1;
  }
  if (options === "help") {
    say(RECORD_USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  const { seconds, symbols } = options;
  const timeout = seconds === null ? undefined : setTimeout(() => stop.abort(), seconds * 1_000);
  say(
    `record: ${symbols.join(", ")} from ${options.wsUrl}, until ${
      seconds === null ? "Ctrl-C" : `${seconds} s have passed`
    }`,
  );
  const recorders = symbols.map((symbol) =>
    recordSymbol(symbol, options, stop.signal, (text) => say(`record: ${symbol}: ${text}`))
  );
  const ticker = setInterval(
    () => say(`record: ${line(recorders.map((recorder) => recorder.progress()))}`),
    PROGRESS_INTERVAL_MS,
  );
  // One that fails (a full disk) ends the others, so that every file is complete.
  const results = await Promise.allSettled(recorders.map(async ({ done }) => {
    try {
      await done;
    } finally {
      stop.abort();
    }
  }));
  clearTimeout(timeout);
  clearInterval(ticker);
  const failures = results.flatMap((r) => r.status === "rejected" ? [r.reason] : []);
  for (const failure of failures) {
    say(`record: ${failure instanceof Error ? failure.message : String(failure)}`);
  }
  const progress = recorders.map((recorder) => recorder.progress());
  if (failures.length > 0 && progress.every((p) => p.frames === 0)) return 1;
  say(`record: ${line(progress)}; written to ${progress.map((p) => p.path).join(", ")}`);
  const isUsable = progress.every((p) => p.frames > 0 && p.snapshots > 0);
  if (!isUsable) say("record: a recording without a depth snapshot cannot be replayed");
  return failures.length === 0 && isUsable ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
