/**
 * Bytes that a frame allocates. V8's counter of used bytes only grows between two collections, and is
 * exact; the process runs with a young generation so large that a chunk of frames fits into it.
 */
import { getHeapStatistics } from "node:v8";
import { median } from "./statistics.ts";

/** Flags of the process that measures; megabytes. */
export const HEAP_FLAGS =
  "--v8-flags=--expose-gc,--min-semi-space-size=128,--max-semi-space-size=128";
/** What is counted at once allocates at most about this much: far from a collection, far above the noise of 1 kB. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** The first chunk, when it is not known yet what a frame costs. */
const FIRST_FRAMES = 50;
/** Whole passes that are counted. */
const PASSES = 3;
/** A pass with a collection in it tells nothing; after so many V8 collects whatever is done. */
const PASSES_MAX = 20;

declare const gc: () => void;

/** What was measured. */
export interface Heap {
  /** Median of the passes. */
  readonly bytesPerFrame: number;
  readonly frames: number;
}

/**
 * Allocation of whole passes over `frames` frames, after the caller has warmed up. `prepare` comes before each pass and is
 * not counted. A book that leaves little is counted over a pass at once; one that leaves more than fits between two
 * collections in parts, each of them. The first pass tells how large those may be, and is not counted.
 *
 * @throws {RangeError} when there is a collection in every pass.
 */
export function measureHeap(
  frames: number,
  prepare: () => void,
  step: (frame: number) => void,
): Heap {
  // The reading allocates a little itself.
  const own = chunkBytes(0, 0, step) ?? 0;
  let size = FIRST_FRAMES;
  /** `null`: there was a collection in it. */
  const passBytes = (): number | null => {
    let bytes: number | null = 0;
    let most = 1;
    for (let from = 0; from < frames;) {
      const to = Math.min(frames, from + size);
      const chunk = chunkBytes(from, to, step);
      if (chunk === null) {
        bytes = null;
        size = Math.max(1, size >> 1);
      } else {
        const grown = Math.max(0, chunk - own);
        if (bytes !== null) bytes += grown;
        most = Math.max(most, grown / (to - from));
        size = Math.max(1, Math.floor(CHUNK_BYTES / most));
      }
      from = to;
    }
    return bytes;
  };
  prepare();
  passBytes();
  const samples: number[] = [];
  for (let pass = 0; samples.length < PASSES; pass++) {
    if (pass === PASSES_MAX) {
      throw new RangeError(`Cannot count bytes: V8 collected in each of ${PASSES_MAX} passes`);
    }
    prepare();
    const bytes = passBytes();
    if (bytes !== null) samples.push(bytes / frames);
  }
  return { bytesPerFrame: median(samples), frames };
}

/** `null`: there was a collection in between. */
function chunkBytes(from: number, to: number, step: (frame: number) => void): number | null {
  gc();
  const before = usedBytes();
  for (let frame = from; frame < to; frame++) step(frame);
  const bytes = usedBytes() - before;
  return bytes < 0 ? null : bytes;
}

/** On the heap, and outside of it on behalf of typed arrays and strings. */
function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
