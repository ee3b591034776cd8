/** The whole monitor as a process of its own, with the settings of `deno task start` and a store that goes with it. */
import { bundleSymbolWorker } from "../symbol_worker.ts";
import { ChildError, type ExchangeProcess } from "./child_process.ts";
import { readTaskSettings } from "./start_task.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const POLL_MS = 250;
/** Nobody listens there: a monitor without an exchange has no symbols. */
const NOWHERE = "http://127.0.0.1:9";
/** Of what it says: enough to tell why it ended. */
const LOG_MAX = 20_000;
const LOG_TOLD = 2_000;

/** How it is started. */
export interface MonitorSettings {
  readonly depthLevels: number;
  /** All symbols must be live within this. */
  readonly liveMsMax: number;
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
 * Starts a monitor of these symbols, and waits until they are live.
 *
 * @throws {ChildError} when it ends or they are not in time.
 */
export async function startMonitorProcess(
  symbols: readonly string[],
  exchange: ExchangeProcess | null,
  { depthLevels, liveMsMax }: MonitorSettings,
): Promise<MonitorProcess> {
  const settings = readTaskSettings(await Deno.readTextFile(`${ROOT}deno.json`), "start");
  await bundleSymbolWorker();
  const dataDir = await Deno.makeTempDir({ prefix: "obm-bench-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...settings.flags, "actors/main.ts"],
    cwd: ROOT,
    env: {
      ...settings.environment,
      PORT: "0",
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      REDIS_URL: "",
      SYMBOLS: symbols.join(",") || "NONE",
      EXCHANGE_REST_URL: exchange?.restUrl ?? NOWHERE,
      EXCHANGE_WS_URL: exchange?.wsUrl ?? NOWHERE.replace("http", "ws"),
      DEPTH_LEVELS: String(depthLevels),
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
  const stop = async () => {
    if (!hasEnded) child.kill("SIGTERM");
    await child.status;
    await reading;
    await Deno.remove(dataDir, { recursive: true });
  };
  const untilMs = performance.now() + liveMsMax;
  try {
    while (log.url === null || await countLive(`${log.url}/healthz`) < symbols.length) {
      if (hasEnded || performance.now() > untilMs) {
        const said = log.text.slice(-LOG_TOLD);
        throw new ChildError(`the monitor is not live, its log ends: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, url: log.url, stop };
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
