/** What gives way when the spool is full. Pure. */
import type { SpoolLane } from "./spool_format.ts";

/** A segment, as far as its place in the spool goes. */
export interface SegmentSize {
  /** Counts up in order of their making, over both lanes. */
  readonly number: number;
  readonly lane: SpoolLane;
  readonly bytes: number;
  /** It is being stored: it is about to go anyhow. */
  readonly isInHand: boolean;
}

/**
 * The segments that have to go so that `neededBytes` more are within `bytesMax`: the oldest of what is sampled.
 * `null`: that does not help, and nothing may be taken. O(segments).
 */
export function segmentsToDrop<Segment extends SegmentSize>(
  segments: readonly Segment[],
  neededBytes: number,
  bytesMax: number,
): Segment[] | null {
  let excess = segments.reduce((sum, { bytes }) => sum + bytes, neededBytes) - bytesMax;
  const dropped: Segment[] = [];
  const sampled = segments.filter(({ lane, isInHand }) => lane === "sampled" && !isInHand);
  for (const segment of sampled.sort((a, b) => a.number - b.number)) {
    if (excess <= 0) break;
    dropped.push(segment);
    excess -= segment.bytes;
  }
  return excess > 0 ? null : dropped;
}
