/**
 * Memory per symbol: the resident memory of the whole monitor (workers, embedded Postgres, web) with
 * so many simulated symbols, started with the settings of `deno task start`.
 */
import { startExchangeProcess } from "./child_process.ts";
import { startMonitorProcess } from "./monitor_process.ts";
import { median } from "./statistics.ts";

/** With it a hundred symbols may ask for their snapshots within one minute: rest-api.md, weights. */
const DEPTH_LEVELS = 1_000;
const LIVE_MS_MAX = 180_000;
const SAMPLE_MS = 500;

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
  try {
    const monitor = await startMonitorProcess(names, exchange, {
      depthLevels: DEPTH_LEVELS,
      liveMsMax: LIVE_MS_MAX,
    });
    try {
      await pause(effort.settleMs);
      const samples: number[] = [];
      for (let ms = 0; ms <= effort.sampleMs; ms += SAMPLE_MS) {
        samples.push(await residentMb(monitor.pid));
        await pause(SAMPLE_MS);
      }
      return median(samples);
    } finally {
      await monitor.stop();
    }
  } finally {
    await exchange?.stop();
  }
}

/** `VmRSS` of a process, in MB of 10^6 bytes. Linux only. */
async function residentMb(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1_024 / 1e6;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
