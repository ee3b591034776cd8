/** What an offline replay knows at every update id of a recording. */
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import { valuesOf } from "./metric_values.ts";
import { readRecording } from "../../scripts/recording.ts";
import { ReplayRun, symbolOf } from "../../scripts/replay_run.ts";
import type { Output } from "../../shared/output.ts";

/** What a replay knew at each update id. */
export interface Offline {
  readonly symbol: string;
  /** Windowless metrics right after the update. */
  readonly metrics: ReadonlyMap<number, MetricValues>;
  /** Velocity on the ticks that saw it; the window moves on while the book rests. */
  readonly velocities: ReadonlyMap<number, readonly number[]>;
}

/** Replays a recording and takes the metrics after every applied update. */
export async function offlineMetrics(file: string): Promise<Offline> {
  let run: ReplayRun | null = null;
  const metrics = new Map<number, MetricValues>();
  const velocities = new Map<number, number[]>();
  const onOutput = (output: Output) => {
    if (output.type !== "metrics" || output.bookUpdateId === null) return;
    const known = velocities.get(output.bookUpdateId) ?? [];
    const { velocity } = output.values;
    if (velocity !== null) velocities.set(output.bookUpdateId, [...known, velocity]);
  };
  for await (const line of readRecording(file)) {
    if (run === null) {
      const symbol = symbolOf(line.payload);
      if (symbol === null) continue;
      run = new ReplayRun(symbol, line.receivedMs, { metricsIntervalMs: 1_000, onOutput });
    }
    run.line(line);
    const id = run.engine.bookUpdateId;
    if (id === null || metrics.has(id)) continue;
    const { book, band } = run.engine;
    // A recording does not tell the tick size: the look-alike learns it from the prices too.
    metrics.set(id, valuesOf(book, band.edges, 10 ** -book.priceDecimals));
  }
  if (run === null) throw new Error(`No market frame in ${file}`);
  return { symbol: run.symbol, metrics, velocities };
}
