/** Outputs of what metrics remember and learn, with what does not matter filled in. */
import type { MetricState } from "../../shared/output.ts";
import { MICRO_PRICE_STATES, type MicroPriceTableRecord } from "../../shared/micro_price.ts";

const START_MS = Date.UTC(2024, 0, 1);

/** What has been bought since noon. */
export function metricState(over: Partial<MetricState> = {}): MetricState {
  return {
    type: "metric_state",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    metric: "cumulativeVolumeDelta",
    memory: "{}",
    ...over,
  };
}

/** Of a market whose spread was never wider than a tick. */
export function microPriceTable(over: Partial<MicroPriceTableRecord> = {}): MicroPriceTableRecord {
  const never = Array.from({ length: MICRO_PRICE_STATES - 10 }, () => 0);
  return {
    type: "micro_price",
    venue: "binance_spot",
    symbol: "BTCUSDT",
    number: 1,
    timeMs: START_MS,
    tickSize: 0.01,
    countedMs: 7_200_000,
    moves: 12_000,
    shiftsBps: [-0.5, -0.25, 0, 0, 0, 0, 0, 0, 0.25, 0.5, ...never.map(() => null)],
    visits: [9, 8, 7, 6, 5, 5, 6, 7, 8, 9, ...never],
    ...over,
  };
}
