/** One process of the benchmark: does the one job that it is given and prints the answer as JSON. */
import { assertNever } from "../../shared/assert_never.ts";
import type { BenchedBook } from "./books/book.ts";
import { MEASURES } from "./books/measures.ts";
import { openBook } from "./books/shelf.ts";
import { measureEngine, measureEngineHeap } from "./engine_run.ts";
import { type FrameSet, loadFrames } from "./frames.ts";
import { measureHeap } from "./heap.ts";
import type { Job, JobResult } from "./job.ts";
import { measurePasses } from "./passes.ts";
import { measureSocket } from "./socket_run.ts";
import { measureSpeed } from "./speed.ts";

async function work(job: Job): Promise<JobResult> {
  if (job.kind === "socket") return await measureSocket(job, job.effort);
  const set = await loadFrames(job.file);
  switch (job.kind) {
    case "speed": {
      const book = await openBook(job.implementation);
      return measureSpeed(book, set, job.mode, job.levels, job.effort);
    }
    case "heap":
      return bookHeap(await openBook(job.implementation), set, job.effort.warmMs);
    case "results": {
      const results = resultsOf(await openBook(job.implementation), set);
      await Deno.writeFile(job.out, new Uint8Array(results.buffer));
      return { kind: "results", frames: set.frames.length };
    }
    case "engine":
      return measureEngine(set, job.metrics, job.effort);
    case "engine_heap":
      return measureEngineHeap(set);
    default:
      return assertNever(job, "do a job");
  }
}

/**
 * So many times as long as the other modes V8 is warmed up before bytes are counted: what it compiles late, or beside
 * other work later still, makes objects of numbers until then.
 */
const HEAP_WARM_TIMES = 4;

/** Mode c, counted in bytes. */
function bookHeap<P>(book: BenchedBook<P>, set: FrameSet, warmMs: number): JobResult {
  const { frames, snapshot, symbol } = set;
  const out = new Float64Array(MEASURES.length);
  const step = (frame: number) => {
    book.accept(frames[frame] ?? "");
    book.measure(out, true);
  };
  const reset = () => book.reset(snapshot, symbol);
  const pass = () => {
    for (let frame = 0; frame < frames.length; frame++) step(frame);
  };
  measurePasses(frames.length, HEAP_WARM_TIMES * warmMs, 0, reset, pass);
  return { kind: "heap", ...measureHeap(frames.length, reset, step) };
}

/** What the book says after each frame; twice, so that both ways into it are seen. */
function resultsOf<P>(book: BenchedBook<P>, { frames, snapshot, symbol }: FrameSet): Float64Array {
  const width = MEASURES.length;
  const results = new Float64Array(2 * frames.length * width);
  const updates: P[] = [];
  book.reset(snapshot, symbol);
  frames.forEach((text, i) => {
    book.accept(text);
    book.measure(results.subarray(i * width, (i + 1) * width), true);
  });
  book.reset(snapshot, symbol);
  for (const text of frames) updates.push(book.prepare(text));
  updates.forEach((update, i) => {
    book.apply(update);
    const at = (frames.length + i) * width;
    book.measure(results.subarray(at, at + width), true);
  });
  return results;
}

if (import.meta.main) {
  const result = await work(JSON.parse(Deno.args[0] ?? "null") as Job);
  // deno-lint-ignore no-console
  console.log(JSON.stringify(result));
  // A library may have left a timer or a socket behind.
  Deno.exit(0);
}
