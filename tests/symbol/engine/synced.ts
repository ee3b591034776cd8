/** Syncs for tests. */
import { type SnapshotVerdict, Sync } from "../../../actors/symbol/engine/sync/sync.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";

/** What an update covers. */
export type Range = readonly [firstUpdateId: number, finalUpdateId: number];

/** A sync that has heard these on connection 1, and waits for its snapshot. */
export function buffering(...ranges: Range[]): Sync {
  const sync = new Sync();
  sync.open(1);
  for (const [first, final] of ranges) sync.update(depthUpdate(first, final), 1, 0);
  return sync;
}

/** One with a book at this id. */
export function synced(lastUpdateId: number): Sync {
  const sync = buffering();
  sync.snapshot(depthSnapshot(lastUpdateId), 0);
  return sync;
}

/** The ranges that a snapshot lets follow, or what else it led to. */
export const replayed = (verdict: SnapshotVerdict): Range[] | string =>
  verdict.kind === "joined"
    ? verdict.replay.map((update) => [update.firstUpdateId, update.finalUpdateId] as const)
    : verdict.kind;
