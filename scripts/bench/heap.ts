/**
 * Bytes that a frame allocates. V8's counter of used bytes only grows between two collections, and is
 * exact; the process runs with a young generation so large that a chunk of frames fits into it.
 */
import { getHeapStatistics } from "node:v8";

/** Flags of the process that measures; megabytes. */
export const HEAP_FLAGS =
  "--v8-flags=--expose-gc,--min-semi-space-size=128,--max-semi-space-size=128";
/** A chunk allocates about this much: far from a collection, far above the noise of 1 kB. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** The first chunk, when it is not known yet what a frame costs. */
const FIRST_FRAMES = 50;

declare const gc: () => void;

/** What was measured. */
export interface Heap {
  readonly bytesPerFrame: number;
  readonly frames: number;
}

/** Allocation of one pass over `frames` frames, after the caller has warmed up. */
export function measureHeap(frames: number, step: (frame: number) => void): Heap {
  // The reading allocates a little itself.
  const own = chunkBytes(0, 0, step) ?? 0;
  let measured = 0;
  let bytes = 0;
  let size = FIRST_FRAMES;
  for (let from = 0; from < frames;) {
    const to = Math.min(frames, from + size);
    const chunk = chunkBytes(from, to, step);
    if (chunk === null) size = Math.max(1, size >> 1);
    else {
      measured += to - from;
      bytes += Math.max(0, chunk - own);
      const perFrame = Math.max(1, bytes / measured);
      size = Math.max(1, Math.floor(CHUNK_BYTES / perFrame));
    }
    from = to;
  }
  return { bytesPerFrame: bytes / measured, frames: measured };
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
