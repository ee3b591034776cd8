/** What one process of the benchmark is asked to measure, and what it answers. */
import type { Implementation } from "./books/book.ts";
import type { Heap } from "./heap.ts";

/** The measurements of one book: `docs` of the letters are in `METRICS`. */
export type BookMode = "a" | "b" | "t" | "c";

/** How long to warm up and to measure at least, milliseconds. */
export interface Effort {
  readonly warmMs: number;
  readonly measureMs: number;
  /** Frames whose latency is taken, at least, if the time allows. */
  readonly latencyFrames: number;
}

/** One task for one process. */
export type Job =
  & { readonly file: string; readonly effort: Effort }
  & (
    | {
      readonly kind: "speed";
      readonly implementation: Implementation;
      readonly mode: BookMode;
      /** Levels a side to start from; `null`: as recorded. */
      readonly levels: number | null;
    }
    | { readonly kind: "heap"; readonly implementation: Implementation }
    /** Writes the results of every frame into a file of doubles. */
    | { readonly kind: "results"; readonly implementation: Implementation; readonly out: string }
    /** `first_tier`: with the metrics of the checklist alone, under the same rules. */
    | { readonly kind: "engine"; readonly metrics: "all" | "first_tier" }
    | { readonly kind: "engine_heap" }
    | {
      readonly kind: "socket";
      readonly symbol: string;
      readonly restUrl: string;
      readonly wsUrl: string;
      /** False: the frames are counted and thrown away. */
      readonly withEngine: boolean;
    }
  );

/** Burst latency per frame, microseconds, the clock's own cost included. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** How many frames were timed. */
  readonly frames: number;
  /** Cost of reading the clock once, microseconds. */
  readonly clockUs: number;
}

/** One answer, by the kind of the job. */
export type JobResult =
  | {
    readonly kind: "speed";
    /** Median of the passes. */
    readonly usPerFrame: number;
    readonly passes: number;
    /** Sum of all results of one pass (modes t and c) or of its last frame (a and b). */
    readonly checksum: number;
    /** Mode c only. */
    readonly latency: Latency | null;
  }
  | ({ readonly kind: "heap" } & Heap)
  | { readonly kind: "results"; readonly frames: number }
  | {
    readonly kind: "engine";
    readonly usPerFrame: number;
    /** Of the process's time on a core. */
    readonly cpuUsPerFrame: number;
    readonly passes: number;
    readonly frames: number;
    readonly found: Found;
  }
  | {
    readonly kind: "socket";
    readonly framesPerSecond: number;
    /** Processor time of the whole process per frame; `null` where /proc does not tell. */
    readonly cpuUsPerFrame: number | null;
    /**
     * Share of the time in which the thread that reads ran or waited for a core; near 1: it was the
     * bottleneck. `null` where /proc does not tell.
     */
    readonly busyShare: number | null;
    readonly frames: number;
    /** What the engine made of the frames; `null` without one. */
    readonly found: Found | null;
  };

/** What makes an engine's speed mean nothing, and the comparisons that say that it is right. */
export interface Found {
  readonly gaps: number;
  readonly malformed: number;
  readonly exactChecked: number;
  readonly exactMismatched: number;
}
