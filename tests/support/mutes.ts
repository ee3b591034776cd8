/** Mutes for tests. */
import type { MuteRecord } from "../../shared/said.ts";
import { START_MS } from "./outputs.ts";

/** An hour's silence about one rule of BTCUSDT. */
export function muteRecord(over: Partial<MuteRecord> = {}): MuteRecord {
  return {
    type: "mute",
    muteId: "m1",
    revision: 1,
    venue: "binance_spot",
    symbol: "BTCUSDT",
    timeMs: START_MS,
    rule: "extreme_imbalance",
    createdMs: START_MS,
    untilMs: START_MS + 3_600_000,
    by: "anna",
    reason: null,
    removedMs: null,
    ...over,
  };
}
