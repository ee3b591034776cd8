/** Runs one pass over the frames again and again: warm up, measure, take the median. */
import process from "node:process";
import { median } from "./statistics.ts";

/** What was measured. */
export interface Passes {
  /** Median of the passes, microseconds. */
  readonly usPerFrame: number;
  /** The same of the process's time on a core, V8's helpers included: beside other work it says more. */
  readonly cpuUsPerFrame: number;
  readonly count: number;
}

/**
 * Warms up for `warmMs` and measures for `measureMs` of time on a core, in whole passes and at least one of each: what V8
 * compiles is a matter of calls, and a busy machine makes fewer of them. `prepare` is not timed.
 */
export function measurePasses(
  frames: number,
  warmMs: number,
  measureMs: number,
  prepare: () => void,
  pass: () => void,
): Passes {
  const run = (): { readonly ms: number; readonly cpuMs: number } => {
    prepare();
    const startedMs = performance.now();
    const startedCpuMs = cpuMsOfProcess();
    pass();
    return { ms: performance.now() - startedMs, cpuMs: cpuMsOfProcess() - startedCpuMs };
  };
  for (let spentMs = 0; spentMs <= warmMs;) spentMs += run().cpuMs;
  const samples: number[] = [];
  const cpuSamples: number[] = [];
  for (let spentMs = 0; spentMs <= measureMs;) {
    const { ms, cpuMs } = run();
    spentMs += cpuMs;
    samples.push(ms * 1_000 / frames);
    cpuSamples.push(cpuMs * 1_000 / frames);
  }
  return {
    usPerFrame: median(samples),
    cpuUsPerFrame: median(cpuSamples),
    count: samples.length,
  };
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
