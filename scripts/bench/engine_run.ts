/** Mode e: the whole engine on the mixed stream, as `deno task replay` runs it, from memory. */
import { FAMILIES } from "../../actors/symbol/engine/metrics/families.ts";
import { definitionOf } from "../../shared/catalogue/metrics.ts";
import { ReplayRun } from "../replay_run.ts";
import type { FrameSet } from "./frames.ts";
import { measureHeap } from "./heap.ts";
import type { Effort, JobResult } from "./job.ts";
import { measurePasses } from "./passes.ts";

const METRICS_INTERVAL_MS = 1_000;

/** Those of the checklist, and what they are made of. */
const FIRST_TIER = FAMILIES.filter(({ names }) =>
  names.every((name) => definitionOf(name).tier < 2)
);

/**
 * Passes before anything is measured. How far V8 has compiled, and so what it still makes objects of, is a matter of
 * calls: of all that the engine does the time that the other modes warm up for is not enough of them.
 */
const WARM_PASSES = 20;
/** … and before bytes are counted. */
const HEAP_WARM_PASSES = 40;

/** Decode, sync, book, proof, metrics, alerts and ticks: time per frame of any kind. */
export function measureEngine(
  set: FrameSet,
  metrics: "all" | "first_tier",
  effort: Effort,
): JobResult {
  const { lines } = set;
  const families = metrics === "all" ? FAMILIES : FIRST_TIER;
  let run = newRun(set, families);
  const prepare = () => run = newRun(set, families);
  const pass = () => {
    for (const line of lines) run.line(line);
  };
  for (let warm = 0; warm < WARM_PASSES; warm++) {
    pass();
    prepare();
  }
  const { usPerFrame, cpuUsPerFrame, count } = measurePasses(
    lines.length,
    effort.warmMs,
    effort.measureMs,
    prepare,
    pass,
  );
  const { gaps, resyncs, malformed, bbo } = run.report(1);
  return {
    kind: "engine",
    usPerFrame,
    cpuUsPerFrame,
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

/**
 * Bytes allocated per frame of any kind, outputs included, from the frame on that follows the first snapshot: the room that
 * a book of thousands of levels begins with is no frame's.
 */
export function measureEngineHeap(set: FrameSet): JobResult {
  const { lines } = set;
  const first = 1 + lines.findIndex(({ payload }) => payload === set.snapshot);
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
  const begin = () => {
    run = newRun(set);
    for (let frame = 0; frame < first; frame++) step(frame);
  };
  return {
    kind: "heap",
    ...measureHeap(lines.length - first, begin, (frame) => step(first + frame)),
  };
}

function newRun({ symbol, lines }: FrameSet, families = FAMILIES): ReplayRun {
  const startMs = lines[0]?.receivedMs ?? 0;
  return new ReplayRun(symbol, startMs, { metricsIntervalMs: METRICS_INTERVAL_MS, families });
}
