/** Looks at a process of a benchmark from outside: its threads, its processor time, its memory. Linux only. */
import { parseMemory, parseStat, type ProcMemory, type ProcStat } from "./proc_stat.ts";

/** Time of a processor that a process has used so far, threads that have ended included. */
export async function cpuMsOf(pid: number): Promise<number> {
  return parseStat(await Deno.readTextFile(`/proc/${pid}/stat`)).cpuMs;
}

/** What some work gave, how long it took, and the time of a processor that the process has used meanwhile. */
export async function cpuDuring<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly ms: number; readonly cpuMs: number }> {
  const [fromMs, usedMs] = [performance.now(), await cpuMsOf(pid)];
  const result = await work();
  return { result, ms: performance.now() - fromMs, cpuMs: await cpuMsOf(pid) - usedMs };
}

/** Seconds of a processor that each of so many symbols has cost in a minute. */
export function secondsPerSymbolMinute(cpuMs: number, ms: number, symbols: number): number {
  return cpuMs / symbols / ms * 60;
}

/** Its threads now. */
export async function threadsOf(pid: number): Promise<readonly ProcStat[]> {
  const folder = `/proc/${pid}/task`;
  const threads: ProcStat[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    try {
      threads.push(parseStat(await Deno.readTextFile(`${folder}/${name}/stat`)));
    } catch (error) {
      // It has ended since the folder was read.
      const isOver = error instanceof Deno.errors.NotFound || String(error).includes("os error 3");
      if (!isOver) throw error;
    }
  }
  return threads;
}

/** Its memory now. */
export async function memoryOf(pid: number): Promise<ProcMemory> {
  return parseMemory(await Deno.readTextFile(`/proc/${pid}/smaps_rollup`));
}
