/** A live book that knows five bids, 99 to 95, and a price that leaves them. */
import type { Level } from "../../../shared/market.ts";
import { EngineStage } from "./engine_stage.ts";
import { depthSnapshot, depthUpdate } from "./market.ts";

/** Levels a side of its snapshots. */
export const NARROW_LEVELS = 5;
const BIDS: readonly Level[] = [[99, 1], [98, 1], [97, 1], [96, 1], [95, 1]];

/** What it begins from, at 100. */
export const NARROW_SNAPSHOT = depthSnapshot(100, { bids: BIDS });

/** A book that has just begun. */
export function narrowBook(auditIntervalMs: number | null = null): EngineStage {
  const driver = new EngineStage({ depthLevels: NARROW_LEVELS, auditIntervalMs });
  driver.opened();
  driver.update(depthUpdate(95, 98));
  driver.snapshot(NARROW_SNAPSHOT, NARROW_LEVELS);
  return driver;
}

/** At 101 all that was known is taken; 90 is known from the stream, and what lies between is not. */
export function leaveBook(driver: EngineStage): void {
  const taken: Level[] = BIDS.map(([price]) => [price, 0]);
  driver.update(depthUpdate(101, 101, { bids: [...taken, [90, 1]] }));
}
