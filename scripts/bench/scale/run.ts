/** One run: a monitor of so many simulated symbols on so many cores, from its start until it has been watched. */
import type { Health } from "../../../web/health.ts";
import { benchSymbols } from "../bench_symbols.ts";
import { ChildError, type ExchangeProcess, startExchangeProcess } from "../child_process.ts";
import { DEPTH_LEVELS, launchMonitor } from "../monitor_process.ts";
import { pause, until } from "../pause.ts";
import { median } from "../statistics.ts";
import { cpuMsOf, memoryOf, threadsOf } from "../watched_process.ts";
import type { Hosting } from "./flags.ts";
import { type ExchangeLedger, framesSent, type Standing, standingOf } from "./standing.ts";
import { type StartBudget, startBudgetOf } from "./start_budget.ts";
import { cpuBetween, type CpuByKind, kindsOf, type ProcessSnapshot } from "./threads.ts";

/** Until all are live at most: that of the budget three times over, and for the process itself. */
const LIVE_BUDGETS = 3;
const LIVE_MS = 120_000;
/** Symbols are live before the store of a first start is: it waits for nobody, and may take so long on a busy machine. */
const UP_MS = 300_000;
const ANSWER_MS = 60_000;
const SAMPLE_MS = 2_000;
/**
 * On the same cores the one thread of the exchange would wait behind all those of the monitor, and time out: a real one has a
 * machine of its own.
 */
const NICENESS = 10;

/** What is run. */
export interface ScaleTask {
  readonly symbols: number;
  readonly hosting: Hosting;
  /** Those of the monitor, by their numbers. */
  readonly cores: readonly number[];
  /** Those of the exchange. */
  readonly exchangeCores: readonly number[];
  readonly settleSeconds: number;
  readonly seconds: number;
  readonly chaosPerMinute: number | null;
}

/** What came of it. */
export interface ScaleRun extends ScaleTask {
  readonly budget: StartBudget;
  /** From the start of the process until all symbols were live; `null`: they never were. */
  readonly liveMs: number | null;
  /** Live symbols when that was over, or given up, and at the end. */
  readonly liveFirst: number;
  /** How it stood at the end. */
  readonly standing: Standing;
  /** For how long it was watched. */
  readonly watchedMs: number;
  /** While it was watched. */
  readonly cpu: CpuByKind;
  readonly cpuMs: number;
  /** Medians, bytes. */
  readonly rss: number;
  readonly pss: number;
  /** Load of the machine over the minute before the end. */
  readonly load: number;
  /** `null`: there was none. */
  readonly exchange: {
    readonly cpuMs: number;
    /** Frames that it has sent while the monitor was watched. */
    readonly frames: number;
    /** As it has counted itself, from the start of the monitor on: the most in one minute, and calls beyond the limit. */
    readonly weight: ExchangeLedger["requestWeight"];
  } | null;
}

/** Runs one, and ends it. @throws {ChildError} when the monitor ends, or has no address. */
export async function runScale(task: ScaleTask, say: (text: string) => void): Promise<ScaleRun> {
  const { symbols: count, chaosPerMinute, exchangeCores } = task;
  const symbols = benchSymbols(count);
  const chaos = chaosPerMinute === null ? [] : ["--chaos", String(chaosPerMinute)];
  const exchange = count === 0
    ? null
    : await startExchangeProcess(["--simulate", symbols.join(","), ...chaos], exchangeCores);
  try {
    return await watchMonitor(task, symbols, exchange, say);
  } finally {
    await exchange?.stop();
  }
}

async function watchMonitor(
  task: ScaleTask,
  symbols: readonly string[],
  exchange: ExchangeProcess | null,
  say: (text: string) => void,
): Promise<ScaleRun> {
  const budget = startBudgetOf(symbols, DEPTH_LEVELS);
  const monitor = await launchMonitor(symbols, exchange, {
    symbolsPerWorker: task.hosting === "plain" ? "1" : "auto",
    cores: task.cores,
    niceness: NICENESS,
  });
  try {
    const { pid } = monitor;
    const { url, live, liveMs } = await monitor.whenLive(LIVE_MS + LIVE_BUDGETS * budget.atRateMs);
    say(liveMs === null ? `${live} live` : `all live after ${(liveMs / 1_000).toFixed(1)} s`);
    await whenUp(url);
    await pause(task.settleSeconds * 1_000);
    const workers = standingOf(await askHealth(url)).workers;
    const [before, ofExchangeBefore] = [await snapshotOf(pid), await exchangeOf(exchange)];
    const memory: { rss: number; pss: number }[] = [];
    const untilMs = before.atMs + task.seconds * 1_000;
    do {
      memory.push(await memoryOf(pid));
      await pause(Math.min(SAMPLE_MS, Math.max(0, untilMs - performance.now())));
    } while (performance.now() < untilMs);
    const [after, ofExchange] = [await snapshotOf(pid), await exchangeOf(exchange)];
    const standing = standingOf(await askHealth(url));
    return {
      ...task,
      budget,
      liveMs,
      liveFirst: live,
      standing,
      watchedMs: after.atMs - before.atMs,
      cpu: cpuBetween(before, after, kindsOf(pid, after.threads, workers)),
      cpuMs: after.cpuMs - before.cpuMs,
      rss: median(memory.map(({ rss }) => rss)),
      pss: median(memory.map(({ pss }) => pss)),
      load: Deno.loadavg()[0] ?? NaN,
      exchange: ofExchange === null ? null : {
        cpuMs: ofExchange.cpuMs - (ofExchangeBefore?.cpuMs ?? 0),
        frames: ofExchange.frames - (ofExchangeBefore?.frames ?? 0),
        weight: ofExchange.weight,
      },
    };
  } finally {
    await monitor.stop();
  }
}

/** Waits until the store of a first start is there. @throws {ChildError} when it is not in time. */
async function whenUp(url: string): Promise<void> {
  const isUp = async () => standingOf(await askHealth(url)).isUp;
  if (!await until(isUp, UP_MS, SAMPLE_MS)) {
    throw new ChildError("store, writer and web are not up");
  }
}

async function snapshotOf(pid: number): Promise<ProcessSnapshot> {
  const threads = await threadsOf(pid);
  return { atMs: performance.now(), cpuMs: await cpuMsOf(pid), threads };
}

async function exchangeOf(exchange: ExchangeProcess | null) {
  if (exchange === null) return null;
  const ledger = await askJson(`${exchange.restUrl}/ledger`) as ExchangeLedger;
  const cpuMs = await cpuMsOf(exchange.pid);
  return { cpuMs, frames: framesSent(ledger), weight: ledger.requestWeight };
}

async function askHealth(url: string): Promise<Health> {
  return await askJson(`${url}/healthz`) as Health;
}

/** @throws {ChildError} when there is no answer for so long: a monitor that has hardly any processor may take its time. */
async function askJson(url: string): Promise<unknown> {
  const untilMs = performance.now() + ANSWER_MS;
  while (true) {
    try {
      return await (await fetch(url)).json();
    } catch (error) {
      const isUnreached = error instanceof TypeError;
      if (!isUnreached) throw error;
      if (performance.now() > untilMs) throw new ChildError(`${url} does not answer`);
      await pause(SAMPLE_MS);
    }
  }
}
