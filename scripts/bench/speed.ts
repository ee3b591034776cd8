/** Modes a, b, t and c: one book, one recording, time per frame and burst latency. */
import { assertNever } from "../../shared/assert_never.ts";
import type { BenchedBook } from "./books/book.ts";
import { MEASURES, TOP_MEASURES } from "./books/measures.ts";
import { deepen, type FrameSet } from "./frames.ts";
import type { BookMode, Effort, JobResult, Latency } from "./job.ts";
import { measurePasses } from "./passes.ts";
import { percentile } from "./statistics.ts";

/** Burst latency is taken for at most this many times the time of a measurement. */
const LATENCY_TIMES = 3;
const CLOCK_READS = 100_000;

/** Times one book in one mode. */
export function measureSpeed<P>(
  book: BenchedBook<P>,
  set: FrameSet,
  mode: BookMode,
  levels: number | null,
  effort: Effort,
): JobResult {
  const snapshot = levels === null ? set.snapshot : deepen(set.snapshot, levels);
  const reset = () => book.reset(snapshot, set.symbol);
  const out = new Float64Array(MEASURES.length);
  reset();
  const pass = passOf(book, set, mode, out);
  let checksum = 0;
  const { usPerFrame, count } = measurePasses(
    set.frames.length,
    effort.warmMs,
    effort.measureMs,
    reset,
    () => checksum = pass(),
  );
  const latency = mode === "c" ? measureLatency(book, set, reset, out, effort) : null;
  return { kind: "speed", usPerFrame, passes: count, checksum, latency };
}

/** One run over all frames; it returns a sum of what it saw, so that no work can be left out. */
function passOf<P>(
  book: BenchedBook<P>,
  { frames }: FrameSet,
  mode: BookMode,
  out: Float64Array,
): () => number {
  const last = () => {
    book.measure(out, true);
    return sumOf(out, MEASURES.length);
  };
  switch (mode) {
    case "a": {
      const updates = frames.map((text) => book.prepare(text));
      return () => {
        for (const update of updates) book.apply(update);
        return last();
      };
    }
    case "b":
      return () => {
        for (const text of frames) book.accept(text);
        return last();
      };
    case "t":
      return () => {
        let sum = 0;
        for (const text of frames) {
          book.accept(text);
          book.measure(out, false);
          sum += sumOf(out, TOP_MEASURES);
        }
        return sum;
      };
    case "c":
      return () => {
        let sum = 0;
        for (const text of frames) {
          book.accept(text);
          book.measure(out, true);
          sum += sumOf(out, MEASURES.length);
        }
        return sum;
      };
    default:
      return assertNever(mode, "measure a book");
  }
}

/** Each frame of mode c on its own, the next at once after it: what a burst is like. */
function measureLatency<P>(
  book: BenchedBook<P>,
  { frames }: FrameSet,
  reset: () => void,
  out: Float64Array,
  { measureMs, latencyFrames }: Effort,
): Latency {
  const passes: Float64Array[] = [];
  const untilMs = performance.now() + LATENCY_TIMES * measureMs;
  do {
    const times = new Float64Array(frames.length);
    reset();
    frames.forEach((text, i) => {
      const startedMs = performance.now();
      book.accept(text);
      book.measure(out, true);
      times[i] = (performance.now() - startedMs) * 1_000;
    });
    passes.push(times);
  } while (passes.length * frames.length < latencyFrames && performance.now() < untilMs);
  const all = new Float64Array(passes.length * frames.length);
  passes.forEach((times, i) => all.set(times, i * frames.length));
  return {
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    p999: percentile(all, 0.999),
    max: percentile(all, 1),
    frames: all.length,
    clockUs: clockUs(),
  };
}

function clockUs(): number {
  const startedMs = performance.now();
  for (let i = 1; i < CLOCK_READS; i++) performance.now();
  return (performance.now() - startedMs) * 1_000 / CLOCK_READS;
}

function sumOf(out: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += out[i] ?? 0;
  return sum;
}
