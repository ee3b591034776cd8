/**
 * Memory per symbol: the resident memory of the whole monitor (workers, embedded Postgres, web) with
 * so many simulated symbols, started with the settings of `deno task start`.
 */
import { type ExchangeProcess, startExchangeProcess } from "./child_process.ts";
import { bundleSymbolWorker } from "../symbol_worker.ts";
import { readTaskSettings } from "./start_task.ts";
import { median } from "./statistics.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
/** With it a hundred symbols may ask for their snapshots within one minute: rest-api.md, weights. */
const DEPTH_LEVELS = 1_000;
const LIVE_MS_MAX = 180_000;
const POLL_MS = 250;
const SAMPLE_MS = 500;
/** Nobody listens there: a monitor without an exchange has no symbols. */
const NOWHERE = "http://127.0.0.1:9";

/** How long to wait after all are live, and how long to look, milliseconds. */
export interface MemoryEffort {
  readonly settleMs: number;
  readonly sampleMs: number;
}

/** Median resident memory of a monitor with so many live symbols, MB (10^6 bytes). */
export async function measureMonitor(symbols: number, effort: MemoryEffort): Promise<number> {
  const names = Array.from({ length: symbols }, (_, i) => `BENCH${i + 1}USDT`);
  const exchange = symbols === 0
    ? null
    : await startExchangeProcess(["--simulate", names.join(","), "--hold"]);
  const dataDir = await Deno.makeTempDir({ prefix: "obm-bench-" });
  await bundleSymbolWorker();
  try {
    return await measureProcess(names, exchange, dataDir, effort);
  } finally {
    await exchange?.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function measureProcess(
  names: readonly string[],
  exchange: ExchangeProcess | null,
  dataDir: string,
  { settleMs, sampleMs }: MemoryEffort,
): Promise<number> {
  const settings = readTaskSettings(await Deno.readTextFile(`${ROOT}deno.json`), "start");
  const monitor = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...settings.flags, "actors/main.ts"],
    cwd: ROOT,
    env: {
      ...settings.environment,
      PORT: "0",
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      REDIS_URL: "",
      SYMBOLS: names.join(",") || "NONE",
      EXCHANGE_REST_URL: exchange?.restUrl ?? NOWHERE,
      EXCHANGE_WS_URL: exchange?.wsUrl ?? NOWHERE.replace("http", "ws"),
      DEPTH_LEVELS: String(DEPTH_LEVELS),
      LOG_LEVEL: "info",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = { text: "" };
  const reading = Promise.all([follow(monitor.stdout, log), follow(monitor.stderr, log)]);
  let hasEnded = false;
  void monitor.status.then(() => hasEnded = true);
  try {
    const address = () => /dashboard at (http:\S+)/.exec(log.text)?.[1] ?? null;
    const isUp = () => Promise.resolve(address() !== null);
    const isLive = () => countLive(`${address()}/healthz`).then((live) => live >= names.length);
    for (const condition of [isUp, isLive]) {
      await until(condition, () => hasEnded, () => log.text.slice(-2_000));
    }
    await pause(settleMs);
    const samples: number[] = [];
    for (let ms = 0; ms <= sampleMs; ms += SAMPLE_MS) {
      samples.push(await residentMb(monitor.pid));
      await pause(SAMPLE_MS);
    }
    return median(samples);
  } finally {
    if (!hasEnded) monitor.kill("SIGTERM");
    await monitor.status;
    await reading;
  }
}

async function countLive(url: string): Promise<number> {
  const { symbols } = await (await fetch(url)).json() as { symbols: { state: string }[] };
  return symbols.filter(({ state }) => state === "live").length;
}

async function until(
  condition: () => Promise<boolean>,
  hasEnded: () => boolean,
  log: () => string,
): Promise<void> {
  const untilMs = performance.now() + LIVE_MS_MAX;
  while (!await condition()) {
    if (hasEnded() || performance.now() > untilMs) {
      throw new Error(`Cannot measure the memory: the monitor is not live; its log ends: ${log()}`);
    }
    await pause(POLL_MS);
  }
}

/** `VmRSS` of a process, in MB of 10^6 bytes. Linux only. */
async function residentMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1_024 / 1e6;
}

async function follow(stream: ReadableStream<Uint8Array<ArrayBuffer>>, log: { text: string }) {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) log.text += text;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
