/** Runs one pass over the frames again and again: warm up, measure, take the median. */
import { median } from "./statistics.ts";

/** What was measured. */
export interface Passes {
  /** Median of the passes, microseconds. */
  readonly usPerFrame: number;
  readonly count: number;
}

/**
 * Warms up for `warmMs` and measures for `measureMs`, in whole passes and at least one of each.
 * `prepare` is not timed.
 */
export function measurePasses(
  frames: number,
  warmMs: number,
  measureMs: number,
  prepare: () => void,
  pass: () => void,
): Passes {
  const run = (): number => {
    prepare();
    const startedMs = performance.now();
    pass();
    return performance.now() - startedMs;
  };
  for (let spentMs = 0; spentMs <= warmMs;) spentMs += run();
  const samples: number[] = [];
  for (let spentMs = 0; spentMs <= measureMs;) {
    const ms = run();
    spentMs += ms;
    samples.push(ms * 1_000 / frames);
  }
  return { usPerFrame: median(samples), count: samples.length };
}
