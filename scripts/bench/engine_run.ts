/** Mode e: the whole engine on the mixed stream, as `deno task replay` runs it, from memory. */
import { ReplayRun } from "../replay_run.ts";
import type { FrameSet } from "./frames.ts";
import { measureHeap } from "./heap.ts";
import type { Effort, JobResult } from "./job.ts";
import { measurePasses } from "./passes.ts";

const METRICS_INTERVAL_MS = 1_000;

/**
 * Passes before bytes are counted. How far V8 has compiled, and so what it still makes objects of, is a
 * matter of calls: on a busy machine the time that the other modes warm up for is not enough of them.
 */
const HEAP_WARM_PASSES = 40;

/** Decode, sync, book, proof, metrics, alerts and ticks: time per frame of any kind. */
export function measureEngine(set: FrameSet, effort: Effort): JobResult {
  const { lines } = set;
  let run = newRun(set);
  const { usPerFrame, count } = measurePasses(
    lines.length,
    effort.warmMs,
    effort.measureMs,
    () => run = newRun(set),
    () => {
      for (const line of lines) run.line(line);
    },
  );
  const { gaps, resyncs, malformed, bbo } = run.report(1);
  return {
    kind: "engine",
    usPerFrame,
    passes: count,
    frames: lines.length,
    found: {
      gaps: gaps + resyncs,
      malformed,
      exactChecked: bbo.exact.checked,
      exactMismatched: bbo.exact.mismatched,
    },
  };
}

/** Bytes allocated per frame of any kind, outputs included. */
export function measureEngineHeap(set: FrameSet): JobResult {
  const { lines } = set;
  let run = newRun(set);
  const step = (frame: number) => {
    const line = lines[frame];
    if (line !== undefined) run.line(line);
  };
  const pass = () => {
    for (let frame = 0; frame < lines.length; frame++) step(frame);
  };
  for (let warm = 0; warm < HEAP_WARM_PASSES; warm++) {
    pass();
    run = newRun(set);
  }
  return { kind: "heap", ...measureHeap(lines.length, step) };
}

function newRun({ symbol, lines }: FrameSet): ReplayRun {
  const startMs = lines[0]?.receivedMs ?? 0;
  return new ReplayRun(symbol, startMs, { metricsIntervalMs: METRICS_INTERVAL_MS });
}
