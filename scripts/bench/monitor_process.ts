/** The whole monitor as a process of its own, with the settings of `deno task start` and a store that goes with it. */
import { bundleSymbolWorker } from "../symbol_worker.ts";
import { ChildError, type ExchangeProcess } from "./child_process.ts";
import { endsWithBench } from "./ending.ts";
import { pause } from "./pause.ts";
import { pinned } from "./pinning.ts";
import { readTaskSettings } from "./start_task.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const POLL_MS = 250;
/** Nobody listens there: a monitor without an exchange has no symbols. */
const NOWHERE = "http://127.0.0.1:9";
/** Of what it says: enough to tell why it ended. */
const LOG_MAX = 20_000;
const LOG_TOLD = 2_000;

/** Of each snapshot; with it two hundred symbols may ask for their snapshots within two minutes: rest-api.md, weights. */
export const DEPTH_LEVELS = 1_000;

/** How it is started. */
export interface MonitorSettings {
  /** `SYMBOLS_PER_WORKER`; absent: as the program has it by itself. */
  readonly symbolsPerWorker?: string;
  /** Those that it may run on; absent: all. */
  readonly cores?: readonly number[];
  /** How much it yields to others; absent: not more than they to it. */
  readonly niceness?: number;
}

/** A monitor that has been started. */
export interface LaunchedMonitor {
  readonly pid: number;
  /** Waits until all its symbols are live, or for so long. @throws {ChildError} when it has ended, or has no address. */
  whenLive(msMax: number): Promise<LiveMonitor>;
  /** Ends it, and removes what it has stored. */
  stop(): Promise<void>;
}

/** One that has a dashboard. */
export interface LiveMonitor {
  /** Where its dashboard is, without a slash at the end. */
  readonly url: string;
  /** How many of its symbols are live. */
  readonly live: number;
  /** From its start until all were; `null`: they are not. */
  readonly liveMs: number | null;
}

/** A monitor all of whose symbols are live. */
export interface MonitorProcess {
  readonly pid: number;
  /** Where its dashboard is, without a slash at the end. */
  readonly url: string;
  /** Ends it, and removes what it has stored. */
  stop(): Promise<void>;
}

/**
 * Starts a monitor of these symbols, and waits until they are live, at most so long.
 *
 * @throws {ChildError} when it ends or they are not in time.
 */
export async function startMonitorProcess(
  symbols: readonly string[],
  exchange: ExchangeProcess | null,
  { liveMsMax, ...settings }: MonitorSettings & { readonly liveMsMax: number },
): Promise<MonitorProcess> {
  const { pid, whenLive, stop } = await launchMonitor(symbols, exchange, settings);
  try {
    const { url, live, liveMs } = await whenLive(liveMsMax);
    if (liveMs !== null) return { pid, url, stop };
    throw new ChildError(
      `of ${symbols.length} symbols ${live} are live after ${liveMsMax / 1_000} s`,
    );
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a monitor of these symbols from nothing: its store is new. */
export async function launchMonitor(
  symbols: readonly string[],
  exchange: ExchangeProcess | null,
  { symbolsPerWorker, cores, niceness }: MonitorSettings,
): Promise<LaunchedMonitor> {
  const settings = readTaskSettings(await Deno.readTextFile(`${ROOT}deno.json`), "start");
  await bundleSymbolWorker();
  const dataDir = await Deno.makeTempDir({ prefix: "obm-bench-" });
  const { program, args } = pinned(
    Deno.execPath(),
    ["run", "-A", "--quiet", ...settings.flags, "actors/main.ts"],
    cores ?? null,
    niceness,
  );
  const startedMs = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    env: {
      ...settings.environment,
      PORT: "0",
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      REDIS_URL: "",
      SYMBOLS: symbols.join(",") || "NONE",
      ...symbolsPerWorker === undefined ? {} : { SYMBOLS_PER_WORKER: symbolsPerWorker },
      EXCHANGE_REST_URL: exchange?.restUrl ?? NOWHERE,
      EXCHANGE_WS_URL: exchange?.wsUrl ?? NOWHERE.replace("http", "ws"),
      DEPTH_LEVELS: String(DEPTH_LEVELS),
      LOG_LEVEL: "info",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = { text: "", url: null as string | null };
  const reading = Promise.all([follow(child.stdout, log), follow(child.stderr, log)]);
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  const stop = endsWithBench(async () => {
    if (!hasEnded) child.kill("SIGTERM");
    await child.status;
    await reading;
    await Deno.remove(dataDir, { recursive: true });
  });
  const whenLive = async (msMax: number): Promise<LiveMonitor> => {
    let live = 0;
    while (performance.now() < startedMs + msMax && !hasEnded) {
      if (log.url !== null) {
        // It has ended, or is too busy to answer: the next turn tells.
        live = await countLive(`${log.url}/healthz`).catch(() => live);
        const liveMs = performance.now() - startedMs;
        if (live === symbols.length) return { url: log.url, live, liveMs };
      }
      await pause(POLL_MS);
    }
    if (log.url !== null && !hasEnded) return { url: log.url, live, liveMs: null };
    throw new ChildError(`the monitor is not there, its log ends: ${log.text.slice(-LOG_TOLD)}`);
  };
  return { pid: child.pid, whenLive, stop };
}

async function countLive(url: string): Promise<number> {
  const { symbols } = await (await fetch(url)).json() as { symbols: { state: string }[] };
  return symbols.filter(({ state }) => state === "live").length;
}

async function follow(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  log: { text: string; url: string | null },
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    log.text = (log.text + text).slice(-LOG_MAX);
    log.url ??= /dashboard at (http:\S+)/.exec(log.text)?.[1] ?? null;
  }
}
